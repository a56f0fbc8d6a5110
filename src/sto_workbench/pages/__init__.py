"""An executed notebook becomes HTML, PDF or Word."""
