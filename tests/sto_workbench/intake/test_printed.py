"""One mistake is told once, on two screens at most, in both languages; a file cannot speak to the terminal."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from sto_analysis import compendium, errors
from sto_analysis.errors import MissingColumn, Problem, ToDo, UnknownCode
from sto_analysis.messages import LANGUAGE, problem, rank
from sto_analysis.monitor.codebook import Codebook
from sto_workbench.cli import main_group
from sto_workbench.intake.printed import mistakes, on_two_screens, problem_rows
from tests.sto_workbench.intake.agencies import deliver

WAVE, SCREENS = "synthetic-2026", 90
pytestmark = pytest.mark.usefixtures("parsed_once")


def _unknown(row: int, column: str, value: str) -> Problem:
    return problem("check.unknown_answer", item=column, answers="1, 2", row=row, column=column, value=value)


def test_problems_that_differ_in_their_row_are_told_once():
    found = [_unknown(row, "v1", "7") for row in range(1, 816)]
    assert mistakes(found) == [
        [
            "Unknown answer: 815",
            "an answer to v1 that neither wave.yaml nor the codebook knows. Expected: one of 1, 2.",
            "column v1; row 1, 2, 3, 4, 5 and 810 more; value 7",
            "→ Correct the value, or add it to 'codes', 'missing' or 'missing_codes' in wave.yaml.",
        ]
    ]


def test_a_mistake_in_many_columns_is_one_and_what_differs_gives_way():
    (told,) = mistakes([_unknown(row, f"v{column}", str(row)) for row in range(1, 4) for column in range(1, 9)])
    assert told[0] == "Unknown answer: 24"
    assert told[1].startswith("an answer to … that neither")
    assert told[2] == "column v1, v2, v3, v4, v5 and 3 more; row 1, 2, 3; value 1, 2, 3"


def test_a_few_places_are_told_apart():
    (told,) = mistakes([_unknown(3, "v1", "x"), _unknown(17, "v2", "7")])
    assert [line.partition(":")[0] for line in told[1:3]] == ["column v1; row 3; value x", "column v2; row 17; value 7"]


def test_numbers_in_what_is_wrong_make_it_no_other_mistake():
    found = [replace(ToDo(f"{n} of 8 are open", "Fill in.", line=n), name=f"to_do {n} of 8 are open") for n in (1, 5)]
    assert mistakes(found) == [
        ["Still to be filled in: 2", "line 1: 1 of 8 are open", "line 5: 5 of 8 are open", "→ Fill in."]
    ]


def test_what_to_do_is_said_of_each_where_it_differs():
    found = [replace(ToDo("open", f"Fill in {name!r}.", line=1), name="to_do") for name in ("a", "b")]
    assert mistakes(found)[0][-2:] == ["→ Fill in 'a'.", "→ Fill in 'b'."]


def test_long_columns_that_differ_in_their_end_stay_apart():
    told = mistakes([_unknown(1, f"{'Hoe urgent zijn de volgende onderwerpen? ' * 2}{name}", "x") for name in "ab"])
    assert {re.search(r"(.);", line)[1] for line in told[0][1:3]} == {"a", "b"}  # type: ignore[index]


def test_what_stops_everything_comes_first_and_cells_last():
    cell, column = _unknown(1, "v1", "x"), problem("check.unclaimed", column="v9")
    lacks = problem("check.region_lacks", column="regio")
    told = mistakes([cell, column, lacks, ToDo("open", "Fill in."), errors.MissingFile("gone", "Put it there.")])
    assert [title for title, *_ in told] == [
        "A file is not there: 1",
        "Still to be filled in: 1",
        "A column is missing: 1",
        "A column that nothing uses: 1",
        "Unknown answer: 1",
    ]


def test_each_kind_of_problem_has_a_title():
    kinds = {kind.__name__ for kind in [Problem, *Problem.__subclasses__()] if kind.__module__ == errors.__name__}
    assert sorted(kinds, key=lambda kind: rank(f"kinds.{kind}"))[0] == "UnknownWave"


def test_more_mistakes_than_two_screens_hold_are_named_by_number(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "100")
    found = [MissingColumn("what " * 60, f"do {'x' * place}", column="c" * 200) for place in range(60)]
    told = list(on_two_screens(found))
    assert len(told) <= SCREENS
    assert any(line.startswith("  Besides: A column is missing: 1;") for line in told)
    assert told[-1] == "Problems: 60. Mend them and run this again."
    assert len(list(on_two_screens([UnknownCode("w" * 9999, "t" * 9999, value="字" * 999)] * 3))) <= SCREENS


def _check(*more: str) -> Result:
    return CliRunner().invoke(main_group, ["check", WAVE, *more])


def _delivered(copy: Path, codebook: Codebook) -> Path:
    """A delivery of which everything is wrong: answers, columns, regions, rows and wave.yaml."""
    made = deliver("limesurvey-both", copy, codebook)
    table = pd.read_csv(made.file, dtype="str")
    table.iloc[:, 4:-1] = "z" + table.iloc[:, 4:-1].fillna("")
    table.iloc[::3, 3] = "Onbekend"
    table = table.rename(columns={column: f"{column}x" for column in table.columns[-12:-6]})
    pd.concat([table.assign(mail="a@b.nl"), table.iloc[:5]]).to_csv(made.file, index=False)
    return made.file


@pytest.mark.whole
def test_whatever_the_delivery_two_screens_and_both_languages(
    copy: Path, codebook: Codebook, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
    made = deliver("limesurvey-both", copy, codebook)
    new = CliRunner().invoke(main_group, ["new", WAVE, "--from", str(made.file)])
    assert "waarvan TODO" in new.output
    path = compendium.raw(WAVE) / made.file.name
    path.write_bytes(_delivered(copy, codebook).read_bytes())
    told = _check()
    assert told.exit_code == 1
    assert len(told.output.splitlines()) <= SCREENS
    assert re.search(r"^Problemen: \d\.\d{3}\. Los ze op", told.output, re.MULTILINE)
    assert LANGUAGE.get() == "en"
    english = _check("--language", "en")
    assert re.search(r"^Problems: \d,\d{3}\. Mend them", english.output, re.MULTILINE)
    rows = pd.read_csv(io.StringIO(_check("--as", "csv").output))
    assert list(rows.columns) == list(problem_rows([]).columns)
    assert rows["what"].str.contains("geen item gebruikt deze kolom").any()


@pytest.mark.parametrize("column", ["[/b] raar", "[link=x]y", ":smile:"])
def test_a_column_is_shown_as_it_is_called(copy: Path, column: str):
    path = copy / "export.csv"
    pd.DataFrame({"regio": ["R01", "R02"], column: ["1", "2"]}).to_csv(path, index=False)
    runner = CliRunner()
    assert runner.invoke(main_group, ["new", WAVE, "--from", str(path)]).exit_code == 0
    wave = compendium.raw(WAVE) / "wave.yaml"
    text = wave.read_text()
    wave.write_text(text[: text.index("drop:")])
    shown = _check()
    assert shown.exit_code == 1
    assert f"column {column}" in shown.output
