"""Sentences and pictures old beside new."""

from sto_workbench.compare.pages import blocks, compare, words
from tests.sto_workbench.compare.runs import PAGE


def _said(after: str) -> list[tuple[str, str | None, str | None]]:
    found = compare("en", PAGE.encode(), after.encode())
    return [(each.kind, each.before and each.before.text, each.after and each.after.text) for each in found]


def test_a_page_is_read_block_by_block_without_what_is_no_text():
    found = [(each.section, each.kind, each.text) for each in blocks(PAGE.encode())]
    assert ("Urgency", "p", "Of 51 regions 88% find 88% urgent.") in found
    assert ("Urgency", "alt", "A bar of 88%.") in found
    assert not any("abc" in text or text == "51" for _, _, text in found)
    assert [each.results for each in blocks(PAGE.encode()) if each.kind == "p"] == [{"share.a"}]


def test_a_number_that_differs_is_no_other_wording():
    (said,) = compare("en", PAGE.encode(), PAGE.replace("<strong>88%", "<strong>87%").encode())
    assert (said.retold, said.reworded, said.pictured, said.section) == (True, False, False, "Urgency")


def test_sentences_that_came_went_and_are_worded_otherwise_stand_beside_each_other():
    assert _said(PAGE.replace("Another point.", "Another remark.")) == [("li", "Another point.", "Another remark.")]
    assert _said(PAGE.replace("<li>One point.</li>", "")) == [("li", "One point.", None)]
    assert _said(PAGE.replace("<ul>", "<ul><li>New.</li>")) == [("li", None, "New.")]
    assert _said(PAGE) == []


def test_a_picture_that_differs_is_kept_with_its_alt_text():
    (said,) = compare("en", PAGE.encode(), PAGE.replace("AAAA", "BBBB").encode())
    assert (said.pictured, said.retold) == (True, False)
    assert (said.before.picture, said.after.picture) == ("data:image/png;base64,AAAA", "data:image/png;base64,BBBB")


def test_a_picture_from_elsewhere_is_no_picture():
    found = blocks(PAGE.replace("data:image/png;base64,AAAA", "https://example.org/x.png").encode())
    assert [each.picture for each in found if each.kind == "alt"] == [""]


def test_words_are_compared_one_by_one():
    assert words("a b c", "a x c") == [("same", "a "), ("gone", "b"), ("new", "x"), ("same", " c")]
    assert words("", "x") == [("new", "x")]
    assert words("x", "x") == [("same", "x")]


def test_a_drawing_may_be_written_out_or_coded():
    for source in ("data:image/svg+xml,%3Csvg xmlns='http://x'%3E%3C/svg%3E", "data:image/svg+xml;base64,AA=="):
        found = blocks(PAGE.replace("data:image/png;base64,AAAA", source).encode())
        assert [each.picture for each in found if each.kind == "alt"] == [source]


def test_what_explains_a_number_is_no_sentence():
    panel = '<div class="panel" popover id="w"><p>Share of regions</p></div>'
    assert blocks(PAGE.replace("</main>", f"{panel}</main>").encode()) == blocks(PAGE.encode())
