"""A whole release, and ways to alter one digit in its files."""

import datetime
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, StreamObject

from sto_workbench.pipeline.batch import preloading
from sto_workbench.pipeline.execute import Setting
from sto_workbench.release import make
from sto_workbench.release.approve import approve
from sto_workbench.verify.opened import opened
from tests.conftest import ROOT
from tests.running import WAVE

Alter = Callable[[bytes], bytes]
PAGE = f"report/national.{WAVE}.en"
BESIDE = f"report/exhibits/national.{WAVE}.en"


def whole_release(finished: Path, folder: Path) -> Path:
    """Release a finished run, have it approved, and open the zip; its code is that of the last commit here."""
    root, into = folder / "root", folder / "in"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(root)], check=True)
    for name in ("data", "reports"):
        shutil.copytree(finished / name, root / name, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("STO_ROOT", str(root))
        patched.setattr(make, "refused", lambda _: [])
        patched.setattr(make, "_tried", lambda *_: iter(()))  # attack and scan take long, and change nothing
        with preloading(Setting(str(root))):
            said = [*make.release(WAVE, None, datetime.date(2026, 11, 27))]
        said += [line for name in ("Ada", "Bo") for line in approve(WAVE, name)]
        into.mkdir()
        return opened(next((root / "releases" / WAVE).glob("*.zip")), into)


def digit(pattern: str) -> Alter:
    """Put another digit where a pattern has its group, the first time."""

    def altered(content: bytes) -> bytes:
        found = re.search(pattern.encode(), content)
        assert found, pattern
        at = found.start(1)
        return content[:at] + (b"1" if content[at : at + 1] != b"1" else b"2") + content[at + 1 :]

    return altered


def within(entry: str, alter: Alter) -> Alter:
    """Alter the first part of a zip whose name a pattern matches."""

    def altered(content: bytes) -> bytes:
        whole = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(whole, "w") as after:
            chosen = next(name for name in before.namelist() if re.fullmatch(entry, name))
            for each in before.infolist():
                part = before.read(each)
                after.writestr(each, alter(part) if each.filename == chosen else part)
        return whole.getvalue()

    return altered


def printed(content: bytes) -> bytes:
    """Print another digit on the first page of a PDF: the glyph that follows that of the digit."""
    writer, whole = PdfWriter(PdfReader(io.BytesIO(content))), io.BytesIO()
    page = writer.pages[0]
    before = page.extract_text()
    drawn = page.get_contents().get_data()
    for glyph in sorted(set(re.findall(rb"<([0-9A-F]{4})> Tj", drawn))):
        stream, after = StreamObject(), f"{int(glyph, 16) + 1:04X}".encode()
        stream.set_data(drawn.replace(b"<%b> Tj" % glyph, b"<%b> Tj" % after, 1))
        page[NameObject("/Contents")] = writer._add_object(stream)
        pairs = [each for each in zip(before, page.extract_text(), strict=False) if each[0] != each[1]]
        if len(pairs) == 1 and all(map(str.isdigit, pairs[0])):
            writer.write(whole)
            return whole.getvalue()
    raise AssertionError("no digit on the first page")


ALTERED: dict[str, tuple[str, Alter, str]] = {
    "text": (f"{PAGE}.html", digit(r"<data [^>]*>(\d)"), "line "),
    "alternative text": (f"{PAGE}.html", digit(r'alt="[^"]*?(\d)'), "line "),
    "value behind a number": (f"{PAGE}.html", digit(r'<data [^>]*value="[^"]*?(\d)'), "line "),
    "notebook": (f"{PAGE}.ipynb", digit(r'"text/html"[^\]]*?(\d)%'), "line "),
    "picture": (f"{BESIDE}.fig-1.svg", digit(r"<text [^>]*>[^<]*?(\d)"), "line "),
    "description of a picture": (f"{BESIDE}.fig-3.svg", digit(r"<desc>[^<]*?(\d)"), "line "),
    "line of a picture": (f"{BESIDE}.fig-1.svg", digit(r"<path d='M [\d.]*?(\d)"), "line "),
    "pixels": (f"{BESIDE}.fig-1.png", lambda content: content + b"1", ""),
    "data of a picture": (f"{BESIDE}.fig-1.csv", digit(r"\n[^\n]*?(\d)"), "line "),
    "Word": (f"{PAGE}.docx", within("word/document.xml", digit(r"<w:t[^>]*>(\d)")), "word/document.xml, line "),
    "Word, alternative text": (
        f"{PAGE}.docx",
        within("word/document.xml", digit(r'descr="[^"]*?(\d)')),
        "document.xml",
    ),
    "slide": (f"{PAGE}.pptx", within(r"ppt/slides/slide\d+.xml", digit(r"<a:t>[^<]*?(\d)")), "ppt/slides/slide"),
    "chart": (f"{PAGE}.pptx", within(r"ppt/charts/chart\d+.xml", digit(r"<c:v>0\.(\d)")), "ppt/charts/chart"),
    "data of a chart": (
        f"{PAGE}.pptx",
        within(r"ppt/embeddings/.*\.xlsx", within("xl/worksheets/sheet1.xml", digit(r"<v>0\.(\d)"))),
        "xl/worksheets/sheet1.xml",
    ),
    "Excel": (f"{BESIDE}.xlsx", within("xl/worksheets/sheet2.xml", digit(r"<v>[^<]*?(\d)")), "sheet2.xml, line "),
    "PDF": (f"{PAGE}.pdf", printed, "page 1, line "),
    "data package": ("results/datapackage.json", digit(r'"bytes": (\d)'), "line "),
    "answers of the twin": (f"twin/data/raw/{WAVE}/twin.{WAVE}.csv", digit(r"\n[^\n]*,(\d)\n"), "line 2"),
    "results of the twin": ("twin/results.csv", digit(r"\nshare[^\n]*?,0\.(\d)"), "made again"),
    "README": ("README.md", digit(r"(\d) of \d+ statistics"), "line "),
    "checks": ("checks.csv", digit(r"(\d) of \d+ statistics"), "line "),
    "citation": ("CITATION.cff", digit(r"version: [^\n]*?(\d)\n"), "line "),
    "codecheck": ("codecheck.yml", digit(r"release (\d)"), "line "),
    "crate": ("ro-crate-metadata.json", digit(r"release (\d)"), "line "),
    "rules": ("disclosure.yaml", digit(r"value: (\d)"), "line "),
    "code": ("code/src/sto_analysis/analysis/shares.py", digit(r"(\d)"), "not as in the commit"),
    "plan": ("code/data/multiverse.yaml", digit(r"(\d)"), "not of the hash"),
    "results": ("results/shares.csv", digit(r"\nshare[^\n]*,0\.(\d)"), "not of the hash"),
}
"""What is altered → its file, how, and what is said of the place."""
