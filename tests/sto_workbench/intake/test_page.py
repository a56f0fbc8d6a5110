"""The mapping of a delivery as a page: problems beside their item, whatever is the delivery's escaped, confidential."""

import stat
from pathlib import Path

import pyreadstat
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from sto_analysis import compendium
from sto_workbench.cli import main_group

WAVE = "synthetic-2024"
HOSTILE = "<script>alert(1)</script>"
pytestmark = pytest.mark.usefixtures("parsed_once")


def _checked(copy: Path, *more: str) -> tuple[int, BeautifulSoup]:
    path = copy / "page.html"
    result = CliRunner().invoke(main_group, ["check", WAVE, "--page", str(path), *more])
    assert path.exists(), repr(result.exception)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return result.exit_code, BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def _row(page: BeautifulSoup, item: str) -> list[str]:
    rows = [row for row in page.select("tr") if (head := row.find("th", scope="row")) and head.text == item]
    return [cell.get_text(" ", strip=True) for cell in rows[0].select("td")]  # of urgency, the first question


def test_without_problems_it_is_the_mapping(copy: Path):
    code, page = _checked(copy, "--language", "nl")
    assert code == 0
    assert page.html is not None
    assert page.html["lang"] == "nl"
    said = page.get_text(" ", strip=True)
    for words in ("SYNTHETIC", "VERTROUWELIJK", "Geen problemen.", "Wat er binnenkwam"):
        assert words in said
    row = _row(page, "Voldoende techniekdocenten")
    assert row[0].startswith("v1_1")
    assert row[1].endswith("5 → heel urgent")
    assert "99 → weet niet" in said
    assert len(row) == 3
    assert not page.select("script, link, img, iframe, [onclick]")
    assert str((copy / "page.html").resolve()) in (compendium.processed(WAVE) / "exported.txt").read_text()


def test_problems_of_a_column_stand_on_its_row_the_others_on_top_and_nothing_acts(copy: Path):
    path = compendium.raw(WAVE) / f"{WAVE}.sav"
    codes, _ = pyreadstat.read_sav(path, user_missing=True)
    table = codes.astype("object").map(lambda cell: cell if isinstance(cell, str) else f"{cell:.0f}".replace("nan", ""))
    table.loc[0, "v1_1"] = HOSTILE
    table[f"extra {HOSTILE}"] = "1"
    table.to_csv(path.with_suffix(".csv"), index=False)
    described = path.with_name("wave.yaml")
    described.write_text(described.read_text(encoding="utf-8").replace(f"{WAVE}.sav", f"{WAVE}.csv"), encoding="utf-8")
    code, page = _checked(copy, "--language", "en")
    assert code == 1
    assert not page.select("script")
    assert page.html is not None
    beside = _row(page, "Enough technology teachers")[-1]
    assert "Unknown answer: 1" in beside
    assert HOSTILE in beside
    assert "row " in beside
    assert "column" not in beside  # said by its place
    top = page.select_one(".top-ones")
    assert top is not None
    assert HOSTILE in top.get_text()
    assert "Unknown answer" not in top.get_text()


def test_answers_are_not_written_where_they_may_not_stand(copy: Path):
    asked = ["check", WAVE, "--page", str(compendium.raw(WAVE) / "page.html")]
    refused = CliRunner().invoke(main_group, asked)
    assert refused.exit_code != 0
    assert not (compendium.raw(WAVE) / "page.html").exists()


def test_a_wave_that_is_not_there_has_no_page(copy: Path):
    told = CliRunner().invoke(main_group, ["check", "synthetic-2099", "--page", str(copy / "page.html")])
    assert told.exit_code == 1
    assert "No such wave" in told.output
    assert not (copy / "page.html").exists()
