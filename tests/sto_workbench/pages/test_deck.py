"""Slides: title, source, notes, footer and number on each; texts that fit or go on; alt texts; the same bytes."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.slide import Slide

from sto_workbench.pages import fitting
from sto_workbench.pages.about import About
from sto_workbench.pages.charted import Charted, Series
from sto_workbench.pages.deck import REFERENCE, Deck
from sto_workbench.pages.shown import Around, Cell, Runs
from tests.decks import DOT, charts, descriptions, slides, texts

AROUND = Around("A finding.", "What is shown", "Source; n = 51.", ("The method.", "Results: a.b"))
MADE = datetime(2024, 5, 1, 12, tzinfo=UTC)
ABOUT = About("nl-NL", "Report – 2024", "Report", "", "", "Report", "SYNTHETIC · Confidential", "Monitor", "sto", MADE)


def made(path: Path, *calls: str, rows: int = 3, around: Around = AROUND, told: list[Runs] | None = None) -> Path:
    deck = Deck(ABOUT)
    names = tuple(f"row {n}" for n in range(rows))
    series = Series("Share", (0.5,) * rows, ("50%",) * rows)
    said = told or [[("Bold.", True), (" Plain.", False)]]
    each = {
        "cover": lambda: deck.cover("Report", "Wave", said),
        "text": lambda: deck.text(around, said),
        "chart": lambda: deck.chart(around, Charted("bar", names, (series,), "percent"), "Bars.", names, ()),
        "picture": lambda: deck.picture(around, DOT, "A dot."),
        "table": lambda: deck.table(
            around, ["Aspect", "Said"], [[Cell(name), Cell("yes")] for name in names], "Table."
        ),
    }
    for call in calls:
        each[call]()
    deck.save(path)
    return path


ALL = ("cover", "text", "chart", "picture", "table")


def test_each_slide_has_footer_number_and_no_empty_place(tmp_path: Path):
    found = slides(made(tmp_path / "x.pptx", *ALL))
    assert [slide.slide_layout.name for slide in found] == ["Title", "Text", "Chart", "Picture", "Table"]
    for slide in found:
        assert "SYNTHETIC · Confidential · Report" in texts(slide)
        assert [shape.element.xpath(".//a:fld/@type") for shape in slide.placeholders].count(["slidenum"]) == 1
        assert all(
            shape.text_frame.text
            for shape in slide.placeholders
            if shape.has_text_frame and not shape.element.xpath(".//a:fld")
        )
        assert {look.get("lang") for look in slide.element.iter("{*}rPr")} == {"nl-NL"}
        assert all(descriptions(slide))
    assert all({"A finding.", "Source; n = 51."} <= {*texts(slide)} for slide in found[1:])
    assert [slide.notes_slide.notes_text_frame.text for slide in found[1:]] == ["The method.\nResults: a.b"] * 4


def test_the_same_content_gives_the_same_bytes_with_its_metadata(tmp_path: Path):
    first, again = (made(tmp_path / name, *ALL) for name in ("x.pptx", "y.pptx"))
    assert first.read_bytes() == again.read_bytes()
    known = Presentation(str(first)).core_properties
    assert (known.title, known.author, known.language, known.created) == (
        "Report – 2024",
        "Monitor",
        "nl-NL",
        MADE.replace(tzinfo=None),
    )


def test_a_chart_of_many_rows_goes_on_over_slides_and_loses_none(tmp_path: Path):
    found = slides(made(tmp_path / "x.pptx", "chart", rows=40))
    rows = [name for slide in found for chart in charts(slide) for name in chart.chart.plots[0].categories]
    assert rows == [f"row {n}" for n in range(40)]
    assert len(found) > 1
    assert found[1].shapes.title.text == "A finding. (vervolg)"
    assert [description.split()[-1] for slide in found for description in descriptions(slide)][-1] == "39"


def test_paragraphs_keep_their_bold_and_go_on_over_slides(tmp_path: Path):
    said: list[Runs] = [[(f"{n}.", True), (" word" * 60, False)] for n in range(12)]
    found = slides(made(tmp_path / "x.pptx", "text", told=said))
    shown = [paragraph for slide in found for paragraph in slide.placeholders[10].text_frame.paragraphs]
    assert [[(run.text, bool(run.font.bold)) for run in paragraph.runs] for paragraph in shown] == said
    assert len(found) > 1


@pytest.mark.parametrize("words", [4, 40, 90])
def test_a_title_fits_its_box(tmp_path: Path, words: int):
    title = slides(made(tmp_path / "x.pptx", "table", around=Around("finding " * words)))[0].shapes.title
    size = title.text_frame.paragraphs[0].runs[0].font.size
    assert fitting.height([title.text], title.width.pt, size.pt if size else 28) <= title.height.pt


def test_a_picture_keeps_its_shape_inside_its_place(tmp_path: Path):
    (picture,) = (
        shape for shape in slides(made(tmp_path / "x.pptx", "picture"))[0].placeholders if hasattr(shape, "image")
    )
    assert (picture.crop_left, picture.crop_top) == (0, 0)
    assert picture.width == pytest.approx(picture.height, rel=0.01)


def test_the_reference_is_wide_and_has_the_layouts_that_the_code_names():
    deck = Presentation(str(REFERENCE))
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9)
    assert {"Title", "Text", "Chart", "Picture", "Table"} <= {layout.name for layout in deck.slide_layouts}
    assert not deck.slides
    assert deck.core_properties.author == ""


@pytest.mark.parametrize(("words", "count"), [(6, 1), (900, 3)])
def test_paragraphs_stand_below_cards_or_apart_where_room_lacks(tmp_path: Path, words: int, count: int):
    deck, said = Deck(ABOUT), [[("word " * words, False)]] * 3
    deck.cards(AROUND, [[("88%", True), (" urgent", False)]] * 3, said)
    deck.save(tmp_path / "x.pptx")
    found = slides(tmp_path / "x.pptx")
    assert len(found) >= min(count, 2)
    assert sum(text.startswith("88%") for slide in found for text in texts(slide)) == 3
    bodies = [slide.placeholders[10] for slide in found if _body(slide)]
    assert [p.text for body in bodies for p in body.text_frame.paragraphs] == ["word " * words] * 3


def _body(slide: Slide) -> bool:
    return any(each.placeholder_format.idx == 10 for each in slide.placeholders)
