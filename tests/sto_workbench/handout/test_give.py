"""What a region gets holds its report in every format and nothing of another; what is not up to date is refused."""

import csv
import io
import re
import shutil
import stat
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from docx import Document
from openpyxl import load_workbook
from PIL import Image
from pptx import Presentation
from pypdf import PdfReader

from sto_analysis import compendium
from sto_workbench.compare import kept
from sto_workbench.confidential.removal import REGISTER
from sto_workbench.confidential.withdrawal import withdraw
from sto_workbench.pages.packed import unpacked
from sto_workbench.pipeline.manifest import Manifest
from tests.browsing import needs_browser
from tests.conftest import make_copy
from tests.delivered import text_of
from tests.running import WAVE, sto, words

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("handout")]
LIGHTLY = words(())[2:]
ASKED = ["hand-out", WAVE, *LIGHTLY, "--region", "R01", "--region", "R05", "--national", "--language", "nl"]
PLANTED = ("plantq7", "7712349017")
"""What another region is called, which answered."""
MARK = "Vertrouwelijk: alleen voor deze regio"


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A compendium after a hand-out of a region that answered, one that did not, and the nation."""
    needs_browser()
    root = make_copy(tmp_path_factory.mktemp("given"))
    frame = root / "data" / "raw" / WAVE / "frame.csv"
    named = frame.read_text(encoding="utf-8").replace("Synthetische regio R02", " ".join(PLANTED))
    frame.write_text(named, encoding="utf-8")
    for asked in (words(("R01", "R02", "R05"), "nl"), ASKED):
        code, out, err = sto(root, *asked)
        assert code == 0, err
    assert "3 folders in" in out
    return root


def _folder(root: Path, name: str) -> Path:
    return root / "reports" / WAVE / "hand-out" / name


def _said(path: Path) -> str:
    """All that a file says, also of itself; of pictures made of points what they say of themselves."""
    if path.suffix == ".pdf":
        reader = PdfReader(path)
        xmp = reader.trailer["/Root"].get("/Metadata")
        return (
            f"{text_of(path)} {reader.metadata} {xmp.get_object().get_data().decode() if xmp else ''} {reader.outline}"
        )
    return f"{path.name} {_bytes_said(path.name, path.read_bytes())}"


def _bytes_said(name: str, content: bytes) -> str:
    if content.startswith(b"PK"):
        return " ".join(f"{part} {_bytes_said(part, inside)}" for part, inside in unpacked(content).items())
    if content.startswith(b"\x89PNG"):
        return str(Image.open(io.BytesIO(content)).text)
    assert not name.endswith((".jpg", ".jpeg", ".emf", ".bin")), f"{name}: nobody looks into it"
    return "" if name.endswith(".pdf") else content.decode("utf-8")  # looked into beside the zip


def test_a_folder_holds_every_format_and_its_zip_the_same(given: Path):
    folder, stem = _folder(given, "regions/R01"), f"R01.{WAVE}"
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert set(files) >= {f"{stem}.nl.{form}" for form in ("html", "pdf", "docx", "pptx", "xlsx", "csv")} | {
        "LEES-MIJ.txt"
    }
    whole = unpacked(folder.with_name(f"{stem}.zip").read_bytes())
    assert whole == {f"{stem}/{name}": content for name, content in files.items()}
    for path in (*folder.rglob("*.*"), folder.with_name(f"{stem}.zip")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    readme = files["LEES-MIJ.txt"].decode()
    assert all(name in readme for name in files if name != "LEES-MIJ.txt")


def test_nothing_of_another_region_is_in_any_file(given: Path):
    held, frame = {}, pd.read_csv(given / "data" / "raw" / WAVE / "frame.csv", dtype=str)
    for folder, own in (("regions/R01", "R01"), ("regions/R05", "R05"), ("national", None)):
        for path in _folder(given, folder).rglob("*.*"):
            said = _said(path)
            others = {*re.findall(r"\bR\d\d\b", said)} - {own}
            mapped = own is None and others == {*frame["region"]}  # the map of public files names every region, or none
            held[path.name] = [*(word for word in PLANTED if word in said), *([] if mapped else others)]
            assert not own or own in said, path.name
    assert {name: found for name, found in held.items() if found} == {}
    assert len(held) > 50


def test_the_page_of_a_region_is_made_of_nothing_of_another(given: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STO_ROOT", str(given))
    record = Manifest().record(f"{WAVE}/regions/R01.{WAVE}.nl")
    assert record is not None
    single = [name for name in record.data if "own" in name or name.endswith(("answers.parquet", "regions.parquet"))]
    assert {re.findall(r"R\d\d", name)[0] for name in single} == {"R01"}, single


def test_every_link_leads_somewhere(given: Path):
    count = 0
    for html in _folder(given, ".").rglob("*.html"):
        page = BeautifulSoup(html.read_text(encoding="utf-8"), "html.parser")
        for link in page.select("[href], [src]"):
            to = str(link.get("href", link.get("src")))
            if to.startswith("#"):
                assert page.find(id=to[1:]), f"{html.name}: {to}"
            elif not to.startswith("data:"):
                assert (html.parent / unquote(to)).is_file(), f"{html.name}: {to}"
                count += 1
    assert count > 20
    for path in _folder(given, ".").rglob("*.pdf"):
        links = [mark.get_object() for page in PdfReader(path).pages for mark in page.get("/Annots", ())]
        to = [str(link["/A"]["/URI"]) for link in links if "/URI" in link.get("/A", {})]
        assert not [each for each in to if not each.startswith("https://")], path.name


def test_confidentiality_is_said_on_every_page_of_every_format(given: Path):
    folder, stem = _folder(given, "regions/R01"), f"R01.{WAVE}.nl"
    for path in folder.glob("*.pdf"):
        assert all(MARK in page.extract_text() for page in PdfReader(path).pages), path.name
    heads = [section.header for section in Document(str(folder / f"{stem}.docx")).sections]
    assert all(
        "Vertrouwelijk" in " ".join(p.text for p in head.paragraphs) for head in heads if not head.is_linked_to_previous
    )
    for sheet in load_workbook(folder / f"{stem}.xlsx"):
        assert MARK in sheet.oddHeader.right.text
    for slide in Presentation(str(folder / f"{stem}.pptx")).slides:
        assert "ertrouwelijk" in " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    with (folder / f"{stem}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["mark"] for row in rows} == {f"SYNTHETIC · {MARK}"}
    assert BeautifulSoup((folder / f"{stem}.html").read_text("utf-8"), "html.parser").select(".confidential")
    assert MARK in (folder / "LEES-MIJ.txt").read_text(encoding="utf-8")
    assert MARK not in (_folder(given, "regions/R05") / "LEES-MIJ.txt").read_text(encoding="utf-8")


def test_the_national_folder_holds_both_reports_and_no_region(given: Path):
    names = [path.name for path in _folder(given, "national").rglob("*") if path.is_file()]
    for stem in (f"national.{WAVE}.nl", "published.nl"):
        assert {f"{stem}.{form}" for form in ("html", "pdf", "docx", "pptx", "xlsx", "csv")} <= set(names)
    assert not [name for name in names if re.match(r"R\d", name)]
    assert {f"national.{WAVE}.nl.fig-1.csv", "published.nl.table-1.csv"} <= set(names)


def test_a_second_time_all_stands_and_what_was_handed_out_is_marked(given: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STO_ROOT", str(given))
    before = {path: path.read_bytes() for path in _folder(given, ".").rglob("*") if path.is_file()}
    assert kept.handed_out(WAVE)[0] == kept.kept(WAVE)[-1]
    code, out, err = sto(given, *ASKED)
    assert (code, "0 made, 3 were up to date" in out) == (0, True), err
    one = _folder(given, f"regions/R01.{WAVE}.zip")
    one.unlink()
    code, out, err = sto(given, *ASKED)
    assert (code, "1 made, 2 were up to date" in out) == (0, True), err
    assert {path: path.read_bytes() for path in before} == before


def test_what_is_not_up_to_date_is_refused_with_the_reason(finished_copy: Path):
    page = finished_copy / "reports" / WAVE / "regions" / f"R01.{WAVE}.nl.html"
    page.write_text(page.read_text(encoding="utf-8") + " ", encoding="utf-8")
    code, _, err = sto(finished_copy, "hand-out", WAVE, *LIGHTLY, "--region", "R01", "--region", "R02")
    assert code == 2
    assert f"{WAVE}/regions/R01.{WAVE}.nl is stale: reports/{WAVE}/regions/R01.{WAVE}.nl.html is changed" in err
    assert "R02" not in err
    assert not (finished_copy / "reports" / WAVE / "hand-out").exists()
    code, _, err = sto(finished_copy, "hand-out", WAVE, *LIGHTLY)
    assert code == 2
    assert f"R78.{WAVE}.nl is absent: never made" in err
    code, _, err = sto(finished_copy, "hand-out", WAVE, "--region", "R02")
    assert (code, f"03_model.{WAVE} will be made" in err) == (2, True), "it rests on other parameters than asked"


def test_a_withdrawal_reaches_what_was_handed_out(given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    root = Path(shutil.copytree(given, tmp_path / "root"))
    monkeypatch.setenv("STO_ROOT", str(root))
    list(withdraw(WAVE, "R01"))
    assert not _folder(root, ".").exists()
    with (compendium.raw(WAVE) / REGISTER).open(encoding="utf-8", newline="") as file:
        told = {row["file"]: row["held"] for row in csv.DictReader(file)}
    top = f"reports/{WAVE}/hand-out"
    assert told[f"{top}/regions/R01.{WAVE}.zip"] == told[f"{top}/regions/R01/R01.{WAVE}.nl.pptx"] == "its own answers"
    assert told[f"{top}/national.{WAVE}.zip"] == told[f"{top}/regions/R05.{WAVE}.zip"] == "counts its answers"
    assert f"{top}/mailing.{WAVE}.csv" not in told


def test_planted_words_are_found_where_they_are(given: Path):
    """The search of above sees what it looks for, also in a zip within a zip."""
    page = next((given / "reports" / WAVE / "regions").glob("R02.*.html"))
    assert all(
        word in _said(page) and word in _said(given / "data/processed" / WAVE / "own/R02.json") for word in PLANTED
    )
    whole, inner = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as pack:
        pack.writestr("a.xml", PLANTED[0])
    with zipfile.ZipFile(whole, "w") as pack:
        pack.writestr("b.xlsx", inner.getvalue())
    path = given / "planted.xlsx"
    path.write_bytes(whole.getvalue())
    assert PLANTED[0] in _said(path)
