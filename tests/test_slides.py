"""All that stands on the slides of the monitor stands on the published page, in its place and with its numbers."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup, Tag

SLIDES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("slides.yaml").read_text(encoding="utf-8"))
HEADS = {
    "nl": {
        "urgent": "2024", "earlier": "2021", "much": "(Veel) opbrengst", "low": "Geen of weinig", "share": "Aandeel",
        "first": "Eerste cijfer", "second": "Tweede cijfer",
        "more": "Veel aandacht naar:", "less": "Minder aandacht naar:",
        "positive": "Positieve signalen:", "attention": "Aandachtspunten:",
    },
    "en": {
        "urgent": "2024", "earlier": "2021", "much": "(Much) yield", "low": "None or little", "share": "Share",
        "first": "First grade", "second": "Second grade", "more": "Much attention goes to:",
        "less": "Less attention goes to:", "positive": "Positive signals:", "attention": "Points of attention:",
    },
}  # fmt: skip
"""Language → what heads a column of a table, or a group, on the page."""
LANGUAGES = list(HEADS)
Told = tuple[str, str]
"""A place of the page, and what stands there."""


def expected(language: str) -> Iterator[Told]:
    """All that the page must hold."""
    heads = HEADS[language]
    for place, stage in enumerate(SLIDES["theory"], start=1):
        yield "stages", f"{place} {stage['head'][language]}"
        for box, points in enumerate(stage["boxes"]):
            yield from ((f"stage {place}, box {box}", point[language]) for point in points)
    context = SLIDES["context"]
    yield from (("context", each[language]) for each in (context["head"], *context["points"]))
    for row in (*SLIDES["aspects"], *SLIDES["grades"]["statements"], *SLIDES["borging"]["forms"]):
        for name, value in row.items():
            if name in heads:
                yield f"{row[language]} | {heads[name]}", value if isinstance(value, str) else value[language]
    yield from ((f"{each} ({_DAMAGED[language]}) | {heads['first']}", "–") for each in SLIDES["grades"]["damaged"])
    for source in ("attention", "talks"):
        for kind, said in SLIDES[source].items():
            yield from ((heads[kind], each[language]) for each in said)
    yield from (("sentences", each[language]) for each in SLIDES["borging"]["said"])
    yield from SLIDES["outside"].items()


_DAMAGED = {"nl": "beschadigd", "en": "damaged"}


def shown(html: str) -> Counter[Told]:
    """All that the page holds, as often as it does."""
    page, found = BeautifulSoup(html, "html.parser"), Counter[Told]()
    for explained in page.select("[popover], .hidden"):
        explained.decompose()
    theory = page.select(".theory:not(.said)")[0]
    for place, stage in enumerate(theory.select(".stage"), start=1):
        found["stages", _words(stage.p)] += 1
        for box, points in enumerate(stage.select(".points")):
            found.update((f"stage {place}, box {box}", _words(point)) for point in points.select("li"))
    found.update(("context", _words(each)) for each in theory.select(".context .head, .context .points > li"))
    for group in page.select(".said .stage"):
        found.update((_words(group.p), str(each.contents[0]).strip()) for each in group.select(".stage > ul > li"))
    for table in page.select("table"):
        heads = [_words(head) for head in table.select("thead th")]
        for row in table.select("tbody tr"):
            first, *cells = (_words(cell) for cell in row.select("th, td"))
            found.update((f"{first} | {head}", cell) for head, cell in zip(heads[1:], cells, strict=True))
    found.update(("sentences", _words(each).strip("“”")) for each in page.select("main li"))
    for name in SLIDES["outside"]:
        found.update((name, _words(each)) for each in page.select(f'p [data-result="{name}.response"]'))
    return found


def _words(part: Tag | None) -> str:
    assert part is not None
    return " ".join(part.get_text().replace("\u200b", "").split())


def missing(language: str, found: Counter[Told]) -> list[str]:
    """What the page does not hold, or not as often as the slides do in that place."""
    return sorted(f"{place}: {text}" for place, text in (Counter(expected(language)) - found))


def _page(finished: Path, language: str) -> str:
    return (finished / "reports" / "published" / f"published.{language}.html").read_text(encoding="utf-8")


@pytest.mark.whole
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_all_of_the_slides(finished: Path, language: str):
    found = shown(_page(finished, language))
    assert missing(language, found) == []
    for each in set(expected(language)):
        assert missing(language, found - Counter({each: found[each]})) == [f"{each[0]}: {each[1]}"]


@pytest.mark.whole
def test_what_is_taken_off_the_page_is_named(finished: Path):
    html = _page(finished, "nl")
    for cut, named in TAKEN.items():
        assert cut in html
        assert any(named in each for each in missing("nl", shown(html.replace(cut, "")))), cut


TAKEN = {
    "Dalende leerlingaantallen": "stage 1, box 0: ",
    "Responsief": "stage 7, box 0: ",
    "(per regio/vak)": "context: ",
    "Resultaten op schoolniveau": "stages: ",
    " *</td>": "2024: 88% *",
    "Monitoren van de voortgang": "Veel aandacht naar:: ",
    "regierol": "Positieve signalen:: ",
    "Doorwerking": "Aandachtspunten:: ",
    "81 79": "81 79 (beschadigd) | Eerste cijfer: –",
    "Tweederde": "sentences: ",
}
"""What is taken off the page → what then is missing."""


def test_the_list_is_of_all_slides():
    points = [point for stage in SLIDES["theory"] for box in stage["boxes"] for point in box]
    assert len(points) + len(SLIDES["context"]["points"]) == 52
    assert [len(SLIDES[name]) for name in ("theory", "aspects")] == [7, 8]
    assert [len(said) for source in ("attention", "talks") for said in SLIDES[source].values()] == [4, 3, 9, 4]
    assert len(SLIDES["borging"]["forms"]) == 7
