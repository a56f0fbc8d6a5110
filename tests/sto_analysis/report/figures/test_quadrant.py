"""The quadrant."""

import numpy as np
import pandas as pd

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.report import figures
from sto_analysis.report.language import Texts
from tests.sto_analysis.report.figures import words

NL = Texts("nl")


def test_quadrant_labels_every_point_once_without_overlap(codebook: Codebook, slides):
    labels = codebook.labels("aspects", "nl", short=True)
    x, y = slides.percentages("yield_top", 2024), slides.percentages("urgency", 2024)
    figure = figures.quadrant(x, y, labels, ["teachers"], "x", "y")
    found = [text for text in figure.axes[0].texts if text.get_text() in labels.values()]
    assert sorted(text.get_text() for text in found) == sorted(labels.values())
    boxes = [text.get_window_extent() for text in found]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def test_a_concept_without_a_share_is_not_in_the_quadrant():
    x, y = pd.Series({"a": 10.0, "b": np.nan, "c": 30.0}), pd.Series({"a": 20.0, "b": 50.0, "c": 40.0})
    shown = words(figures.quadrant(x, y, {"a": "A", "b": "B", "c": "C"}, ["a"], "x", "y"))
    assert "B" not in shown
    assert {"A", "C"} <= set(shown)
