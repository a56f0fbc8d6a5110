"""Shares as exhibits."""

import pandas as pd

from sto_analysis.report.exhibits import shares
from tests.sto_analysis.report import named
from tests.sto_analysis.report.derived import agreeing, gaps, shifted

NL = named("nl", a="Alfa", b="Beta", index_many="Veel")
BASE = {"low": 0.4, "high": 0.9, "population": 78}
SHARES = pd.DataFrame(
    [
        {"measure": "urgency", "concept": "a", "share": 0.5, "base": 42},
        {"measure": "urgency", "concept": "b", "share": 0.9, "base": 42},
        {"measure": "yield_top", "concept": "a", "share": 0.6, "base": 51},
        {"measure": "yield_top", "concept": "b", "share": 0.4, "base": 50},
        {"measure": "yield_low", "concept": "a", "share": 0.1, "base": 51},
        {"measure": "yield_low", "concept": "b", "share": 0.2, "base": 50},
        {"measure": "borging", "concept": "a", "share": 0.7, "base": 51},
        {"measure": "index", "concept": "index_many", "share": 0.39, "base": 48},
    ]
).assign(**BASE)


def test_urgency_stands_beside_yield_with_both_bases():
    shown = shares.quadrant_figure(NL, SHARES, gaps(SHARES))
    assert shown.table.iloc[0].tolist() == ["Beta", "90%", "42", "40%", "50", "+50"]
    assert shown.table.iloc[1, -1] == "−10"
    assert "het grootst bij Beta. " in shown.words["told"]
    assert shown.base == [42, 42, 51, 50]


def test_all_shares_have_their_interval_and_base():
    shown = shares.shares_table(NL, SHARES)
    interval = "40% tot 90%"
    expected = ["Alfa", "50%", interval, "42", "60%", interval, "51", "10%", interval, "51"]
    assert shown.table.iloc[0].tolist() == expected
    assert shown.words == {"population": 78}


def test_weighted_shares_stand_beside_the_plain_ones():
    weighted = {"weighted": 0.57, "weighted_low": 0.4, "weighted_high": 0.7, "effective": 46.6, "strata": 3}
    shown = shares.weighted_table(NL, shifted(SHARES.assign(**weighted, weighted_by="a")))
    assert shown.table.iloc[2].tolist() == ["(Veel) opbrengst", "Alfa", "60%", "57%", "−3", "40% tot 70%", "47", "51"]
    assert shown.table.iloc[7].tolist()[:2] == ["Borging", "Veel"]
    assert shown.words == {"name": "Alfa", "strata": 3}


def test_yields_name_the_highest_and_the_lowest():
    shown = shares.yields_figure(NL, SHARES)
    finding = "De meeste regio’s zien (veel) opbrengst bij Alfa (60%), de minste bij Beta (40%)."
    ends = {"first": "Alfa", "high": "60%", "last": "Beta", "low": "40%"}
    assert shown.words.items() >= (ends | {"population": 78, "finding": finding}).items()
    assert shown.table.iloc[1].tolist() == ["Beta", "40%", "40% tot 90%", "50"]


def test_forms_stand_with_the_index_in_the_table_and_without_it_in_the_figure():
    assert shares.borging_table(NL, SHARES).table.iloc[:, 0].tolist() == ["Alfa", "Veel"]
    assert shares.borging_table(NL, SHARES).words["population"] == 78
    assert shares.borging_figure(NL, SHARES).table.iloc[:, 0].tolist() == ["Alfa"]


def test_the_backtest_counts_what_is_equal():
    row = {"measure": "yield_top", "concept": "a", "count": 20, "base": 51, "computed": "39%"}
    rows = [{**row, "published": "39%", "equal": True}, {**row, "published": "40%", "equal": False}]
    backtest = agreeing(pd.DataFrame(rows))
    shown = shares.backtest_table(NL, backtest)
    assert shown.table.iloc[:, 2:].to_numpy().tolist() == [
        ["39%", "39%", "ja", "20/51"],
        ["39%", "40%", "nee", "20/51"],
    ]
    assert shown.words == {"agreeing": 1, "compared": 2}
    assert shares.backtest_table(NL, backtest.iloc[:0]).base is None


def test_changes_and_gaps_are_counted_per_question():
    log = pd.DataFrame({"item": ["yield_a", "yield_b", ""], "rule": ["recode", "recode", "drop"]})
    table = shares.changes_table(NL, log).table.set_index("rule")
    assert table.loc["recode"].tolist() == ["0", "2"]
    missing = pd.DataFrame({"item": ["yield_a", "yield_b"], "reason": ["refused", "blank"]})
    assert shares.missing_table(NL, missing).table.iloc[0].tolist() == ["yield", "1", "1"]
