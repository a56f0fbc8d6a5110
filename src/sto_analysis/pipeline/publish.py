"""A rendered page → PDF through a browser, and Word through pandoc."""

import base64
import contextlib
import importlib
import io
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag

from sto_analysis import compendium
from sto_analysis.errors import MissingTool
from sto_analysis.report.language import Texts
from sto_analysis.survey.codebook import Language

_NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
    "microsoft-edge-stable", "msedge",
)  # fmt: skip
_MACOS = tuple(
    f"/Applications/{name}.app/Contents/MacOS/{name}" for name in ("Google Chrome", "Microsoft Edge", "Chromium")
)
_WINDOWS = (r"Google\Chrome\Application\chrome.exe", r"Microsoft\Edge\Application\msedge.exe")
# Alone with the page: a profile of its own, and no request that the page did not make, nor any that it did.
_ALONE = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-extensions", "--disable-quic", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
_SECONDS = 120
_PIXELS = 1900  # of a figure in Word: 300 per inch at 16 cm
_WIDEST = 34  # characters for which a column of a Word table makes room
_OTHERS = "The other formats are made all the same."
_EPOCH = "1577836800"  # 2020-01-01: the date in every Word file, so that two runs give the same bytes
_TAG = re.compile(rb"node\d{8}")
_LOCALES = {"nl": "nl-NL", "en": "en-GB"}
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_INK, _BLUE, _SOFT = "17293A", "0B5C8C", "4F5F6E"


