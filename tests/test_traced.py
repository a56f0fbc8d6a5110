"""Numbers of real reports, traced with the keyboard alone: from the number to the cell that made it."""

import json
import random
import re
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from sto_analysis import compendium
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.report.context import Context
from sto_analysis.report.panels import described
from sto_analysis.results import read_results
from tests.running import WAVE

DRAWN, SEED = 15, 16
REPORTS = {f"national.{WAVE}.nl": "", f"regions/R01.{WAVE}.nl": "R01"}
HUNDREDTHS = ("share", "difference")
TRACED = """n => {
  const panel = document.activeElement.closest('.panel'), link = panel.querySelectorAll('a[href]');
  const [box, its] = [panel, document.querySelector(`[data-drawn="${n}"]`)].map(part => part.getBoundingClientRect());
  const apart = box.bottom <= its.top + 1 || box.top >= its.bottom - 1;
  const inside = box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth;
  return {text: panel.textContent, bold: [...panel.querySelectorAll('b')].map(b => b.textContent),
          links: [...link].map(a => a.getAttribute('href')), apart, inside, role: panel.role, name: panel.ariaLabel};
}"""
MARKED = """numbers => [...document.querySelectorAll('main data[data-result]')].forEach((number, at) => {
  if (!numbers.includes(at)) return;
  const opener = number.closest('button') || number.closest('tr').querySelector('button');
  for (let fold = number.closest('details'); fold; fold = fold.parentElement.closest('details'))
    fold.firstElementChild.setAttribute('data-unfold', '');
  opener.dataset.drawn = (opener.dataset.drawn ? opener.dataset.drawn + ' ' : '') + at;
})"""
FOCUSED = """() => {
  const at = document.activeElement;
  if (at.matches('details:not([open]) > [data-unfold]')) return 'folded';
  return at.dataset.drawn || (at === document.body ? 'end' : '');
}"""
pytestmark = pytest.mark.whole


