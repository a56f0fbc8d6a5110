"""On which page the parts of a Word document stand: LibreOffice lays it out, where it is installed.

Without it a document has the same contents with links, but no numbers of pages until somebody has Word update them.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from sto_analysis import compendium

_NAMES = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")
_WINDOWS = "LibreOffice/program/soffice.exe"
_FILTER = 'pdf:writer_pdf_Export:{"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"}}'
_SECONDS = 60


def office() -> str | None:
    """Find LibreOffice on the path, or where macOS and Windows keep it."""
    folders = filter(None, map(os.environ.get, ("PROGRAMFILES", "PROGRAMFILES(X86)")))
    return next(filter(None, map(shutil.which, (*_NAMES, *(str(Path(each) / _WINDOWS) for each in folders)))), None)


def pages_of(docx: bytes) -> dict[str, int]:
    """Find the page of each bookmark.

    Parameters
    ----------
    docx : bytes
        A Word document.

    Returns
    -------
    dict of int
        Name of a bookmark → its page, from 1; empty where there is no LibreOffice, or it fails.
    """
    from pypdf import PdfReader

    program = office()
    if not program:
        return {}
    with tempfile.TemporaryDirectory(prefix="sto-", dir=compendium.scratch(), ignore_cleanup_errors=True) as folder:
        source = Path(folder) / "page.docx"
        source.write_bytes(docx)
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').resolve().as_uri()}"
        asked = [
            program,
            profile,
            "--headless",
            "--norestore",
            "--convert-to",
            _FILTER,
            "--outdir",
            folder,
            str(source),
        ]
        try:
            subprocess.run(asked, check=True, capture_output=True, timeout=_SECONDS)
            reader = PdfReader(source.with_suffix(".pdf"))
        except (OSError, subprocess.SubprocessError):
            return {}
        places = reader.named_destinations.items()
        return {name.lstrip("/"): (reader.get_destination_page_number(place) or 0) + 1 for name, place in places}
