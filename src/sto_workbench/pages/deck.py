"""Slides in the house style of ``reference.pptx``, whose masters, layouts, colours and letters can be edited there.

A slide has a title that is a finding, what there is to see, where it comes from, notes, and the footer of all slides.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pptx import Presentation
from pptx.util import Pt

from sto_workbench.pages import fitting, native, shapes, tabled
from sto_workbench.pages.about import About
from sto_workbench.pages.charted import Charted, Series
from sto_workbench.pages.drawn import decoded, png
from sto_workbench.pages.shown import Around, Cell, Runs, Stage

REFERENCE = Path(__file__).with_name("reference.pptx")
_TITLE, _BELOW, _MAIN, _SUBJECT, _SOURCE, _FOOTER, _NUMBER = 0, 1, 10, 11, 12, 20, 21
"""Places of a slide, as the layouts number them."""
_SIZES = {
    _TITLE: (28, 26, 24, 22, 20, 18, 16, 14, 12),
    _BELOW: (20, 18, 16, 14),
    _MAIN: (20, 18, 16, 14),
    _SUBJECT: (16, 14, 13, 12, 11, 10),
    _SOURCE: (11, 10, 9),
}
"""Of letters that are tried, in points; the first is that of the layout."""
_COVER = _SIZES | {_TITLE: (40, 36, 32, 28, 24), _SOURCE: (16, 14, 13, 12)}
_GAP, _MARGIN, _BESIDE, _PIXELS = 8.0, 14.0, 54.0, 2400
_UPPER = 0.42
"""Part of a slide that cards take, where paragraphs stand below them."""
_LONGEST = 255
"""Signs of a property of the file."""
_UNDATED = datetime(2020, 1, 1)
_Part = TypeVar("_Part")


class Deck:
    """A presentation.

    Parameters
    ----------
    about : About
        Its metadata, and what stands at the foot of each slide. Its date makes that of all parts: the same content
        gives the same bytes.
    """

    def __init__(self, about: About) -> None:
        self._deck, self._about = Presentation(str(REFERENCE)), about
        self._made = (about.made or _UNDATED).replace(tzinfo=None)
        known = self._deck.core_properties
        known.title, known.subject = about.title[:_LONGEST], about.subject[:_LONGEST]
        known.author = known.last_modified_by = about.author[:_LONGEST]
        known.language, known.keywords = about.locale, about.keywords[:_LONGEST]
        known.created = known.modified = self._made
        known.revision = 1

    def cover(self, title: str, below: str, told: Sequence[Runs]) -> None:
        """Begin with a slide that says what this is."""
        slide = self._slide("Title", Around(title))
        self._write(slide, _BELOW, [[(below, False)]])
        self._write(slide, _SOURCE, told, gap=_GAP / 2)

    def text(self, around: Around, told: Sequence[Runs]) -> None:
        """Add paragraphs, on as many slides as they need."""
        for part, shown in self._parted(around, _filled(told, self._room("Text"), _SIZES[_MAIN][-1])):
            self._write(self._slide("Text", part), _MAIN, shown, gap=_GAP)

    def chart(self, around: Around, drawn: Charted, kind: str, told: Sequence[str], pale: Sequence[int]) -> None:
        """Add a chart, on as many slides as its rows need; its alt text is what kind it is and what is told of rows."""
        most, rows = native.capacity(drawn, self._room("Chart")), len(drawn.rows)
        slides = -(-rows // max(1, most))
        parts = [range(n * rows // slides, (n + 1) * rows // slides) for n in range(slides)]
        for part, places in self._parted(around, parts):
            slide = self._slide("Chart", part)
            frame = native.draw(_place(slide, _MAIN), _only(drawn, places), pale, self._made)
            _describe(frame, part.subject, " ".join([kind, *(told[place] for place in places)]))

    def cards(self, around: Around, numbers: Sequence[Runs], told: Sequence[Runs]) -> None:
        """Add a few numbers, each large above what it is, and below them paragraphs; these apart where room lacks."""
        room, slide = self._place_of("Text"), self._slide("Text", around)
        upper = replace(room, height=_UPPER * room.height if told else room.height)
        high = shapes.cards(slide, numbers[: shapes.ACROSS], upper) + 2 * _GAP
        below = replace(room, top=room.top + high, height=room.height - high)
        if fitting.largest([_words(each) for each in told], (below.width - _MARGIN, below.height), _SIZES[_MAIN], _GAP):
            body = _place(slide, _MAIN)
            body.left, body.top, body.width, body.height = (
                Pt(side) for side in (below.left, below.top, below.width, below.height)
            )
            self._write(slide, _MAIN, told, gap=_GAP)
        else:
            self.text(replace(around, title=self._about.texts("slides.more", title=around.title)), told)

    def groups(self, around: Around, said: Sequence[Stage]) -> None:
        """Add what a source says, in groups beside each other."""
        slide, bodies = self._slide("Diagram", around), [each.points for each in said]
        shapes.chain(slide, said, bodies, self._place_of("Text"), "group")

    def chain(self, around: Around, stages: Sequence[Stage], beside: Sequence[Runs]) -> None:
        """Add a chain of stages with what was found at each; then their points, a few stages on a slide."""
        room = self._place_of("Text")
        slide, low = self._slide("Diagram", around), room.height - _BESIDE if beside else room.height
        shapes.chain(slide, stages, [stage.found for stage in stages], replace(room, height=low))
        if beside:
            shapes.aside(slide, beside, replace(room, top=room.top + low + _GAP, height=_BESIDE - _GAP))
        for first in range(0, len(stages), shapes.ACROSS):
            part = stages[first : first + shapes.ACROSS]
            names = f"{part[0].name} – {part[-1].name}"
            slide = self._slide("Diagram", replace(around, title=names, subject=around.subject or around.title))
            shapes.chain(slide, part, [stage.points for stage in part], room)

    def picture(self, around: Around, address: str, alt: str) -> None:
        """Add a figure of the page as it is."""
        slide = self._slide("Picture", around)
        place = _place(slide, _MAIN)
        left, top, wide, high = place.left, place.top, place.width, place.height
        frame = place.insert_picture(io.BytesIO(png(decoded(address), _PIXELS)))
        frame.crop_left = frame.crop_right = frame.crop_top = frame.crop_bottom = 0
        scale = min(wide / frame.image.size[0], high / frame.image.size[1])
        frame.width, frame.height = (int(side * scale) for side in frame.image.size)
        frame.left, frame.top = left + (wide - frame.width) // 2, top
        _describe(frame, around.subject, alt)

    def table(self, around: Around, heads: Sequence[str], rows: Sequence[Sequence[Cell]], alt: str) -> None:
        """Add a table, on as many slides as its rows need."""
        room = self._room("Table")
        for part, shown in self._parted(around, tabled.parted(heads, rows, room)):
            slide = self._slide("Table", part)
            frame = _place(slide, _MAIN).insert_table(len(shown) + 1, len(heads))
            tabled.fill(frame.table, heads, shown, room)
            _describe(frame, part.subject, alt)

    def save(self, target: Path) -> None:
        """Write the file: its parts in one order, with one date."""
        for slide in self._deck.slides:
            for empty in [each for each in slide.placeholders if each.has_text_frame and not each.text_frame.text]:
                if empty.placeholder_format.idx != _NUMBER:
                    slide.shapes._spTree.remove(empty._element)
            for run in slide.element.iter("{*}r", "{*}fld", "{*}endParaRPr"):
                look = run if run.tag.endswith("endParaRPr") else run.get_or_add_rPr()
                look.set("lang", self._about.locale)
        whole = io.BytesIO()
        self._deck.save(whole)
        with zipfile.ZipFile(whole) as read, zipfile.ZipFile(target, "w") as write:
            for name in read.namelist():
                write.writestr(zipfile.ZipInfo(name, self._made.timetuple()[:6]), read.read(name), zipfile.ZIP_DEFLATED)

    def _place_of(self, layout: str) -> shapes.Box:
        """The main place of a layout."""
        found = _place(self._deck.slide_layouts.get_by_name(layout), _MAIN)
        return shapes.Box(found.left.pt, found.top.pt, found.width.pt, found.height.pt)

    def _room(self, layout: str) -> tuple[float, float]:
        """Width and height of the main place of a layout, in points."""
        found = self._place_of(layout)
        return found.width, found.height

    def _parted(self, around: Around, parts: Sequence[_Part]) -> Iterator[tuple[Around, _Part]]:
        """Parts of what is too long for one slide, each with its title."""
        for place, part in enumerate(parts):
            title = self._about.texts("slides.more", title=around.title) if place else around.title
            yield replace(around, title=title), part

    def _slide(self, layout: str, around: Around) -> Any:
        of = self._deck.slide_layouts.get_by_name(layout)
        slide = self._deck.slides.add_slide(of)
        for idx, text in ((_TITLE, around.title), (_SUBJECT, around.subject), (_SOURCE, around.source)):
            self._write(slide, idx, [[(text, False)]])
        for idx in (_FOOTER, _NUMBER):
            slide.shapes._spTree.append(deepcopy(_place(of, idx)._element))
        _place(slide, _FOOTER).text_frame.text = " · ".join(filter(None, (self._about.mark, self._about.running)))
        if around.notes:
            slide.notes_slide.notes_text_frame.text = "\n".join(around.notes)
        return slide

    def _write(self, slide: Any, idx: int, told: Sequence[Runs], gap: float = 0) -> None:
        """Fill a place, where the slide has it, with paragraphs in letters that fit."""
        place, sizes = _place(slide, idx), (_COVER if _place(slide, _BELOW) else _SIZES)[idx]
        if place is None:
            return
        room = (place.width.pt - (_MARGIN if idx == _MAIN else 0), place.height.pt)
        size = fitting.largest([_words(each) for each in told], room, sizes, gap, bold=idx == _TITLE) or sizes[-1]
        frame = place.text_frame
        for number, runs in enumerate(told):
            paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
            for text, bold in runs:
                run = paragraph.add_run()
                run.text, run.font.bold = text, bold or None
                run.font.size = Pt(size) if size != sizes[0] else None


def _place(slide: Any, idx: int) -> Any:
    return next((each for each in slide.placeholders if each.placeholder_format.idx == idx), None)


def _words(runs: Runs) -> str:
    return "".join(text for text, _ in runs)


def _describe(frame: Any, name: str, alt: str) -> None:
    about = frame._element.xpath(".//p:cNvPr")[0]
    about.set("descr", alt)
    about.set("name", name or about.get("name"))


def _filled(told: Sequence[Runs], room: tuple[float, float], size: float) -> list[list[Runs]]:
    """Paragraphs that fit slides at the smallest size: as few slides as they need, and about as full."""
    most = list(_packed(told, room[0], room[1], size))
    tried = (list(_packed(told, room[0], part / 10 * room[1], size)) for part in range(3, 10))
    return next((pages for pages in tried if len(pages) == len(most)), most)


def _packed(told: Sequence[Runs], wide: float, high: float, size: float) -> Iterator[list[Runs]]:
    page = list[Runs]()
    for runs in told:
        if page and fitting.height(list(map(_words, [*page, runs])), wide - _MARGIN, size, _GAP) > high:
            yield page
            page = []
        page.append(runs)
    if page:
        yield page


def _only(drawn: Charted, places: Sequence[int]) -> Charted:
    """Some rows of a chart."""
    series = tuple(
        Series(each.name, tuple(each.values[n] for n in places), tuple(each.shown[n] for n in places))
        for each in drawn.series
    )
    named = frozenset(number for number, place in enumerate(places) if place in drawn.named)
    return replace(drawn, rows=tuple(drawn.rows[n] for n in places), series=series, named=named)
