"""What is told of units alike is true, and gives nobody's answer away."""

from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from sto_analysis.analysis.alike import LEAST, _label, alike
from tests.conftest import examples

Groups = dict[float, tuple[int, int]]


def _told(groups: Groups, unknown: tuple[int, int] = (0, 0)) -> pd.DataFrame:
    """Groups as size and number of yes; `unknown` has no level."""
    levels, answers = [], []
    for level, (size, yes) in {**groups, np.nan: unknown}.items():
        levels += [level] * size
        answers += [True] * yes + [False] * (size - yes)
    flags = pd.DataFrame({"a": pd.Series(answers, dtype="boolean")})
    return alike(flags, pd.Series(levels, dtype=float)).set_index("level")


def _worlds(told: pd.DataFrame, sizes: Mapping[float, int], n: int, yes: int) -> Iterator[dict[float, int]]:
    """Counts of every group, and of those that are not told, that fit all that is told and all that is known."""
    shown = [level for level, row in told.iterrows() if row["bound"] != "few"]
    possible = [
        [k for k in range(sizes[level] + 1) if _fits(told.loc[level], k, sizes[level], n, yes)] for level in shown
    ]
    rest = n - sum(sizes[level] for level in shown)
    for counts in product(*possible):
        if 0 <= (left := yes - sum(counts)) <= rest:
            yield {**dict(zip(shown, counts, strict=True)), np.inf: left}


def _fits(row: pd.Series, count: int, size: int, n: int, yes: int) -> bool:
    """What a reader can conclude of a count: nothing where it is not told for being too even."""
    if row["bound"] == "even":
        return True
    return max(0, yes - (n - size)) <= count <= min(size, yes) and _label(count, size, n, yes) == (
        row["of_ten"],
        row["bound"],
    )


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=3), st.integers(0, 14), st.data())
def test_nobody_finds_out_that_all_others_of_any_group_agree(sizes: list[int], loose: int, data: st.DataObject):
    groups = {float(at): (size, data.draw(st.integers(0, size))) for at, size in enumerate(sizes)}
    unknown = (loose, data.draw(st.integers(0, loose)))
    told = _told(groups, unknown)
    n, yes = (sum(each[place] for each in [*groups.values(), unknown]) for place in (0, 1))
    shown = [level for level, row in told.iterrows() if row["bound"] != "few"]
    of = {level: groups[level][0] for level in shown}
    of[np.inf] = n - sum(of.values())
    assert all(size > LEAST for level, size in of.items() if level in groups)
    assert of[np.inf] == 0 or of[np.inf] > LEAST or not shown
    worlds = list(_worlds(told, {level: size for level, (size, _) in groups.items()}, n, yes))
    if not told["of_ten"].notna().any():
        return
    for level, size in of.items():
        for own in (0, 1) if size else ():  # what a reader in that group knows of itself
            others = {world[level] - own for world in worlds if 0 <= world[level] - own <= size - 1}
            assert not others or others - {0, size - 1}, (level, size, own)


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.integers(11, 26), min_size=2, max_size=3), st.data())
def test_what_is_told_is_true(sizes: list[int], data: st.DataObject):
    groups = {float(at): (size, data.draw(st.integers(0, size))) for at, size in enumerate(sizes)}
    for level, row in _told(groups).iterrows():
        size, yes = groups[level]
        if row["bound"] == "about":
            assert 1 <= row["of_ten"] <= 9
            assert abs(10 * yes / size - row["of_ten"]) <= 0.5 + 1e-9 or row["of_ten"] in (1, 9)
        if row["bound"] == "least":
            assert 10 * yes / size >= row["of_ten"] > 0
        if row["bound"] == "most":
            assert 10 * yes / size <= row["of_ten"] < 10


def test_ten_others_are_needed_in_a_group_and_in_what_it_leaves_over():
    assert _told({0.0: (10, 5), 1.0: (20, 10)})["bound"].tolist() == ["few", "few"]
    assert _told({0.0: (11, 5), 1.0: (20, 10)})["bound"].tolist() == ["about", "about"]
    assert _told({0.0: (20, 9), 1.0: (20, 10), 2.0: (5, 2)})["bound"].tolist().count("few") == 2
    assert _told({0.0: (20, 9), 1.0: (20, 10)}, (3, 1))["bound"].tolist().count("few") == 1


def test_the_ends_are_not_told_apart_from_those_next_to_them():
    said = {_told({0.0: (15, yes), 1.0: (30, 15)}).loc[0.0, "of_ten"] for yes in (0, 1, 2)}
    assert said == {2.0}
    assert _told({0.0: (15, 3), 1.0: (30, 15)}).loc[0.0, "bound"] == "about"
    assert _told({0.0: (15, 15), 1.0: (30, 30)})["bound"].tolist() == ["even", "even"]


def test_missing_answers_and_missing_levels_count_nowhere():
    flags = pd.DataFrame({"a": pd.Series([True, False, pd.NA] * 30, dtype="boolean")})
    found = alike(flags, pd.Series([0.0] * 45 + [1.0] * 45)).iloc[0]
    assert (found["regions"], found["of_ten"], found["bound"]) == (30, 5, "about")
    assert alike(flags, pd.Series([np.nan] * 90)).empty