@pytest.fixture
def root(finished: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STO_ROOT", str(finished))
    return finished


def _stored(region: str) -> pd.DataFrame:
    own = [pd.read_parquet(compendium.results(WAVE) / f"own.{region}.parquet")] if region else []
    stored = pd.concat([read_results(WAVE), *own]).set_index("id")
    assert stored.index.is_unique
    return stored


def _told(printed: str) -> list[tuple[float, float]]:
    """Numbers of a Dutch text, each with what rounding may take from it."""
    found = re.findall(r"[+−]?\d+(?:\.\d{3})*(?:,\d+)?", printed)
    plain = [each.replace(".", "").replace(",", ".").replace("−", "-") for each in found]
    return [(float(each), 0.5001 * 10.0 ** -len(each.partition(".")[2])) for each in plain]


def _agrees(printed: str, *values: float, unit: str) -> bool:
    scale = 100 if unit in HUNDREDTHS else 1
    told = _told(printed)
    if printed.lstrip().startswith("<"):
        return unit == "p" and values[0] < told[0][0]
    return len(told) == len(values) and all(
        abs(number - scale * value) <= slack for (number, slack), value in zip(told, values, strict=True)
    )


def _right_number(number: Any, row: pd.Series) -> bool:
    part = number.get("data-part", "value")
    values = (row["low"], row["high"]) if part == "interval" else (row[part],)
    unit = "count" if part == "n" else row["unit"]
    if row["unit"] == "text":
        return number.get_text() == row["text"]
    return _agrees(number.get_text(), *dict.fromkeys(values), unit=unit) or _agrees(
        number.get_text(), *values, unit=unit
    )


def _wrong_in_panel(seen: dict[str, Any], row: pd.Series, context: Context, *, alone: bool) -> list[str]:
    """What a panel does not say, or says wrongly, of a row of the store."""
    t, text = context.plain, seen["text"]
    files = [name.removeprefix(f"processed/{WAVE}/") for name in row["read"].split(", ")]
    said = [described(context, dict(row), of_rows=not alone), t(f"method.{row['method']}"), *files]
    said += [f"{row['notebook']}, cel {row['cell']}", *([f"n = {row['n']:.0f}"] if alone and row["n"] > 0 else [])]
    wrong = [f"no {each!r}" for each in said if each not in text]
    if alone and row["unit"] not in ("text",):
        values = [row["value"], *([row["low"], row["high"]] if pd.notna(row["low"] + row["high"]) else [])]
        lines = [bold.partition("; n")[0] for bold in seen["bold"]]
        if not any(_agrees(line, *values, unit=row["unit"]) for line in lines):
            wrong.append(f"{values} not in {lines}")
    return wrong + [f"is {fault}" for fault in ("apart", "inside") if not seen[fault]]


def _follow(other: Any, page: Path, href: str, row: pd.Series, seen: set[str]) -> list[str]:
    """What is wrong at the other end of a link to a cell."""
    if href in seen:
        return []
    seen.add(href)
    target, _, anchor = href.partition("#")
    place = page.parent / unquote(target) if target else page
    other.goto(f"{place.resolve().as_uri()}#{anchor}")
    cell = other.locator(f"[id='{anchor}']")
    notebook = json.loads(compendium.notebook(row["notebook"]).read_text(encoding="utf-8"))
    (source,) = ["".join(each["source"]) for each in notebook["cells"] if each.get("id") == row["cell"]]
    right = cell.is_visible() and cell.inner_text().split() == source.split()
    return [] if right else [f"{href} does not show the cell"]


@pytest.mark.parametrize("name", REPORTS)
def test_numbers_drawn_at_random_are_traced_with_the_keyboard_alone(chromium: Any, root: Path, name: str):
    path = root / "reports" / WAVE / f"{name}.html"
    numbers = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select("main data[data-result]")
    drawn = sorted(random.Random(SEED).sample(range(len(numbers)), DRAWN))
    stored, context = _stored(REPORTS[name]), Context("nl", read_codebook())
    page, other = chromium.new_page(), chromium.new_page()
    page.bring_to_front()
    page.goto(path.as_uri())
    page.evaluate(MARKED, drawn)
    wrong, found, followed = [], [], set[str]()
    for _ in count():
        page.keyboard.down("Tab")  # held
        where = page.evaluate(FOCUSED)
        if where == "folded":
            page.keyboard.press("Enter")
        elif where == "end":
            break
        elif where:
            page.keyboard.press("Enter")
            seen = page.evaluate(TRACED, where)
            for at in map(int, where.split()):
                number, row = numbers[at], stored.loc[numbers[at]["data-result"]]
                wrong += [] if _right_number(number, row) else [f"{number} is not {row['value']}"]
                alone = number.find_parent("button") is not None
                faults = _wrong_in_panel(seen, row, context, alone=alone)
                href = next(link for link in seen["links"] if link.endswith(f"#cell-{row['cell']}"))
                wrong += [f"{number}: {fault}" for fault in faults + _follow(other, path, href, row, followed)]
                found.append(at)
            page.keyboard.press("Escape")
            assert page.evaluate("document.activeElement.dataset.drawn") == where
    page.emulate_media(media="print")
    assert not page.locator(".panel:not(.first), .files").filter(visible=True).count()
    page.close()
    other.close()
    assert wrong == []
    assert sorted(found) == drawn


OPEN = "document.querySelectorAll(':popover-open').length"
SELECTED = "getSelection().toString()"


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 450)], ids=["phone", "desk at 200 %"])
def test_a_click_opens_and_closes_and_text_can_still_be_taken(chromium: Any, finished: Path, width: int, height: int):
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.goto((finished / "reports" / WAVE / f"national.{WAVE}.nl.html").as_uri())
    number = page.locator("main li [popovertarget]").first
    number.click()
    assert page.evaluate(OPEN) == 1
    box, its = page.locator(":popover-open").bounding_box(), number.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    assert box["y"] >= 0 and box["y"] + box["height"] <= height
    assert box["y"] + box["height"] <= its["y"] + 1 or box["y"] >= its["y"] + its["height"] - 1
    page.locator("main h2").first.click(force=True)
    assert page.evaluate(OPEN) == 0
    number.press("Enter")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('[popovertarget]')")
    first, last = (page.locator("#table-1 tbody tr").nth(place).locator("td").first for place in (0, 1))
    first.scroll_into_view_if_needed()
    (x, y), (to_x, to_y) = (_middle(cell.bounding_box()) for cell in (first, last))
    page.mouse.click(x, y)
    assert page.evaluate(OPEN) == 1, "a click anywhere in the row"
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(to_x, to_y, steps=3)
    page.mouse.up()
    assert "\t" in page.evaluate(SELECTED)
    page.keyboard.press("Control+a")
    assert _words(number.inner_text()) in _words(page.evaluate(SELECTED))
    page.close()


