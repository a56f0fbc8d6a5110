"""The whole road on two regions, and what happens when a stretch of it breaks."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from tests.conftest import ROOT, make_copy

WAVE = "synthetic-2024"
pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("batch")]


def _sto(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from sto_workbench.cli import main; main()", *words]
    environment = {**__import__("os").environ, "STO_ROOT": str(root)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=root, check=False)


def _files(root: Path) -> dict[str, bytes]:
    found = [path for path in sorted((root / "reports").rglob("*")) if path.is_file() and path.name != ".lock"]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of an answering and a non-answering region."""
    root = make_copy(tmp_path_factory.mktemp("finished"))
    run = _sto(
        root, "run", WAVE, "--region", "R01", "--region", "R05", "-p", "permutations", "500", "-p", "simulations", "40"
    )
    assert run.returncode == 0, run.stderr
    assert "Open" in run.stdout
    return root


@pytest.fixture
def _regions(finished: Path) -> pd.DataFrame:
    return pd.read_parquet(finished / "data/processed" / WAVE / "regions.parquet")


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
    assert len(pages) == 2 + 2 + 2 + 5 + 2
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
        outputs = [o for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code" for o in c.outputs]
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
    assert "Urgency jointly fits n = 42, 58, 84, and 86, yields and borging jointly n = 49, 51, and 83." in text
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
        "Gelezen bestanden (SHA-256, eerste 16 tekens)",
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
    for path in [*(finished / "reports" / WAVE).glob("*.html"), *(finished / "reports" / WAVE / "notebooks").glob("*")]:
        text = path.read_text(encoding="utf-8")
        assert not any(name in text for name in _regions["name"]), path.name


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((WAVE, "--region", "R99"), "UnknownRegion"),
        ((WAVE, "-p", "regio", "R07"), "Did you mean the option --region"),
        ((WAVE, "-p", "permutations", "x"), "WrongParameterType"),
        (("synthetic-1999",), "UnknownWave"),
    ],
)
def test_a_mistake_ends_with_exit_code_2_and_touches_nothing(finished: Path, words, message):
    before = _files(finished)
    run = _sto(finished, "run", *words)
    assert run.returncode == 2
    assert message in run.stderr
    assert "Traceback" not in run.stderr
    assert len(run.stderr.strip().splitlines()) <= 2
    assert _files(finished) == before


def test_bad_input_is_told_before_anything_runs(tmp_path: Path):
    root = make_copy(tmp_path)
    (root / "data/raw" / WAVE / f"{WAVE}.sav").write_text("broken")
    run = _sto(root, "run", WAVE)
    assert run.returncode == 2
    assert "UnreadableExport" in run.stderr
    assert len(run.stderr.splitlines()) <= 3
    assert not _files(root)


def test_a_failing_notebook_leaves_the_earlier_pages_and_an_identical_run_gives_identical_files(tmp_path: Path):
    root = make_copy(tmp_path)
    words = ("run", WAVE, "--region", "R01", "--language", "nl", "-p", "permutations", "99", "-p", "simulations", "20")
    assert _sto(root, *words).returncode == 0
    before = _files(root)
    notebook = root / "notebooks/02_describe.ipynb"
    good = notebook.read_text(encoding="utf-8")
    notebook.write_text(
        good.replace("write_result(change, wave", "raise ValueError(change.shape)  # "), encoding="utf-8"
    )
    run = _sto(root, *words)
    assert run.returncode == 1
    assert "ValueError: (8, 11)" in run.stderr
    assert "raise ValueError(change.shape)" in run.stderr
    assert "more pages were not made" in run.stderr
    after = _files(root)
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed <= {"reports/index.html", "reports/index.en.html", f"reports/{WAVE}/manifest.json"}
    assert "raise ValueError" in after["reports/index.html"].decode()
    notebook.write_text(good, encoding="utf-8")
    assert _sto(root, *words).returncode == 0
    again = _files(root)
    assert {name for name in again if again[name] != before[name]} <= {"reports/index.html", "reports/index.en.html"}


def test_plain_papermill_runs_a_region_report(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STO_ROOT", str(finished))
    out = tmp_path / "out.ipynb"
    words = [
        "papermill",
        str(finished / "notebooks/06_region_report.ipynb"),
        str(out),
        "-p",
        "wave",
        WAVE,
        "-p",
        "region",
        "R07",
    ]
    run = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "R07" in out.read_text(encoding="utf-8")
