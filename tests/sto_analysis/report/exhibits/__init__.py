"""Exhibits hold finished texts in the language of the page."""