def browser() -> str | None:
    """Find Chromium, Chrome or Edge.

    Returns
    -------
    str or None
        ``$STO_BROWSER`` when set, else the first on the path or where macOS and Windows keep them.

    Raises
    ------
    MissingTool
        When ``$STO_BROWSER`` is not a program.
    """
    if named := os.environ.get("STO_BROWSER"):
        if found := shutil.which(named):
            return found
        raise MissingTool(f"STO_BROWSER is {named!r}, which is not a program.", "Correct it, or unset it.")
    folders = filter(None, map(os.environ.get, ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")))
    windows = [str(Path(folder) / name) for folder in folders for name in _WINDOWS]
    return next(filter(None, map(shutil.which, (*_NAMES, *_MACOS, *windows))), None)


def to_pdf(html: Path, pdf: Path) -> Path:
    """Print a page: tagged, with bookmarks, alt texts and the page numbers of its contents.

    Parameters
    ----------
    html : Path
        A rendered page.
    pdf : Path
        Where the PDF belongs.

    Returns
    -------
    Path
        `pdf`. The same page and browser give the same bytes.

    Raises
    ------
    MissingTool
        When there is neither a browser nor WeasyPrint, or the browser fails.
    """
    program = browser()
    print_page: Callable[[Path, Path], object]
    if program:
        print_page = _through_browser(program)
    elif weasyprint := _importable("weasyprint"):
        print_page = _through_weasyprint(weasyprint)
    else:
        raise MissingTool(
            f"no PDF of {html.name}: no Chromium, Chrome or Edge is installed.",
            f"Install one (on Debian: apt install chromium), or name it in STO_BROWSER, or pip install weasyprint. {_OTHERS}",
        )
    page = BeautifulSoup(html.read_text(encoding="utf-8"), "html.parser")
    with tempfile.TemporaryDirectory(prefix="sto-") as folder:
        source, printed = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(str(page), encoding="utf-8")
        print_page(source, printed)
        if _number_contents(page, printed):
            source.write_text(str(page), encoding="utf-8")
            print_page(source, printed)
        return compendium.write_whole(pdf, lambda part: _same_bytes(printed, part))


def _through_browser(program: str) -> Callable[[Path, Path], None]:
    root = hasattr(os, "geteuid") and os.geteuid() == 0  # Chromium's sandbox refuses root

    def print_page(source: Path, pdf: Path) -> None:
        with tempfile.TemporaryDirectory(prefix="sto-", ignore_cleanup_errors=True) as profile:
            command = [
                program, *_ALONE, *(["--no-sandbox"] if root else []), f"--user-data-dir={profile}",
                "--no-pdf-header-footer", "--generate-pdf-document-outline", f"--print-to-pdf={pdf}", source.as_uri(),
            ]  # fmt: skip
            _run(command, f"{Path(program).name} could not make a PDF")
        if not pdf.is_file():
            raise MissingTool(f"{Path(program).name} made no PDF.", f"Try another with STO_BROWSER. {_OTHERS}")

    return print_page


def _through_weasyprint(weasyprint: Any) -> Callable[[Path, Path], None]:
    def print_page(source: Path, pdf: Path) -> None:
        weasyprint.HTML(filename=str(source)).write_pdf(str(pdf), pdf_variant="pdf/ua-1")

    return print_page


def _importable(name: str) -> Any:
    with contextlib.suppress(ImportError, OSError):  # OSError: WeasyPrint without its system libraries
        return importlib.import_module(name)
    return None


def _run(command: Sequence[str], failed: str, **environment: str) -> None:
    try:
        subprocess.run(
            command, check=True, capture_output=True, timeout=_SECONDS, env=os.environ | environment, text=True
        )
    except subprocess.TimeoutExpired as error:
        raise MissingTool(f"{failed} within {_SECONDS} seconds.", f"Run again. {_OTHERS}") from error
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        raise MissingTool(f"{failed}: {said[-1] if said else 'no reason given'}.", f"Mend it. {_OTHERS}") from error


def _number_contents(page: BeautifulSoup, pdf: Path) -> bool:
    """Put the page of each heading, read from the bookmarks of a first print, behind its entry in the contents."""
    import pikepdf

    with pikepdf.open(pdf) as document, document.open_outline() as outline:
        numbers = {leaf.objgen: number for number, leaf in enumerate(document.pages, start=1)}
        found = [(_squeeze(item.title), numbers.get(_leaf(document, item))) for item in _items(outline.root)]
    marks = iter(found)
    entries = page.select("nav .contents a")
    for entry in entries:
        wanted = _squeeze(entry.get_text(" "))
        number = next((number for title, number in marks if title == wanted), None)
        if number:
            mark = page.new_tag("span", attrs={"class": "page"})
            mark.string = str(number)
            entry.append(mark)
    return bool(entries)


def _items(items: Any) -> Iterator[Any]:
    for item in items:
        yield item
        yield from _items(item.children)


def _leaf(document: Any, item: Any) -> Any:
    """Object number of the page that a bookmark points to, directly, by an action or by name."""
    import pikepdf

    target = item.destination if item.destination is not None else item.action.D
    if isinstance(target, pikepdf.String | pikepdf.Name):
        names = pikepdf.NameTree(document.Root.Names.Dests) if "/Names" in document.Root else document.Root.Dests
        target = names[str(target)]
        target = target.D if isinstance(target, pikepdf.Dictionary) else target
    return target[0].objgen


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _same_bytes(source: Path, target: Path) -> None:
    """Copy a PDF without what differs from print to print: the time, and where the ids of its tags start counting."""
    import pikepdf

    plain = io.BytesIO()
    with pikepdf.open(source) as document:
        for key in ("/CreationDate", "/ModDate"):
            if key in document.docinfo:
                del document.docinfo[key]
        document.save(plain, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    names = sorted(set(_TAG.findall(plain.getvalue())))
    order = {name: b"node%08d" % number for number, name in enumerate(names, start=1)}
    renumbered = _TAG.sub(lambda found: order[found[0]], plain.getvalue())  # as long as before: offsets hold
    with pikepdf.open(io.BytesIO(renumbered)) as document:
        del document.trailer["/ID"]
        document.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


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
        todo = f"Install the package pypandoc-binary (conda: pypandoc and pandoc). {_OTHERS}"
        raise MissingTool(f"no Word file of {html.name}: pandoc is not installed.", todo) from error
    page = BeautifulSoup(html.read_text(encoding="utf-8"), "html.parser")
    title, about, banner = (_text(page, name) for name in ("h1", ".about", ".banner"))
    with tempfile.TemporaryDirectory(prefix="sto-") as folder:
        source, reference, made = (Path(folder) / name for name in ("page.html", "reference.docx", "made.docx"))
        _for_word(page, Path(folder))
        source.write_text(str(page), encoding="utf-8")
        reference.write_bytes(_reference(pandoc))
        command = [
            pandoc, str(source), "--from=html", f"--resource-path={folder}", "--to=docx", f"--output={made}", f"--reference-doc={reference}",
            "--shift-heading-level-by=-1", "--toc", "--toc-depth=2", f"--metadata=lang:{_LOCALES[language]}",
            f"--metadata=toc-title:{Texts(language)('page.contents')}", f"--metadata=title:{title}",
            f"--metadata=subtitle:{' – '.join(filter(None, (about, banner)))}",
        ]  # fmt: skip
        _run(command, "pandoc could not make a Word file", SOURCE_DATE_EPOCH=_EPOCH)
        running = " · ".join(filter(None, ("SYNTHETIC" if banner else "", title, about)))
        return compendium.write_whole(docx, lambda part: _finish(made, part, running))


def _text(page: BeautifulSoup, selector: str) -> str:
    found = page.select_one(selector)
    return found.get_text(" ", strip=True) if found else ""


def _for_word(page: BeautifulSoup, folder: Path) -> None:
    """Leave what paper needs: no code, navigation, folded parts or second title; pictures as PNG."""
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
    heads = [max(map(len, re.split(r"[\s-]+", head))) for head in rows[0]]
    longest = [max(map(len, column)) for column in zip(*rows[1:], strict=True)]
    widths = [min(max(head, cell) + 3, _WIDEST) for head, cell in zip(heads, longest, strict=True)]
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
def _reference(pandoc: str) -> bytes:
    """Style the reference document of pandoc as the house does: A4, sans serif, ruled tables, page numbers."""
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
    ("toc 1", 10, _INK, False, 0, 3), ("toc 2", 10, _SOFT, False, 0, 2), ("Table Text", 8, _INK, False, 1, 1), ("Source", 8, _SOFT, False, 4, 10), ("Notice", 10, "9C4A0E", True, 6, 8),
    ("Definition Term", 9, _SOFT, False, 4, 0), ("Definition", 8, _INK, False, 0, 2),
)  # fmt: skip
_RULES = (
    '<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:color="{0}"/><w:bottom w:val="single" w:sz="8" w:color="{0}"/>'
    '<w:insideH w:val="single" w:sz="4" w:color="D3DCE4"/></w:tblBorders>'
    '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="110" w:type="dxa"/></w:tblCellMar></w:tblPr>'
).format(_INK)


def _xml(text: str) -> Any:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    return parse_xml(re.sub(r"^<([\w:]+)", rf"<\1 {nsdecls('w')}", text))


def _finish(made: Path, target: Path, running: str) -> None:
    """Fill the contents, set tables in their own style and write with fixed times."""
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
            write.writestr(zipfile.ZipInfo(entry.filename, (2020, 1, 1, 0, 0, 0)), read.read(entry), zipfile.ZIP_DEFLATED)


def _fill_contents(document: Any) -> None:
    """Write the headings into the contents field, which pandoc leaves empty until somebody updates it."""
    entries = []
    for paragraph in document.element.body.iter("{*}p"):
        style = paragraph.style or ""
        if style in ("Heading1", "Heading2"):
            mark = next(paragraph.itersiblings("{*}bookmarkStart", preceding=True))
            text = "".join(node.text or "" for node in paragraph.iter("{*}t"))
            entries.append((style[-1], mark.get(_W + "name"), text))
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
