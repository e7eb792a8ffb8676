"""HOW WE TELL: figures with their numbers and descriptions, and the report in one file."""
