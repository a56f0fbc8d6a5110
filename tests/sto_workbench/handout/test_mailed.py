"""A page that is mailed leads nowhere but into itself, its folder and the web."""

import pytest
from bs4 import BeautifulSoup

from sto_analysis.report.language import Texts
from sto_workbench.handout.mailed import mailed

PAGE = """<!DOCTYPE html><html lang="nl"><body><p class="home"><a href="../../index.html">Monitor</a>
<a class="language" href="R01.2026.en.html">English</a></p>
<label class="switch"><input id="code" type="checkbox"> Toon de code</label><main id="main">
<div class="code" id="cell-a">region = "R07"</div>
<p id="here"><a href="#here">1</a> <a href="#cell-a">cel a</a> <a href="#gone">2</a>
<a href="../notebooks/02.html#cell-b">02</a> <a href="https://example.org/#a">web</a></p>
<p class="files">Naast deze pagina: <a href="exhibits/R01.fig-1.csv">CSV</a>. <a href="#cell-a">Cel a</a></p>
<p class="files" id="book"><a href="exhibits/R01.xlsx">Excel</a></p></main></body></html>"""
OFFERS = {"page.book": "R01.2026.nl.xlsx", "page.numbers": "R01.2026.nl.csv"}


def _links(page: str) -> list[str]:
    return [str(link["href"]) for link in BeautifulSoup(page, "html.parser").select("a[href]")]


def test_of_a_region_only_what_goes_along_is_linked_and_no_code_is_left():
    page = mailed(PAGE, set(OFFERS.values()), OFFERS, Texts("nl"), code=False)
    assert _links(page) == ["#here", "https://example.org/#a", *OFFERS.values()]
    assert "R07" not in page
    assert "Toon de code" not in page
    assert "Naast deze pagina" not in page
    assert ">Monitor" in page
    assert page.startswith("<!DOCTYPE html>")


def test_of_the_nation_code_and_files_that_go_along_stay():
    there = {"exhibits/R01.fig-1.csv", "R01.2026.en.html", *OFFERS.values()}
    page = mailed(PAGE, there, OFFERS, Texts("nl"), code=True)
    assert _links(page) == ["R01.2026.en.html", "#here", "#cell-a", "https://example.org/#a", "exhibits/R01.fig-1.csv",
                            "#cell-a", *OFFERS.values()]  # fmt: skip


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "//example.org", "data:text/html,x", ""])
def test_no_other_kind_of_link_stays(link: str):
    page = PAGE.replace("../notebooks/02.html#cell-b", link)
    assert link not in _links(mailed(page, set(), {}, Texts("en"), code=False))
