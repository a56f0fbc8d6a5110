"""A rendered page → Word through pandoc.

Styles, paper, page numbers and the rules of tables stand in ``reference.docx``, which began as that of pandoc
(``pandoc --print-default-data-file reference.docx``): to change them, open it in Word, modify its styles and save.
"""

import base64
import io
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag

from sto_analysis import compendium
from sto_analysis.errors import MissingTool
from sto_workbench.pages.about import About, about
from sto_workbench.pages.drawn import decoded, png
from sto_workbench.pages.fields import field, fill_contents, number_captions, run_of, write_pages
from sto_workbench.pages.paged import office, pages_of
from sto_workbench.pages.pdf import OTHERS, read_page

REFERENCE = Path(__file__).with_name("reference.docx")
_SCREEN_ONLY = (
    "nav, .skip, .top, .code, details.data, .anchor-link, .hidden, .panel:not(.first), .files, .output .synthetic"
)
_NOT_OF_REGION = "nav.brief ~ main :is(.colophon, .text:has(#colofon, #colophon))"  # as on its paper
_NEVER = "script, style, source, iframe, object, embed, svg, math, video, audio, img:not([src^='data:image/'])"
_SECONDS = 120
_STYLES = {
    ".confidential, .synthetic": "Notice",
    ".note": "Source",
    "summary, .finding, .theory .head": "Finding",
    "div > figcaption": "Image Caption",
}
_TEXT = 17.0  # centimetres between the margins
_PIXELS = 1500  # of a figure: 220 per inch at that width, which Word keeps of pictures for print
_POINT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg=="
)
_SIZE = re.compile(r"<svg\b[^>]*\bwidth=['\"]([\d.]+)pt")
_SHORT = 14  # rows of a table that stays on one page
_WIDEST = 34  # characters for which a column of a table makes room


def to_docx(html: Path, docx: Path) -> Path:
    """Turn a page into a Word document: headings and captions as styles, real tables, alt texts, no code.

    Parameters
    ----------
    html : Path
        A rendered page.
    docx : Path
        Where the document belongs.

    Returns
    -------
    Path
        `docx`. The same page gives the same bytes.

    Raises
    ------
    MissingTool
        When pandoc is not there or fails.
    """
    page = read_page(html)
    facts = about(page, html)
    for_word(page)
    return write(page, docx, facts, html.name, paged=True)


def write(
    page: BeautifulSoup,
    docx: Path,
    facts: About,
    name: str,
    more: Callable[[Any], object] = id,
    *,
    paged: bool = False,
) -> Path:
    """Write a page that `for_word` has prepared as a document.

    Parameters
    ----------
    page : BeautifulSoup
        The page.
    docx : Path
        Where the document belongs.
    facts : About
        Titles, properties and what runs at the head of its pages.
    name : str
        Of the page, for messages.
    more : callable
        What else is done to the document (python-docx).
    paged : bool
        Whether its contents get numbers of pages, if LibreOffice is there to lay it out.

    Returns
    -------
    Path
        `docx`.
    """
    with tempfile.TemporaryDirectory(prefix="sto-", dir=compendium.scratch()) as folder:
        made = Path(folder) / "made.docx"
        _convert(str(page), made, facts, name)
        document = _open(made)
    _finish(document, facts)
    numbers = fill_contents(document, numbered=paged and office() is not None) if facts.contents else {}
    more(document)
    if numbers:
        write_pages(numbers, pages_of(_saved(document, drawn=False)))  # pictures have their sizes all the same
    return compendium.write_whole(docx, lambda part: part.write_bytes(_saved(document)))


def _convert(html: str, docx: Path, facts: About, name: str) -> None:
    told = {"lang": facts.locale, "title": facts.heading, "subtitle": facts.subtitle, "toc-title": facts.contents}
    options = [f"--reference-doc={REFERENCE}", "--shift-heading-level-by=-1"]
    options += [f"--metadata={key}:{value}" for key, value in told.items()]
    options += ["--toc", "--toc-depth=2"] if facts.contents else []  # the few pages of a region have none
    try:
        import pypandoc

        command = [pypandoc.get_pandoc_path(), "--sandbox", "--from=html", f"--output={docx}", *options]
        subprocess.run(command, input=html.encode(), check=True, capture_output=True, timeout=_SECONDS)
    except (ImportError, OSError) as error:
        todo = f"Install the package pypandoc-binary (conda: pypandoc and pandoc). {OTHERS}"
        raise MissingTool(f"no Word file of {name}: pandoc is not installed.", todo) from error
    except subprocess.TimeoutExpired as error:
        raise MissingTool(f"no Word file of {name}: pandoc took longer than {_SECONDS:g} seconds.", OTHERS) from error
    except subprocess.SubprocessError as error:
        said = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip() or str(error)
        raise MissingTool(f"no Word file of {name}: {said}.", f"Mend it. {OTHERS}") from error


def for_word(page: BeautifulSoup) -> None:
    """Leave what a document needs: no code, navigation, folded parts or second title, and nothing from elsewhere."""
    _strip(page)
    page.smooth()
    for selector, style in _STYLES.items():
        for part in page.select(selector):
            part.name, part["custom-style"] = "div", style
    for source in page.select(".note .source, figcaption .source"):
        source.insert_before(page.new_tag("br"))
    for figure in page.select("figure:has(.finding)"):  # within it pandoc would make a table of both
        figure.insert_before(*figure.select(".finding"))
    for cell in page.select(".num"):
        cell["style"] = "text-align:right"
    for table in page.select("table"):
        _set_widths(table)
    ids = {str(each["id"]) for each in page.select("[id]")}
    for link in page.select("a[href^='#']"):
        if str(link["href"])[1:] not in ids:
            link.unwrap()
    for picture in page.select("img"):
        drawn = str(picture["src"])
        picture["width"], picture["src"] = f"{_width(drawn):.1f}cm", _drawn(drawn)
    for wrapper in page.select("figure .picture, .table"):
        wrapper.unwrap()


