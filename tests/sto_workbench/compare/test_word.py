"""Tracked changes of a report: accepted they give the new text, rejected the old, to python-docx and to LibreOffice."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from sto_workbench.compare.word import tracked
from sto_workbench.pages import word
from sto_workbench.pages.render import render
from sto_workbench.pages.word import to_docx
from tests import samples

pytestmark = pytest.mark.whole
BRIDGE = Path(__file__).parents[2] / "libreoffice.py"


def _after(html: str) -> str:
    """A page in which a title, words, paragraphs, rows, a heading, a table and a picture are others."""
    first, *rows = re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", html, re.DOTALL)
    head = re.findall(r"<h2 id=.*?</h2>", html, re.DOTALL)[0]
    boxes = re.findall(r'<div class="output">.*?</figure>', html, re.DOTALL)
    for old, new in {
        "Titel": "Titel, anders",
        "Tekst <em>met</em> nadruk": "Tekst <em>zonder</em> enige nadruk",
        first: first.replace("aspect 0", "aspect nul").replace("7,4", "8,5"),
        rows[30]: rows[30] + rows[30].replace("aspect", "nieuw aspect"),
        rows[-2]: "",
        head: f'{head}<p>Een nieuwe alinea met <a href="#main">een verwijzing</a>.</p><h3 id="x">Nieuwe kop</h3>',
        boxes[0][:40]: f"<ul><li>Een punt.</li><li>Nog een.</li></ul>{boxes[0][:40]}",
        f"data:image/png;base64,{samples.DOT}": f"data:image/png;base64,{samples.DOT[:-1]}",
    }.items():
        assert old in html, old
        html = html.replace(old, new, 1)
    return html.replace("<li>listed</li>", "", 1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("word")
    before = render(samples.report("nl"), "index.html")
    pages = {"old": before, "new": _after(before)}
    for name, html in pages.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
        with pytest.MonkeyPatch.context() as without:  # pages follow from what is accepted, so a tracked one has none
            without.setattr(word, "office", lambda: None)
            to_docx(folder / f"{name}.html", folder / f"{name}.docx")
    tracked(*(html.encode() for html in pages.values()), folder / "tracked.docx", "a report")
    return folder


def _settled(path: Path, accept: bool) -> Any:
    """A document with all changes accepted or rejected."""
    document = Document(str(path))
    keep, drop = ("w:ins", "w:del") if accept else ("w:del", "w:ins")
    for root in (document.element.body, document.sections[0].header._element):
        gone = [*root.xpath(f".//w:tr[w:trPr/{drop}]"), *root.xpath(f".//w:p[w:pPr/w:rPr/{drop}]")]
        for each in [*gone, *root.xpath(f".//{drop}")]:
            if each.getparent() is not None:
                each.getparent().remove(each)
        for each in root.xpath(f".//{keep}"):
            for child in list(each):
                each.addprevious(child)
            each.getparent().remove(each)
        for table in root.xpath(".//w:tbl[not(w:tr)]"):
            table.getparent().remove(table)
    return document


def _lines(document: Any) -> Iterator[str]:
    """Header, paragraphs, rows and alt texts that are not empty."""
    yield document.sections[0].header.paragraphs[0].text
    for part in document.element.body.iter(qn("w:p"), qn("w:tr")):
        told = [each.text or "" for each in part.iter(qn("w:t"), qn("w:delText"))]
        told += [f"[{each.get('descr')}]" for each in part.iter("{*}docPr")]
        if text := "".join(told):
            yield text


@pytest.mark.parametrize(("accept", "name"), [(True, "new"), (False, "old")])
def test_changes_accepted_give_the_new_text_and_rejected_the_old(made: Path, accept: bool, name: str):
    plain = Document(str(made / f"{name}.docx"))
    assert list(_lines(_settled(made / "tracked.docx", accept))) == list(_lines(plain))


def test_the_changes_are_marked_as_those_of_the_command_and_the_file_is_always_the_same(made: Path, tmp_path: Path):
    body = Document(str(made / "tracked.docx")).element.body
    changes = body.xpath(".//w:ins | .//w:del")
    assert {each.get(qn("w:author")) for each in changes} == {"sto diff"}
    assert len({each.get(qn("w:id")) for each in changes}) == len(changes) > 20
    assert body.xpath(".//w:ins/w:hyperlink | .//w:del/w:hyperlink") == []
    assert len(body.xpath(".//w:trPr/w:ins")) == len(body.xpath(".//w:trPr/w:del")) == 1
    assert len(body.xpath(".//w:del//w:drawing")) == len(body.xpath(".//w:ins//w:drawing")) == 1
    pages = [(made / f"{name}.html").read_bytes() for name in ("old", "new")]
    again = tracked(*pages, tmp_path / "again.docx", "a report")
    assert again.read_bytes() == (made / "tracked.docx").read_bytes()


def test_pages_that_are_the_same_have_no_changes(made: Path, tmp_path: Path):
    page = (made / "old.html").read_bytes()
    document = Document(str(tracked(page, page, tmp_path / "same.docx", "a report")))
    assert document.element.body.xpath(".//w:ins | .//w:del") == []
    assert list(_lines(document)) == list(_lines(Document(str(made / "old.docx"))))


def test_libreoffice_accepts_and_rejects_them_too(made: Path):
    soffice, python = shutil.which("soffice"), shutil.which("python3", path="/usr/bin")
    if (
        not (soffice and python)
        or subprocess.run([python, "-c", "import uno"], capture_output=True, check=False).returncode
    ):
        pytest.skip(
            "no LibreOffice with its bridge for Python: on Debian `apt-get install libreoffice-writer python3-uno`"
        )
    jobs = ["accept:tracked.docx", "reject:tracked.docx", "plain:new.docx", "plain:old.docx"]
    subprocess.run([python, str(BRIDGE), soffice, str(made), *jobs], check=True, timeout=120, capture_output=True)
    read = {
        job: (made / f"{job}.txt").read_text(encoding="utf-8").split("\n")
        for job in ("tracked.accept", "new.plain", "tracked.reject", "old.plain")
    }
    told = {job: [line.strip() for line in lines if line.strip()] for job, lines in read.items()}
    assert told["tracked.accept"] == told["new.plain"]
    assert told["tracked.reject"] == told["old.plain"]
