"""The national report of one run as a Word file, with what differs from another run as tracked changes."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from sto_workbench.compare.merged import AUTHOR, DATE, merge
from sto_workbench.compare.pages import words
from sto_workbench.pages import word as plain
from sto_workbench.pages.about import about
from sto_workbench.pages.pdf import parse_page

_FIGURE = {"img": "Captioned Figure", "figcaption": "Image Caption"}
_TITLES = {"": "running", "Title": "heading", "Subtitle": "subtitle"}


def tracked(before: bytes, after: bytes, docx: Path, name: str) -> Path:
    """Write a report with tracked changes: accepting all gives the text of the new one, rejecting all that of the old.

    Parameters
    ----------
    before, after : bytes
        The pages.
    docx : Path
        Where the document belongs.
    name : str
        Of the report, for messages.

    Returns
    -------
    Path
        `docx`. The same pages give the same bytes.

    Raises
    ------
    MissingTool
        When pandoc is not there or fails.
    """
    old, new = (parse_page(html.decode(errors="replace")) for html in (before, after))
    known, facts = about(old), about(new)
    for page in (old, new):
        plain.for_word(page)
        _open_figures(page)
    merge(old.select("body")[0], new.select("body")[0])
    heads = {style: (getattr(known, key), getattr(facts, key)) for style, key in _TITLES.items()}
    return plain.write(new, docx, facts, name, partial(_track, heads))


def _open_figures(page: BeautifulSoup) -> None:
    """Make paragraphs of figures, in the styles of pandoc, which makes a table of one whose picture is marked."""
    for figure in page.select("figure"):
        for part in figure.find_all(["img", "figcaption"], recursive=False):
            around = page.new_tag("div", attrs={"custom-style": _FIGURE[part.name]})
            part.wrap(around)
            if part.name == "img":
                part.wrap(page.new_tag("p"))
            else:
                part.name = "p"
        figure.name = "div"


def _track(heads: dict[str, tuple[str, str]], document: Any) -> None:
    """Mark what spans cannot: rows and paragraphs that came or went whole, title and header; number all changes."""
    from docx.oxml.ns import qn

    body = document.element.body
    for link in body.xpath(".//w:ins/w:hyperlink | .//w:del/w:hyperlink"):
        _turn(link)
    for row in body.iter(qn("w:tr")):
        if change := _all_in(row):
            row.get_or_add_trPr().append(_change(change))
    for paragraph in body.iterchildren(qn("w:p")):
        if change := _all_in(paragraph):
            _mark_of(paragraph).insert(0, _change(change))
    for paragraph in [document.sections[0].header.paragraphs[0], *document.paragraphs]:
        before, after = heads.get("" if paragraph.part is not document.part else paragraph.style.name, ("", ""))
        if before != after:
            paragraph._p[:] = [*paragraph._p.xpath("w:pPr"), *_runs(before, after)]
    changes = [
        each for part in (document.sections[0].header._element, body) for each in part.iter(qn("w:ins"), qn("w:del"))
    ]
    for number, each in enumerate(changes, start=1):
        each.set(qn("w:id"), str(number))


def _turn(link: Any) -> None:
    """Let a link hold the change in which it stands: pandoc has it the other way round, which is no Word file."""
    change = link.getparent()
    rest, inner = (change.makeelement(change.tag, dict(change.attrib)) for _ in range(2))
    rest.extend(list(link.itersiblings()))
    inner.extend(list(link))
    link.append(inner)
    change.addnext(link)
    if len(rest):
        link.addnext(rest)
    if not len(change):
        change.getparent().remove(change)


def _all_in(element: Any) -> str:
    """``w:ins`` or ``w:del`` where all that an element holds stands in one."""
    runs = element.xpath(".//w:r[not(ancestor::w:ins or ancestor::w:del)]")
    kinds = {each.tag.rpartition("}")[2] for each in element.xpath(".//w:ins | .//w:del")}
    return "" if runs or len(kinds) != 1 else f"w:{kinds.pop()}"


def _mark_of(paragraph: Any) -> Any:
    """Properties of the mark at the end of a paragraph."""
    from docx.oxml import OxmlElement

    properties = paragraph.get_or_add_pPr()
    found = properties.xpath("w:rPr")
    if not found:
        properties.append(OxmlElement("w:rPr"))
    return properties.xpath("w:rPr")[0]


def _change(kind: str, inside: Sequence[Any] = ()) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    change = OxmlElement(kind)
    change.set(qn("w:author"), AUTHOR)
    change.set(qn("w:date"), DATE)
    change.extend(inside)
    return change


def _runs(before: str, after: str) -> Iterator[Any]:
    """Runs of a text that differs, word by word."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for word, text in words(before, after):
        run = OxmlElement("w:r")
        part = OxmlElement("w:delText" if word == "gone" else "w:t")
        part.text = text
        part.set(qn("xml:space"), "preserve")
        run.append(part)
        yield run if word == "same" else _change("w:del" if word == "gone" else "w:ins", [run])
