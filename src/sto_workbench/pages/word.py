"""A rendered page → Word through pandoc: what paper needs, the style of the house, contents that are filled."""

import base64
import io
import re
import subprocess
import tempfile
import zipfile
from functools import cache
from html import escape
from itertools import zip_longest
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag

from sto_analysis import compendium
from sto_analysis.errors import MissingTool
from sto_analysis.monitor.codebook import Language
from sto_analysis.report.language import Texts
from sto_workbench.pages.pdf import OTHERS, read_page, run

_EPOCH = "1577836800"  # 2020-01-01: the date in every Word file, so that two runs give the same bytes
_LOCALES = {"nl": "nl-NL", "en": "en-GB"}
_PIXELS = 1900  # of a figure in Word: 300 per inch at 16 cm
_WIDEST = 34  # characters for which a column of a Word table makes room
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_INK, _BLUE, _SOFT = "17293A", "0B5C8C", "4F5F6E"


def to_docx(html: Path, docx: Path, language: Language) -> Path:
    """Turn a page into a Word document: headings and captions as styles, real tables, alt texts, no code.

    Parameters
    ----------
    html : Path
        A rendered page.
    docx : Path
        Where the document belongs.
    language : {"nl", "en"}
        Of the document and of its contents title.

    Returns
    -------
    Path
        `docx`. The same page gives the same bytes.

    Raises
    ------
    MissingTool
        When pandoc is not there or fails.
    """
    try:
        import pypandoc

        pandoc = pypandoc.get_pandoc_path()
    except (ImportError, OSError) as error:
        todo = f"Install the package pypandoc-binary (conda: pypandoc and pandoc). {OTHERS}"
        raise MissingTool(f"no Word file of {html.name}: pandoc is not installed.", todo) from error
    page = read_page(html)
    title, about, banner = (_text(page, name) for name in ("h1", ".about", ".banner"))
    with tempfile.TemporaryDirectory(prefix="sto-") as folder:
        source, styles, made = (Path(folder) / name for name in ("page.html", "styles.docx", "made.docx"))
        for_word(page, Path(folder))
        source.write_text(str(page), encoding="utf-8")
        styles.write_bytes(reference(pandoc))
        command = [
            pandoc, str(source), "--from=html", "--to=docx", f"--output={made}", f"--reference-doc={styles}",
            f"--resource-path={folder}", "--shift-heading-level-by=-1", "--toc", "--toc-depth=2",
            f"--metadata=lang:{_LOCALES[language]}",
            f"--metadata=toc-title:{Texts(language)('page.contents')}", f"--metadata=title:{title}",
            f"--metadata=subtitle:{' – '.join(filter(None, (about, banner)))}",
        ]  # fmt: skip
        run(command, "pandoc could not make a Word file", SOURCE_DATE_EPOCH=_EPOCH)
        running = " · ".join(filter(None, ("SYNTHETIC" if banner else "", title, about)))
        return compendium.write_whole(docx, lambda part: finish(made, part, running))


def _text(page: BeautifulSoup, selector: str) -> str:
    found = page.select_one(selector)
    return found.get_text(" ", strip=True) if found else ""


def for_word(page: BeautifulSoup, folder: Path) -> None:
    """Leave what a document needs: no code, navigation, folded parts or second title.

    Parameters
    ----------
    page : BeautifulSoup
        Changed in place.
    folder : Path
        Where its pictures are put, as PNG: Word draws SVG otherwise in each version.
    """
    for each in page.select("nav, .skip, .top, .code, details, .anchor-link, .hidden, .output > .synthetic"):
        each.decompose()
    for notice in page.select(".confidential, .synthetic"):
        _styled(notice, "Notice")
    for note in page.select(".note, figcaption"):
        for source in note.select(".source"):
            source.insert_before(page.new_tag("br"))
    for note in page.select(".note"):
        _styled(note, "Source")
    for cell in page.select(".num"):
        cell["style"] = "text-align:right"
    for table in page.select("table"):
        _set_widths(page, table)
    for link in page.select("a[href^='#']"):
        if not page.find(id=str(link["href"])[1:]):
            link.unwrap()
    for number, picture in enumerate(page.select("img")):
        kind, drawn = _drawn(str(picture["src"]))
        file = folder / f"picture-{number}.{kind}"
        file.write_bytes(drawn)
        picture["src"] = file.name
        picture["style"] = "width:16cm"
    for wrapper in page.select("figure .picture, .table"):
        wrapper.unwrap()


def _styled(tag: Tag, style: str) -> None:
    tag.name = "div"
    tag["custom-style"] = style


def _set_widths(page: BeautifulSoup, table: Tag) -> None:
    """Divide the width of a table by what its columns hold: Word would make them all as wide."""
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in table.select("tr")]
    rows[0] = [max(re.split(r"[\s-]+", head), key=len) for head in rows[0]]  # a head may break between words
    widths = [min(max(map(len, column)) + 3, _WIDEST) for column in zip_longest(*rows, fillvalue="")]
    group = page.new_tag("colgroup")
    for width in widths:
        group.append(page.new_tag("col", attrs={"style": f"width:{100 * width / sum(widths):.1f}%"}))
    if table.caption:
        table.caption.insert_after(group)
    else:
        table.insert(0, group)


