"""Ids and names have an alphabet and a length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sto_analysis.names import LONGEST_ID, plain_file, plain_id, plain_name

NO_ID = (
    "", ".", "..", "../../../x", "a/b", "a\\b", "C:", "{region}", "%s", "a b", " a", "a ", "a.", "a\n", "a\0", "-a",
    "a-", "_a", "é", "\u0430",
    "R\u0301", "\uff21", "a" * (LONGEST_ID + 1), "CON", "nul", "Aux", "com1", "LPT9", "=1", "~",
)  # fmt: skip
NO_FILE = (
    "", ".", "..", "../x.sav", "/etc/passwd", "a/b.sav", "a\\b.sav", "C:x.sav", "x.sav:y", ".x", " x", "x ", "x.",
    "x\n", "x\0.sav", "CON.sav", "nul.tar.gz", "com1", "COM\u00b9.csv", "x\u202egnp.sav", "\x1b[2J.sav", "x" * 101,
    "\u00e9" * 60,
)  # fmt: skip


@pytest.mark.parametrize("text", NO_ID)
def test_what_is_no_id_is_refused(text: str):
    with pytest.raises(ValueError, match="is no id"):
        plain_id(text)


def test_a_number_is_refused_with_how_it_is_given():
    with pytest.raises(ValueError, match=r"2024 came as a number.*-r wave 2024"):
        plain_id(2024)


@pytest.mark.parametrize("text", NO_FILE)
def test_what_is_no_plain_file_name_is_refused(text: str):
    with pytest.raises(ValueError, match="no plain name of a file"):
        plain_file(text)


@given(st.text())
def test_an_id_is_ascii_and_short_whatever_is_tried(text: str):
    try:
        plain_id(text)
    except ValueError:
        return
    assert text.isascii()
    assert text.replace("-", "").replace("_", "").isalnum()
    assert 0 < len(text) <= LONGEST_ID


def test_what_people_write_passes():
    assert [plain_id(text) for text in ("R01", "synthetic-2024", "12")] == ["R01", "synthetic-2024", "12"]
    assert plain_file("Enquête STO 2026 (définitief).xlsx") == "Enquête STO 2026 (définitief).xlsx"
    assert plain_name("’s-Hertogenbosch & omstreken") == "’s-Hertogenbosch & omstreken"


@pytest.mark.parametrize("text", ["a\nb", "\x1b[31m", "a\u202eb", "a\u200bb", "x" * 121])
def test_a_name_is_one_line_that_prints(text: str):
    with pytest.raises(ValueError, match="is no name"):
        plain_name(text)
