"""Each exhibit has its data and its picture beside the page, linked under it, and nothing of them runs."""

import csv
import io
import re
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from sto_analysis.report.language import Texts
from sto_workbench.pages.exhibits import beside

PAGE = """<meta content="SYNTHETIC" name="sto-data"/>
<figure id="fig-1"><p class="finding"><strong>A <button>leads</button>.</strong></p>
<div class="picture"><img alt="Bars &amp; dots." src="data:image/svg+xml,{svg}"/></div>
<figcaption><strong>Figure 1.</strong> A &lt;b&gt; c.</figcaption>{table}<p class="files"></p></figure>
<div class="boxed" id="table-1">{table}<p class="files"><a href="#cell-x">Cell x</a></p></div>
<div class="boxed" id="shown">{table}</div>"""
TABLE = """<table><caption id="table-1-caption">x</caption><thead><tr><th>Aspect</th><th>%</th><th>95%</th></tr></thead>
<tbody><tr><th><button popovertarget="w">=1+1</button></th>
<td><data data-result="share.a" value="0.8823">88</data>\u2007</td>
<td><data data-part="interval" data-result="share.a" value="-0.5/1.2e-05">−50 tot 0</data></td></tr>
<tr><th>B</th><td><span aria-hidden="true">–</span><span class="hidden">no value</span></td>
<td><data data-result="share.a" data-part="n" value="5">5</data>/<data data-result="share.b" value="@x">@x</data></td>
</tr></tbody></table>"""
DRAWN = "%3Csvg xmlns='http://www.w3.org/2000/svg' width='40' height='20'%3E%3C/svg%3E"


@pytest.fixture(scope="module")
def made() -> tuple[str, dict[str, bytes]]:
    return beside(PAGE.format(svg=DRAWN, table=TABLE), "national.synthetic-2024.en", Texts("en"), pictures=True)


def test_the_links_under_an_exhibit_are_its_files(made: tuple[str, dict[str, bytes]]):
    page, files = made
    soup = BeautifulSoup(page, "html.parser")
    linked = [[a["href"] for a in line.select("a")] for line in soup.select(".files")]
    stem = "exhibits/national.synthetic-2024.en"
    assert linked == [[f"{stem}.fig-1.{kind}" for kind in ("csv", "svg", "png")], [f"{stem}.table-1.csv", "#cell-x"]]
    assert {name.removeprefix("exhibits/") for line in linked for name in line if name[0] != "#"} == set(files)
    assert soup.select_one("#fig-1 .files").get_text() == "Beside this page: CSV, SVG, PNG. "
    assert re.sub(r'<p class="files">.*?</p>', "", page) == re.sub(
        r'<p class="files">.*?</p>', "", PAGE.format(svg=DRAWN, table=TABLE)
    )


def test_the_data_have_a_row_per_number_with_its_result(made: tuple[str, dict[str, bytes]]):
    read = list(csv.DictReader(io.StringIO(made[1]["national.synthetic-2024.en.table-1.csv"].decode())))
    assert [tuple(row.values()) for row in read] == [
        ("'=1+1", "%", "88", "share.a", "value", "0.8823", "SYNTHETIC"),
        ("'=1+1", "95%", "'−50 tot 0", "share.a", "low", "-0.5", "SYNTHETIC"),
        ("'=1+1", "95%", "'−50 tot 0", "share.a", "high", "1.2e-05", "SYNTHETIC"),
        ("B", "%", "–", "", "", "", "SYNTHETIC"),
        ("B", "95%", "5/@x", "share.a", "n", "5.0", "SYNTHETIC"),
        ("B", "95%", "5/@x", "share.b", "value", "", "SYNTHETIC"),
    ]


def test_the_pictures_say_what_they_are(made: tuple[str, dict[str, bytes]]):
    svg = ElementTree.fromstring(made[1]["national.synthetic-2024.en.fig-1.svg"])
    assert [(child.tag.rpartition("}")[2], child.text) for child in svg] == [
        ("title", "A leads. Figure 1. A <b> c."),
        ("desc", "Bars & dots."),
    ]
    picture = Image.open(io.BytesIO(made[1]["national.synthetic-2024.en.fig-1.png"]))
    picture.load()
    assert picture.text == {"Title": "A leads. Figure 1. A <b> c.", "Description": "Bars & dots."}


def test_without_pictures_no_points_are_drawn():
    _, files = beside(PAGE.format(svg=DRAWN, table=TABLE), "R01", Texts("nl"), pictures=False)
    assert sorted(files) == ["R01.fig-1.csv", "R01.fig-1.svg", "R01.table-1.csv"]