def _drawn(source: str) -> tuple[str, bytes]:
    """Kind and bytes of an embedded picture; SVG is drawn with the font that matplotlib measured it with."""
    head, data = source.split(";base64,")
    kind, content = head.removeprefix("data:image/"), base64.b64decode(data)
    if kind != "svg+xml":
        return kind, content
    import matplotlib
    import resvg_py

    fonts = str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")
    svg = re.sub(r"font-family: [^;\"]+", "font-family: 'DejaVu Sans'", content.decode())
    return "png", resvg_py.svg_to_bytes(
        svg_string=svg, dpi=96, width=_PIXELS, background="white", skip_system_fonts=True, font_dirs=[fonts]
    )


@cache
def reference(pandoc: str) -> bytes:
    """Style the reference document of pandoc as the house does: A4, sans serif, ruled tables, page numbers.

    Parameters
    ----------
    pandoc : str
        The program.
    """
    from docx import Document
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt, RGBColor

    printed = subprocess.run([pandoc, "--print-default-data-file", "reference.docx"], check=True, capture_output=True)
    document = Document(io.BytesIO(printed.stdout))
    for name in ("Notice", "Source", "Table Text", "toc 1", "toc 2"):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
    for name, size, colour, bold, before, after in _STYLES:
        style = document.styles[name]
        style.element.get_or_add_rPr().clear()
        style.font.name, style.font.size, style.font.bold = "Arial", Pt(size), bold
        style.font.color.rgb, style.font.italic = RGBColor.from_string(colour), False
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        if name.startswith(("Heading", "TOC", "Table Caption", "Captioned")):
            style.paragraph_format.keep_with_next = True
        if name in ("Title", "Subtitle"):
            style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
    document.styles["Table"].element.append(_xml(_RULES))
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(22)
    for paragraph in (section.header.paragraphs[0], section.footer.paragraphs[0]):
        paragraph.style = document.styles["Source"]
    section.footer.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    section.footer.paragraphs[0]._p.append(_xml('<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'))
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


# name, points, colour, bold, space before and after in points
_STYLES = (
    ("Normal", 10, _INK, False, 0, 5), ("Body Text", 10, _INK, False, 0, 6), ("First Paragraph", 10, _INK, False, 0, 6),
    ("Compact", 10, _INK, False, 1, 2), ("Title", 24, _INK, True, 0, 4), ("Subtitle", 11, _SOFT, False, 0, 12),
    ("TOC Heading", 13, _BLUE, True, 12, 4), ("Heading 1", 15, _BLUE, True, 20, 6),
    ("Heading 2", 12, _BLUE, True, 14, 4), ("Table Caption", 9, _INK, True, 12, 4),
    ("Image Caption", 9, _SOFT, False, 3, 10), ("Captioned Figure", 10, _INK, False, 8, 0),
    ("toc 1", 10, _INK, False, 0, 3), ("toc 2", 10, _SOFT, False, 0, 2), ("Table Text", 8, _INK, False, 1, 1),
    ("Source", 8, _SOFT, False, 4, 10), ("Notice", 10, "9C4A0E", True, 6, 8),
    ("Definition Term", 9, _SOFT, False, 4, 0), ("Definition", 8, _INK, False, 0, 2),
)  # fmt: skip
_RULES = (
    f'<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:color="{_INK}"/>'
    f'<w:bottom w:val="single" w:sz="8" w:color="{_INK}"/><w:insideH w:val="single" w:sz="4" w:color="D3DCE4"/>'
    '</w:tblBorders><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="110" w:type="dxa"/></w:tblCellMar>'
    "</w:tblPr>"
)


def _xml(text: str) -> Any:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    return parse_xml(re.sub(r"^<([\w:]+)", rf"<\1 {nsdecls('w')}", text))


def finish(made: Path, target: Path, running: str) -> None:
    """Fill the contents, set tables in their own style and write with fixed times.

    Parameters
    ----------
    made : Path
        What pandoc made.
    target : Path
        Where the document is written.
    running : str
        Line at the head of every page.
    """
    from docx import Document

    document = Document(str(made))
    document.sections[0].header.paragraphs[0].text = running
    for table in document.tables:
        for row in table.rows:
            row._tr.get_or_add_trPr().append(_xml("<w:cantSplit/>"))
        for paragraph in table._tbl.iter("{*}p"):
            paragraph.style = "TableText"
    for picture in document.element.body.iter("{*}cNvPr"):
        picture.set("descr", "")  # pandoc puts the file's name there; the alt text stands in docPr
    _fill_contents(document)
    whole = io.BytesIO()
    document.save(whole)
    with zipfile.ZipFile(whole) as read, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as write:
        for entry in read.infolist():
            dated = zipfile.ZipInfo(entry.filename, (2020, 1, 1, 0, 0, 0))
            write.writestr(dated, read.read(entry), zipfile.ZIP_DEFLATED)


def _fill_contents(document: Any) -> None:
    """Write the headings into the contents field, which pandoc leaves empty until somebody updates it."""
    entries = []
    for paragraph in document.element.body.iter("{*}p"):
        style = paragraph.style or ""
        if style in ("Heading1", "Heading2"):
            mark = next(paragraph.itersiblings("{*}bookmarkStart", preceding=True))
            text = "".join(node.text or "" for node in paragraph.iter("{*}t"))
            entries.append((style[-1], mark.get(W + "name"), text))
    field = next(node for node in document.element.body.iter("{*}instrText")).getparent().getparent()
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">TOC \\o "1-2" \\h \\z \\u'
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    for level, mark, text in entries:
        link = f'<w:hyperlink w:anchor="{mark}"><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:hyperlink>'
        field.addprevious(_xml(f'<w:p><w:pPr><w:pStyle w:val="toc{level}"/></w:pPr>{begin}{link}</w:p>'))
        begin = ""
    field.addprevious(_xml(f'<w:p>{begin}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'))
    field.getparent().remove(field)
