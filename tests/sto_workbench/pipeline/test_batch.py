"""The whole road on a few regions, and what happens when a stretch of it breaks."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from sto_workbench.pipeline import batch
from sto_workbench.pipeline.batch import local_pool, preloading
from sto_workbench.pipeline.execute import Setting
from sto_workbench.pipeline.failure import log_of
from tests.conftest import ROOT
from tests.running import REGIONS, WAVE, files, put_first, sto, words

pytestmark = pytest.mark.whole


@pytest.fixture
def _regions(finished: Path) -> pd.DataFrame:
    return pd.read_parquet(finished / "data/processed" / WAVE / "regions.parquet")


def test_pools_of_a_block_share_one_process_and_other_code_has_its_own(copy: Path, monkeypatch: pytest.MonkeyPatch):
    begun = list[str]()

    @contextmanager
    def serving(first: str, _: object) -> Iterator[None]:
        begun.append(first)
        yield

    monkeypatch.setattr(batch.preloaded, "serving", serving)
    (copy / "public").symlink_to(copy)
    with preloading(Setting(str(copy))):
        with local_pool(1, Setting(str(copy / "public"))):
            assert os.environ["STO_ROOT"] == str(copy / "public")
        assert os.environ["STO_ROOT"] == str(copy)
        assert len(begun) == 1
        monkeypatch.setattr(batch, "package_hash", lambda: "of other code")
        with local_pool(1, Setting(str(copy))):
            assert len(begun) == 2
    with preloading(Setting(str(copy))):
        assert len(begun) == 3


def _page(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_every_page_stands_and_opens_from_the_index(finished: Path):
    for name in ("index.html", "index.en.html"):
        links = [a["href"] for a in _page(finished / "reports" / name).find_all("a") if a["href"][0] != "#"]
        assert [link for link in links if not (finished / "reports" / link).is_file()] == []
    assert "synthetic-2024/regions/R01.synthetic-2024.nl.html" in [
        a["href"] for a in _page(finished / "reports/index.html").find_all("a")
    ]


def test_every_page_of_the_wave_says_synthetic_and_every_figure_is_described(finished: Path):
    pages = sorted((finished / "reports").rglob("*.html"))
    assert len(pages) == 2 + 2 + 2 + 5 + 2 * len(REGIONS)  # indexes, published, national, notebooks, regions
    for path in pages:
        page = _page(path)
        if WAVE in path.name or "synthetic" in path.parent.parent.name:
            assert page.select_one(".banner strong").get_text() == "SYNTHETIC"
        assert all(len(image["alt"]) > 40 for image in page.find_all("img"))
        assert all(path.name.startswith("index") and not script.attrs for script in page.find_all("script"))
        assert str(ROOT) not in str(page)
        assert str(finished) not in str(page)


def test_the_page_shows_as_many_outputs_as_the_notebook_has(finished: Path):
    for path in sorted((finished / "reports").rglob("*.ipynb")):
        cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        outputs = [output for cell in cells for output in cell.outputs if output.get("data", {}).get("text/html") != ""]
        stem = path.with_suffix(".html").name
        page = _page(next(p for p in (finished / "reports").rglob(stem)))
        assert len(page.select(".output")) == len(outputs), path.name


def test_executed_notebooks_hold_no_path_of_the_machine_and_no_timing(finished: Path):
    for path in sorted((finished / "reports").rglob("*.ipynb")):
        text = path.read_text(encoding="utf-8")
        assert str(finished) not in text
        assert "start_time" not in text
        assert json.loads(text)["metadata"]["papermill"].keys() == {"parameters"}


def test_the_published_page_prints_the_sample_sizes(finished: Path):
    text = _page(finished / "reports/published/published.en.html").get_text()
    assert "Urgency jointly fits n = 42, 58, 84 and 86, yields and borging jointly n = 49, 51 and 83." in text
    assert "0.031 to 0.210" in text


def test_the_backtest_stands_in_the_national_report(finished: Path):
    assert (
        "42 van 42 gepubliceerde cijfers komen precies terug"
        in _page(finished / f"reports/{WAVE}/national.{WAVE}.nl.html").get_text()
    )


def test_a_report_ends_with_its_colophon(finished: Path):
    page = _page(finished / f"reports/{WAVE}/regions/R01.{WAVE}.nl.html")
    terms = [term.get_text() for term in page.select(".colophon dt")]
    assert terms == [
        "Commit",
        "Code (SHA-256, eerste 16 tekens)",
        "Gelezen bestanden (SHA-256, eerste 16 tekens; met een geheime sleutel waar antwoorden in staan)",
        "Parameters",
        "Pakketten",
        "requirements.lock (SHA-256)",
    ]
    assert "region = R01" in page.select_one(".colophon").get_text()


def test_regions_with_and_without_answer_have_a_report(finished: Path, _regions: pd.DataFrame):
    for region in ("R01", "R05"):
        text = _page(finished / f"reports/{WAVE}/regions/{region}.{WAVE}.nl.html").get_text()
        answered = bool(_regions.at[region, "answered"])
        assert ("antwoordde niet in deze ronde" in text) is not answered
        assert ("Vertrouwelijk" in text) is answered
    assert _regions.loc[["R01", "R05"], "answered"].nunique() == 2, "the fixture needs one region of each kind"


def test_no_national_page_names_a_single_region(finished: Path, _regions: pd.DataFrame):
    for path in [
        *(finished / "reports" / WAVE).glob("*.html"),
        *(finished / "reports" / WAVE / "notebooks").glob("*.*"),
    ]:
        text = path.read_text(encoding="utf-8")
        assert not any(name in text for name in _regions["name"]), path.name


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ((WAVE, "--region", "R99"), "UnknownRegion"),
        ((WAVE, "-p", "regio", "R07"), "Did you mean the option --region"),
        ((WAVE, "-p", "permutations", "x"), "WrongParameterType"),
        (("synthetic-1999",), "UnknownWave"),
    ],
)
def test_a_mistake_ends_with_exit_code_2_and_touches_nothing(copy: Path, said: tuple[str, ...], message: str):
    code, _, err = sto(copy, "run", *said)
    assert code == 2
    assert message in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) <= 2
    assert not files(copy)


def test_bad_input_is_told_before_anything_runs(copy: Path):
    (copy / "data/raw" / WAVE / f"{WAVE}.sav").write_text("broken")
    code, _, err = sto(copy, "run", WAVE)
    assert code == 2
    assert "UnreadableExport" in err
    assert len(err.splitlines()) <= 3
    assert not files(copy)


def test_a_failing_notebook_leaves_the_earlier_pages_and_an_identical_run_gives_identical_files(finished_copy: Path):
    light = words(("R01",), "nl")
    before = files(finished_copy, "reports")
    notebook = finished_copy / "notebooks/02_describe.ipynb"
    good = notebook.read_text(encoding="utf-8")
    put_first(notebook, "raise ValueError(wave)")
    code, _, err = sto(finished_copy, *light)
    assert code == 1
    assert f"ValueError: {WAVE}" in err
    assert "raise ValueError(wave)" in err
    assert "more pages were not made" in err
    after = files(finished_copy, "reports")
    changed = {name for name in after if before.get(name) != after[name]}
    index = {"reports/index.html", "reports/index.en.html", "reports/manifest.json"}
    assert changed <= {*index, f"reports/{WAVE}/manifest.json"}
    index_page, told = after["reports/index.html"].decode(), after[f"reports/{WAVE}/manifest.json"].decode()
    assert re.search(r"02_describe, cell \d+ \([0-9a-z-]+\): ValueError", told)
    assert "bij 1 stappen ging iets mis" in index_page
    for page in (index_page, told):
        assert f"ValueError: {WAVE}" not in page
        assert "raise ValueError" not in page
    log = log_of(f"{WAVE}/notebooks/02_describe.{WAVE}")
    assert "raise ValueError(wave)" in log.read_text(encoding="utf-8")
    notebook.write_text(good, encoding="utf-8")
    code, out, _ = sto(finished_copy, *light)
    assert code == 0
    assert int(re.findall(r"(\d+) of 8 pages made", out)[0]) > 0
    again = files(finished_copy, "reports")
    assert {name for name in again if again[name] != before[name]} <= index
    assert not log.exists()


def test_plain_papermill_runs_a_region_report(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STO_ROOT", str(finished))
    out = tmp_path / "out.ipynb"
    notebook = str(finished / "notebooks/06_region_report.ipynb")
    command = [sys.executable, "-m", "papermill", notebook, str(out), "-p", "wave", WAVE, "-p", "region", "R07"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "R07" in out.read_text(encoding="utf-8")
