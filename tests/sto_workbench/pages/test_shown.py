"""What is read back of a page: exhibits with numbers and finding, sentences of cells, nothing that is not seen."""

import pytest

from sto_workbench.pages.shown import (
    Cell,
    Number,
    Stage,
    callouts,
    groups,
    heading,
    paragraph,
    seen,
    stages,
    told,
    words,
)
from tests.decks import figure, number, page, shares, soup


def test_an_exhibit_is_read_with_its_numbers_and_the_numbers_of_its_title():
    rows = [["Teachers &amp; <b>more</b>", number("share.a", 0.4314, "43%"), f"{number('share.a', 51, '51', 'n')}"]]
    found = seen(
        soup(page(("c", figure("yields", f"Most: {number('share.a', 0.43, '43%')}.", ["Aspect", "Share", "n"], rows)))),
        "figure",
        "yields",
    )
    assert found is not None
    assert (found.finding, found.printed) == ("Most: 43%.", {"43%"})
    assert (found.subject, found.caption, found.source) == (
        "Shares, in per cent",
        "Shares, in per cent. Method.",
        "Source: answers; n = 51.",
    )
    assert found.rows == (
        (
            Cell("Teachers & more"),
            Cell("43%", (Number("share.a", "value", "0.4314", "43%"),)),
            Cell("51", (Number("share.a", "n", "51", "51"),)),
        ),
    )
    assert found.results == ["share.a"]
    assert found.alt == "A dot."


@pytest.mark.parametrize("name", ["other", "yield"])
def test_an_exhibit_that_the_page_does_not_show_is_none(name: str):
    html = page(("c", figure("yields", "", ["Aspect", "Share", "n"], shares(["a"], [0.5]))))
    assert seen(soup(html), "figure", name) is None
    assert seen(soup(html), "table", "yields") is None


def test_a_cell_says_its_paragraphs_and_entries_without_exhibits_and_notices():
    aside = '<p class="synthetic">No</p><p class="confidential">No</p>' + figure(
        "x", "No", ["a", "b"], shares(["a"], [0.5])
    )
    html = page(
        ("first", f"{aside}<ul><li><strong>Bold.</strong> Plain\n  and <data>51%</data>.</li></ul>"),
        ("next", "<p>Other</p>"),
    )
    assert told(soup(html), "first") == [[("Bold.", True), (" Plain and 51%.", False)]]
    assert told(soup(html), "absent") == []
    assert (heading(soup(html), "next"), heading(soup(html), "absent")) == ("Heading", "")


def test_what_is_not_seen_is_not_read_and_breaks_stay():
    cell = soup('<td><span aria-hidden="true">–</span><span class="hidden">no value</span><br>b\u2007</td>').td
    assert words(cell) == "–\nb"
    assert paragraph(soup("<p>a <b>b</b>\n <b>c</b> </p>").p) == [("a ", False), ("b", True), (" ", False), ("c", True)]


def test_a_chain_is_read_with_its_points_findings_and_what_stands_beside():
    chain = (
        '<div class="theory"><ol><li class="stage"><p class="head"><span class="number">1</span> First</p>'
        '<ul class="points"><li>a</li></ul><ul class="points"><li>b</li></ul>'
        '<ul class="found"><li><strong>X</strong> 43%</li></ul></li></ol>'
        '<div class="context"><p class="head">Context</p><p>It bears.</p>'
        '<ul class="points"><li>c<ul><li>low</li></ul></li><li>d</li></ul></div></div>'
    )
    html = page(("c", figure("theory", "", ["a"], [["x"]]).replace('<div class="picture">', f"{chain}<div>", 1)))
    found, beside = stages(soup(html), "theory")
    assert found == [Stage("First", [[("a", False)], [("b", False)]], [[("X", True), (" 43%", False)]])]
    assert beside == [[("Context: ", True), ("c; d.", False)]]
    assert stages(soup(page()), "theory") == ([], [])


def test_callouts_are_apart_from_what_a_cell_says_above_them():
    said = "<p>Message.</p><ul class='callouts'><li><strong>88%</strong> urgent</li></ul>"
    html = soup(page(("c", said)))
    assert callouts(html, "c") == [[("88%", True), (" urgent", False)]]
    assert told(html, "c")[0] == [("Message.", False)]


def test_what_a_source_says_is_read_in_groups_with_what_was_found():
    said = (
        '<div class="theory said"><div class="stage"><p class="head">Concerns:</p><ul>'
        '<li>Teachers<ul class="found"><li><strong>X</strong> 88%</li></ul></li>'
        '<li>Other<ul class="found"><li class="none">not asked</li></ul></li></ul></div></div>'
    )
    html = soup(page(("c", figure("talks", "", ["a"], [["x"]]).replace('<div class="picture">', f"{said}<div>", 1))))
    assert groups(html, "talks") == [
        Stage("Concerns", [[("Teachers", True), (" – X 88%", False)], [("Other", True)]], [])
    ]
    assert stages(html, "talks") == ([], [])
