"""A report on one page: the parts of it that its notebook marks with the tag ``sheet``."""

import os
import tempfile
from pathlib import Path

from bs4 import BeautifulSoup
from pypdf import PdfReader

from sto_analysis import compendium
from sto_workbench.pages.pdf import to_pdf

_ZOOM = (1.0, 0.92, 0.85, 0.78)
"""Sizes that are tried until it fits; at the last its letters are still of 8 points."""


def sheet(html: Path) -> bytes | None:
    """Print the parts of a page that make its sheet, on one page of paper.

    Parameters
    ----------
    html : Path
        A rendered page.

    Returns
    -------
    bytes or None
        PDF; None where the page has no such parts. What does not fit at the smallest size takes a second page.

    Raises
    ------
    MissingTool
        When there is no browser.
    """
    page = BeautifulSoup(html.read_text(encoding="utf-8"), "html.parser")
    main, parts = page.select_one("main"), page.select("main .sheet")
    if main is None or not parts:
        return None
    for part in page.select("nav"):
        part.decompose()
    main.clear()
    main.extend(parts)
    with tempfile.TemporaryDirectory(prefix="sto-", dir=compendium.scratch()) as folder:
        source, printed = Path(folder) / html.name, Path(folder) / "sheet.pdf"
        for zoom in _ZOOM:
            main["style"] = f"zoom:{zoom}"
            source.write_text(str(page), encoding="utf-8")
            os.utime(source, ns=(html.stat().st_atime_ns, html.stat().st_mtime_ns))  # its date is that of the page
            to_pdf(source, printed)
            if len(PdfReader(printed).pages) == 1:
                break
        return printed.read_bytes()
