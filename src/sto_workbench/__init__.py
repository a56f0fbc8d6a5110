"""What works around the notebooks: the command line and what it drives."""
