"""Two pages as one: what is gone and what is new is marked, nothing is lost."""

import pytest
from bs4 import BeautifulSoup

from sto_workbench.compare.merged import GONE, NEW, merge


def _text(html: str, drop: str = "") -> list[str]:
    """Words of a page after what is marked so is dropped."""
    page = BeautifulSoup(html, "html.parser")
    for part in page.select(f".{drop}") if drop else ():
        part.decompose()
    return page.get_text(" ").split()


CASES = [
    ("<p>a b c</p>", "<p>a x c</p>"),
    ("<p>a <b>b</b> c</p>", "<p>a <b>b d</b> c</p>"),
    ("<p>a</p><p>b</p>", "<p>b</p>"),
    ("<p>a &lt;b&gt; &amp; c</p>", "<p>a &lt;c&gt; &amp; c</p>"),
    ("<ul><li>a</li><li>b</li></ul>", "<ul><li>b</li><li>c</li></ul>"),
    ("<div><p>a</p></div>", "<div></div>"),
    ("<div></div>", "<div><table><tr><td>1</td></tr></table></div>"),
    ("<table><colgroup><col></colgroup><tr><td>1</td></tr></table>", "<table><tr><td>2</td></tr></table>"),
    ("<table><tr><th>a</th><td>1</td></tr></table>", "<table><tr><th>a</th><td>1</td><td>2</td></tr></table>"),
    ("<table><tr><th>a</th></tr><tr><th>b</th></tr></table>", "<table><tr><th>b</th></tr><tr><th>c</th></tr></table>"),
    ("<h2>a</h2><p>b</p>", "<h2>a</h2><h3>x</h3><p>b</p>"),
    ("<figure><img alt='a'><figcaption>c</figcaption></figure><p>a</p>", "<p>a</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [*CASES, *((after, before) for before, after in CASES)])
def test_accepted_it_is_the_new_page_and_rejected_the_old_one(before: str, after: str):
    old, new = (BeautifulSoup(f"<body>{html}</body>", "html.parser") for html in (before, after))
    merge(old.select("body")[0], new.select("body")[0])
    merged = str(new)
    assert _text(merged, GONE) == _text(after)
    assert _text(merged, NEW) == _text(before)


def test_what_is_the_same_is_not_marked():
    old, new = (BeautifulSoup("<body><p>a <i>b</i></p></body>", "html.parser") for _ in range(2))
    merge(old, new)
    assert str(new) == "<body><p>a <i>b</i></p></body>"


def test_a_picture_that_differs_is_marked_on_both_sides():
    old, new = (BeautifulSoup(f"<body><p><img src='{name}'/></p></body>", "html.parser") for name in "ab")
    merge(old, new)
    assert [(each["class"][0], each.img["src"]) for each in new.select("span")] == [(GONE, "a"), (NEW, "b")]
