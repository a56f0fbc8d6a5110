"""Numbers of a page, whatever the page is."""

import time
from pathlib import Path

import pytest

from sto_analysis.errors import Problems
from sto_workbench.explain.page import Printed, explain_page, numbers, wave_of
from sto_workbench.explain.result import Results
from tests.running import WAVE

ID = "share.urgency.teachers.top"
PAGE = f"""<!doctype html><body><h1>Report <em>of a wave</em></h1>
<p id="told">Urgent: <button popovertarget="x"><data value="0.882" data-result="{ID}">88<b>%</b></data></button>
(<data data-part="low" value="0.82" data-result="{ID}">82%</data> to
<data data-result="{ID}" data-part="high">93%</data>)
</p><data value="2024">2024</data>
<h2>Table</h2><figure id="table-shares"><table><tr><td>
<data value="0.5" data-result="{ID}">50%</data><td><data value="1" data-result="share.gone">100%</data>
</table></figure><p><data value="x" data-result="{ID}" data-part="median">1</data>
"""


def page(folder: Path, text: str) -> Path:
    file = folder / "page.html"
    file.write_text(text, encoding="utf-8")
    return file


def test_each_number_is_told_as_printed_with_its_id_its_place_and_whether_the_store_has_it(
    store: Results, tmp_path: Path
):
    told = explain_page(page(tmp_path, PAGE), store)
    names = ("id", "part", "printed", "heading", "place", "line", "agrees")
    assert [tuple(each[name] for name in names) for each in told] == [
        (ID, "value", "88%", "Report of a wave", "told", 2, True),
        (ID, "low", "82%", "Report of a wave", "told", 3, True),
        (ID, "high", "93%", "Report of a wave", "told", 4, None),
        (ID, "value", "50%", "Table", "table-shares", 7, False),
        ("share.gone", "value", "100%", "Table", "table-shares", 7, None),
        (ID, "median", "1", "Table", "", 8, None),
    ]
    assert [each["result"] and each["result"]["id"] for each in told] == [ID, ID, ID, ID, None, None]
    assert [each["on_page"] for each in told] == ["0.882", "0.82", None, "0.5", "1", "x"]


@pytest.mark.parametrize(
    ("value", "stored", "agrees"),
    [("0.88", 0.8823529412, True), ("0.8823529412", 0.8823529412, True), ("0.89", 0.8823529412, False),
     ("1", None, False), ("x", 1.0, False), ("", 1.0, None), ("1e400", 1.0, False), ("nan", 1.0, False),
     ("inf", 1.0, False), ("inf", "inf", True),
     ("0.1", "inf", False), ("1e-999999999", 0.0, False), ("-0.05", -0.0512, True)],
)  # fmt: skip
def test_a_page_agrees_as_far_as_it_has_digits(value: str, stored: object, agrees: bool | None):
    result = {"unit": "share", "value": stored}
    assert Printed("x", "value", value, 1, "", "").agrees(result) is agrees


@pytest.mark.parametrize(
    ("part", "value", "agrees"),
    [("interval", "0.8199/0.9251", True), ("interval", "0.8199/inf", False), ("interval", "0.8199", False),
     ("interval", "0.8/0.9/0.9", False), ("interval", "", None), ("high", "0.9251", True), ("n", "51", True),
     ("n", "5.1e+01", True), ("n", "50", False)],
)  # fmt: skip
def test_an_interval_on_a_page_is_two_numbers_of_the_store(part: str, value: str, agrees: bool | None):
    result = {"unit": "share", "value": 0.88, "low": 0.8199026731, "high": 0.9251256236, "n": 51.0}
    assert Printed("x", part, value, 1, "", "").agrees(result) is agrees


def test_a_text_on_a_page_is_that_of_the_store():
    assert Printed("x", "value", "57%", 1, "", "").agrees({"unit": "text", "value": None, "text": "57%"})
    assert not Printed("x", "value", "58%", 1, "", "").agrees({"unit": "text", "value": None, "text": "57%"})


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 20_000 + "</p>" * 20_000 + f'<data data-result="{ID}">',
        f'<data data-result="{ID}" data-result="other"><data data-result="{ID}">' + "x" * 100_000,
        f'<h1>\x1b[31m<data data-result="{ID}" value="1">\x1b]0;title\x07</data>\u202e',
        f"<script>'<data data-result={ID}>'</script><!-- <data data-result=a> --><data data-result={ID}>1</data>",
        f'<data data-result="{ID}\n*?[" id="{"i" * 10_000}">1</data></data></h1></html><data data-result="{ID}">',
        f"<![CDATA[<data data-result={ID}>]]><data data-result='{ID}'>&#27;[2J&bogus;",
    ],
)
def test_a_page_from_anywhere_is_read_quickly_and_names_nothing_by_a_pattern(
    store: Results, tmp_path: Path, hostile: str
):
    start = time.process_time()
    told = explain_page(page(tmp_path, hostile), store)
    assert time.process_time() - start < 2
    assert told[-1]["id"] == ID
    assert all(each["result"] is None for each in told if each["id"] != ID)
    assert all(len(each["printed"]) <= 200 and len(each["place"]) <= 200 for each in told)


def test_a_pattern_on_a_page_is_no_result(store: Results, tmp_path: Path):
    (told,) = explain_page(page(tmp_path, '<data data-result="share.*">1</data>'), store)
    assert told["result"] is None


def test_a_page_without_such_numbers_says_so(store: Results, tmp_path: Path):
    assert numbers("<p>88%") == []
    with pytest.raises(Problems, match=r"page\.html: no number of this page names a result"):
        explain_page(page(tmp_path, "<p>88%"), store)


@pytest.mark.parametrize(
    ("name", "wave"),
    [
        ("a/national.2024.nl.html", "2024"),
        ("reports/2024/x.html", "2024"),
        ("published.nl.html", "published"),
        ("x.html", None),
    ],
)
def test_a_page_is_of_the_wave_that_its_name_or_folder_names(tmp_path: Path, name: str, wave: str | None):
    assert wave_of(tmp_path / name, ["2024", "published"]) == wave


@pytest.mark.whole
def test_every_number_of_the_pages_of_a_run_is_that_of_the_store(finished: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STO_ROOT", str(finished))
    results, wrong, seen = Results(WAVE), [], 0
    for page in sorted((finished / "reports" / WAVE).rglob("*.html")):
        found = numbers(page.read_text(encoding="utf-8"))
        for told in explain_page(page, results) if found else []:
            seen += 1
            if not told["agrees"]:
                wrong.append((page.name, told["line"], told["printed"], told["id"], told["part"], told["on_page"]))
    if not seen:
        pytest.skip("no page names its results yet")
    assert wrong == []
    assert seen > 2000
