"""What is handed out: a folder and a zip per region, one of the nation, and a list for the mailing."""
