"""Figures draw what they are given."""

import matplotlib.pyplot as plt

from sto_analysis.report.figures import DESK, Drawing, Sheet


def words(draw: Drawing, sheet: Sheet = DESK) -> list[str]:
    """Every text of a drawn figure."""
    figure = draw(sheet)
    figure.draw_without_rendering()
    return [text.get_text() for text in figure.findobj(plt.Text) if text.get_text()]
