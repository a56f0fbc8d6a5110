"""Slides of a page: those of slides.yaml that the page shows, with its numbers; inert; without python-pptx a line."""

import sys
from pathlib import Path

import pytest
from pptx import Presentation

from sto_analysis.errors import MissingTool
from sto_analysis.report.exhibits import EXHIBITS
from sto_workbench.pages import slides as module
from sto_workbench.pages.slides import planned, to_pptx
from sto_workbench.pipeline.formats import PUBLISHED
from tests.decks import charts, descriptions, figure, page, shares, slides, table, texts

NAMES = ["Teachers", "Alignment <b>mbo</b>", "=1+1"]


def made(folder: Path, html: str, notebook: str = "05_national_report") -> Path:
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8")
    return to_pptx(path, folder / "page.pptx", notebook)


def forms(finding: str = "Most: Teachers.") -> tuple[str, str]:
    return "forms", figure("borging", finding, ["Aspect", "Share", "n"], shares(NAMES, [0.43, 0.86, 0.5]))


def test_what_the_page_shows_has_a_slide_and_nothing_else_does(tmp_path: Path):
    cover, chart = slides(made(tmp_path, page(forms())))
    assert {"Report", "Wave synthetic-2024", "SYNTHETIC Made up."} <= {*texts(cover)}
    assert chart.shapes.title.text == "Most: Teachers."
    (drawn,) = charts(chart)
    assert list(drawn.chart.plots[0].categories) == [NAMES[1], NAMES[2], NAMES[0]]
    assert drawn.chart.plots[0].series[0].values == (0.86, 0.5, 0.43)
    (alt,) = descriptions(chart)
    assert "Alignment <b>mbo</b>: Share 86%." in alt
    notes = chart.notes_slide.notes_text_frame.text
    assert "Method." in notes
    assert "share.borging.a0.top" in notes
    assert "Source: answers; n = 51." in texts(chart)
    assert "SYNTHETIC · Report · Wave synthetic-2024" in texts(chart)


def test_without_a_finding_the_title_says_what_is_shown(tmp_path: Path):
    chart = slides(made(tmp_path, page(forms(""))))[1]
    assert chart.shapes.title.text
    assert "SYNTHETIC (" not in chart.shapes.title.text


def test_a_confidential_page_says_so_on_each_slide(tmp_path: Path):
    notice = '<p class="confidential" role="note">Confidential: only for this region.</p>'
    mark = "SYNTHETIC · Vertrouwelijk: alleen voor deze regio"
    html = page(("discuss-told", "<ul><li>Why?</li></ul>"), notices=notice, language="nl", mark=mark)
    found = slides(made(tmp_path, html, "06_region_report"))
    assert found
    assert all(any(text.startswith(mark) for text in texts(slide)) for slide in found)


def test_the_same_page_gives_the_same_slides(tmp_path: Path):
    first = made(tmp_path, page(forms())).read_bytes()
    assert made(tmp_path, page(forms())).read_bytes() == first


def test_slides_link_to_nothing_outside(tmp_path: Path):
    path = made(tmp_path, page(forms('<a href="http://x.invalid">Most</a>: <img src="http://x.invalid/y">.')))
    for part in Presentation(str(path)).part.package.iter_parts():
        assert not [each.target_ref for each in part.rels.values() if each.is_external]


@pytest.mark.parametrize("notebook", PUBLISHED)
def test_every_listed_exhibit_is_one_that_is_made(notebook: str):
    named = {f"{each.figure}_figure" for each in planned(notebook) if each.figure}
    named |= {f"{each.table}_table" for each in planned(notebook) if each.table}
    assert named
    assert named <= {*EXHIBITS}
    assert all(each.series for each in planned(notebook) if each.chart)


def test_without_python_pptx_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pptx", None)
    monkeypatch.delitem(sys.modules, "sto_workbench.pages.deck", raising=False)
    monkeypatch.delattr("sto_workbench.pages.deck", raising=False)
    with pytest.raises(MissingTool, match=r"no slides of page.html.*python-pptx"):
        made(tmp_path, page(forms()))
    assert module.OTHERS


CARDS = "<ul class='callouts'><li><strong>88%</strong> urgent</li><li><strong>less</strong> attention</li></ul>"


@pytest.mark.parametrize(
    ("cards", "title"), [(f"<p>A message.</p>{CARDS}", "A message."), (CARDS, "Heading"), ("", "Heading")]
)
def test_few_numbers_stand_large_above_the_main_points_which_stand_without_them_too(
    tmp_path: Path, cards: str, title: str
):
    html = page(("callouts", cards), ("summary-told", "<ul><li>One.</li><li>Two.</li></ul>"))
    _, slide = slides(made(tmp_path, html))
    assert slide.shapes.title.text == title
    assert ("88%\nurgent" in texts(slide)) is bool(cards)
    assert "One.\nTwo." in texts(slide)


def test_a_title_is_the_first_sentences_of_a_cell_where_the_exhibit_has_none(tmp_path: Path):
    said = f"<ul><li><strong>Urgent.</strong> That holds for two of the eight. {'word ' * 30}.</li></ul>"
    rows = table(["Aspect", "Urgency"], [["Teachers", "urgent"]])
    own = f'<div class="boxed" id="table-1" data-exhibit="own_aspects">{rows}</div>'
    html = page(
        ("summary-told", said), ("own-answers", own.replace("<thead>", "<caption>What you said.</caption><thead>"))
    )
    (slide,) = slides(made(tmp_path, html, "06_region_report"))
    assert slide.shapes.title.text == "Urgent. That holds for two of the eight."
    assert "What you said" in texts(slide)


def test_a_region_without_an_answer_gets_what_is_said_of_the_country(tmp_path: Path):
    html = page(("summary-told", "<ul><li>All.</li></ul>"), ("discuss-told", "<ul><li>Why?</li></ul>"))
    found = slides(made(tmp_path, html, "06_region_report"))
    assert [text for slide in found for text in texts(slide) if text in ("All.", "Why?")] == ["All.", "Why?"]
