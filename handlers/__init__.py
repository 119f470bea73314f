"""What happens, one file per kind of happening: read what came, ask what is lawful, write, queue the answer."""
