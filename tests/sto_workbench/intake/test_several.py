"""Several answers in one cell: they are told apart, or nobody touches them."""

import pandas as pd
import pytest

from sto_workbench.intake.readers import Export
from sto_workbench.intake.several import parted, several_answers

KNOWN = ["Er is een sterk, uniek en gezamenlijk aanbod", "STO is onderdeel van de organisatie", "We communiceren"]
COLUMN = "Welke vormen?"


def _cells(separator: str, *, ends: str = "") -> pd.Series:
    sets = [KNOWN, KNOWN[:2], KNOWN[1:], KNOWN[:1], [KNOWN[0], KNOWN[2]], [KNOWN[1]]]
    return pd.Series([separator.join(told) + ends for told in sets], name=COLUMN).astype("str")


def _export(cells: pd.Series) -> Export:
    return Export(pd.DataFrame({COLUMN: cells}), {COLUMN: COLUMN})


@pytest.mark.parametrize(("separator", "ends"), [(";", ";"), (", ", ""), (" | ", ""), ("\n", ""), (";", "")])
def test_answers_are_found_whatever_stands_between_them(separator: str, ends: str):
    assert set(several_answers(_cells(separator, ends=ends), KNOWN)) == set(KNOWN)


def test_an_answer_in_other_words_that_holds_the_separator_stays_whole():
    told = [text.replace("en gezamenlijk", "én gedeeld") for text in KNOWN]
    cells = pd.Series([", ".join(told), ", ".join(told[:2]), ", ".join(told[1:]), told[0]] * 3).astype("str")
    assert set(several_answers(cells, KNOWN)) == set(told)


@pytest.mark.parametrize(
    "texts",
    [
        ["ja", "nee", "weet niet"],
        ["Een verhaal, met komma's, en meer", "Een ander verhaal, over iets anders", "Nog iets, heel anders"],
        ["Noord, Oost", "Oost, West", "Noord, West"],
        KNOWN,
    ],
)
def test_other_columns_are_left_alone(texts: list[str]):
    assert several_answers(pd.Series(texts * 2).astype("str"), KNOWN) == []


def test_each_answer_gets_a_column_and_a_blank_cell_stays_blank():
    cells = pd.Series([f"{KNOWN[0]}, {KNOWN[1]}", KNOWN[2], None, f"{KNOWN[2]}, iets eigens"]).astype("str")
    made = parted(_export(cells), {COLUMN: KNOWN})
    boxes = made.cells.astype("object").where(made.cells.notna(), None)
    assert list(boxes[f"{COLUMN} [{KNOWN[0]}]"]) == ["ja", "nee", None, "nee"]
    assert list(boxes[f"{COLUMN} [{KNOWN[2]}]"]) == ["nee", "ja", None, "ja"]
    assert boxes.at[3, f"{COLUMN} [anders]"] == "iets eigens"
    assert made.labels[f"{COLUMN} [{KNOWN[0]}]"].endswith(f"[{KNOWN[0]}]")
    assert COLUMN not in made.cells


def test_a_misspelt_answer_is_never_taken_for_a_box_that_was_not_ticked():
    cells = pd.Series([KNOWN[2], KNOWN[1].replace("STO is onderdeel", "STO is onderdel")], index=[2, 3]).astype("str")
    (fault,) = parted(_export(cells), {COLUMN: KNOWN}).faults
    assert (fault.row, fault.column) == (3, COLUMN)
