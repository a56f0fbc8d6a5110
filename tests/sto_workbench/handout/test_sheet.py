"""A sheet is the parts of a page that its notebook marks, as large as fits on one page."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfWriter

from sto_workbench.handout import sheet as of
from sto_workbench.handout.sheet import sheet

PAGE = """<html><body><h1>Title</h1><nav>Contents</nav><main>
<div class="output sheet">one</div><div class="text">two</div>
<details><div class="output sheet">three</div></details></main></body></html>"""


@pytest.fixture
def html(copy: Path) -> Path:
    path = copy / "reports" / "R01.nl.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def _printing(monkeypatch: pytest.MonkeyPatch, fits: float) -> list[str]:
    """Let what is printed need two pages where it is larger than fits; return what is printed."""
    tried: list[str] = []

    def print_it(source: Path, pdf: Path) -> None:
        tried.append(source.read_text(encoding="utf-8"))
        zoom = float(str(BeautifulSoup(tried[-1], "html.parser").select("main")[0]["style"]).removeprefix("zoom:"))
        writer = PdfWriter()
        for _ in range(1 if zoom <= fits else 2):
            writer.add_blank_page(100, 100)
        writer.write(pdf)

    monkeypatch.setattr(of, "to_pdf", print_it)
    return tried


def test_only_what_is_marked_is_printed(html: Path, monkeypatch: pytest.MonkeyPatch):
    tried = _printing(monkeypatch, 1)
    assert str(sheet(html)).startswith("b'%PDF")
    (page,) = [" ".join(BeautifulSoup(each, "html.parser").get_text(" ").split()) for each in tried]
    assert page == "Title one three"
    assert html.read_text(encoding="utf-8") == PAGE


@pytest.mark.parametrize(("fits", "times"), [(0.93, 2), (0.8, 4), (0.1, 4)])
def test_it_is_made_smaller_until_it_fits_but_not_too_small_to_read(
    html: Path, monkeypatch: pytest.MonkeyPatch, fits: float, times: int
):
    tried = _printing(monkeypatch, fits)
    assert sheet(html)
    assert len(tried) == times


def test_a_page_without_marked_parts_has_none(html: Path, monkeypatch: pytest.MonkeyPatch):
    tried = _printing(monkeypatch, 1)
    html.write_text(PAGE.replace(" sheet", ""), encoding="utf-8")
    assert sheet(html) is None
    assert tried == []
