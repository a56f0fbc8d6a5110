"""A short calibration: the full table, with 2,000 waves each, is in docs/."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from sto_workbench.cli import main_group
from sto_workbench.synthetic import calibration
from sto_workbench.synthetic.calibration import BOUNDS, SCENARIOS, Scenario, score_wave, summarise
from sto_workbench.synthetic.worlds import PLANTED, Given, World, true_difference


def test_rates_have_monte_carlo_errors_over_the_waves_that_have_them_and_bounds_where_promised():
    scenario = Scenario("some", World(60), promised=("false finding",))
    scores = pd.DataFrame({"false finding": [1.0, 0.0, 0.0, 0.0], "odds ratio covered": [1.0, 0.5, np.nan, np.nan]})
    rows = summarise(scenario, scores).set_index("measure")
    assert rows["waves"].tolist() == [4, 2]
    assert rows["rate"].tolist() == [0.25, 0.75]
    assert rows["MC se"].tolist() == pytest.approx([0.25, 0.25])
    assert rows["at most"].tolist() == pytest.approx([0.05, np.nan], nan_ok=True)
    assert rows[["scenario", "regions"]].iloc[0].tolist() == ["some", 60]


@pytest.mark.whole
def test_every_scenario_is_scored_and_keeps_its_promises_to_what_is_scored(given: Given):
    named = [(scenario.name, scenario.world.regions) for scenario in SCENARIOS]
    assert len(set(named)) == len(named)
    for scenario in SCENARIOS:
        scores = score_wave(scenario, given, 0)
        assert set(scenario.promised) <= set(scores) & set(BOUNDS), scenario.name
        assert np.isfinite(list(scores.values())).any(), scenario.name


def test_the_smallest_relevant_difference_is_planted_where_it_is_asked_for(given: Given):
    worlds = []
    scenario = next(each for each in SCENARIOS if each.relevant)
    watched = Scenario(scenario.name, scenario.world, lambda world, *_: worlds.append(world) or {}, relevant=True)
    score_wave(watched, given, 0)
    assert true_difference(worlds[0], given, PLANTED) == pytest.approx(given.relevant)


@pytest.mark.whole
def test_without_effect_error_and_coverage_are_near_their_level(given: Given):
    """Under confounding, with gaps: the hardest of the worlds for which the level is promised."""
    scenario = next(each for each in SCENARIOS if each.name == "confounding, no effect, 5 % missing")
    waves = 40
    rows = summarise(scenario, pd.DataFrame([score_wave(scenario, given, seed) for seed in range(waves)]))
    rows = rows.set_index("measure")
    assert rows["rate"]["false finding"] <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / waves)
    for name in ("odds ratio covered", "difference covered"):
        assert rows["rate"][name] >= 0.95 - 4 * rows["MC se"][name]


@pytest.mark.whole
def test_the_table_is_that_of_the_waves_scored_here_whatever_the_workers(given: Given):
    names = ["response follows commitment", "7 without the form, crossing"]
    table = calibration.calibration_table(11, 2, names)
    chosen = [each for each in SCENARIOS if each.name in names]
    rows = [summarise(each, pd.DataFrame([score_wave(each, given, seed) for seed in range(11)])) for each in chosen]
    pd.testing.assert_frame_equal(table, pd.concat(rows, ignore_index=True))


@pytest.mark.parametrize(("arguments", "asked"), [([], (100, 1, ())), (["--full", "--only", "two adjusters"], None)])
def test_the_command_prints_the_table_and_writes_it_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str], asked: tuple | None
):
    seen = []

    def table(number: int, workers: int, only: tuple[str, ...]) -> pd.DataFrame:
        seen.append((number, workers, only))
        return pd.DataFrame({"scenario": ["no effect"], "rate": [0.05], "at least": [np.nan]})

    monkeypatch.setattr(calibration, "calibration_table", table)
    out = tmp_path / "table.csv"
    done = CliRunner().invoke(main_group, ["calibrate", *arguments, "--workers", "1", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert seen == [asked or (2000, 1, ("two adjusters",))]
    assert "no effect" in done.output
    assert out.read_text().splitlines() == ["scenario,rate,at least", "no effect,0.0500,"]


def test_a_scenario_that_is_not_there_is_named_with_those_that_are():
    done = CliRunner().invoke(main_group, ["calibrate", "--only", "no effct"])
    assert done.exit_code == 2
    assert "there is no scenario 'no effct'; there are: no effect; " in " ".join(done.output.split())
