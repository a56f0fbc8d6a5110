"""A folder says in plain words what is in it and for whom, and its numbers what they are."""

import csv
import io
from pathlib import Path

import pytest

from sto_analysis import compendium
from sto_workbench.handout.folder import Folder
from sto_workbench.pipeline.plan import Job

WAVE = "2026"
PAGE = """<html lang="{lang}"><head><title>Rapport &amp; meer – R01</title><meta name="sto-data" content="answers">
<meta name="sto-mark" content="Vertrouwelijk: alleen voor deze regio"></head><body><h1>Rapport</h1><main>
<div class="code" id="cell-a">region = "R07"</div>
<div class="boxed" id="table-1"><table><caption><strong class="name">Tabel 1.</strong> Borging.</caption>
<tr><th>Vorm</th><th>%</th></tr>
<tr><th>=1+1</th><td><data data-result="share.a" value="0.5">50%</data></td></tr></table>
<p class="files"><a href="exhibits/x.csv">CSV</a></p></div><p class="files" id="book"></p></main></body></html>"""


def _job(region: str, language: str) -> Job:
    parameters = {"wave": WAVE, "language": language} | ({"region": region} if region else {})
    folder = compendium.reports(WAVE) / ("regions" if region else ".")
    return Job("06_region_report", dict(parameters), folder / f"{region or 'national'}.{WAVE}.{language}.html")


@pytest.fixture
def region(copy: Path) -> Folder:
    jobs = tuple(_job("R01", language) for language in ("nl", "en"))
    for job in jobs:
        compendium.write_text(job.page, PAGE.format(lang=job.parameters["language"]))
    return Folder("R01", "De <b>\u202eregio\nR01", jobs)


def test_each_language_has_its_own_words_and_files(region: Folder):
    files = region.files([])
    assert set(files) == {
        "LEES-MIJ.txt", "READ-ME.txt",
        *(f"R01.{WAVE}.{language}.{form}" for language in ("nl", "en") for form in ("html", "xlsx", "csv")),
    }  # fmt: skip
    readme = files["LEES-MIJ.txt"].decode()
    assert "Rapport & meer – R01\nVertrouwelijk: alleen voor deze regio\n" in readme
    assert f"- R01.{WAVE}.nl.csv\n  Alle getallen van het rapport" in readme
    assert f"R01.{WAVE}.en" not in readme
    assert "\u202e" not in readme
    assert f"- R01.{WAVE}.en.html\n  The report for phone" in files["READ-ME.txt"].decode()


def test_the_numbers_say_what_they_are_and_that_they_are_confidential(region: Folder):
    rows = list(csv.DictReader(io.StringIO(region.files([])[f"R01.{WAVE}.nl.csv"].decode())))
    assert rows == [{"exhibit": "Tabel 1", "row": "'=1+1", "column": "%", "shown": "50%", "result": "share.a",
                     "part": "value", "value": "0.5", "mark": "Vertrouwelijk: alleen voor deze regio"}]  # fmt: skip


def test_of_the_nation_the_files_beside_the_page_go_along(copy: Path):
    job = _job("", "nl")
    compendium.write_text(job.page, PAGE.format(lang="nl"))
    for name in (f"national.{WAVE}.nl.table-1.csv", f"national.{WAVE}.nl.xlsx", "other.csv"):
        compendium.write_text(job.page.parent / "exhibits" / name, "x")
    nation = Folder("national", "", (job,))
    files = nation.files([])
    assert [name for name in files if "/" in name] == [f"exhibits/national.{WAVE}.nl.table-1.csv"]
    assert b"R07" in files[f"national.{WAVE}.nl.html"], "its code stays"
    assert "- exhibits" in files["LEES-MIJ.txt"].decode()
    assert [path.name for path in nation.reads(["pdf"])] == [
        f"national.{WAVE}.nl.html", f"national.{WAVE}.nl.pdf", f"national.{WAVE}.nl.table-1.csv"]  # fmt: skip
