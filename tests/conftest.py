"""Fixtures: the real compendium, and copies of it that a test may damage."""

import os
import shutil
from pathlib import Path

import pytest

from sto_analysis.monitor.codebook import Codebook, read_codebook
from sto_analysis.monitor.published_figures import PublishedFigures, read_published
from sto_workbench.synthetic.settings import Settings, read_settings

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STO_ROOT", str(ROOT))
    monkeypatch.setenv("MPLBACKEND", "Agg")


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
def codebook() -> Codebook:
    return read_codebook(ROOT / "data" / "codebook.yaml")


@pytest.fixture(scope="session")
def slides() -> PublishedFigures:
    return read_published(ROOT / "data" / "raw" / "published")


@pytest.fixture(scope="session")
def settings() -> Settings:
    return read_settings(ROOT / "data" / "synthetic.yaml")
