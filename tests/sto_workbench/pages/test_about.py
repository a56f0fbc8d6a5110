"""What a document says of itself comes from its page, its file and the compendium, or is left out."""

import os
from pathlib import Path

from bs4 import BeautifulSoup

from sto_workbench.pages.about import about
from sto_workbench.pages.pdf import read_page
from sto_workbench.pages.render import render
from tests import samples


def test_a_page_says_what_it_is_whose_and_from_when(html: Path):
    os.utime(html, (1_700_000_000, 1_700_000_000))
    facts = about(read_page(html), html)
    assert (facts.locale, facts.heading, facts.contents) == ("nl-NL", "Titel", "Inhoud")
    assert facts.title == "SYNTHETIC – Titel – synthetic-2024"
    assert facts.running == "Titel · Ronde synthetic-2024"
    assert facts.mark == "SYNTHETIC · Vertrouwelijk: alleen voor deze regio"
    assert facts.subject == f"{facts.running} · {facts.mark}"
    assert facts.author == "STO monitor compendium maintainers"
    assert facts.made is not None
    assert f"{facts.made:%Y-%m-%d %H:%M}" == "2023-11-14 12:00"


def test_the_report_of_a_region_has_it_in_its_title_and_no_contents():
    facts = about(BeautifulSoup(render(samples.report("en", region="R07"), "x"), "html.parser"))
    assert facts.title == "SYNTHETIC – Title – R07 – synthetic-2024"
    assert (facts.locale, facts.contents, facts.made) == ("en-GB", "", None)
    assert "R07" in facts.running


def test_a_compendium_without_citation_has_no_author(copy: Path):
    assert about(BeautifulSoup("<html lang='nl'><h1>Titel</h1></html>", "html.parser")).author == ""
    people = "authors:\n- given-names: Jo\n  family-names: Vos\n- name: Bureau\n"
    (copy / "CITATION.cff").write_text(people, encoding="utf-8")
    assert about(BeautifulSoup("<html lang='nl'><h1>Titel</h1></html>", "html.parser")).author == "Jo Vos, Bureau"


def test_a_name_in_the_head_of_printed_pages_stays_a_string_of_css():
    name = '"}body{display:none}</style><script>x</script>\\'
    page = render(samples.report(region=name), "x")
    (style,) = BeautifulSoup(page, "html.parser").select("style")
    assert "body{display:none}" not in style.get_text()
    assert "\\22 \\7d body\\7b display" in style.get_text()
