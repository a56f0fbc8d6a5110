"""Answers stay where they belong: out of git, and out of everything once they are withdrawn."""
