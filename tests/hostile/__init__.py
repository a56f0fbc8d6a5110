"""Hostile input: what is tried on the project, where it enters, and what must happen."""
