"""What people look at: figures, tables, sentences, the page."""
