"""The Web API of the pretend Slack: a door, a table of methods, and the methods by family."""
