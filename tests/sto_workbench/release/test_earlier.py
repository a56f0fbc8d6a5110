"""Releases that were made before: the same number again, or none where a few answers differ."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sto_analysis.errors import Problems
from sto_workbench.release import gate as gating
from sto_workbench.release.earlier import Earlier, forget, note, read_earlier
from sto_workbench.release.gate import NEAR, Gated, gate
from sto_workbench.release.rules import read_rules
from sto_workbench.release.units import counted_items, read_answered
from tests.sto_workbench.release.bounds import interval
from tests.sto_workbench.release.world import BEFORE, WAVE, answer, delivered, describe, drawn

COLUMN = f"yield.image@{WAVE}"
TOLD = "bands:yield.image.band.top"


def noted(copy: Path, rows: Sequence[str] = (TOLD,)) -> Earlier:
    """A ledger of the answers as they were delivered."""
    for wave in (BEFORE, WAVE):
        answer(wave, delivered(wave).answers)
    note(WAVE, 1, 3, rows, read_answered([WAVE]))
    (found,) = read_earlier(WAVE)
    return found


def changed(position: int | None, region: int = 7) -> pd.DataFrame:
    """The delivered answers, with another position of one region for one item; without the region where it is None."""
    answers = delivered(WAVE).answers.copy()
    if position is None:
        return answers.drop(index=answers.index[region])
    codes = answers["yield_image"].cat.codes.to_numpy().copy()
    codes[region] = position
    answers["yield_image"] = pd.Categorical.from_codes(codes, answers["yield_image"].cat.categories, ordered=True)
    return answers


def test_a_ledger_tells_what_was_told_and_which_answers_differ_now(copy: Path):
    found = noted(copy)
    assert (found.wave, found.number, found.minimum, found.rows) == (WAVE, 1, 3, {TOLD})
    assert found.readable
    now = read_answered([WAVE])[COLUMN]
    assert found.changed(COLUMN, now) == set()
    region = str(now.index[3])
    assert found.changed(COLUMN, now.drop(region)) == {region}
    assert found.changed(COLUMN, now.where(now.index != region, (now + 1) % 5)) == {region}


def test_a_ledger_holds_no_answer_and_is_private(copy: Path):
    noted(copy)
    path = copy / "data" / "processed" / WAVE / "releases" / "1.parquet"
    assert path.stat().st_mode & 0o077 == 0
    table = pd.read_parquet(path)
    digests = table.loc[table["name"] == COLUMN, "digest"]
    assert digests.is_unique, "equal answers of two regions must not look equal"


def test_a_withdrawn_answer_leaves_an_empty_line(copy: Path):
    noted(copy)
    now = read_answered([WAVE])[COLUMN]
    region = str(now.index[3])
    assert forget(BEFORE, [region]) >= 0
    assert forget(WAVE, [region]) > 20
    (found,) = read_earlier(WAVE)
    assert region not in found.answers[COLUMN]
    assert len(found.changed(COLUMN, now.drop(region))) == 1


def test_a_ledger_of_a_lost_key_is_known_as_such(copy: Path):
    noted(copy)
    (copy / "data" / "processed" / ".key").unlink()
    from sto_analysis import digests

    digests._key.cache_clear()
    (found,) = read_earlier(WAVE)
    assert not found.readable


def test_a_damaged_ledger_is_told(copy: Path):
    noted(copy)
    (copy / "data" / "processed" / WAVE / "releases" / "1.parquet").write_bytes(b"no")
    with pytest.raises(Problems, match="cannot be read"):
        read_earlier(WAVE)


def test_releases_of_a_wave_that_is_compared_count_too(copy: Path):
    noted(copy)
    note(BEFORE, 1, 10, [], read_answered([BEFORE]))
    assert {(each.wave, each.minimum) for each in read_earlier(BEFORE)} == {(BEFORE, 10), (WAVE, 3)}


def gated(monkeypatch: pytest.MonkeyPatch, answers: pd.DataFrame, earlier: Sequence[Earlier]) -> Gated:
    """The gate without the choice of what is withheld within an item."""
    answer(WAVE, answers)
    describe(WAVE)
    monkeypatch.setattr(gating, "_hidden", lambda *_: set())
    return gate(WAVE, read_rules(WAVE), earlier)


@pytest.mark.whole
def test_what_was_told_of_nearly_the_same_answers_is_not_told_again(copy: Path, monkeypatch: pytest.MonkeyPatch):
    """A changed, a late (seen from the other side) and a withdrawn answer; an item that is as it was is told again."""
    before = noted(copy, [TOLD, "bands:yield.teachers.band.top"])
    for answers in (changed(0), changed(None), changed(-1)):
        log = gated(monkeypatch, answers, [before]).log
        near = set(log.loc[log["rule"] == NEAR, "row"])
        assert TOLD in near
        assert ("bands:yield.teachers.band.top" in near) == (len(answers) < 51)
        assert "bands:yield.enrolment.band.top" not in near, "nothing was told of it"
    answer(WAVE, delivered(WAVE).answers)
    assert NEAR not in set(gated(monkeypatch, delivered(WAVE).answers, [before]).log["rule"])


@pytest.mark.whole
def test_two_presets_of_the_same_answers_do_not_add_up(copy: Path):
    """What a strict release withheld stays open beside a loose one, to the protection of the stricter."""
    rng = np.random.default_rng(4)
    for wave in (BEFORE, WAVE):
        answer(wave, drawn(wave, rng))
    describe(WAVE)
    first, told = read_rules(WAVE, "official_statistics"), list[set[str]]()
    one = gate(WAVE, first)
    one.note(1)
    two = gate(WAVE, read_rules(WAVE), read_earlier(WAVE))
    for counted in counted_items(WAVE):
        item, units = counted.linked(10), counted.units
        shown = {unit for row, unit in units.items() if row in one.rows | two.rows}
        told.append(shown)
        for group in item.sums[item.sensitive]:
            low, high = interval(item, shown, group, np.zeros_like(group))
            _, most = interval(item, set(), group, np.zeros_like(group))
            assert low == 0, counted.name
            assert high >= min(10, most), counted.name
    assert any(told)
