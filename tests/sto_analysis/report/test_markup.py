"""Tables and templates as they stand in a page."""

import base64
import re
from hashlib import sha256

import pytest
from bs4 import BeautifulSoup

from sto_analysis.report.language import Texts
from sto_analysis.report.markup import aligned, fill
from tests.hostile.texts import TEXTS, expected

IN_INDEX = "a b details div h2 h3 li p section span strong summary ul"


def test_decimal_marks_stand_under_each_other():
    expected = ["<0,001", "0,03\u2007", "2\u2008\u2007\u2007\u2007", "–"]
    assert aligned(["<0,001", "0,03", "2", "–"], ",") == expected
    assert aligned(["1 van 2", "0,5"], ",") == ["1 van 2", "0,5"]


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_the_index_shows_what_a_wave_a_region_and_a_file_are_called_as_text(text: str):
    values = {"language": "nl", "t": Texts("nl"), "other": "index.en.html", "published": {}, "failed": 1}
    pages = {"nl": {"html": f"{text}.html"}, "en": {"html": f"{text}.html", "pdf": f"{text}.pdf"}}
    region = {"id": text, "name": f"name {text}", "answered": False, "pages": pages}
    wave = {"id": text, "synthetic": True, "national": pages, "asked": 2, "answered": 1}
    wave |= {"groups": [[region, region | {"pages": {}}]]}
    html = fill("index.html.j2", **values, waves=[wave], notebooks=[f"{text}/{text}"])
    page = BeautifulSoup(html, "html.parser")
    assert [" ".join(name.get_text().split()) for name in page.select("li [data-name] b")] == [
        expected(f"name {text}")
    ] * 2
    assert {tag.name for tag in page.select_one("main").find_all(name=True)} <= set(IN_INDEX.split())
    assert not re.search(r"[\s\"'<>:\\]", "".join(link["href"] for link in page.select("main a")))
    (script,) = page.find_all("script")
    digest = base64.b64encode(sha256(script.string.encode()).digest()).decode()
    policy = page.head.find(name=True)
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert f"script-src 'sha256-{digest}';" in policy["content"]
