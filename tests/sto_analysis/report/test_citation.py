"""Each report says how to cite it, and a made-up one that it is no finding."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from sto_analysis.report.citation import cited
from sto_workbench.pages.render import render
from tests import samples

CITED = """cff-version: 1.2.0
title: x
authors:
  - name: De maintainers
  - {given-names: Ada, name-particle: de, family-names: Vries}
version: 1.2.0
date-released: 2026-11-26
"""


def test_authors_version_and_day_are_those_of_the_compendium(copy: Path):
    assert cited() == {}
    (copy / "CITATION.cff").write_text(CITED, encoding="utf-8")
    assert cited() == {"author": "De maintainers, Ada de Vries", "version": "1.2.0", "date": "2026-11-26"}


def _cited(wave: str, cite: dict[str, str], *, answers: bool = True) -> list[str]:
    """What the box of a page says, where its last cell left this."""
    notebook = samples.report("nl", wave)
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        if "cite" in output.get("metadata", {}):
            output["metadata"]["cite"] = cite
        if not answers and "data" in output:
            output["data"]["text/html"] = str(output["data"].get("text/html", "")).replace('class="confidential"', "")
    return [part.get_text() for part in BeautifulSoup(render(notebook, "x"), "html.parser").select(".cite dd")]


@pytest.mark.parametrize(
    ("wave", "answers", "use"),
    [
        ("synthetic-2024", True, "SYNTHETIC: de antwoorden zijn verzonnen."),
        ("2024", True, "Dit rapport is alleen voor deze regio."),
        ("2024", False, "U mag tekst en figuren overnemen"),
    ],
)
def test_a_page_says_how_to_cite_it(wave: str, answers: bool, use: str):
    told = _cited(wave, {"author": "De <b>maintainers", "version": "1.2.0", "date": "2026-11-26"}, answers=answers)
    assert told[0].startswith("De <b>maintainers (2026). ")
    assert told[0].endswith("(versie 1.2.0, 26 november 2026) [Rapport].")
    assert ("SYNTHETIC" in told[0]) == (wave != "2024")
    assert told[1].startswith(use)


@pytest.mark.parametrize("cite", [{}, {"author": "a", "version": "1", "date": "soon"}])
def test_without_a_day_nothing_is_cited(cite: dict[str, str]):
    assert _cited("2024", cite) == []


def test_a_page_leads_to_the_other_language():
    page = BeautifulSoup(render(samples.report("nl"), "x", "national.en.html"), "html.parser")
    (link,) = page.select(".home .language")
    assert (link["href"], link["hreflang"], link["lang"], link.get_text()) == (
        "national.en.html",
        "en",
        "en",
        "English",
    )
    assert not BeautifulSoup(render(samples.report("nl"), "x"), "html.parser").select(".language")
