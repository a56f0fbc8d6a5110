"""A rendered page → PDF through a browser, and Word through pandoc."""

import contextlib
import importlib
import io
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from sto_analysis import compendium
from sto_analysis.errors import MissingTool
from sto_analysis.monitor.codebook import Language
from sto_analysis.report.language import Texts
from sto_workbench.pages import word

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
_OTHERS = "The other formats are made all the same."
_EPOCH = "1577836800"  # 2020-01-01: the date in every Word file, so that two runs give the same bytes
_TAG = re.compile(rb"node\d{8}")
_LOCALES = {"nl": "nl-NL", "en": "en-GB"}


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
            "Install one (on Debian: apt install chromium), or name it in STO_BROWSER, or pip install weasyprint. "
            + _OTHERS,
        )
    page = _read(html)
    for figure in page.select("figure"):
        figure["role"] = "group"  # or Chromium tags it as a figure of its own, without alt text
    with tempfile.TemporaryDirectory(prefix="sto-") as folder:
        source, printed = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(str(page), encoding="utf-8")
        print_page(source, printed)
        if _number_contents(page, printed):
            source.write_text(str(page), encoding="utf-8")
            print_page(source, printed)
        return compendium.write_whole(pdf, lambda part: _finish(printed, part, page))


def _read(html: Path) -> BeautifulSoup:
    """Read a page, without the links to its neighbours: a PDF would hold their path on this machine."""
    page = BeautifulSoup(html.read_text(encoding="utf-8"), "html.parser")
    for link in page.select("a[href]"):
        if not re.match(r"#|https?:|mailto:", str(link["href"])):
            link.unwrap()
    return page


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
    from pypdf import PdfReader

    entries = page.select("nav:not(.brief) .contents a")  # the report of a region prints none
    if not entries:
        return False
    reader = PdfReader(pdf)
    marks = _flat(reader.outline)
    found = {_squeeze(str(mark.title)): reader.get_destination_page_number(mark) for mark in marks}
    for entry in entries:
        number = found.get(_squeeze(entry.get_text()))
        if number is not None:
            mark = page.new_tag("span", attrs={"class": "page"})
            mark.string = str(number + 1)
            entry.append(mark)
    return True


def _flat(marks: list[Any]) -> Iterator[Any]:
    for mark in marks:
        if isinstance(mark, list):
            yield from _flat(mark)
        else:
            yield mark


def _bookmarks(above: Any) -> Iterator[Any]:
    below = above.get("/First")
    while below is not None:
        item = below.get_object()
        yield item
        yield from _bookmarks(item)
        below = item.get("/Next")


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _finish(printed: Path, target: Path, page: BeautifulSoup) -> None:
    """Mend the bookmarks and take out what differs from print to print.

    Chromium forgets the space where a heading breaks, writes the time, and starts the ids of its tags anywhere.
    """
    from pypdf import PdfWriter
    from pypdf.generic import NameObject, TextStringObject

    writer = PdfWriter(clone_from=printed)
    writer.metadata = {"/Title": str(page.title.string) if page.title else ""}
    titles = [" ".join(heading.get_text().split()) for heading in page.select("h1, h2, h3")]
    whole = {_squeeze(title): title for title in titles}
    for item in _bookmarks(writer.root_object.get("/Outlines", {})):
        title = str(item["/Title"])
        item[NameObject("/Title")] = TextStringObject(whole.get(_squeeze(title), title))
    written = io.BytesIO()
    writer.write(written)
    names = sorted(set(_TAG.findall(written.getvalue())))
    order = {name: b"node%08d" % number for number, name in enumerate(names, start=1)}
    target.write_bytes(_TAG.sub(lambda found: order[found[0]], written.getvalue()))  # as long: the offsets hold


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
    page = _read(html)
    title, about, banner = (_text(page, name) for name in ("h1", ".about", ".banner"))
    with tempfile.TemporaryDirectory(prefix="sto-") as folder:
        source, reference, made = (Path(folder) / name for name in ("page.html", "reference.docx", "made.docx"))
        word.for_word(page, Path(folder))
        source.write_text(str(page), encoding="utf-8")
        reference.write_bytes(word.reference(pandoc))
        command = [
            pandoc, str(source), "--from=html", "--to=docx", f"--output={made}", f"--reference-doc={reference}",
            f"--resource-path={folder}", "--shift-heading-level-by=-1", "--toc", "--toc-depth=2",
            f"--metadata=lang:{_LOCALES[language]}",
            f"--metadata=toc-title:{Texts(language)('page.contents')}", f"--metadata=title:{title}",
            f"--metadata=subtitle:{' – '.join(filter(None, (about, banner)))}",
        ]  # fmt: skip
        _run(command, "pandoc could not make a Word file", SOURCE_DATE_EPOCH=_EPOCH)
        running = " · ".join(filter(None, ("SYNTHETIC" if banner else "", title, about)))
        return compendium.write_whole(docx, lambda part: word.finish(made, part, running))


def _text(page: BeautifulSoup, selector: str) -> str:
    found = page.select_one(selector)
    return found.get_text(" ", strip=True) if found else ""
