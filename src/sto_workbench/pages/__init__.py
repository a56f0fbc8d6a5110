"""An executed notebook becomes HTML, PDF or Word."""

EXHIBITS = "exhibits"
"""Folder beside a page that holds the files of its figures and tables."""