def _middle(box: dict[str, float]) -> tuple[float, float]:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _words(text: str) -> str:
    return " ".join(text.split())


WEIGHTS = {f"{WAVE}/national.{WAVE}": 935_000, f"{WAVE}/regions/R01.{WAVE}": 133_500, "published/published": 343_000}
"""Bytes that a page may weigh: its drawings for phones and for desks, light and dark, take half of the national one
(the map of tiles is some 190,000); compressed, as a server sends it, that is about 125,000."""


@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_weigh_no_more_than_they_may(finished: Path, language: str):
    sizes = {name: (finished / "reports" / f"{name}.{language}.html").stat().st_size for name in WEIGHTS}
    assert {name: size for name, size in sizes.items() if size > WEIGHTS[name]} == {}


@cache
def _pages(root: Path) -> list[tuple[Path, BeautifulSoup]]:
    found = [path for path in sorted((root / "reports").rglob("*.html")) if path.parent.name != "reports"]
    return [(path, BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")) for path in found]


def test_the_list_of_exhibits_names_the_cells_of_the_executed_notebook(finished: Path):
    lists = 0
    for path, page in _pages(finished):
        folder = path.parent if path.parent.name == "notebooks" else path.parent / "notebooks"
        executed = json.loads((folder / f"{path.stem}.ipynb").read_text(encoding="utf-8"))
        shown = {cell["id"]: json.dumps(cell.get("outputs")) for cell in executed["cells"]}
        for row in page.select("#shown tbody tr"):
            exhibit, cell = (link["href"][1:] for link in row.select("a"))
            assert page.find(id=exhibit) and page.find(id=cell), f"{path.name}: {row}"
            assert row.select("td")[-1].get_text().endswith(f" {cell.removeprefix('cell-')}")
            assert f'id=\\"{exhibit}\\"' in shown[cell.removeprefix("cell-")], (
                f"{path.name}: {exhibit} is not of {cell}"
            )
            lists += 1
    assert lists > len(REPORTS)


def test_every_exhibit_has_its_files_and_its_cell_under_it(finished: Path):
    linked = set()
    for path, page in _pages(finished):
        for exhibit in page.select("figure[id], .boxed[id^=table-]"):
            (line,) = exhibit.select(".files")
            *files, cell = (link["href"] for link in line.select("a"))
            kinds = [name.rpartition(".")[2] for name in files]
            published = path.parent.name not in ("regions", "notebooks")
            pictures = ["svg", *(["png"] if published else [])] if exhibit.select_one("img") else []
            assert kinds == ["csv", *pictures], f"{path.name}: {exhibit['id']}"
            assert page.find(id=cell[1:]), f"{path.name}: {cell}"
            linked |= {path.parent / name for name in files}
    books = set((finished / "reports").rglob("exhibits/*.xlsx"))
    assert linked | books == set((finished / "reports").rglob("exhibits/*"))
    assert len(books) == 4
    made_up = [path.read_bytes() for path in linked if WAVE in path.name]
    assert all(b"SYNTHETIC" in content for content in made_up)
