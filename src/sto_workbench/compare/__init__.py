"""What changed between two runs or waves, and because of what."""
