"""The quadrant."""

import numpy as np
import pandas as pd

from sto_analysis.monitor.published_figures import PublishedFigures
from sto_analysis.report import figures
from sto_analysis.report.context import Context
from tests.sto_analysis.report.figures import words


def test_quadrant_labels_every_point_once_without_overlap(context: Context, slides: PublishedFigures):
    x, y = slides.percentages("yield_top", 2024), slides.percentages("urgency", 2024)
    labels = [context.short[aspect] for aspect in x.index]
    figure = figures.quadrant(context, x, y, ["teachers"], "x", "y")
    found = [text for text in figure.axes[0].texts if text.get_text() in labels]
    assert sorted(text.get_text() for text in found) == sorted(labels)
    boxes = [text.get_window_extent() for text in found]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def test_a_concept_without_a_share_is_not_in_the_quadrant(context: Context):
    x = pd.Series({"teachers": 10.0, "image": np.nan, "enrolment": 30.0})
    y = pd.Series({"teachers": 20.0, "image": 50.0, "enrolment": 40.0})
    shown = words(figures.quadrant(context, x, y, ["teachers"], "x", "y"))
    assert "Beeldvorming" not in shown
    assert {"Docenten", "Aantallen leerlingen"} <= set(shown)