def _strip(page: BeautifulSoup) -> None:
    """Take out what is of the screen, or from elsewhere, and what pandoc would misread."""
    for part in page.select(f"{_NOT_OF_REGION}, {_SCREEN_ONLY}, {_NEVER}"):
        part.decompose()
    for figure in page.select("figure:not(:has(img))"):
        _open_words(figure)
    for part in page.select("button, data, .researchers"):  # which pandoc would take for paragraphs, or does not know
        part.unwrap()


def _open_words(figure: Tag) -> None:
    """Let a figure of words be words: pandoc would make a centred table of it, and number its stages twice."""
    figure.name = "div"
    for part in figure.select(".chain, .chain > li"):
        part.name = "div"


def _set_widths(table: Tag) -> None:
    """Divide the width of a table by what its columns hold: Word would make them all as wide."""
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in table.select("tr")]
    rows[0] = [max(re.split(r"[\s-]+", head), key=len) for head in rows[0]]  # a head may break between words
    widths = [min(max(map(len, column)) + 3, _WIDEST) for column in zip_longest(*rows, fillvalue="")]
    columns = "".join(f'<col style="width:{100 * width / sum(widths):.1f}%">' for width in widths)
    table.select("thead, tr")[0].insert_before(BeautifulSoup(f"<colgroup>{columns}</colgroup>", "html.parser"))


def _width(source: str) -> float:
    """Centimetres of a picture: as it was drawn, or what a page holds; a picture of points gets that too."""
    drawn = _SIZE.search(decoded(source)) if source.startswith("data:image/svg+xml") else None
    return min(float(drawn[1]) / 72 * 2.54, _TEXT) if drawn else _TEXT


def _drawn(source: str) -> str:
    """An embedded picture, as PNG where it is SVG: Word draws that otherwise in each version."""
    if not source.startswith("data:image/svg+xml"):
        return source
    return "data:image/png;base64," + base64.b64encode(png(decoded(source), _PIXELS)).decode()


def _open(made: Path) -> Any:
    from docx import Document

    return Document(str(made))


def _finish(document: Any, facts: About) -> None:
    """Say what the document is, at the head and foot of its pages too; tables in their style, captions that count."""
    _describe(document, facts)
    _frame(document, facts)
    for table in document.tables:
        _set_table(table, document)
    for picture in document.element.body.iter("{*}cNvPr"):
        picture.set("descr", "")  # pandoc repeats the source there; the alt text stands in docPr
    number_captions(document)


def _describe(document: Any, facts: About) -> None:
    """Fill the properties of a document."""
    from docx.oxml.ns import qn

    told = document.core_properties
    told.title, told.subject, told.keywords = facts.title, facts.subject, facts.keywords
    told.author = told.last_modified_by = facts.author
    told.language = facts.locale
    for date in told._element.xpath("dcterms:created | dcterms:modified"):
        told._element.remove(date)
    if facts.made:
        told.created = told.modified = facts.made.replace(tzinfo=None)
    for language in document.settings.element.iter(qn("w:themeFontLang")):
        language.set(qn("w:val"), facts.locale)


def _frame(document: Any, facts: About) -> None:
    """Write what runs at the head of pages, with what nobody may overlook below it, and their numbers at the foot."""
    section = document.sections[0]
    section.header.paragraphs[0].text = facts.running
    if facts.mark:
        section.header.add_paragraph(facts.mark, style="Mark")
    foot = section.footer.paragraphs[0]
    foot._p[:] = foot._p.xpath("w:pPr")
    for word, code in (("page.folio", "PAGE"), ("page.of", "NUMPAGES")):
        foot.add_run(f"{facts.texts(word)} ")
        foot._p.extend(field(code, [run_of("1")]))
        foot.add_run(" " if code == "PAGE" else "")


def _set_table(table: Any, document: Any) -> None:
    """Give a table its style and its caption as its name; no row breaks, and a short one stays whole."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    caption = table._tbl.getprevious()
    if caption is not None and caption.tag == qn("w:p"):
        name = OxmlElement("w:tblCaption")
        name.set(qn("w:val"), "".join(part.text or "" for part in caption.iter(qn("w:t"))))
        table._tbl.tblPr.append(name)
    whole = table.rows[:-1] if len(table.rows) <= _SHORT else table.rows[:1]
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for paragraph in table._tbl.iter("{*}p"):
        paragraph.style = "TableText"
    for row in whole:
        for paragraph in row._tr.iter("{*}p"):
            paragraph.get_or_add_pPr().get_or_add_keepNext()


def _saved(document: Any, *, drawn: bool = True) -> bytes:
    """The document, whose parts have one date, so that the same page gives the same bytes; or with empty pictures."""
    whole, packed = io.BytesIO(), io.BytesIO()
    document.save(whole)
    with zipfile.ZipFile(whole) as read, zipfile.ZipFile(packed, "w") as write:
        for name in read.namelist():
            part = read.read(name) if drawn or not name.endswith(".png") else _POINT
            write.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
