"""Dots in labelled rows, and two percentages against each other."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sto_analysis.monitor.published_figures import PublishedFigures
from sto_analysis.report import figures
from sto_analysis.report.context import Context
from sto_analysis.report.markup import svg
from tests.sto_analysis.report import named
from tests.sto_analysis.report.figures import words

SHARES = pd.DataFrame(
    {"concept": ["enrolment", "teachers"], "share": [0.205, 0.9], "low": [0.1, 0.8], "high": [0.3, 1]}
)
NUMBERS = ("odds_ratio", "low", "high", "difference", "p_adjusted")
ROW = {"family": "borging", "exposure": "line_organisation", "status": "estimated", "alias": None}
ESTIMATED = ROW | dict(zip(NUMBERS, (2.0, 1.0, 4.0, 0.1, 0.01), strict=True))
CONSTANT = ROW | dict.fromkeys(NUMBERS, np.nan) | {"exposure": "joint_offer", "status": "constant"}


def test_forest_shows_a_reason_where_there_is_no_estimate(context: Context):
    texts = words(figures.forest(context, pd.DataFrame([ESTIMATED, CONSTANT])))
    named = {context.texts("family.borging"), "Lijnorganisatie", "Gezamenlijk aanbod"}
    assert named | {"+10", "0,010", context.texts("status.constant")} <= set(texts)


def test_a_forest_without_any_estimate_is_still_drawn(context: Context):
    assert context.texts("status.constant") in words(figures.forest(context, pd.DataFrame([CONSTANT])))


def test_a_forest_without_p_has_no_column_for_it(context: Context):
    table = pd.DataFrame([ESTIMATED | {"p_adjusted": np.nan}])
    assert "p" not in words(figures.forest(context, table))
    assert "p" in words(figures.forest(context, table.assign(p_adjusted=0.2)))


def test_a_ridge_estimate_is_an_open_point_without_interval(context: Context):
    ridge = ESTIMATED | {"odds_ratio": 9.0, "low": np.nan, "high": np.nan, "p_adjusted": 0.2, "status": "ridge"}
    figure = figures.forest(context, pd.DataFrame([ridge]))
    assert "Lijnorganisatie (ridge)" in words(figure)
    assert figure.axes[0].get_xlim()[1] > 9
    lines, dots = figure.axes[0].collections
    assert dots.get_facecolor()[0].tolist() == [1, 1, 1, 1]
    assert dots.get_edgecolor()[0].tolist() != [1, 1, 1, 1]
    assert not lines.get_segments()[0].size


def test_an_association_below_the_level_differs_in_shape_not_in_colour_alone(context: Context):
    weak = ESTIMATED | {"exposure": "joint_offer", "p_adjusted": 0.05}
    _, dots = figures.forest(context, pd.DataFrame([ESTIMATED, weak])).axes[0].collections
    first, second = (path.vertices.tolist() for path in dots.get_paths())
    assert first != second


def test_a_change_of_nothing_still_shows_both_percentages(context: Context):
    same = pd.Series({"image": 50.0})
    assert words(figures.dumbbell(context, same, same, {}, ("2021", "2024"))).count("50") >= 2


def test_shares_stand_in_order_with_their_percentages_rounded_half_up(context: Context):
    figure = figures.intervals(context, SHARES, "%")
    shown = [label.get_text().replace("\n", " ") for label in figure.axes[0].get_yticklabels()]
    assert shown == [context.full["teachers"], context.full["enrolment"]]
    assert {"21%", "90%"} <= set(words(figure))


def test_a_share_of_nobody_is_left_empty(context: Context):
    table = SHARES.where(SHARES["concept"] == "teachers", np.nan).assign(concept=SHARES["concept"])
    assert not any("nan" in word for word in words(figures.intervals(context, table, "%")))


def test_dumbbell_sorts_by_change(context: Context):
    earlier, later = pd.Series({"image": 50, "teachers": 60}), pd.Series({"image": 55, "teachers": 80})
    marked = {"image": "p 0,4", "teachers": "* p 0,01"}
    figure = figures.dumbbell(context, earlier, later, marked, ("2021", "2024"))
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["Docenten", "Beeldvorming"]
    assert "* p 0,01" in words(figure)


def test_the_sizes_that_fit_all_columns_are_named(context: Context):
    found = words(figures.feasible_sizes(context, {"a": [42, 51]}, range(30, 91), {"b": [51]}))
    assert "51" in found
    assert "42" not in found


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


def test_names_are_drawn_as_they_are_and_no_longer_than_has_room():
    names = {"enrolment": "$\\frac{", "teachers": "\u202e€ 5 & $6 \x1b[31m\ud800", "c": "北" * 10_000}
    context, table = named("nl", **names), SHARES.assign(concept=["enrolment", "teachers"])
    drawn = " ".join(words(figures.intervals(context, pd.concat([table, table.tail(1).assign(concept="c")]), "x")))
    for shown in ("$\\frac{", "�€ 5 & $6 �[31m�", "北…"):
        assert shown in drawn
    assert len(drawn) < 400
    points = pd.Series({"enrolment": 40.0, "teachers": 50.0, "c": 60.0})
    texts = words(figures.quadrant(context, points, points, [], "x", "y"))
    assert "$\\frac{" in texts


def test_what_a_matplotlibrc_says_changes_no_figure(context: Context):
    drawn = svg(figures.intervals(context, SHARES, "x"))
    settings = {
        "font.size": 30,
        "axes.facecolor": "yellow",
        "savefig.dpi": 9,
        "path.sketch": (9, 9, 9),
        "lines.dashed_pattern": [9, 9],
    }
    with plt.rc_context(settings | {"text.usetex": True, "axes.formatter.use_mathtext": True, "svg.fonttype": "path"}):
        assert svg(figures.intervals(context, SHARES, "x")) == drawn
