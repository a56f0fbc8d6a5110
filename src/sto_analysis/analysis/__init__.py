"""Numbers in, numbers out: no files, no plots, no knowledge of the questionnaire."""
