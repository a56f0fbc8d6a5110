"""Sentences that the results choose."""
