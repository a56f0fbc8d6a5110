"""A page, and the headings that stand in it."""

from pathlib import Path

import pytest

from sto_workbench.pages import pdf as paper
from sto_workbench.pages.render import render
from tests import samples
from tests.browsing import needs_browser


@pytest.fixture(scope="package")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "national.nl.html"
    path.write_text(render(samples.report(), "index.html"), encoding="utf-8")
    return path


@pytest.fixture(scope="package")
def headings() -> list[str]:
    return ["1 Wat is ‘urgent’, en hoe vaak?", "1.1 De regio’s (2021 → 2024)", "2 Borging", "2.1 Borging"]


@pytest.fixture(scope="package")
def pdf(html: Path) -> Path:
    needs_browser()
    return paper.to_pdf(html, html.with_suffix(".pdf"))
