"""What is lawful: plain typed values and tables, without any input or output."""
