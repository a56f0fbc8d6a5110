"""A release checked by whoever was given it; takes nothing from the room that made it."""
