"""Fixtures: the real compendium, copies of it that a test may damage, and one finished run that many look at."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from filelock import FileLock

from sto_analysis import provenance
from sto_analysis.monitor.codebook import Codebook, read_codebook
from sto_analysis.monitor.published_figures import PublishedFigures, read_published
from sto_workbench.synthetic.settings import Settings, read_settings
from sto_workbench.synthetic.worlds import Given, read_given
from tests.browsing import needs_browser
from tests.running import REGIONS, sto, words

ROOT = Path(__file__).parents[1]


def pytest_configure(config: pytest.Config) -> None:
    """`make quick` tries each property of Hypothesis on a few examples only."""
    hypothesis.settings.register_profile("quick", max_examples=6)
    hypothesis.settings.load_profile("quick" if "not whole" in config.option.markexpr else "default")


def examples(many: int) -> int:
    """As many examples as a property needs, or the few of `make quick`."""
    quick = hypothesis.settings.get_current_profile_name() == "quick"
    return hypothesis.settings.default.max_examples if quick else many


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STO_ROOT", str(ROOT))
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    provenance.forget()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("whole") is None)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A compendium of its own, and `$STO_ROOT`: inputs and notebooks copied, nothing processed, no reports."""
    monkeypatch.setenv("STO_ROOT", str(tmp_path))
    return make_copy(tmp_path)


def make_copy(folder: Path) -> Path:
    shutil.copytree(ROOT / "data" / "raw", folder / "data" / "raw")
    for name in ("codebook.yaml", "disclosure.yaml", "multiverse.yaml", "regions.csv", "synthetic.yaml"):
        shutil.copy(ROOT / "data" / name, folder / "data" / name)
    shutil.copy(ROOT / "requirements.lock", folder)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    (folder / "reports").mkdir()
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
def given() -> Given:
    return read_given()


@pytest.fixture(scope="session")
def settings() -> Settings:
    return read_settings(ROOT / "data" / "synthetic.yaml")
