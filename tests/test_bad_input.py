"""A wave that cannot be modelled still gets its pages: reasons stand where estimates would, and no traceback."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pyreadstat
import pytest

from sto_analysis import compendium
from sto_analysis.survey.answers import read_answers, read_result

pytestmark = pytest.mark.filterwarnings("ignore:The set_bad:PendingDeprecationWarning")  # seaborn's, of matplotlib
WAVE = "synthetic-2024"
BAD: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "fewer than ten regions": (lambda f: f.iloc[:9], "too_few_regions"),
    "constant forms": (lambda f: f.assign(**dict.fromkeys(_columns(f, "v5_"), 2.0)), "constant"),
    "yields with one level": (lambda f: f.assign(**dict.fromkeys(_columns(f, "v2_"), 4.0)), "no_variation_in_outcome"),
    "an item that nobody answered": (lambda f: f.assign(v2_1=99.0), "estimated"),
    "two forms that are one": (lambda f: f.assign(v5_2=f["v5_1"]), "estimated"),
    "gaps everywhere": (lambda f: f.mask(np.random.default_rng(1).random(f.shape) < 0.25).assign(regio=f["regio"]), ""),
}


def _columns(frame: pd.DataFrame, start: str) -> list[str]:
    return [column for column in frame if column.startswith(start)]


def _change_export(root: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    path = root / "data" / "raw" / WAVE / f"{WAVE}.sav"
    frame, meta = pyreadstat.read_sav(path, user_missing=True)
    pyreadstat.write_sav(
        change(frame),
        path,
        column_labels=meta.column_names_to_labels,
        variable_value_labels=meta.variable_value_labels,
        missing_ranges=meta.missing_ranges,
    )


def _run(name: str, **parameters: object) -> None:
    """Run the code cells of a notebook in this process."""
    space: dict[str, object] = {}
    for cell in nbformat.read(compendium.notebook(name), as_version=4).cells:
        if cell.cell_type == "code":
            exec(cell.source, space)
            if "parameters" in cell.metadata.get("tags", []):
                space |= {key: value for key, value in parameters.items() if key in space}


@pytest.mark.parametrize("case", BAD)
def test_every_notebook_ends(case: str, copy: Path):
    change, status = BAD[case]
    _change_export(copy, change)
    _run("01_clean", wave="synthetic-2021")
    for name in ("01_clean", "02_describe", "03_model", "04_robustness", "05_national_report"):
        _run(name, wave=WAVE, permutations=199, simulations=20)
    region = str(read_answers(WAVE).index[0])
    _run("06_region_report", wave=WAVE, region=region)
    found = read_result(WAVE, "associations").set_index("exposure")
    first = found.iloc[0]
    assert first["status"] == status or not status
    assert np.isfinite(first["odds_ratio"]) == (first["status"] in {"estimated", "ridge"})


def test_a_wave_without_an_earlier_one_has_no_change(copy: Path):
    for name in ("01_clean", "02_describe", "03_model", "04_robustness", "05_national_report"):
        _run(name, wave="synthetic-2021", permutations=199, simulations=20)
    assert read_result("synthetic-2021", "change").empty
