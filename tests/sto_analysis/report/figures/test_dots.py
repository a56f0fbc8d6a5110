"""Dots in labelled rows, and two percentages against each other."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from sto_analysis.report import figures
from sto_analysis.report.context import Context
from sto_analysis.report.figures import DESK, PHONE, Sheet
from sto_analysis.report.picture import svg
from tests.sto_analysis.report import named
from tests.sto_analysis.report.figures import words

SHARES = pd.DataFrame(
    {"concept": ["enrolment", "teachers"], "share": [0.205, 0.9], "low": [0.1, 0.8], "high": [0.3, 1]}
)
NUMBERS = ("odds_ratio", "low", "high", "difference", "p_adjusted")
LEGEND = ("2021", "2024", "opvallend")
ROW = {"family": "borging", "exposure": "line_organisation", "status": "estimated", "alias": None}
ESTIMATED = ROW | dict(zip(NUMBERS, (2.0, 1.0, 4.0, 0.1, 0.01), strict=True))
CONSTANT = ROW | dict.fromkeys(NUMBERS, np.nan) | {"exposure": "joint_offer", "status": "constant"}


def test_forest_shows_a_reason_where_there_is_no_estimate(context: Context):
    texts = words(figures.forest(context, pd.DataFrame([ESTIMATED, CONSTANT])))
    named = {context.texts("family.borging"), "Lijnorganisatie", "Gezamenlijk aanbod"}
    assert named | {"+10", context.texts("status.constant")} <= set(texts)


def test_a_forest_without_any_estimate_is_still_drawn(context: Context):
    assert context.texts("status.constant") in words(figures.forest(context, pd.DataFrame([CONSTANT])))


def test_a_forest_prints_differences_where_there_are_any_and_never_p(context: Context):
    table = pd.DataFrame([ESTIMATED])
    assert {"+10", context.texts("axis.difference"), context.texts("axis.linked")} <= set(
        words(figures.forest(context, table))
    )
    found = words(figures.forest(context, table.assign(difference=np.nan, p_adjusted=np.nan)))
    assert not {"+10", context.texts("axis.difference"), context.texts("axis.linked"), "0,010"} & set(found)


def test_a_reason_that_is_longer_than_its_row_is_cut(context: Context):
    aliased = CONSTANT | {"status": "aliased", "alias": "line_organisation communication joint_offer insight_results"}
    (told,) = [text for text in words(figures.forest(context, pd.DataFrame([aliased])), PHONE) if text.endswith(" …")]
    assert told.startswith("niet te scheiden van")


def test_a_ridge_estimate_is_an_open_point_without_interval(context: Context):
    ridge = ESTIMATED | {"odds_ratio": 9.0, "low": np.nan, "high": np.nan, "p_adjusted": 0.2, "status": "ridge"}
    draw = figures.forest(context, pd.DataFrame([ridge]))
    assert context.texts("axis.open") in words(draw)
    axes = draw(DESK).axes[0]
    assert axes.get_xlim()[1] > 9
    lines, dots = axes.collections
    assert dots.get_facecolor()[0].tolist() == [1, 1, 1, 1]
    assert dots.get_edgecolor()[0].tolist() != [1, 1, 1, 1]
    assert not lines.get_segments()[0].size


def test_an_association_below_the_level_differs_in_shape_not_in_colour_alone(context: Context):
    weak = ESTIMATED | {"exposure": "joint_offer", "p_adjusted": 0.05}
    _, dots = figures.forest(context, pd.DataFrame([ESTIMATED, weak]))(DESK).axes[0].collections
    first, second = (path.vertices.tolist() for path in dots.get_paths())
    assert first != second


def test_a_change_of_nothing_still_shows_both_percentages(context: Context):
    same = pd.Series({"image": 50.0})
    assert words(figures.dumbbell(context, same, same, same - same, [], LEGEND, "verschil")).count("50") >= 2


@pytest.mark.parametrize("sheet", [DESK, PHONE])
def test_shares_stand_in_order_with_their_percentages_rounded_half_up(context: Context, sheet: Sheet):
    found = [word.replace("\n", " ") for word in words(figures.intervals(context, SHARES, "%"), sheet)]
    order = [context.full["teachers"], context.full["enrolment"]]
    assert [word for word in found if word in order] == order
    assert {"21%", "90%"} <= set(found)


def test_a_share_of_nobody_is_left_empty(context: Context):
    table = SHARES.where(SHARES["concept"] == "teachers", np.nan).assign(concept=SHARES["concept"])
    assert not any("nan" in word for word in words(figures.intervals(context, table, "%")))


def test_dumbbell_sorts_by_change_and_says_what_stands_out(context: Context):
    earlier, later = pd.Series({"image": 50, "teachers": 60}), pd.Series({"image": 55, "teachers": 80})
    apart = pd.Series({"image": 0.06, "teachers": 0.2})  # of what the ends were rounded from
    found = words(figures.dumbbell(context, earlier, later, apart, ["image"], LEGEND, "verschil"))
    assert [word for word in found if word in ("Docenten", "Beeldvorming", "+20", "+6")] == [
        "Docenten", "Beeldvorming", "+20", "+6",
    ]  # fmt: skip
    assert {*LEGEND, "verschil"} <= set(found)
    assert LEGEND[2] not in words(figures.dumbbell(context, earlier, later, apart, [], LEGEND, "verschil"))


def test_the_sizes_that_fit_all_columns_are_named(context: Context):
    found = words(figures.feasible_sizes(context, {"a": [42, 51]}, range(30, 91), {"b": [51], "c": range(40, 60)}))
    assert {"a", "b: 51", "c"} <= set(found)


def test_names_are_drawn_as_they_are_and_no_longer_than_has_room():
    names = {"enrolment": "$\\frac{", "teachers": "\u202e€ 5 & $6 \x1b[31m\ud800", "c": "北" * 10_000}
    context, table = named("nl", **names), SHARES.assign(concept=["enrolment", "teachers"])
    drawn = " ".join(words(figures.intervals(context, pd.concat([table, table.tail(1).assign(concept="c")]), "x")))
    for shown in ("$\\frac{", "�€ 5 & $6 �[31m�", "北…"):
        assert shown in drawn
    assert len(drawn) < 400


def test_what_a_matplotlibrc_says_changes_no_figure(context: Context):
    drawn = svg(figures.intervals(context, SHARES, "x")(DESK))
    settings = {
        "font.size": 30,
        "axes.facecolor": "yellow",
        "savefig.dpi": 9,
        "path.sketch": (9, 9, 9),
        "lines.dashed_pattern": [9, 9],
    }
    with plt.rc_context(settings | {"text.usetex": True, "axes.formatter.use_mathtext": True, "svg.fonttype": "path"}):
        assert svg(figures.intervals(context, SHARES, "x")(DESK)) == drawn
