"""Answers on a scale."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from seaborn.utils import relative_luminance

from sto_analysis.report import figures
from sto_analysis.report.context import Context
from sto_analysis.report.figures import DESK
from sto_analysis.report.figures.canvas import letters_on
from sto_analysis.report.figures.likert import _colours
from tests.sto_analysis.report.figures import words

SPREAD = pd.DataFrame(
    {0: [0.2, 0.5], 1: [0.1, 0.0], 2: [0.4, 0.1], 3: [0.1, 0.2], 4: [0.2, 0.2]}, index=["teachers", "image"]
)
LEVELS, TOP = ["een", "twee", "drie", "vier", "vijf"], pd.Series({"teachers": 0.3, "image": 0.4})


def _segments(axes: plt.Axes, row: int) -> np.ndarray:
    """Start and end of the bars of a row, without the gaps that are left between them."""
    heights = sorted({line[0, 1] for collection in axes.collections[:2] for line in collection.get_segments()})
    lines = [line for collection in axes.collections[:2] for line in collection.get_segments()]
    return np.array([line[:, 0] for line in lines if np.isclose(line[0, 1], heights[row])])


def test_likert_bars_diverge_from_the_middle_of_the_middle_answer(context: Context):
    draw = figures.likert(context, SPREAD, LEVELS, TOP, "hoog")
    axes = draw(DESK).axes[0]
    np.testing.assert_allclose(_segments(axes, 0)[:, 0], [-50, -30, -20, 20, 30], atol=0.3)
    np.testing.assert_allclose(_segments(axes, 0)[:, 1], [-30, -20, 20, 30, 50], atol=0.3)
    np.testing.assert_allclose(_segments(axes, 1)[:, 0], [-55, -5, 5, 25], atol=0.3)  # nobody gave the second answer
    assert {"30%", "40%", "hoog", *LEVELS} <= set(words(draw))


def test_likert_prints_the_percentages_that_have_room(context: Context):
    found = words(figures.likert(context, SPREAD.replace({0.1: 0.01}), LEVELS, TOP, "hoog"))
    assert "20" in found
    assert "1" not in found


def test_a_concept_that_nobody_answered_has_no_bar(context: Context):
    spread = SPREAD.assign(**{}).mask(SPREAD.index.to_series().eq("image"), np.nan)
    draw = figures.likert(context, spread, LEVELS, TOP.where(TOP < 0.35), "hoog")
    assert len({line[0, 1] for line in draw(DESK).axes[0].collections[0].get_segments()}) == 1
    assert not any("nan" in word for word in words(draw))


@pytest.mark.parametrize(("own", "count"), [(1.0, 1), (np.nan, 0)])
def test_a_profile_marks_the_own_answer_only_where_there_is_one(context: Context, own: float, count: int):
    places = pd.Series({"teachers": own, "image": np.nan})
    draw = figures.profile(context, {"U": (SPREAD, places, LEVELS), "O": (SPREAD, places * np.nan, LEVELS)}, "eigen")
    figure = draw(DESK)
    marks = [axes.collections[-1].get_offsets() for axes in figure.axes]
    frames = [[path.get_extents() for path in axes.collections[-2].get_paths()] for axes in figure.axes]
    assert [len(mark) for mark in marks] == [len(frame) for frame in frames] == [count, 0]
    if count:
        assert marks[0][0][0] == 25
        assert (frames[0][0].x0, frames[0][0].x1) == (20, 30)
    assert ("eigen" in words(draw)) == bool(count)


@pytest.mark.parametrize("count", range(3, 12))
def test_letters_on_every_segment_stand_out(count: int):
    """At least 4.5 to 1."""
    for colour in _colours(count):
        dark, light = sorted(map(relative_luminance, (colour, letters_on(colour))))
        assert (light + 0.05) / (dark + 0.05) >= 4.5
