"""A page, and the headings that stand in it."""

from pathlib import Path

import pytest

from sto_workbench.pages.render import render
from tests import samples


@pytest.fixture(scope="package")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "national.nl.html"
    path.write_text(render(samples.report(), "index.html"), encoding="utf-8")
    return path


@pytest.fixture(scope="package")
def headings() -> list[str]:
    return ["1 Wat is ‘urgent’, en hoe vaak?", "1.1 De regio’s (2021 → 2024)", "2 Borging", "2.1 Borging"]
