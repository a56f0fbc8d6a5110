"""The adversary: reads the files of releases as an outsider or insider would, and looks for leaks."""
