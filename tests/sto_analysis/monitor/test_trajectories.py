"""Yields and forms over waves: only equal words, the same yields of a region in all its waves, mergers followed."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sto_analysis.monitor import trajectories as module
from sto_analysis.monitor.measures import Followed
from sto_analysis.monitor.trajectories import Trajectories, trajectories

REGISTER = pd.DataFrame({"merged_into": [None, None, None, "A", "A"]}, index=["A", "B", "C", "D", "E"])


def _followed(wave: str, yields: dict[str, str], forms: dict[str, str], series: dict[str, int]) -> list[Followed]:
    """Answers per region as a string of 1, 0 and a dot for none, in the order of `yields` and `forms`."""
    made = []
    for measure, answers in (("yield_top", yields), ("borging", forms)):
        names = list(series)[: len(next(iter(answers.values())))] if measure == "yield_top" else ["form"]
        flags = pd.DataFrame(
            [[{"1": True, "0": False, ".": None}[each] for each in given] for given in answers.values()],
            index=list(answers), columns=names, dtype="boolean",
        )  # fmt: skip
        made.append(Followed(measure, wave, flags, 5, [series[name] for name in names]))
    return made


WORDS = {"p": 1, "q": 1, "form": 1}


def _run(monkeypatch: pytest.MonkeyPatch, *followed: list[Followed], changed: dict[str, list[str]] | None = None):
    monkeypatch.setattr(module, "trend", lambda waves, codebook: [each for wave in followed for each in wave])
    monkeypatch.setattr(module, "read_register", lambda kind: REGISTER)
    told = {} if changed is None else changed
    waves = [
        SimpleNamespace(
            wave=wave[0].wave,
            synthetic=True,
            changed_respondents=None if changed is None else told.get(wave[0].wave, []),
        )
        for wave in followed
    ]
    return trajectories(waves, None)


def _shares(found: Trajectories) -> dict[str, list[float]]:
    return {region: row.tolist() for region, row in found.shares.iterrows()}


def test_a_region_is_compared_on_the_yields_that_it_answered_in_all_its_waves(monkeypatch: pytest.MonkeyPatch):
    first = _followed("2021", {"A": "10", "B": "1.", "C": ".."}, {"A": "1", "B": "0", "C": "1"}, WORDS)
    last = _followed("2024", {"A": "11", "B": "01", "C": "01"}, {"A": ".", "B": "1", "C": "1"}, WORDS)
    found = _run(monkeypatch, first, last)["unknown"]
    np.testing.assert_equal(_shares(found), {"A": [0.5, 1.0], "B": [1.0, 0.0], "C": [np.nan, 0.5]})
    np.testing.assert_equal(found.forms["form"].to_numpy(), [[1, np.nan], [0, 1], [1, 1]])


def test_a_merger_is_followed_and_left_out_where_several_predecessors_answered(monkeypatch: pytest.MonkeyPatch):
    last = _followed("2024", {"A": "11", "B": "01"}, {"A": "1", "B": "1"}, WORDS)
    alone = _followed("2021", {"D": "10", "B": "10"}, {"D": "0", "B": "1"}, WORDS)
    assert _shares(_run(monkeypatch, alone, last)["unknown"])["A"] == [0.5, 1.0]
    both = _followed("2021", {"D": "10", "E": "10", "B": "10"}, {"D": "0", "E": "0", "B": "1"}, WORDS)
    np.testing.assert_equal(_shares(_run(monkeypatch, both, last)["unknown"])["A"], [np.nan, 1.0])


def test_what_was_asked_in_other_words_is_not_compared(monkeypatch: pytest.MonkeyPatch):
    last = _followed("2024", {"A": "11", "B": "01"}, {"A": "1", "B": "1"}, {"p": 2, "q": 1, "form": 1})
    first = _followed("2021", {"A": "01", "B": "11"}, {"A": "1", "B": "1"}, WORDS)
    assert _shares(_run(monkeypatch, first, last)["unknown"]) == {"A": [1.0, 1.0], "B": [1.0, 1.0]}
    neither = _followed("2024", {"A": "11", "B": "01"}, {"A": "1", "B": "1"}, {"p": 2, "q": 2, "form": 1})
    assert list(_run(monkeypatch, first, neither)["same"].shares) == ["2024"]
    form = _followed("2024", {"A": "11", "B": "01"}, {"A": "1", "B": "1"}, WORDS | {"form": 2})
    assert list(_run(monkeypatch, first, form)["same"].shares) == ["2024"]
    before = _followed("2018", {"A": "01", "B": "11"}, {"A": "0", "B": "1"}, WORDS)
    over = _run(monkeypatch, before, _followed("2021", {"A": "00"}, {"A": "1"}, {"p": 9, "q": 9, "form": 9}), last)
    assert list(over["unknown"].shares) == ["2018", "2024"]


def test_regions_where_the_respondent_changed_are_left_out_and_shown_apart(monkeypatch: pytest.MonkeyPatch):
    waves = [
        _followed(wave, {"A": "11", "B": "01", "C": "11"}, {"A": "1", "B": "1", "C": "0"}, WORDS)
        for wave in ("2018", "2021", "2024")
    ]
    found = _run(monkeypatch, *waves, changed={"2018": ["C"], "2021": ["D"], "2024": []})
    assert list(found) == ["same", "all"]
    assert list(found["same"].shares.index) == list(found["same"].forms["form"].index) == ["B", "C"]
    assert list(found["all"].shares.index) == ["A", "B", "C"]
    assert list(_run(monkeypatch, *waves, changed={})) == ["same"]


def test_a_wave_without_yields_or_forms_gives_a_trajectory_of_one_wave(monkeypatch: pytest.MonkeyPatch):
    waves = [_followed("2021", {"A": "11"}, {"A": "1"}, WORDS), _followed("2024", {"A": ""}, {"A": "1"}, WORDS)]
    found = _run(monkeypatch, *waves)["same"]
    assert (list(found.shares), found.shares.notna().any(axis=None)) == (["2024"], False)
