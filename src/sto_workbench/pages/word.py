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
from copy import deepcopy
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag

from sto_analysis import compendium
from sto_analysis.errors import MissingTool
from sto_workbench.pages.drawn import decoded, png
from sto_workbench.pages.pdf import OTHERS, read_page

REFERENCE = Path(__file__).with_name("reference.docx")
_LOCALES = {"nl": "nl-NL", "en": "en-GB"}
_DATE = datetime(2020, 1, 1)  # of every file, so that the same page gives the same bytes
_SCREEN_ONLY = "nav, .skip, .top, .code, details.data, .anchor-link, .hidden, .panel, .files, .output .synthetic"
_NEVER = "script, style, iframe, object, embed, svg, math, video, audio, img:not([src^='data:image/'])"
_SECONDS = 120
_STYLES = {".confidential, .synthetic": "Notice", ".note, summary": "Source"}
_PIXELS = 1900  # of a figure: 300 per inch at 16 cm
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
    facts, running = about_page(page)
    for_word(page)
    return write(page, docx, facts, running, html.name)


def about_page(page: BeautifulSoup) -> tuple[dict[str, str], str]:
    """Language, titles and title of the contents of a page, and the line that runs at the head of its document."""
    title, about, banner, contents = (_text(page, part) for part in ("h1", ".about", ".banner", ".contents summary"))
    facts = {
        "lang": _LOCALES[str(page.select("html")[0]["lang"])],
        "title": title,
        "subtitle": " – ".join(filter(None, (about, banner))),
        "toc-title": contents,
    }
    return facts, " · ".join(filter(None, ("SYNTHETIC" if banner else "", title, about)))


def write(
    page: BeautifulSoup, docx: Path, facts: dict[str, str], running: str, name: str, more: Callable[[Any], object] = id
) -> Path:
    """Write a page that `for_word` has prepared as a document.

    Parameters
    ----------
    page : BeautifulSoup
        The page.
    docx : Path
        Where the document belongs.
    facts : dict of str
        Metadata for pandoc.
    running : str
        At the head of its pages.
    name : str
        Of the page, for messages.
    more : callable
        What else is done to the document (python-docx).

    Returns
    -------
    Path
        `docx`.
    """
    with tempfile.TemporaryDirectory(prefix="sto-", dir=compendium.scratch()) as folder:
        made = Path(folder) / "made.docx"
        _convert(str(page), made, facts, name)
        return compendium.write_whole(docx, lambda part: _finish(made, part, running, more))


def _text(page: BeautifulSoup, selector: str) -> str:
    found = page.select_one(selector)
    return found.get_text(" ", strip=True) if found else ""


def _convert(html: str, docx: Path, facts: dict[str, str], name: str) -> None:
    options = [f"--reference-doc={REFERENCE}", "--shift-heading-level-by=-1", "--toc", "--toc-depth=2"]
    options += [f"--metadata={key}:{value}" for key, value in facts.items()]
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
    for part in page.select(f"{_SCREEN_ONLY}, {_NEVER}"):
        part.decompose()
    for part in page.select("button, data, .researchers"):  # which pandoc would take for paragraphs, or does not know
        part.unwrap()
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
    for link in page.select("a[href^='#']"):
        if not page.find(id=str(link["href"])[1:]):
            link.unwrap()
    for picture in page.select("img"):
        picture["src"] = _drawn(str(picture["src"]))
        picture["style"] = "width:16cm"
    for wrapper in page.select("figure .picture, .table"):
        wrapper.unwrap()


def _set_widths(table: Tag) -> None:
    """Divide the width of a table by what its columns hold: Word would make them all as wide."""
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in table.select("tr")]
    rows[0] = [max(re.split(r"[\s-]+", head), key=len) for head in rows[0]]  # a head may break between words
    widths = [min(max(map(len, column)) + 3, _WIDEST) for column in zip_longest(*rows, fillvalue="")]
    columns = "".join(f'<col style="width:{100 * width / sum(widths):.1f}%">' for width in widths)
    table.select("thead, tr")[0].insert_before(BeautifulSoup(f"<colgroup>{columns}</colgroup>", "html.parser"))


def _drawn(source: str) -> str:
    """An embedded picture, as PNG where it is SVG: Word draws that otherwise in each version."""
    if not source.startswith("data:image/svg+xml"):
        return source
    return "data:image/png;base64," + base64.b64encode(png(decoded(source), _PIXELS)).decode()


def _finish(made: Path, target: Path, running: str, more: Callable[[Any], object]) -> None:
    """Put the line `running` at the head of pages, set tables in their style, fill the contents, fix the date."""
    from docx import Document
    from docx.oxml import OxmlElement

    document = Document(str(made))
    document.sections[0].header.paragraphs[0].text = running
    document.core_properties.created = document.core_properties.modified = _DATE
    for table in document.tables:
        for row in table.rows:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for paragraph in table._tbl.iter("{*}p"):
            paragraph.style = "TableText"
    for picture in document.element.body.iter("{*}cNvPr"):
        picture.set("descr", "")  # pandoc repeats the source there; the alt text stands in docPr
    _fill_contents(document)
    more(document)
    whole = io.BytesIO()
    document.save(whole)
    with zipfile.ZipFile(whole) as read, zipfile.ZipFile(target, "w") as write:
        for name in read.namelist():
            write.writestr(zipfile.ZipInfo(name, _DATE.timetuple()[:6]), read.read(name), zipfile.ZIP_DEFLATED)


def _fill_contents(document: Any) -> None:
    """Write the headings into the contents field, which pandoc leaves empty until somebody updates it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    (start,) = document.element.xpath("//w:r[w:instrText]")  # begins the field and ends it
    field = Paragraph(start.getparent(), document)
    for heading in document.paragraphs:
        if heading.style.name in ("Heading 1", "Heading 2"):
            entry = field.insert_paragraph_before("", heading.style.name.replace("Heading", "toc"))
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), heading._p.xpath("preceding-sibling::w:bookmarkStart[1]/@w:name")[0])
            for part in heading._p.xpath("w:r | w:ins | w:del | w:hyperlink/w:r"):  # with changes that are tracked
                link.append(deepcopy(part))
            entry._p.append(link)
    field.add_run()._r.append(start[-1])  # ends after the entries, and begins before them:
    field._p.getparent()[1].insert(1, start)
    start[0].attrib.pop(qn("w:dirty"))  # Word would ask whether to update it
