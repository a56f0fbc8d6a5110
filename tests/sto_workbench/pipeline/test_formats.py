"""PDF and Word follow their page: made once, made again when it changed, and not without their tool."""

from pathlib import Path

import pytest

from sto_analysis import compendium
from sto_analysis.errors import MissingTool
from sto_workbench.pages import pdf as to_paper
from sto_workbench.pages import word
from sto_workbench.pipeline.formats import current, place, publish
from sto_workbench.pipeline.manifest import Manifest
from sto_workbench.pipeline.plan import Job, plan


@pytest.fixture
def jobs(copy: Path, monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Jobs with a page, and makers that copy it."""
    found = plan(["synthetic-2021"], ["R01"], ["nl"], [])
    for job in found:
        compendium.write_text(job.page, f"<html lang='nl'>{job.key}</html>")
    monkeypatch.setattr(to_paper, "to_pdf", lambda html, pdf: compendium.write_text(pdf, f"pdf of {html.read_text()}"))
    monkeypatch.setattr(word, "to_docx", lambda html, docx: compendium.write_text(docx, "docx"))
    return found


def test_readers_pages_are_published_once(jobs: list[Job]):
    assert publish(jobs, ["pdf", "docx"], 2) == (6, [])
    assert {path.name for path in (compendium.root() / "reports").rglob("*.pdf")} == {
        "published.nl.pdf",
        "national.synthetic-2021.nl.pdf",
        "R01.synthetic-2021.nl.pdf",
    }
    assert publish(jobs, ["pdf", "docx"], 2) == (0, [])


def test_a_page_that_changed_or_a_file_that_was_touched_is_published_again(jobs: list[Job]):
    publish(jobs, ["pdf"], 1)
    compendium.write_text(jobs[0].page, "<html>new</html>")
    assert not current(Manifest(), jobs[0], "pdf")
    assert publish(jobs, ["pdf"], 1) == (1, [])
    assert place(jobs[0], "pdf").read_text() == "pdf of <html>new</html>"
    place(jobs[0], "pdf").write_text("cut")
    assert publish(jobs, ["pdf"], 1) == (1, [])


def test_a_missing_tool_is_one_line_and_the_other_format_comes_out(jobs: list[Job], monkeypatch: pytest.MonkeyPatch):
    def missing(html: Path, pdf: Path) -> None:
        raise MissingTool("no browser.", "Install one.")

    monkeypatch.setattr(to_paper, "to_pdf", missing)
    made, told = publish(jobs, ["pdf", "docx"], 2)
    assert made == 3
    assert told == ["MissingTool: no browser. Install one."]


def test_a_page_that_is_not_there_is_passed_over(jobs: list[Job]):
    jobs[0].page.unlink()
    assert publish(jobs[:1], ["pdf"], 1) == (0, [])
