"""The delivered files are what a survey agency delivers, and the same every time."""

from hashlib import sha256
from pathlib import Path

import pyreadstat
import pytest

from sto_analysis.analysis.backtest import backtest_wave
from sto_analysis.analysis.change import paired_change
from sto_analysis.analysis.shares import shares
from sto_analysis.monitor.answers import at_level, in_band
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.measures import borging_index
from sto_analysis.monitor.published_figures import PublishedFigures
from sto_analysis.monitor.register import match_panel, read_register
from sto_workbench.intake.clean import CleanWave, clean_wave
from sto_workbench.synthetic.delivery import synthesise

ROOT = Path(__file__).parents[3]


def _hashes(top: Path) -> dict[str, str]:
    files = sorted(path for path in (top / "data" / "raw").rglob("synthetic-*/**/*") if path.is_file())
    return {path.relative_to(top).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_shipped_files_are_made_again_byte_for_byte(copy: Path):
    for name in _hashes(copy):
        (copy / name).unlink()
    synthesise()
    assert _hashes(copy) == _hashes(ROOT)


def test_another_seed_gives_other_rows(copy: Path):
    before = _hashes(copy)
    synthesise(seed=11)
    changed = {name for name, value in _hashes(copy).items() if value != before[name]}
    assert {name for name in changed if name.endswith(".sav")} == {name for name in before if name.endswith(".sav")}


def test_the_export_has_labels_and_says_synthetic(codebook: Codebook):
    _, meta = pyreadstat.read_sav(ROOT / "data/raw/synthetic-2024/synthetic-2024.sav", user_missing=True)
    assert meta.file_label.startswith("SYNTHETIC")
    assert meta.column_names_to_labels["v2_1"] == "Ervaren opbrengst: Voldoende techniekdocenten"
    assert meta.variable_value_labels["v2_1"][5] == "veel opbrengst"
    assert meta.missing_ranges["v2_1"] == [{"lo": 99.0, "hi": 99.0}]


def _backtest(codebook: Codebook, slides: PublishedFigures, earlier: CleanWave, later: CleanWave):
    index = codebook.borging_index
    arranged = at_level(later.answers, codebook, "borging", index.level)
    flags = {
        "yield_top": in_band(later.answers, codebook, "yield", "top"),
        "yield_low": in_band(later.answers, codebook, "yield", "low"),
        "borging": in_band(later.answers, codebook, "borging", "top"),
        "index": borging_index(arranged, index.many_at_least, index.hardly_at_most).join(
            in_band(later.answers, codebook, "borging_active", "top")
        ),
    }
    import pandas as pd

    table = pd.concat([shares(frame, 78).assign(measure=name) for name, frame in flags.items()])
    before, now = (in_band(w.answers, codebook, "urgency", "top") for w in (earlier, later))
    panel = match_panel(before.index, now.index, read_register("synthetic"))
    assert sorted(panel.table["status"].unique()) == ["matched", "merged", "only_earlier", "only_later"]
    change = paired_change(panel.follow(before), now)
    return backtest_wave(table, change, slides.printed(2024)), change


@pytest.mark.parametrize("seed", [None, *(pytest.param(seed, marks=pytest.mark.whole) for seed in (1, 2))])
def test_42_of_42_published_figures_come_back_through_the_whole_cleaning(copy: Path, codebook, slides, seed):
    synthesise(seed)
    table, change = _backtest(codebook, slides, clean_wave("synthetic-2021"), clean_wave("synthetic-2024"))
    assert len(table) == 42
    wrong = table[~table["equal"].astype(bool)]
    assert wrong.empty, f"not reproduced:\n{wrong}"
    stars = change.set_index("item")["p"] < 0.05
    assert stars.to_dict() == slides.starred(2024).to_dict()


@pytest.mark.whole
def test_the_backtest_fails_when_one_answer_is_changed(copy: Path, codebook, slides):
    clean = clean_wave("synthetic-2024")
    answers = clean.answers.copy()
    row = answers.index[answers["yield_image"] == "none"]
    assert len(row) >= 1
    answers.loc[row[0], "yield_image"] = "much"
    changed = CleanWave(answers, clean.missing, clean.regions, clean.log)
    table, _ = _backtest(codebook, slides, clean_wave("synthetic-2021"), changed)
    assert set(table.loc[~table["equal"].astype(bool), "measure"]) == {"yield_top", "yield_low"}
