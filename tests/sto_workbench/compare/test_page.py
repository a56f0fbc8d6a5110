"""The page of a difference: what it says, that it is accessible, and that nothing of the runs acts in it."""

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from sto_workbench.compare.difference import Difference, difference
from sto_workbench.compare.page import page
from tests.browsing import faults
from tests.sto_workbench.compare.runs import PAGE, made

BAR = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCA5IDkiLz4="
EVIL = '<img src=x onerror=alert(1)>"><script>alert(1)</script>'


def _found(text: str = "Another remark, which is longer.") -> Difference:
    alt = 'alt="A bar of 88% of all the regions that answered."'
    first = PAGE.replace('alt="A bar of 88%."', alt)
    after = first.replace("Another point.", text).replace("data:image/png;base64,AAAA", BAR)
    return difference(made({}, page=first), made({"value": 0.5}, {"id": f"x.{text}"}, page=after, name=text))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_results_sentences_and_pictures_stand_before_and_after(language: Any):
    found = BeautifulSoup(page(_found(), language), "html.parser")
    assert found.html["lang"] == language
    assert [found.select_one("#main .confidential strong").text] == ["CONFIDENTIAL"]
    assert "SYNTHETIC" in found.title.text
    assert found.select_one(".banner")
    (row,) = [each for each in found.select("tr") if "share.a" in each.text]
    assert [each.text for each in row.select("td")][:2] == ["0.88 (0.80 to 0.92) n 51", "0.50 (0.80 to 0.92) n 51"]
    assert [each.text for each in found.select("del")] == ["point."]
    assert [each.text for each in found.select("ins")] == ["remark, which is longer."]
    assert [each["src"] for each in found.select(".sides img")] == ["data:image/png;base64,AAAA", BAR]
    assert all(found.find(id=link["href"][1:]) for link in found.select("td a"))


def test_nothing_of_a_run_is_markup():
    found = BeautifulSoup(page(_found(EVIL.replace("<", "&lt;")), "en"), "html.parser")
    assert found.select("script") == []
    assert [each["src"][:5] for each in found.select("img")] == ["data:", "data:"]
    assert "default-src 'none'" in found.select_one("meta[http-equiv]")["content"]
    assert "onerror" in found.text


@pytest.mark.whole
def test_the_page_is_accessible_at_every_view(chromium: Any, tmp_path: Path):
    for language, view in (("nl", ("light", 390, "open")), ("en", ("dark", 1280, "open"))):
        path = tmp_path / f"{language}.html"
        path.write_text(page(_found(), language), encoding="utf-8")  # type: ignore[arg-type]
        assert faults(chromium, path, *view) == []
