"""What Chromium leaves out of a print stands in it: words of links, bodies of items, roles, metadata in both places."""

from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from sto_workbench.pages.about import about
from sto_workbench.pages.conforming import annotations, elements, faults
from sto_workbench.pages.pdf import read_page, to_pdf
from tests.browsing import needs_browser

pytestmark = pytest.mark.whole


def test_links_say_where_they_go_and_tabs_follow_the_tags(pdf: Path):
    reader: Any = PdfReader(pdf)
    told = [note["/Contents"] for page in reader.pages for note in annotations(page)]
    assert "2 Borging" in told
    assert not [words for words in told if words.startswith("#")]
    assert all(page["/Tabs"] == "/S" for page in reader.pages)


def test_an_item_of_a_list_is_its_label_and_its_body_and_each_knows_what_holds_it(pdf: Path):
    reader: Any = PdfReader(pdf)
    items = [each for each in elements(reader.trailer["/Root"]["/StructTreeRoot"]) if each["/S"] == "/LI"]
    assert items
    for item in items:
        held = [each.get_object() for each in item["/K"]]
        assert [each["/S"] for each in held] in (["/Lbl", "/LBody"], ["/LBody"])
        assert all(each["/P"].get_object() == item for each in held)


def test_an_item_without_a_label_gets_a_body_that_owns_what_it_draws(tmp_path: Path):
    needs_browser()
    html = tmp_path / "x.html"
    items = "<style>li{list-style:none; border:1px solid}</style><ul><li>One</li><li>Two</li></ul>"
    html.write_text(f"<html lang='nl'><title>T</title><h1>T</h1>{items}</html>", encoding="utf-8")
    reader: Any = PdfReader(to_pdf(html, tmp_path / "x.pdf"))
    tree = reader.trailer["/Root"]["/StructTreeRoot"]
    assert list(faults(reader)) == []
    bodies = [each for each in elements(tree) if each["/S"] == "/LBody"]
    owners = [owner.get_object() for owner in tree["/ParentTree"]["/Nums"][1].get_object()]
    assert len(bodies) == 2
    assert all(body in owners for body in bodies)
    assert not [owner for owner in owners if owner["/S"] == "/LI"]


def test_the_metadata_are_the_same_in_both_places_and_those_of_the_page(html: Path, pdf: Path):
    reader, facts = PdfReader(pdf), about(read_page(html), html)
    info, xmp = reader.metadata, reader.xmp_metadata
    assert info is not None
    assert xmp is not None
    assert info.title == xmp.dc_title["x-default"] == facts.title
    assert [info.author] == xmp.dc_creator == [facts.author]
    assert info.subject == xmp.dc_description["x-default"] == facts.subject
    assert info.keywords == xmp.pdf_keywords == ", ".join(xmp.dc_subject) == facts.keywords
    assert info.creation_date.replace(tzinfo=None) == xmp.xmp_create_date
    assert xmp.dc_language == ["nl-NL"]
    assert reader.pdf_header == "%PDF-1.7"
