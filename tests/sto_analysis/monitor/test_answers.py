"""Answers in the forms that the analysis takes; missing stays missing."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sto_analysis import compendium
from sto_analysis.monitor import answers as module
from sto_analysis.monitor.codebook import Codebook
from sto_workbench.intake.clean import clean_wave, write_clean

WAVE = "synthetic-2024"
pytestmark = pytest.mark.usefixtures("parsed_once")


def _tiny(codebook: Codebook) -> pd.DataFrame:
    scale = [level.id for level in codebook.scales["yield"].levels]
    given = pd.Categorical(["none", "some", "much", None], categories=scale, ordered=True)
    columns = dict.fromkeys(codebook.asked("yield").values(), given)
    return pd.DataFrame(columns, index=["a", "b", "c", "d"])


def test_bands_and_positions_keep_missing_answers_missing(codebook: Codebook):
    tiny = _tiny(codebook)
    assert module.in_band(tiny, codebook, "yield", "top")["image"].tolist()[:3] == [False, False, True]
    assert module.in_band(tiny, codebook, "yield", "top")["image"].isna().tolist() == [False, False, False, True]
    np.testing.assert_array_equal(module.band_codes(tiny, codebook, "yield")["image"], [0, 1, 2, np.nan])
    np.testing.assert_array_equal(module.positions(tiny, codebook, "yield")["image"], [0, 2, 4, np.nan])


def test_a_region_without_answers_gives_missing_values(codebook: Codebook):
    absent = _tiny(codebook).reindex(["z"])
    assert module.in_band(absent, codebook, "yield", "top").isna().all(axis=None)
    assert module.positions(absent, codebook, "yield").isna().all(axis=None)


def test_files_of_a_synthetic_wave_say_so(copy: Path):
    write_clean(WAVE, clean_wave(WAVE))
    assert module.read_answers(WAVE).attrs == {"wave": WAVE, "synthetic": True}
    assert set(pd.read_csv(compendium.processed(WAVE) / "cleaning_log.csv")["wave"]) == {WAVE}


def test_what_is_known_beside_a_code_stands_under_its_variable_and_nothing_else(codebook: Codebook):
    regions = pd.DataFrame({"krimp": [0, 1], "krimp_low": [0, 0], "employment_cluster": ["AM01", None]}, ["a", "b"])
    regions["technology_low"] = np.nan
    assert module.beside_codes(regions, codebook, "low").to_dict("list") == {"krimp": [0, 0]}
    assert module.beside_codes(regions, codebook, "cluster")["employment"].dropna().to_dict() == {"a": "AM01"}
    assert module.beside_codes(regions, codebook, "high").shape == (2, 0)
