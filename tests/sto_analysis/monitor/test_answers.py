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


def test_results_come_back_as_they_were_written(copy: Path):
    table = pd.DataFrame({"a": [1, 2], "b": [0.1, 1 / 3]})
    module.write_result(table, WAVE, "some")
    pd.testing.assert_frame_equal(module.read_result(WAVE, "some"), table)


def test_results_differ_by_no_digit_that_another_processor_computes_otherwise(copy: Path):
    one = pd.DataFrame({"value": [0.1 + 0.2, 1 / 3, 12345678.9, np.nan, np.inf, 1.0, 5e-324], "count": range(7)})
    other = one.assign(value=[0.3, np.nextafter(1 / 3, 1), 12345678.900000002, np.nan, np.inf, 1 - 2**-53, -1e-17])
    written = []
    for table in (one, other):
        module.write_result(table, WAVE, "digits")
        written.append((compendium.results(WAVE) / "digits.csv").read_text(encoding="utf-8"))
    assert written[0] == written[1]
    pd.testing.assert_frame_equal(module.read_result(WAVE, "digits"), one, rtol=1e-10)
