"""Messages name the error, the place, what was expected and what to do."""

from pathlib import Path

import pytest

from sto_analysis.errors import Problems, UnknownCode


def test_a_problem_says_where_and_what_to_do():
    problem = UnknownCode(
        "no such code.", "Correct it.", file=Path("a.sav"), row=3, column="v1", value="7", expected="1"
    )
    assert str(problem) == "UnknownCode: a.sav, row 3, column 'v1', value '7': no such code. Expected: 1. Correct it."


def test_a_path_below_the_working_directory_is_shortened():
    problem = UnknownCode("x.", "y.", file=Path.cwd() / "data" / "a.sav")
    assert "UnknownCode: data/a.sav: x." in str(problem)


def test_all_problems_come_in_one_message():
    with pytest.raises(Problems, match="2 problems:") as caught:
        Problems.raise_if(UnknownCode(f"problem {i}.", "Do.") for i in range(2))
    assert "problem 0." in str(caught.value)
    assert "problem 1." in str(caught.value)


def test_no_problem_raises_nothing():
    Problems.raise_if([])
