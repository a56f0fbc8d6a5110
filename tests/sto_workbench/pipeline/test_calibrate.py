"""The calibration command runs the pipeline's own functions and writes its table."""

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from sto_analysis.analysis.calibration import SCENARIOS, score_wave, summarise
from sto_analysis.monitor.published_figures import PublishedFigures
from sto_workbench.cli import main_group
from sto_workbench.pipeline import calibrate


def test_the_table_is_that_of_the_waves_scored_here(monkeypatch: pytest.MonkeyPatch, slides: PublishedFigures):
    chosen = SCENARIOS[::5]
    monkeypatch.setattr(calibrate, "SCENARIOS", chosen)
    table = calibrate.calibration_table(3, 1)
    margins = [slides.percentages(m, 2024) / 100 for m in ("yield_top", "yield_low", "borging")]
    rows = []
    for scenario in chosen:
        waves = [score_wave(scenario, *margins, calibrate.PERMUTATIONS, seed) for seed in range(3)]
        rows.append(summarise(scenario, pd.DataFrame(waves)))
    pd.testing.assert_frame_equal(table, pd.DataFrame(rows))


@pytest.mark.parametrize(("arguments", "waves"), [([], 200), (["--full"], 5000)])
def test_the_command_prints_the_table_and_writes_it_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str], waves: int
):
    asked = []

    def table(number: int, workers: int) -> pd.DataFrame:
        asked.append((number, workers))
        return pd.DataFrame({"scenario": ["no effect"], "family-wise error": [0.05]})

    monkeypatch.setattr(calibrate, "calibration_table", table)
    out = tmp_path / "table.csv"
    done = CliRunner().invoke(main_group, ["calibrate", *arguments, "--workers", "1", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert asked == [(waves, 1)]
    assert "no effect" in done.output
    assert out.read_text().splitlines() == ["scenario,family-wise error", "no effect,0.0500"]
