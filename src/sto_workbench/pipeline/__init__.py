"""Notebooks become reports: plan, parameters, manifest, execution, batch, index."""
