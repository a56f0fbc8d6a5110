"""A rendered page → PDF through a browser."""

import io
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from sto_analysis import compendium
from sto_analysis.errors import MissingTool

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
OTHERS = "The other formats are made all the same."
_TAG = re.compile(rb"node\d{8}")


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
        When there is no browser, or it fails.
    """
    program = browser()
    if not program:
        raise MissingTool(
            f"no PDF of {html.name}: no Chromium, Chrome or Edge is installed.",
            f"Install one (on Debian: apt install chromium), or name it in STO_BROWSER. {OTHERS}",
        )
    page = read_page(html)
    for figure in page.select("figure"):
        figure["role"] = "group"  # or Chromium tags it as a figure of its own, without alt text
    with tempfile.TemporaryDirectory(prefix="sto-") as folder:
        source, printed = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(str(page), encoding="utf-8")
        _print(program, source, printed)
        if _number_contents(page, printed):
            source.write_text(str(page), encoding="utf-8")
            _print(program, source, printed)
        return compendium.write_whole(pdf, lambda part: _finish(printed, part, page))


def read_page(html: Path) -> BeautifulSoup:
    """Read a page, without the links to its neighbours: a PDF would hold their path on this machine."""
    page = BeautifulSoup(html.read_text(encoding="utf-8"), "html.parser")
    for link in page.select("a[href]"):
        if not re.match(r"#|https?:|mailto:", str(link["href"])):
            link.unwrap()
    return page


def _print(program: str, source: Path, pdf: Path) -> None:
    root = hasattr(os, "geteuid") and os.geteuid() == 0  # Chromium's sandbox refuses root
    with tempfile.TemporaryDirectory(prefix="sto-", ignore_cleanup_errors=True) as profile:
        command = [
            program, *_ALONE, *(["--no-sandbox"] if root else []), f"--user-data-dir={profile}",
            "--no-pdf-header-footer", "--generate-pdf-document-outline", f"--print-to-pdf={pdf}", source.as_uri(),
        ]  # fmt: skip
        run(command, f"{Path(program).name} could not make a PDF")
    if not pdf.is_file():
        raise MissingTool(f"{Path(program).name} made no PDF.", f"Try another with STO_BROWSER. {OTHERS}")


def run(command: Sequence[str], failed: str, **environment: str) -> None:
    """Run a program; what it says when it fails becomes one line for the user.

    Raises
    ------
    MissingTool
        When it fails or takes longer than two minutes.
    """
    try:
        subprocess.run(
            command, check=True, capture_output=True, timeout=_SECONDS, env=os.environ | environment, text=True
        )
    except subprocess.TimeoutExpired as error:
        raise MissingTool(f"{failed} within {_SECONDS} seconds.", f"Run again. {OTHERS}") from error
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        raise MissingTool(f"{failed}: {said[-1] if said else 'no reason given'}.", f"Mend it. {OTHERS}") from error


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
