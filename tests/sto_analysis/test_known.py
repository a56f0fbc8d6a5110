"""A number knows which result it is until something is computed with it."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sto_analysis.known import Known, Source, Told, constant, numbers, records, whole
from sto_analysis.results import read_result, write_result
from tests.sto_analysis.test_results import WAVE, planned

ONE = Source("share.urgency.a.top", table="shares")


def _shares() -> pd.DataFrame:
    row = {"measure": "urgency", "base": 42, "low": 0.4, "high": 0.9, "population": 78}
    rows = pd.DataFrame([{**row, "concept": "a", "share": 0.5}, {**row, "concept": "b", "share": np.nan}])
    return write_result(rows.assign(low=[0.4, np.nan], high=[0.9, np.nan]), WAVE, "shares")


def test_every_part_of_a_row_is_a_number_of_the_result_that_it_is_part_of(copy: Path):
    _shares()
    first, second = records(read_result(WAVE, "shares"))
    parts = {"share": "value", "low": "low", "high": "high", "base": "n"}
    for column, part in parts.items():
        assert first[column].source == Source("share.urgency.a.top", part, "shares")
    assert [first[column] for column in parts] == [0.5, 0.4, 0.9, 42]
    assert second["share"].source == Source("share.urgency.b.top", "value", "shares")
    assert math.isnan(second["share"])
    assert type(first["concept"]) is str


def test_what_is_of_the_whole_table_has_the_id_of_the_table_in_every_row(copy: Path):
    given = _shares()
    assert {row["population"].source for row in records(given)} == {Source("population.shares", "value", "shares")}
    found = whole(given.iloc[1:], "population")["population"]
    assert (found, found.source.id) == (78, "population.shares")


def test_a_table_without_rows_has_missing_numbers(copy: Path):
    assert math.isnan(whole(_shares().iloc[:0], "population")["population"])


def test_a_printed_text_is_a_result_too(copy: Path):
    row = {"measure": "yield_top", "concept": "a", "count": 20, "base": 51, "computed": "39%", "published": "40%"}
    (found,) = records(write_result(pd.DataFrame([row]), WAVE, "backtest"))
    assert isinstance(found["computed"], Told)
    assert found["computed"] == "39%"
    assert found["computed"].source == Source("computed.yield_top.a", "value", "backtest")
    assert found["published"].source.id == "published.yield_top.a"


def test_a_number_that_another_table_holds_has_the_id_that_it_has_there(copy: Path):
    row = {"exposure": "a", "odds_ratio": 4.6, "low": 1.9, "high": 11.1, "regions": 51, "least": 3.9, "most": 5.2}
    row |= {"p": 0.002, "p_adjusted": 0.003, "status": "estimated", "alias": "", "tested": "yes", "family": "borging"}
    write_result(pd.DataFrame([row]), WAVE, "associations")
    checked = {name: row[name] for name in ("exposure", "odds_ratio", "least", "most", "status", "tested")}
    checked |= {"p_adjusted": 0.003, "family": "borging", "shrunken": 3.3}
    (found,) = records(write_result(pd.DataFrame([checked]), WAVE, "robustness"))
    assert found["odds_ratio"].source == Source("odds_ratio.a", "value", "associations")
    assert found["least"].source == Source("left_out.a", "low", "associations")
    assert found["shrunken"].source == Source("shrunken.a", "value", "robustness")


def test_numbers_of_a_column_know_their_sources_and_leave_out_what_is_missing(copy: Path):
    table = write_result(planned(), WAVE, "planning")
    assert numbers(table, "chance") == [0.5]
    assert max(numbers(table, "visible")).source.id == "visible.planning.borging.78"
    assert numbers(table.drop(columns="result"), "visible") == pytest.approx([0.1, 1 / 3])


def test_a_table_of_no_store_has_plain_numbers():
    row = {"concept": "a", "share": 0.5, "population": 78}
    (found,) = records(pd.DataFrame([row]))
    assert found == row
    assert not isinstance(found["share"], Known)
    assert whole(pd.DataFrame([row]), "population") == {"population": 78}


@pytest.mark.parametrize(
    "computed",
    [lambda x: x + 1, lambda x: 100 * x, lambda x: -x, abs, lambda x: x - x, lambda x: x / 2, round, np.float64, float],
)
def test_what_is_computed_with_a_number_is_another_number(computed):
    assert not hasattr(computed(Known(0.5, ONE)), "source")


def test_a_choice_from_numbers_is_one_of_them():
    low, high = Known(0.5, ONE), Known(0.7, Source("x"))
    assert min(low, high).source == ONE
    assert sorted([high, low])[0].source == ONE


def test_a_constant_has_its_name_and_stands_in_no_table():
    assert constant("hundred", 100).source == Source("hundred", "value", "")
