"""Figures draw what they are given."""

import matplotlib.pyplot as plt


def words(figure: plt.Figure) -> list[str]:
    """Every text of a drawn figure."""
    figure.draw_without_rendering()
    return [text.get_text() for text in figure.findobj(plt.Text) if text.get_text()]
