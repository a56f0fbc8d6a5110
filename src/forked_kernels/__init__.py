"""Kernels forked from one preloaded process, for Papermill and Jupyter."""
