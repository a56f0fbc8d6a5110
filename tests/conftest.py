"""Fixtures: the real compendium, copies of it that a test may damage, and one finished run that many look at."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from sto_analysis import provenance
from sto_analysis.monitor.codebook import Codebook, read_codebook
from sto_analysis.monitor.published_figures import PublishedFigures, read_published
from sto_workbench.synthetic.settings import Settings, read_settings
from tests.browsing import needs_browser
from tests.running import REGIONS, sto, words

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STO_ROOT", str(ROOT))
    monkeypatch.setenv("MPLBACKEND", "Agg")
    provenance.forget()


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A compendium of its own: inputs and notebooks copied, nothing processed, no reports."""
    return make_copy(tmp_path, monkeypatch)


def make_copy(folder: Path, monkeypatch: pytest.MonkeyPatch | None = None) -> Path:
    shutil.copytree(ROOT / "data" / "raw", folder / "data" / "raw")
    for name in (
        "data/codebook.yaml",
        "data/multiverse.yaml",
        "data/regions.csv",
        "data/synthetic.yaml",
        "requirements.lock",
    ):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    (folder / "reports").mkdir()
    if monkeypatch:
        monkeypatch.setenv("STO_ROOT", str(folder))
    else:
        os.environ["STO_ROOT"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A compendium after a light run of a few regions in both languages: to look at, never to change.

    Made once for all workers, by the first test that asks for it.
    """
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    root, told = base / "finished", base / "finished.txt"
    with FileLock(base / "finished.lock"):
        if not told.exists():
            code, _, err = sto(make_copy(root), *words(REGIONS, "nl", "en"))
            told.write_text(err if code else "", encoding="utf-8")
    if wrong := told.read_text(encoding="utf-8"):
        pytest.fail(f"the run that many tests look at failed:\n{wrong}")
    return root


@pytest.fixture
def finished_copy(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished run of its own, and `$STO_ROOT`."""
    root = shutil.copytree(finished, tmp_path / "finished")
    monkeypatch.setenv("STO_ROOT", str(root))
    return root


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless browser without a network; for a module, because nothing asynchronous can run beside it."""
    from playwright.sync_api import sync_playwright

    asked = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needs_browser(), args=asked)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return read_codebook(ROOT / "data" / "codebook.yaml")


@pytest.fixture(scope="session")
def slides() -> PublishedFigures:
    return read_published(ROOT / "data" / "raw" / "published")


@pytest.fixture(scope="session")
def settings() -> Settings:
    return read_settings(ROOT / "data" / "synthetic.yaml")
