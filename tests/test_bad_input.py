"""A wave that cannot be modelled still gets its pages: reasons stand where estimates would, and no traceback."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pyreadstat
import pytest
import statsmodels.tools.sm_exceptions  # noqa: F401  sets filters of warnings, which must not happen within a test

from sto_analysis import compendium
from sto_analysis.monitor.answers import read_answers
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.report.language import Texts
from sto_analysis.results import read_result

pytestmark = [
    pytest.mark.whole,
    pytest.mark.filterwarnings("ignore:The set_bad:PendingDeprecationWarning"),  # seaborn's, of matplotlib
    # notebook 03 itself stops where the textbook fit is not the maximum
    pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.ConvergenceWarning"),
]
WAVE = "synthetic-2024"
BAD: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], str, set[str]]] = {
    "fewer than ten regions": (lambda f: f.iloc[:9], "too_few_regions", {"status.too_few_regions"}),
    "constant forms": (
        lambda f: f.assign(**dict.fromkeys(_columns(f, "v5_"), 2.0)),
        "constant",
        {"status.constant"},
    ),
    "one constant form": (lambda f: f.assign(v5_1=2.0), "constant", {"status.constant"}),
    "yields with one level": (
        lambda f: f.assign(**dict.fromkeys(_columns(f, "v2_"), 4.0)),
        "no_variation_in_outcome",
        {"status.no_variation_in_outcome"},
    ),
    "an item that nobody answered": (lambda f: f.assign(v2_1=99.0), "estimated", {"status.too_few_regions"}),
    "two forms that are one": (lambda f: f.assign(v5_2=f["v5_1"]), "estimated", {"status.aliased"}),
    "gaps everywhere": (
        lambda f: f.mask(np.random.default_rng(1).random(f.shape) < 0.25).assign(regio=f["regio"]),
        "estimated",
        set(),
    ),
}
FEW = ("fewer than ten regions", "two forms that are one", "an item that nobody answered")
"""Tried in `make test`: no model at all, one that leaves a form out, and one in which hardly a region is complete."""
NOTHING_SAID = ("fewer than ten regions", "yields with one level")
"""Where no form can be tested, no sentence about a form may say what was found or excluded."""


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
        file_label="SYNTHETIC",
    )


def _run(name: str, **parameters: object) -> None:
    """Run the code cells of a notebook in this process."""
    space: dict[str, object] = {}
    for cell in nbformat.read(compendium.notebook(name), as_version=4).cells:
        if cell.cell_type == "code":
            exec(cell.source, space)
            if "parameters" in cell.metadata.get("tags", []):
                space |= {key: value for key, value in parameters.items() if key in space}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the pages show, in order: tables and figures as HTML, sentences as Markdown."""
    pages: list[str] = []
    monkeypatch.setattr("sto_analysis.report.page.display", lambda thing, **_: pages.append(unescape(thing.data)))
    return pages


@pytest.mark.parametrize("case", [pytest.param(c, marks=() if c in FEW else pytest.mark.wide) for c in BAD])
def test_every_notebook_ends_and_says_what_it_could_not_do(case: str, copy: Path, shown: list[str]):
    change, status, reasons = BAD[case]
    _change_export(copy, change)
    _run("01_clean", wave="synthetic-2021")
    said: dict[str, str] = {}
    for name in ("01_clean", "02_describe", "03_model", "04_robustness", "05_national_report"):
        shown.clear()
        _run(name, wave=WAVE, permutations=199, simulations=20, language="en")
        said[name] = "\n".join(shown)
    shown.clear()
    _run("06_region_report", wave=WAVE, region=str(read_answers(WAVE).index[0]), language="en")
    said["06_region_report"] = "\n".join(shown)
    associations = read_result(WAVE, "associations")
    first = associations.iloc[0]
    assert first["status"] == status
    assert np.isfinite(first["odds_ratio"]) == (first["status"] in {"estimated", "ridge"})
    english = Texts("en")
    for key in reasons:
        words = english(key, names="").strip()
        assert words in said["04_robustness"]
        assert (key in {"status.aliased", "status.too_few_regions"} and status == "estimated") or all(
            words in said[page] for page in ("03_model", "05_national_report")
        )
    if case in NOTHING_SAID:
        unexplained = re.sub(r"<[^>]+>| \([^)]*\)", "", said["06_region_report"])
        assert english("elsewhere.untested") in unescape(unexplained)
    for page in ("03_model", "04_robustness", "05_national_report", "06_region_report"):
        assert not re.search(r"\(– to –\)|odds ratio –|\((too_few|constant|no_var|collinear|alias)\w*\)", said[page])
        if case in NOTHING_SAID:
            assert "Only differences from" not in said[page]
            assert english("sentence.nothing_flagged") not in said[page]
            forms = associations[associations["family"] == "borging"]
            quiet = [x for x in said[page].splitlines() if "No relevant association" in x or "Cannot be told" in x]
            labels = read_codebook().labels("borging_forms", "en", short=True)
            assert not any(labels[form] in line for line in quiet for form in forms["exposure"])
    if case == "gaps everywhere":
        assert associations["p_adjusted"].notna().all(), "a region that misses one form is tested on the others"


def test_a_wave_without_an_earlier_one_has_no_change(copy: Path):
    for name in ("01_clean", "02_describe", "03_model", "04_robustness", "05_national_report"):
        _run(name, wave="synthetic-2021", permutations=199, simulations=20)
    assert read_result("synthetic-2021", "changes").empty
