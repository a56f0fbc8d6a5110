"""No text that we write runs in a spreadsheet, and every text comes back."""

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sto_analysis.inert import quiet, restored, write_csv
from sto_analysis.monitor.separated import cell_text, text_rows
from tests.conftest import examples

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20\u2212"
_ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\0")  # no cell that was read has a NUL
ODD = st.text(st.one_of(st.sampled_from("'\"=+-@;,|\t\r\n \u200b0a."), _ANY))
RUNS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "\tx", " =1", '"=1', "'=1", "＝1+1", "－1",
        "\ufeff=1",
        "a;=1", "a\n=1", "a;\"=1", "-3-4", "+31 6 1234", "'-3", "''=1")  # fmt: skip


@pytest.mark.parametrize("text", RUNS)
def test_what_would_run_has_an_apostrophe_before_it(text: str):
    made = quiet(text)
    for cell in re.split("[;|\n]", made) if ";" in text or text.startswith("a\n") else [made]:
        assert cell[:1] not in {*SIGNS, "\t", "\r", "\n", " ", '"'} or not cell.strip(" \"'")[:1]
    assert restored(made) == text


@pytest.mark.parametrize("text", ["-3", "+5", "-3,5", "3.14", "’s-Hertogenbosch", "'s-Hage", "a = b", "x - y", ""])
def test_numbers_and_what_people_write_stay(text: str):
    assert quiet(text) == text == restored(text)


@settings(max_examples=examples(2000), deadline=None)
@given(ODD)
@example("'-3")
@example("'\tfoo")
@example("\n\n=")
@example(";';'=")
def test_every_text_comes_back(text: str):
    made = quiet(text)
    assert restored(made) == text
    assert quiet(text) == text or "'" in made
    first = made.lstrip('"\u200b\ufeff \t\r\n')
    assert made[:1] == "'" or first[:1] not in SIGNS or re.fullmatch(r"[+-]?[0-9]+([.,][0-9]+)*", made) or not first


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.tuples(ODD, ODD), min_size=1, max_size=5))
def test_a_table_comes_back_through_our_readers(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]):
    rows = [(f"R{at}", *row) for at, row in enumerate(rows)]
    table = pd.DataFrame(rows, columns=["region", "a", "b"]).assign(n=-3)
    path = tmp_path_factory.getbasetemp() / "table.csv"
    write_csv(table, path)
    found, *_ = text_rows(path, ",", "utf-8")
    assert found[1:] == [[*map(cell_text, row), "-3"] for row in rows]


def test_numbers_stay_numbers():
    table = pd.DataFrame({"a": pd.Categorical(["=1", None, "=1"]), "n": [-1.5, 2, 3], "b": [True, False, True]})
    assert write_csv(table) == "a,n,b\n'=1,-1.5,True\n,2.0,False\n'=1,3.0,True\n"


def test_nothing_is_lost_where_a_path_is_written(tmp_path: Path):
    (tmp_path / "x.csv").write_text("region,name\nR01,'=1\nR02,'s-Gravenhage\n", encoding="utf-8")
    assert [row[1] for row in text_rows(tmp_path / "x.csv")[0]] == ["name", "=1", "'s-Gravenhage"]
