"""What a release does not show is neither printed nor said, and nothing is said that looks at it."""

import json

import numpy as np
import pandas as pd
import pytest

from sto_analysis import compendium
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.report.context import Context
from sto_analysis.report.shown import (
    HALF,
    Release,
    all_shown,
    drawn,
    hidden_in,
    marked,
    of_all,
    release_sentence,
    released,
    watched,
    withheld,
    without_withheld,
)
from sto_analysis.results import ROW, WITHHELD

RELEASE = Release(2, "2026-11-27", {"nl": "kleine enquête", "en": "small survey"}, 3, 0.7)


@pytest.fixture(params=["nl", "en"])
def context(codebook: Codebook, request: pytest.FixtureRequest) -> Context:
    return Context(request.param, codebook)


def gated(*hidden: set[str]) -> pd.DataFrame:
    rows = [f"gaps:{name}" for name, _ in zip("abcdef", hidden, strict=False)]
    values = [np.nan if "gap" in each else 0.25 for each in hidden]
    return pd.DataFrame({"gap": values, ROW: rows, WITHHELD: [*map(frozenset, hidden)]})


def test_all_rows_are_shown_where_none_withholds_a_number_of_the_columns_that_are_asked_for():
    assert all_shown(gated(set(), {"p"}), "gap")
    assert not all_shown(gated(set(), {"p"}), "gap", "p")
    assert not all_shown(gated(set(), {"p"}))


def test_a_frame_of_no_release_is_whole_and_one_of_a_release_without_rows_is_not():
    assert all_shown(pd.DataFrame({"gap": [np.nan]}), "gap")
    assert all_shown(pd.DataFrame({"gap": []}))
    assert not all_shown(gated(set()).iloc[:0], "gap")


def test_only_rows_that_are_shown_are_drawn():
    frame = gated(set(), {"gap"}, {"p"})
    assert [*drawn(frame, "gap").index] == [0, 2]
    assert [*withheld(frame, "gap", "p")] == [False, True, True]
    assert [*withheld(frame.drop(columns=WITHHELD), "gap")] == [False] * 3


def test_a_function_that_looks_at_all_rows_says_nothing_where_one_is_withheld():
    @of_all("gap")
    def most(frame: pd.DataFrame) -> str:
        return f"{frame['gap'].max():g}"

    @of_all("gap")
    def each(frame: pd.DataFrame) -> list[str]:
        return [most(frame)]

    assert (most(gated(set(), {"p"})), each(gated(set()))) == ("0.25", ["0.25"])
    assert (most(gated(set(), {"gap"})), each(gated(set(), {"gap"}))) == ("", [])


@pytest.mark.parametrize(
    "cell", [lambda _, row: str(row["gap"]), lambda _, row: "none" if np.isnan(row.get("gap")) else ""]
)
def test_a_cell_that_asks_for_a_withheld_number_is_the_mark_whatever_it_makes_of_it(context: Context, cell):
    first, last = watched(gated({"p"}, {"gap"}))
    assert marked(cell, context, last) == "·"
    assert marked(cell, context, first) != "·"
    assert marked(lambda *_: "name", context, last) == "name"


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([["a", "1", "2"], ["b", "3", "4"]], (False, False, False)),
        ([["a", "1", "2"], ["b", "·", "4"]], (True, False, False)),
        ([["a", "1", "·"], ["b", "3", "·"]], (True, False, False)),  # a column that is withheld whole
        ([["a", "·", "2"], ["b", "·", "4"]], (True, True, False)),
        ([["a", "·", "2"], ["b", "·", "4"], ["c", "5", "6"]], (True, True, False)),
        ([["a", "·", "·"], ["b", "·", "–"]], (True, True, True)),
        ([["a", "· (51)", "2"]], (True, False, False)),
    ],
)
def test_an_exhibit_is_judged_by_what_its_table_shows(cells: list[list[str]], told: tuple[bool, ...]):
    assert hidden_in(pd.DataFrame(cells)) == told


@pytest.mark.parametrize("shown", [0.7, HALF - 0.01])
def test_a_public_page_says_its_rules_and_a_coarser_question_where_little_is_left(context: Context, shown: float):
    said = release_sentence(context, Release(**vars(RELEASE) | {"shown": shown}))
    assert f">{context.texts.percent(shown)}</data>" in said
    assert (context.texts("release.coarser") in said) is (shown < HALF)
    assert RELEASE.preset[context.language] in said


def test_which_release_it_is_stands_beside_the_results(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "codebook.yaml").touch()
    monkeypatch.setenv("STO_ROOT", str(tmp_path))
    assert released("2024") is None
    path = compendium.processed("2024") / "release.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(vars(RELEASE)), encoding="utf-8")
    assert released("2024") == RELEASE


def test_columns_that_are_withheld_whole_are_left_out_and_named():
    rows = [["a", "·", "·", "3%", "51"], ["b", "·", "·", "·", "51"]]
    table = pd.DataFrame(rows, columns=["Head", "p", "n", "q", "n"])
    left, gone = without_withheld(table)
    assert left.to_numpy().tolist() == [["a", "3%", "51"], ["b", "·", "51"]]
    assert gone == ["p"], "an n is still told"
    assert without_withheld(table.iloc[:0])[1] == []
