"""Associations and their checks as tables."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.report.exhibits import models
from tests.sto_analysis.report import named
from tests.sto_analysis.report.derived import counted
from tests.sto_analysis.report.figures import words

NL = named("nl", a="Alfa", b="Beta", i="I", j="J", t="Leraren")


NUMBERS = ("odds_ratio", "low", "high", "p", "p_adjusted", "share_low", "share_high", "difference", "difference_low")
NUMBERS = (*NUMBERS, "difference_high", "detectable", "detectable_effect", "clusters")
ROW = {"exposure": "a", "regions": 51, "status": "estimated", "tested": "yes", "permutations": 9999, "values": 2}
ROW |= dict.fromkeys(NUMBERS, np.nan)


def test_a_link_is_shown_in_shares_where_they_are_known():
    found = {"share_low": 0.4, "share_high": 0.8, "difference": 0.4, "difference_low": 0.2, "difference_high": 0.6}
    rows = pd.DataFrame([ROW | found | {"p_adjusted": 0.01, "odds_ratio": 5.0}, ROW | {"exposure": "b"}])
    shown = models.links_figure(NL, counted(rows))
    assert shown.table.to_numpy().tolist() == [["Alfa", "40% tot 80%", "+40", "+20 tot +60"]]
    assert shown.words["finding"].endswith("alleen bij Alfa.")
    assert shown.figure is not None
    assert {"40", "80", "+40", "Alfa"} <= set(words(shown.figure))
    nothing = models.links_figure(NL, counted(rows.tail(1))).figure
    assert nothing is not None
    assert "Beta" not in words(nothing)


def _associations(**changes: object) -> pd.DataFrame:
    return models.associations_table(NL, pd.DataFrame([ROW | changes])).table


def test_the_table_under_the_forest_plot_holds_what_it_draws():
    found = {"odds_ratio": 4.6, "low": 1.9, "high": 11.1, "difference": 0.26, "p_adjusted": 0.003}
    shown = models.forest_figure(NL, counted(pd.DataFrame([ROW | found]).assign(family="borging")))
    assert shown.table.iloc[0].tolist() == ["Alfa", "4,60", "1,90 tot 11,1", "+26", "0,003"]
    finding = "Een duidelijke samenhang met meer opbrengst is er alleen bij Alfa."
    assert shown.words == {"count": 1, "flagged": "Aangepaste p onder 0,05: Alfa.", "finding": finding}
    assert shown.figure is not None


def test_shares_stand_beside_their_difference():
    shares = {"share_low": 0.4, "share_high": 0.66, "difference": 0.26, "difference_low": 0.08, "difference_high": 0.44}
    table = _associations(odds_ratio=4.6, low=1.9, high=11.1, detectable=3.2, detectable_effect=0.28, **shares)
    assert table.iloc[0, 5:9].tolist() == ["40% tot 66%", "+26", "+8 tot +44", "+28"]
    assert _associations(odds_ratio=4.6, detectable=np.inf)["Zichtbaar vanaf"].tolist() == ["geen enkel"]


def test_an_exposure_without_estimate_shows_its_reason():
    table = _associations(status="constant", tested="not_estimable")
    assert table.iloc[0].tolist() == ["Alfa", NL.texts("status.constant"), *["–"] * 7, "2", "51"]


def test_values_that_neighbours_share_are_counted_with_the_groups_that_share_them():
    column = NL.texts("column.distinct")
    assert _associations(odds_ratio=2.0)[column].tolist() == ["2"]
    assert _associations(odds_ratio=2.0, values=3, clusters=24)[column].tolist() == ["3 (24)"]


def test_a_ridge_estimate_is_labelled_and_has_no_interval():
    table = _associations(status="ridge", odds_ratio=7.0, p=0.5, p_adjusted=0.5)
    assert table.iloc[0, 1:5].tolist() == ["7,00 (ridge)", "geen interval", "0,500", "0,500"]


def test_an_estimate_without_test_says_why():
    table = _associations(odds_ratio=7.0, tested="too_few_regions")
    assert table["p (max-T)"].tolist() == ["te weinig regio’s met antwoorden"]


def test_every_level_has_its_name_and_its_share_or_why_it_has_none():
    row = {"difference": np.nan, "difference_low": np.nan, "difference_high": np.nan}
    rows = [
        {"exposure": "commitment", "level": 0.0, "regions": 20, "share": 0.4, "status": "reference", **row},
        {"exposure": "commitment", "level": 2.0, "regions": 2, "share": np.nan, "status": "two_regions", **row},
        {"exposure": "a", "level": 1.0, "regions": 29, "share": 0.7, "status": "estimated", **row, "difference": 0.3},
    ]
    context = named("nl", a="Alfa", commitment="Commitment")
    table = models.levels_table(context, pd.DataFrame(rows)).table
    assert table.iloc[:, 1].tolist() == ["laag", "hoog", "ja"]
    assert table.iloc[:, 2].tolist() == ["40%", context.texts("status.two_regions"), "70%"]
    assert table.iloc[:, 3].tolist() == ["–", "–", "+30"]


def _checked(**changes: object) -> list[str]:
    row: dict[str, object] = {"exposure": "a", "odds_ratio": 4.6, "least": 3.9, "most": 5.2, "status": "estimated"}
    row |= {"joint_odds_ratio": 3.1, "joint_low": 1.3, "joint_high": 7.4, "joint_status": "estimated"}
    row |= {"shrunken": 3.8, "lowest": 4.6, "highest": 4.6, "extremes": "estimated", "tested": "yes"}
    row |= dict.fromkeys(("joint_alias", "specifications", "estimated", "positives", "top_count"), np.nan)
    robustness = pd.DataFrame([{**row, **changes}])
    return models.robustness_table(NL, robustness, pd.DataFrame({"regions": [51]})).table.iloc[0].tolist()


def test_checks_stand_beside_the_headline():
    expected = ["Alfa", "4,60", "3,80", "3,90 tot 5,20", "3,10", "1,30 tot 7,40", "4,60", "geen curve vastgelegd", "–"]
    assert _checked() == expected
    curve = {"specifications": 128, "estimated": 120, "positives": 108}
    top = {"top_count": 60, "top_median": 0.31, "top_min": -0.02, "top_max": 0.4}
    assert _checked(**curve, **top)[-2:] == ["108 van 120", "+31 (−2 tot +40)"]
    assert _checked(specifications=128, estimated=0, positives=0, top_count=0)[-2:] == ["0 van 0", "–"]


def test_checks_without_result_give_their_reason():
    joint = {"joint_odds_ratio": np.nan, "joint_low": np.nan, "joint_high": np.nan}
    found = _checked(**joint, joint_status="aliased", joint_alias="b")
    assert found[4] == "niet te scheiden van Beta"
    ridge = _checked(status="ridge", joint_status="ridge", shrunken=np.nan, extremes="ridge")
    assert ridge[1:7] == ["4,60 (ridge)", "–", "3,90 tot 5,20", "3,10 (ridge)", "geen interval", "4,60 (ridge)"]


def test_a_curve_says_how_many_of_it_are_ridge_and_why_it_has_no_p():
    row = {
        "exposure": "a",
        "specifications": 128,
        "estimated": 120,
        "ridge": 3,
        "positives": 120,
        "median": 0.1,
        "smallest": 0.0,
    }
    row |= {"largest": 0.2, "p": np.nan, "p_adjusted": np.nan, "status": "constant_within"}
    table = models.curves_table(NL, pd.DataFrame([row]), 5000).table
    assert table.iloc[0, 1:3].tolist() == ["128 (waarvan ridge 3)", "120 van 120"]
    assert table.iloc[0, -1] == "binnen elk niveau van de correctiefactor gelijk"


def test_the_truth_names_the_aspects_of_a_partial_effect_and_the_reason_of_none():
    row = {"exposure": "a", "planted": 0.4, "odds_ratio": 0.3, "low": 0.1, "high": 0.8, "status": "estimated"}
    row |= {"aspects": "t", "trait": False, "inside": True, "p_adjusted": np.nan}
    none = {
        **row,
        "odds_ratio": np.nan,
        "low": np.nan,
        "high": np.nan,
        "status": "constant",
        "aspects": "",
        "inside": None,
    }
    trait = {**row, "aspects": "", "trait": True}
    table = models.truth_table(NL, pd.DataFrame([row, none, trait])).table
    assert table.iloc[0].tolist() == ["Alfa (alleen op Leraren)", "0,40", "0,30", "0,10 tot 0,80", "ja", "–"]
    assert table.iloc[1].tolist() == ["Alfa", "0,40", NL.texts("status.constant"), "–", "geen interval", "–"]
    assert table.iloc[2, 0] == "Alfa (ongemeten kenmerk)"


def test_a_check_that_cannot_be_made_gives_its_reason():
    nothing = dict.fromkeys(("at_low", "at_top", "ratio", "low", "high"), np.nan)
    checks = pd.DataFrame([{"item": "a", "status": "two_levels", **nothing}])
    table = models.proportionality_table(NL, checks, "b").table
    assert table.iloc[0].tolist() == ["Alfa", "–", "–", "alleen twee niveaus", "–"]


def test_the_cells_with_the_smallest_p_come_first_with_their_estimator():
    cells = pd.DataFrame({
        "item": ["i", "j"], "exposure": ["a", "a"], "odds_ratio": [2.0, 9.0], "low": [1.0, np.nan],
        "high": [4.0, np.nan], "status": ["estimated", "firth"], "p": [0.2, 0.01], "p_adjusted": [0.9, 0.1],
    })  # fmt: skip
    table = models.cells_table(NL, cells, 1).table
    assert table.iloc[0].tolist() == ["J", "Alfa", "9,00 (Firth)", "geen interval", "0,010", "0,100"]
    nothing = cells.assign(odds_ratio=np.nan, status="too_few_regions")
    table = models.cells_table(NL, nothing, 1).table
    assert table.iloc[0, 2] == NL.texts("status.too_few_regions")


def test_the_textbook_fit_stands_beside_ours_and_a_reason_where_there_is_none():
    row = {"item": "a", "log_odds": 2.0, "textbook": 2.0000001, "difference": -1e-7, "regions": 51}
    beside = pd.DataFrame([{**row, "status": "estimated"}, {**row, "status": "ridge", "textbook": np.nan}])
    beside["difference"] = beside["log_odds"] - beside["textbook"]
    table = models.textbook_table(NL, beside.set_index("item"), "b").table
    assert table.iloc[0].tolist() == ["Alfa", "2,0000", "2,0000", "−0,0000001", "51"]
    assert table.iloc[1].tolist() == ["Alfa", NL.texts("status.ridge"), "–", "–", "51"]


def test_a_joint_model_has_no_p_and_names_what_stands_apart():
    row = {"odds_ratio": 4.6, "low": 1.9, "high": 11.1, "effect": 0.26, "status": "estimated", "regions": 51}
    jointly = pd.DataFrame([{"exposure": "a", **row}, {"exposure": "b", **row, "low": 0.9}]).assign(family="borging")
    shown = models.joint_figure(NL, jointly)
    assert shown.words == {"count": 2, "apart": "Alfa"}
    assert shown.table.shape == (2, 3)
    assert models.joint_figure(NL, jointly.assign(low=0.9)).words["apart"] == "geen"


@pytest.mark.filterwarnings("ignore:The set_bad:PendingDeprecationWarning")  # seaborn's, of matplotlib
def test_what_goes_together_most_is_named():
    exposures = pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 0, 1, 2], "i": [1, 0, 0, 1]})
    shown = models.together_figure(NL, exposures)
    assert shown.words == {"first": "Beta", "second": "Alfa", "value": "0,94"}
    assert shown.table.iloc[1].tolist() == ["Beta", "0,94", "1,00", "0,24"]


def test_a_curve_shows_its_choices_from_the_smallest_effect_to_the_largest():
    row = {"exposure": "a", "outcome": "bands", "adjust": "C(b)", "sample": "all", "missing": "available"}
    row |= {"coding": "arranged", "regions": 51, "status": "estimated", "effect_low": -0.3, "effect_high": 0.3}
    curve = pd.DataFrame([{**row, "link": "logit", "effect": 0.2}, {**row, "link": "probit", "effect": -0.1}])
    shown = models.curve_figure(NL, curve, pd.Series([True, False]))
    assert shown.words == {"name": "Alfa", "count": 2, "smallest": "−10", "largest": "+20", "share": "50%"}
    assert ["probit" in cell for cell in shown.table.iloc[:, 0]] == [True, False]
    assert shown.table.iloc[0, 1:].tolist() == ["−10", "−30 tot +30"]


@pytest.mark.parametrize("shown", [1, 2])
def test_the_figure_of_cells_holds_them_all_and_their_table_the_first(shown: int):
    cells = pd.DataFrame({"item": ["j", "i"], "exposure": "a", "odds_ratio": [2.0, 9.0], "p": [0.2, 0.01]})
    cells = cells.assign(low=1.0, high=9.0, status="estimated", p_adjusted=0.01)
    assert len(models.cells_figure(NL, cells).table) == 2
    table = models.cells_table(NL, cells, shown)
    assert len(table.table) == table.words["shown"] == shown
    assert table.table.iloc[0, 0] == "I"


def test_answering_regions_stand_beside_silent_ones():
    response = pd.DataFrame({"variable": ["a"], "answering": [1.0], "silent": [0.5], "difference": [0.4], "p": [0.2]})
    shown = models.response_table(NL, response.assign(p_adjusted=0.3, detectable=0.84))
    assert shown.table.iloc[0].tolist() == ["Alfa", "1,00", "0,50", "0,40", "0,84", "0,200", "0,300"]
    assert (shown.base, shown.words) == (None, {})
