"""A number explained: what it is, which cell and functions made it, of which files and changed answers."""
