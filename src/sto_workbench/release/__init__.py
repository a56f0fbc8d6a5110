"""What may leave: results through one gate, rendered anew, packed so that others can verify it."""
