"""What passes the gate: nothing small follows from it, and nothing withheld has a part in it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.missing import compare_response
from sto_analysis.declared import tables
from sto_analysis.results import read_result, write_result
from sto_workbench.release import gate as gating
from sto_workbench.release.blank import WITHHELD
from sto_workbench.release.cells import counted, part
from sto_workbench.release.gate import Gated, gate
from sto_workbench.release.rules import read_rules, release_of
from sto_workbench.release.units import counted_items
from tests.sto_workbench.release.bounds import interval
from tests.sto_workbench.release.world import BEFORE, WAVE, answer, delivered, describe, drawn

TOP = "bands:yield.image.band.top"


def made(rng: np.random.Generator) -> None:
    for wave in (BEFORE, WAVE):
        answer(wave, drawn(wave, rng))
    describe(WAVE)


def assert_protected(gated: Gated) -> None:
    """No small group of an item follows, for an outsider and for one region of the largest cell that is not empty."""
    shown, least = gated.rows, gated.rules.minimum
    for each in (each for each in counted_items(gated.wave) if each.counts.any()):
        item, units = each.linked(least), each.units
        told = {unit for row, unit in units.items() if row in shown}
        for group in item.sums[item.sensitive]:
            for own in (np.zeros_like(group), np.eye(len(group), dtype=np.int64)[item.counts.argmax()]):
                (low, high), (_, most) = (interval(item, units_, group, own) for units_ in (told, set[str]()))
                assert low == 0, (each.name, low, high)
                assert high >= min(least, most), (each.name, low, high)


@pytest.mark.whole
@pytest.mark.parametrize("preset", ["small_survey", "official_statistics"])
def test_nothing_small_follows_from_what_passes(copy: Path, preset: str):
    made(np.random.default_rng(5))
    gated = gate(WAVE, read_rules(WAVE, preset))
    assert gated.rows
    assert_protected(gated)


@pytest.mark.whole
def test_a_row_falls_with_what_it_is_made_of_and_no_single_region_leaves(copy: Path, monkeypatch: pytest.MonkeyPatch):
    made(np.random.default_rng(6))
    gone = {f"{each}:borging.communication.{end}" for each, end in (("shares", "top"), ("distribution", "2"))}
    gone |= {"shares:urgency.teachers.top"}
    monkeypatch.setattr(gating, "_hidden", lambda item, *_: gone & set(item.units))
    gated = gate(WAVE, read_rules(WAVE))
    log = gated.log.set_index("row")["rule"]
    assert log["gaps:teachers"] == "part"
    assert {row for row in log.index if row.startswith("shares:index.index")} == {
        "shares:index.index_many",
        "shares:index.index_hardly",
    }
    shares = gated.tables["shares"]
    assert shares.loc[shares["statistic"] == "mean_forms", "value"].isna().all()
    assert shares.loc[shares["statistic"] == "answered", "value"].notna().all()
    assert gated.tables["alike"].empty


@pytest.mark.whole
def test_what_is_written_is_read_as_a_store(copy: Path, monkeypatch: pytest.MonkeyPatch):
    made(np.random.default_rng(7))
    gone = {"shares:urgency.teachers.top"}
    monkeypatch.setattr(gating, "_hidden", lambda item, *_: gone & set(item.units))
    before = read_result(WAVE, "shares")
    for name, table in gate(WAVE, read_rules(WAVE)).shown.items():
        table.write(copy / "data" / "processed" / WAVE / "results" / f"{name}.parquet")
    view = read_result(WAVE, "shares").set_index(["measure", "concept"])
    assert pd.isna(view.loc[("urgency", "teachers"), ["share", "count", "base", "low"]]).all()
    kept = before.set_index(["measure", "concept"])["count"].drop(("urgency", "teachers"))
    assert view["count"].drop(("urgency", "teachers")).tolist() == kept.tolist()


@pytest.mark.whole
def test_no_withheld_number_moves_a_byte(copy: Path, monkeypatch: pytest.MonkeyPatch):
    """One answer of one region changed: the same rows withheld, the store that leaves differs in what passed only."""
    gone = {"bands:yield.image.band.top", "bands:yield.image.band.low", "bands:yield.image.band.middle"}
    monkeypatch.setattr(
        gating, "_hidden", lambda item, *_: [r for r in item.units if item.name == "yield.image" or r in gone]
    )
    answer(BEFORE, delivered(BEFORE).answers)
    told = []
    for move in (0, 1):
        answers = delivered(WAVE).answers.copy()
        codes = answers["yield_image"].cat.codes.to_numpy().copy()
        codes[7] = (codes[7] + 2 * move) % 5
        answers["yield_image"] = pd.Categorical.from_codes(codes, answers["yield_image"].cat.categories, ordered=True)
        answer(WAVE, answers)
        describe(WAVE)
        told.append(gate(WAVE, read_rules(WAVE)).tables)
    for name, table in told[0].items():
        pd.testing.assert_frame_equal(table, told[1][name])


def test_what_nobody_answered_has_nothing_to_withhold():
    nobody = counted("yield.image", pd.DataFrame({WAVE: [-1, -1]}), 5)
    nobody.sums.append(part(nobody.states[:, 0] == 1, nobody.states[:, 0] >= 0, TOP))
    assert gating._hidden(nobody, 3, read_rules(WAVE)) == set()
    one = counted("yield.image", pd.DataFrame({WAVE: [1, -1]}), 5)
    one.sums.append(part(one.states[:, 0] == 1, one.states[:, 0] >= 0, TOP))
    assert gating._hidden(one, 3, read_rules(WAVE)) == {TOP}


@pytest.mark.whole
@pytest.mark.parametrize(("known", "told"), [(True, {"share", "difference"}), (False, {"difference"})])
def test_where_who_answered_is_not_told_no_size_of_a_level_is(
    copy: Path, monkeypatch: pytest.MonkeyPatch, known: bool, told: set[str]
):
    made(np.random.default_rng(5))
    monkeypatch.setattr(gating, "_hidden", lambda *_: set())
    two = {"level": [0.0, 1.0], "regions": [30, 20], "share": [0.4, 0.6], "difference": [np.nan, 0.2]}
    more = {"difference_low": [np.nan, 0.1], "difference_high": [np.nan, 0.3], "df": [np.nan, 40.0]}
    levels = pd.DataFrame({"exposure": "krimp", **two, **more, "status": ["reference", "estimated"]})
    write_result(levels, WAVE, "levels")
    frame = pd.DataFrame({"krimp": [0.0, 1.0] * 39})
    write_result(compare_response(frame, pd.Series(np.arange(78) < 51), 19, 1), WAVE, "response")
    rules = read_rules(WAVE)
    gated = gate(WAVE, replace(rules, preset=rules.preset.model_copy(update={"who_answered": known})))
    left = {name: rows[rows["status"] != WITHHELD] for name, rows in gated.tables.items()}
    assert set(left["levels"]["statistic"]) == told
    assert len(left["response"]) == (6 if known else 0)


def test_every_statistic_of_a_table_is_shown_by_a_rule_or_not_at_all(copy: Path, monkeypatch: pytest.MonkeyPatch):
    """Without sums nothing that is counted leaves: what no unit covers is never shown."""
    made(np.random.default_rng(8))
    monkeypatch.setattr(gating, "counted_items", lambda *_, **__: [])
    gated = gate(WAVE, read_rules(WAVE))
    left = {row.split(":")[0] for row in gated.rows}
    assert all(release_of(name).kind in {"public", "model"} for name in left - {"shares", "changes", "backtest"}), left
    shares = gated.tables["shares"]
    shares = shares[shares["status"] != WITHHELD]
    assert set(shares["statistic"]) == {"population", "answered", "response"}
    assert set(gated.tables) <= set(tables())


def same(wave: str, differing: int = 0) -> pd.DataFrame:
    """Everybody gives the first answer, but so many regions."""
    answers = delivered(wave).answers
    codes = np.r_[np.ones(differing, dtype=int), np.zeros(len(answers) - differing, dtype=int)]
    kinds = {item: column.cat.categories for item, column in answers.items()}
    columns = {item: pd.Categorical.from_codes(codes, each, ordered=True) for item, each in kinds.items()}
    return pd.DataFrame(columns, index=answers.index)


@pytest.mark.wide
@pytest.mark.parametrize("preset", ["small_survey", "official_statistics"])
@pytest.mark.parametrize("case", ["alike", "one_differs", "twelve", "three", "all_new"])
def test_extreme_waves_give_nothing_away(copy: Path, preset: str, case: str):
    rng = np.random.default_rng(11)
    before, now = drawn(BEFORE, rng), drawn(WAVE, rng)
    if case in {"alike", "one_differs"}:
        before, now = same(BEFORE), same(WAVE, int(case == "one_differs"))
    elif case in {"twelve", "three"}:
        now = drawn(WAVE, rng, regions={"twelve": 12, "three": 3}[case])
    else:
        before = before.loc[before.index.difference(now.index)]
    answer(BEFORE, before)
    answer(WAVE, now)
    describe(WAVE)
    gated = gate(WAVE, read_rules(WAVE, preset))
    assert_protected(gated)
    if case != "all_new":
        assert not {row for row in gated.rows if row.startswith("bands:yield")} or case == "twelve"
