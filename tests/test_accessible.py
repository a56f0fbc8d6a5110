"""Pages meet WCAG 2.2 A and AA in a real browser, and no request leaves them."""

from pathlib import Path
from typing import Any

import pytest

from sto_analysis.report.language import Texts
from sto_analysis.report.markup import fill
from sto_workbench.pages.render import render
from tests import samples
from tests.browsing import VIEWS, alt_faults, faults, grid

NAMES = ["’s-Hertogenbosch", "Noardeast-Fryslân", "De Liemers/Oost", "Eemland", "Zeeuws-Vlaanderen"]
pytestmark = pytest.mark.whole


def _links(stem: str, formats: tuple[str, ...] = ("html", "pdf", "docx")) -> dict[str, dict[str, str]]:
    return {lang: {form: f"{stem}.{lang}.{form}" for form in formats} for lang in ("nl", "en")}


def index(language: str) -> str:
    """The index of a made-up compendium."""
    regions = [
        {"id": f"R{n:02}", "name": name, "answered": n % 2 == 1, "pages": _links(f"R{n:02}") if n != 7 else {}}
        for n, name in enumerate(NAMES * 3, start=1)
    ]
    wave = {
        "id": "synthetic-2024", "synthetic": True, "national": _links("national"), "asked": 15, "answered": 8,
        "groups": [regions[:8], regions[8:]],
    }  # fmt: skip
    return fill(
        "index.html.j2", language=language, t=Texts(language), other="index.en.html", published=_links("published"),
        waves=[wave, wave | {"id": "2024", "synthetic": False, "groups": [regions[:1]]}], failed=2,
        notebooks=["synthetic-2024/notebooks/01_clean.synthetic-2024"],
    )  # fmt: skip


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    made = {
        "report.nl": render(samples.report("nl", region="R07"), "index.html"),
        "report.en": render(samples.report("en", "2024"), "index.html"),
        "index.nl": index("nl"),
        "index.en": index("en"),
    }
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


@pytest.mark.parametrize(
    ("name", "scheme", "width", "state"), grid(["report.nl", "report.en", "index.nl", "index.en"], 2)
)
def test_a_page_is_accessible_and_alone(
    chromium: Any, pages: dict[str, Path], name: str, scheme: str, width: int, state: str
):
    assert faults(chromium, pages[name], scheme, width, state) == []


def test_the_check_sees_what_is_wrong(chromium: Any, tmp_path: Path):
    bad = tmp_path / "bad.html"
    bad.write_text(
        '<html lang="nl"><title>x</title><main><h1 id="a">x</h1><p id="a" style="color:#ccc">faint</p>'
        '<img src="https://example.org/x.png"><img src="data:," alt="figure.png"><div style="width:2000px">x</div>'
        "<script>nothing()</script></main></html>"
    )
    found = "\n".join(faults(chromium, bad, "light", 390, "folded"))
    for fault in ("color-contrast", "image-alt", "id a twice", "https://example.org/x.png", "sideways", "script:"):
        assert fault in found


def test_a_few_of_the_grid_are_each_page_and_each_view():
    few = [each.values for each in grid([f"page {number}" for number in range(8)], 1) if not each.marks]
    assert len(few) == len({page for page, *_ in few}) == len({tuple(view) for _, *view in few}) == len(VIEWS)


def test_only_a_sentence_is_an_alt_text():
    good = "Staven van zeven vormen; bovenaan A met 86 procent."
    lab = "No description has been provided for this image."
    texts = [good, "", "Output", lab, "The picture is in file plot.svg now."]
    assert len(alt_faults("".join(f'<img alt="{text}">' for text in texts))) == 4


PHONE = {"width": 390, "height": 844}
SCREENS = "document.documentElement.scrollHeight / innerHeight"


def test_on_a_phone_a_region_is_found_within_a_screen_with_the_keyboard_alone(chromium: Any, pages: dict[str, Path]):
    page = chromium.new_page(viewport=PHONE)
    page.goto(pages["index.nl"].as_uri())
    focused = "[document.activeElement.className, document.activeElement.id]"
    stops = [page.keyboard.press("Tab") or page.evaluate(focused) for _ in range(2)]
    assert stops == [["skip", ""], ["", "search"]]
    page.keyboard.type("fryslan")  # an accent is not needed
    hits, told = page.locator("#hits li"), page.locator("#found")
    assert told.inner_text() == "Regio’s gevonden: 3."
    names = [text.split("\n")[0] for text in hits.all_inner_texts()]
    assert names == [f"Noardeast-Fryslân {region}" for region in ("R02", "R07", "R12")]
    assert "SYNTHETIC, Ronde synthetic-2024" in hits.first.inner_text()
    box = hits.last.bounding_box()
    assert box["y"] + box["height"] < PHONE["height"]
    none = "Geen regio gevonden. Kijk hieronder in de lijst."
    for typed, said, count in (
        ("r2", "Regio’s gevonden: 1.", 1),
        ("’s hertog", "Regio’s gevonden: 4.", 4),
        ("e", "Regio’s gevonden: 16. Typ verder om te kiezen.", 8),
        ("x y", none, 0),
        (" ", "", 0),
    ):
        page.locator("#search").fill(typed)
        assert (told.inner_text(), hits.count()) == (said, count), typed
    page.locator("#search").fill("eeml")
    with page.expect_request("**/R04.nl.html"):
        page.keyboard.press("Enter")


def test_without_scripts_every_region_is_a_list_and_three_screens_away(chromium: Any, pages: dict[str, Path]):
    page = chromium.new_context(java_script_enabled=False, viewport=PHONE).new_page()
    page.goto(pages["index.nl"].as_uri())
    assert not page.locator("#search").is_visible()
    assert page.locator(".regions li").count() == 16
    assert page.evaluate(SCREENS) < 3
    page.locator(".regions summary").nth(1).click()
    box = page.locator(".regions details").nth(1).locator("li").last.bounding_box()
    assert box["y"] + box["height"] < 3 * PHONE["height"]


def test_contents_are_folded_on_a_phone_and_stand_beside_the_text_on_a_desk(chromium: Any, pages: dict[str, Path]):
    page = chromium.new_page()
    page.goto(pages["report.nl"].as_uri())
    for width, seen in ((390, False), (1280, True)):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator("nav ol a").first.is_visible() is seen
    assert not page.locator(".code").first.is_visible()
    page.get_by_label("Toon de code").check()
    assert page.locator(".code").first.is_visible()
