"""A rendered page → PDF through a browser."""

import io
import os
import re
import shutil
import subprocess
import tempfile
from email import policy
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from sto_analysis import compendium
from sto_analysis.errors import MissingTool
from sto_workbench.pages.about import About, about
from sto_workbench.pages.filled import ROUNDS, fill, mark
from sto_workbench.pages.tagged import complete

_NAMES = (
    "chromium-headless-shell chrome-headless-shell "  # the same without windows, in half the time
    "chromium chromium-browser google-chrome google-chrome-stable chrome microsoft-edge microsoft-edge-stable msedge"
)
_MACOS = [f"/Applications/{name}.app/Contents/MacOS/{name}" for name in ("Google Chrome", "Microsoft Edge", "Chromium")]
_WINDOWS = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe")
# Alone with the page: a profile of its own, and no request that the page did not make, nor any that it did.
_ALONE = (
    "--headless --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync "
    "--disable-extensions --disable-quic --no-pdf-header-footer"
)
_WHOLE, _DRAFT = "--generate-pdf-document-outline", "--disable-pdf-tagging"
_NOT_ON_PAPER = ".skip, .switch, .language, .data, .code, .files, .panel:not(.first)"
"""What page.css hides in print: a quarter of a page, which need not be laid out five times."""
_LINES = re.compile("%3C(?:path|use) .*?/%3E", re.DOTALL)
"""In the address of a picture."""
_SECONDS = 120
_TAG = re.compile(rb"node\d{8}")
OTHERS = "The other formats are made all the same."


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
    return next(filter(None, map(shutil.which, (*_NAMES.split(), *_MACOS, *windows))), None)


def read_page(html: Path) -> BeautifulSoup:
    """Read a page, without the links to its neighbours: a PDF would hold their path on this machine."""
    return parse_page(html.read_text(encoding="utf-8"))


def parse_page(html: str) -> BeautifulSoup:
    """Parse a page, as `read_page` does."""
    page = BeautifulSoup(html, "html.parser")
    for link in page.select("a[href]"):
        if not re.match(r"#|https?:|mailto:", str(link["href"])):
            link.unwrap()
    return page


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
        When there is no browser, or it fails.
    """
    program = browser()
    if not program:
        raise MissingTool(
            f"no PDF of {html.name}: no Chromium, Chrome or Edge is installed.",
            f"Install one (on Debian: apt install chromium), or name it in STO_BROWSER. {OTHERS}",
        )
    page = read_page(html)
    facts = about(page, html)
    _prepare(page)
    links = {str(link["href"]): link.get_text(" ", strip=True) for link in page.select("a[href]")}
    parts, entries = mark(page), page.select("nav:not(.brief) .contents a")  # the report of a region prints none
    printed = _print(program, page, draft=bool(entries))
    for _ in range(ROUNDS):
        if not fill(parts, printed):
            break
        printed = _print(program, page, draft=bool(entries))
    if entries:
        _number(page, entries, printed)
        printed = _print(program, page)  # again: no browser knows target-counter() of CSS
    settled = _settled(printed, facts, links)
    return compendium.write_whole(pdf, lambda part: part.write_bytes(settled))


def _prepare(page: BeautifulSoup) -> None:
    """Make of a page what Chromium tags well."""
    for part in page.select(f"{_NOT_ON_PAPER}, td > [aria-hidden] + .hidden"):  # a dash in words
        part.decompose()
    for button in page.select("button"):  # or it is tagged as a field of a form
        button.unwrap()
    for dash in page.select("td > [aria-hidden]"):  # or its cell is not tagged
        del dash["aria-hidden"]
    for cell in page.select("th, td"):
        if not cell.get_text(strip=True):
            cell.string = "\u00a0"  # or it is not tagged either, and its row is short of one
    for figure in page.select("figure"):
        figure["role"] = "group"  # or Chromium tags it as a figure of its own, without alt text
    for heading in page.select("h1, h2, h3"):
        heading["style"] = "white-space:pre-wrap"  # or its bookmark loses the space where it breaks


def archived(html: str) -> bytes:
    """Put a page alone into a web archive (MHTML, RFC 2557), from which a browser reaches nothing.

    Chromium loads an archive sandboxed: it runs no script, follows no refresh, and what is not in the archive, be it a
    file of this machine or an address, does not exist for it.
    """
    archive = MIMEMultipart("related", type="text/html")
    archive.attach(MIMEText(html, "html", "utf-8"))
    return archive.as_bytes(policy=policy.SMTP)


def _print(program: str, page: BeautifulSoup, *, draft: bool = False) -> bytes:
    """Print a page with a browser that has no profile and reaches no network and no file.

    A draft only tells where things stand: tags and bookmarks take as long as all the rest of a print, lines of figures
    as long as their letters and all tables.
    """
    name = Path(program).name
    root = hasattr(os, "geteuid") and os.geteuid() == 0  # Chromium's sandbox refuses root
    with tempfile.TemporaryDirectory(prefix="sto-", dir=compendium.scratch(), ignore_cleanup_errors=True) as folder:
        source, printed = Path(folder) / "page.mhtml", Path(folder) / "page.pdf"
        source.write_bytes(archived(_LINES.sub("", str(page)) if draft else str(page)))
        options = [*_ALONE.split(), "--host-resolver-rules=MAP * ~NOTFOUND", _DRAFT if draft else _WHOLE]
        options += ["--no-sandbox"] if root else []
        command = [program, *options, f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}", source.as_uri()]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS, text=True)
            return printed.read_bytes()
        except FileNotFoundError as error:
            raise MissingTool(f"{name} made no PDF.", f"Try another with STO_BROWSER. {OTHERS}") from error
        except subprocess.TimeoutExpired as error:
            raise MissingTool(f"{name} made no PDF within {_SECONDS} seconds.", f"Run again. {OTHERS}") from error
        except (OSError, subprocess.CalledProcessError) as error:
            said = ((getattr(error, "stderr", "") or "").strip() or str(error)).splitlines()[-1]
            raise MissingTool(f"{name} could not make a PDF: {said}.", f"Mend it. {OTHERS}") from error


def _number(page: BeautifulSoup, entries: list[Any], printed: bytes) -> None:
    """Put the page of each heading in a first print behind its entry in the contents."""
    from pypdf import PdfReader

    reader: Any = PdfReader(io.BytesIO(printed))
    for entry in entries:
        place = reader.named_destinations[f"/{entry['href'][1:]}"]
        mark = page.new_tag("span", attrs={"class": "page"})
        mark.string = str(reader.get_destination_page_number(place) + 1)
        entry.append(mark)


def _settled(printed: bytes, facts: About, links: dict[str, str]) -> bytes:
    """Complete a print, and take out what differs from one to the next: Chromium starts its ids anywhere."""
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=io.BytesIO(printed))
    writer.pdf_header = "%PDF-1.7"
    complete(writer, facts, links)
    whole = io.BytesIO()
    writer.write(whole)
    names = sorted(set(_TAG.findall(whole.getvalue())))
    order = {name: b"node%08d" % number for number, name in enumerate(names, start=1)}
    return _TAG.sub(lambda found: order[found[0]], whole.getvalue())  # as long: the offsets hold
