"""Figures draw what they are given."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from sto_analysis.report import figures
from sto_analysis.report.language import Texts
from sto_analysis.survey.codebook import Codebook

NL = Texts("nl")


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def _texts(figure: plt.Figure) -> list[str]:
    figure.draw_without_rendering()
    return [text.get_text() for text in figure.findobj(plt.Text) if text.get_text()]


def test_quadrant_labels_every_point_once_without_overlap(codebook: Codebook, slides):
    labels = codebook.labels("aspects", "nl", short=True)
    x, y = slides.percentages("yield_top", 2024), slides.percentages("urgency", 2024)
    figure = figures.quadrant(x, y, labels, ["teachers"], "x", "y")
    found = [text for text in figure.axes[0].texts if text.get_text() in labels.values()]
    assert sorted(text.get_text() for text in found) == sorted(labels.values())
    boxes = [text.get_window_extent() for text in found]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def test_dumbbell_sorts_by_change():
    earlier, later = pd.Series({"a": 50, "b": 60}), pd.Series({"a": 55, "b": 80})
    figure = figures.dumbbell(earlier, later, {"a": "A", "b": "B"}, {"a": "p 0,4", "b": "* p 0,01"}, ("2021", "2024"))
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["B", "A"]
    assert "* p 0,01" in _texts(figure)


def test_forest_shows_a_reason_where_there_is_no_estimate():
    numbers = ("odds_ratio", "low", "high", "effect", "p_adjusted")
    estimated = dict(zip(numbers, (2, 1, 4, 0.1, 0.01), strict=True)) | {"exposure": "a", "status": "estimated"}
    not_estimated = dict.fromkeys(numbers, np.nan) | {"exposure": "b", "status": "constant"}
    rows = [{"family": "borging", **estimated}, {"family": "borging", **not_estimated}]
    figure = figures.forest(pd.DataFrame(rows), {"a": "A", "b": "B"}, {"borging": "Vormen"}, NL, 0.05)
    texts = _texts(figure)
    assert {"Vormen", "A", "B", "+10", "0,010", NL("status.constant")} <= set(texts)


def test_a_forest_without_any_estimate_is_still_drawn():
    row = {"family": "borging", "exposure": "a", "status": "constant"} | dict.fromkeys(
        ("odds_ratio", "low", "high", "effect", "p_adjusted"), np.nan
    )
    assert NL("status.constant") in _texts(figures.forest(pd.DataFrame([row]), {"a": "A"}, {"borging": "V"}, NL, 0.05))


def test_a_profile_marks_the_own_answer_only_where_there_is_one():
    spread = pd.DataFrame({0: [0.2, 0.5], 1: [0.8, 0.5]}, index=["a", "b"])
    own = pd.Series({"a": 1.0, "b": np.nan})
    figure = figures.profile(spread, own, {"a": "A", "b": "B"}, ["laag", "hoog"], "eigen")
    diamonds = [c for c in figure.axes[0].collections if len(c.get_offsets()) and np.isfinite(c.get_offsets()).all()]
    assert len(diamonds) == 1
    np.testing.assert_allclose(diamonds[0].get_offsets(), [[60, 0]])


# seaborn 0.13 calls a matplotlib function that is to be deprecated
@pytest.mark.filterwarnings("ignore:The set_bad function:PendingDeprecationWarning")
def test_feasible_sizes_and_intervals_and_heatmap_draw(codebook: Codebook):
    figure = figures.feasible_sizes({"a": [42, 51]}, range(30, 91), {"b": [51]}, "n")
    assert "51" in _texts(figure)
    table = pd.DataFrame({"concept": ["a", "b"], "share": [0.2, 0.9], "low": [0.1, 0.8], "high": [0.3, 0.95]})
    labels = [
        label.get_text() for label in figures.intervals(table, {"a": "A", "b": "B"}, "%").axes[0].get_yticklabels()
    ]
    assert labels == ["B", "A"]
    square = pd.DataFrame([[1, 0.5], [0.5, 1]], index=["a", "b"], columns=["a", "b"])
    assert "0,50" in _texts(figures.together(square, {"a": "A", "b": "B"}, NL))


def test_the_specification_curve_shows_every_choice_that_varies_and_the_headline():
    table = pd.DataFrame({
        "effect": [0.1, -0.2, 0.3], "effect_low": [0.0, -0.3, 0.1], "effect_high": [0.2, 0.0, 0.5],
        "outcome": ["bands", "top", "bands"], "adjust": ["1", "1", "z"], "link": ["logit"] * 3,
        "coding": ["arranged", "at_least:4", "arranged"], "status": ["estimated", "ridge", "estimated"],
    })  # fmt: skip
    headline = pd.Series([False, False, True])
    figure = figures.specification_curve(table, ["outcome", "adjust", "link", "coding"], headline, NL)
    shown = _texts(figure)
    assert {"uitkomst: drie groepen", "correctie: z", "index: minstens 4", "hoofdspecificatie"} <= set(shown)
    assert "link: logit" not in shown
    assert "ridge, zonder interval (1)" in shown
    curve = next(line for line in figure.axes[0].lines if len(line.get_xdata()) == 3)
    np.testing.assert_allclose(curve.get_ydata(), [-20, 10, 30])


def test_cells_frame_what_is_below_the_level_and_leave_out_what_is_missing():
    ratios = pd.DataFrame({"x": [2.0, np.nan], "y": [0.5, 12.0]}, index=["a", "b"])
    p = pd.DataFrame({"x": [0.2, np.nan], "y": [0.9, 0.01]}, index=["a", "b"])
    status = pd.DataFrame({"x": ["estimated", "too_few_regions"], "y": ["ridge", "firth"]}, index=["a", "b"])
    figure = figures.cells(p, ratios, status, {"a": "A", "b": "B"}, {"x": "X", "y": "Y"}, NL, 0.05)
    assert len(figure.axes[0].patches) == 1
    assert {"2,0", "0,5 R", "12,0 F"} <= set(_texts(figure))
    assert "–" not in _texts(figure)


def test_a_forest_without_p_has_no_column_for_it():
    row = {"family": "f", "exposure": "a", "odds_ratio": 2.0, "low": 1.0, "high": 4.0, "effect": 0.1}
    table = pd.DataFrame([{**row, "status": "estimated", "p_adjusted": np.nan}])
    assert "p" not in _texts(figures.forest(table, {"a": "A"}, {"f": "F"}, NL, 0.05))
    assert "p" in _texts(figures.forest(table.assign(p_adjusted=0.2), {"a": "A"}, {"f": "F"}, NL, 0.05))


def test_a_concept_without_a_share_is_not_in_the_quadrant():
    x, y = pd.Series({"a": 10.0, "b": np.nan, "c": 30.0}), pd.Series({"a": 20.0, "b": 50.0, "c": 40.0})
    shown = _texts(figures.quadrant(x, y, {"a": "A", "b": "B", "c": "C"}, ["a"], "x", "y"))
    assert "B" not in shown
    assert {"A", "C"} <= set(shown)


def test_a_ridge_estimate_is_an_open_point_without_interval():
    row = {"family": "f", "exposure": "a", "odds_ratio": 9.0, "low": np.nan, "high": np.nan, "effect": 0.1}
    figure = figures.forest(
        pd.DataFrame([{**row, "status": "ridge", "p_adjusted": 0.2}]), {"a": "A"}, {"f": "F"}, NL, 0.05
    )
    assert "A (ridge)" in _texts(figure)
    assert figure.axes[0].get_xlim()[1] > 9
    assert figure.axes[0].collections[0].get_facecolor()[0].tolist() == [1, 1, 1, 1]
