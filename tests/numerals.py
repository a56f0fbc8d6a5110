"""Which numerals of a page are results, declared constants or names; every other one is a literal."""

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from bs4 import BeautifulSoup, NavigableString, Tag

from sto_analysis.report.language import Texts, constants
from sto_workbench.pipeline.plan import LANGUAGES

_ROOT = Path(__file__).parents[1]
_INLINE = {
    "a",
    "abbr",
    "b",
    "button",
    "br",
    "code",
    "data",
    "em",
    "i",
    "label",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "wbr",
}
_NO_TEXT = "style, script, template, .code, .panel, dl.colophon, .number, strong.name"
"""What no reader counts as text of the page, what numbers its parts, and the colophon."""
_NUMERAL = re.compile(r"[-−+<>]?\d[\d.,]*\d%?|[-−+<>]?\d%?")
_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_PERCENT = {"share", "difference"}
"""Units of which a page prints hundredths."""
_PARTS = {"value": ["value"], "low": ["low"], "high": ["high"], "n": ["n"], "interval": ["low", "high"]}


@dataclass
class Numerals:
    """The numerals of a page: how many of each kind resolve, and what is wrong with the others."""

    resolved: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def numerals(html: str, store: pd.DataFrame, names: Iterable[str] = ()) -> Numerals:
    """Resolve the numerals of a page.

    Parameters
    ----------
    html : str
        The page.
    store : DataFrame
        Rows of the store that it may show.
    names : iterable of str
        Texts with digits that are names: of waves, regions, files, items.
    """
    page, found = BeautifulSoup(html, "html.parser"), Numerals()
    checked = _Checked(page, store, found)
    repeated = {" ".join(each.get_text().split()) for each in page.select("h1, h2, h3, strong.name")}
    names = [*names, *_of_exhibits(page)]
    for each in page.select(_NO_TEXT):
        each.decompose()
    for item in page.select("nav li"):
        checked.same(item, {re.sub(r"^[\d.]+ ", "", heading) for heading in repeated})
    for picture in page.select("img"):
        checked.alt(picture, names)
    for number in page.select("data"):
        checked.number(number)
        number.replace_with(NavigableString("\0"))
    for where, text in _texts(page):
        rest = _without(text, names, found)
        found.wrong += [f"{where}: {numeral!r} in {_short(text)!r}" for numeral in _NUMERAL.findall(rest)]
    return found


def literals(template: str) -> list[str]:
    """Return the numerals that stand in a text of a catalogue as they are."""
    return _NUMERAL.findall(_PLACEHOLDER.sub("", template))


def names(root: Path) -> list[str]:
    """Texts of a compendium with a digit in them that are names, wordings or dates, not numbers."""
    data = root / "data"
    files = [data / "codebook.yaml", data / "multiverse.yaml", *(data / "raw").glob("*/wave.yaml")]
    told = [text for file in files for text in _strings(yaml.safe_load(file.read_text(encoding="utf-8")))]
    for frame in [data / "regions.csv", *(data / "raw").glob("*/frame.csv")]:
        told += [str(each) for each in pd.read_csv(frame, dtype=str).to_numpy().ravel()]
    told += [path.stem for path in [*(root / "notebooks").glob("*.ipynb"), *(data / "raw").iterdir()]]
    for described in (data / "raw").glob("*/context/sources.yaml"):
        for each in yaml.safe_load(described.read_text(encoding="utf-8"))["files"].values():
            told += [f"{each['source']}, {each['edition']}", str(each["edition"])]  # a school year, not a year alone
    return [each.strip().rstrip(".") for each in told if re.search(r"\d", each) and re.search("[a-z-]", each, re.I)]


def _strings(tree: Any) -> Iterator[str]:
    """Texts of a YAML file, keys and all; dates as reports print them."""
    if isinstance(tree, dict):
        tree = [*tree.keys(), *tree.values()]
    if isinstance(tree, list):
        for value in tree:
            yield from _strings(value)
    elif isinstance(tree, datetime.date):
        yield from (Texts(language).date(tree) for language in LANGUAGES)
    elif isinstance(tree, str):
        yield tree


def _of_exhibits(page: BeautifulSoup) -> list[str]:
    """Figure 1, Table 2, as the page numbers them, however they begin; in order, without a gap."""
    found = [each.get_text().rstrip(". ") for each in page.select("strong.name")]
    counted = Counter[str]()
    for name in found:
        kind, number = name.split(" ")
        counted[kind] += 1
        assert int(number) == counted[kind], f"{name} is the {counted[kind]}th"
    return [each for name in found for each in (name, name.lower())]


def _texts(page: BeautifulSoup) -> Iterator[tuple[str, str]]:
    """Texts of the page, each with the element that it stands in."""
    parts: dict[int, tuple[str, list[str]]] = {}
    for each in (page.body or page).descendants:
        if isinstance(each, Tag) and each.name == "br":
            text: str = "\n"
        elif type(each) is NavigableString:
            text = str(each)
        else:
            continue
        block = next(above for above in each.parents if above.name not in _INLINE)
        parts.setdefault(id(block), (block.name, []))[1].append(text)
    for name, texts in parts.values():
        yield name, "".join(texts)


def _without(text: str, names: Iterable[str], found: Numerals) -> str:
    """A text without the names in it."""
    if not (known := [re.escape(name) for name in sorted(set(names), key=len, reverse=True) if name in text]):
        return text
    rest, many = re.subn(rf"(?<!\w)(?:{'|'.join(known)})(?!\w)", "", text)
    found.resolved["name"] += many
    return rest


def _short(text: str) -> str:
    return " ".join(text.replace("\0", "⟨⟩").split())[:120]


class _Checked:
    """Holds the numbers of one page to the store and to the declared constants."""

    def __init__(self, page: BeautifulSoup, store: pd.DataFrame, found: Numerals) -> None:
        self._store = {str(row["id"]): {str(k): v for k, v in row.items()} for row in store.to_dict("records")}
        self._panels = {panel["id"] for panel in page.select("[popover]")}
        self._found, self._dutch = found, page.html is not None and page.html.get("lang") == "nl"
        self._constants = constants()

    def same(self, item: Tag, headings: set[str]) -> None:
        """An entry of the contents repeats a heading, whose numerals are looked at there."""
        text = " ".join(item.get_text().split())
        if text not in headings:
            self._found.wrong.append(f"contents: {text!r} is no heading")
        item.decompose()

    def number(self, number: Tag) -> None:
        """A number that says what it is."""
        printed, told = " ".join(number.get_text().split()), str(number.get("value", ""))
        if number.get("data-result"):
            id_, part = str(number["data-result"]), str(number.get("data-part", "value"))
            wrong = self._of_result(id_, part, printed, told) or self._unexplained(number)
        else:
            id_ = str(number.get("data-constant"))
            wrong = self._of_constant(id_, printed, told)
        if wrong:
            self._found.wrong.append(f"{id_}: {printed!r} {wrong}")
        else:
            kind = "result" if number.get("data-result") else "constant"
            self._found.resolved[kind] += len(_NUMERAL.findall(printed))

    def alt(self, picture: Tag, names: Iterable[str]) -> None:
        """The numerals of an alt text are those of its results, in order, and of its constants."""
        results, said = str(picture.get("data-results", "")).split(), str(picture.get("data-constants", "")).split()
        for numeral in _NUMERAL.findall(_without(str(picture.get("alt", "")), names, self._found)):
            if any(self._fits(numeral, id_) for id_ in results) or any(
                not self._of_constant(id_, numeral) for id_ in said
            ):
                self._found.resolved["alt"] += 1
            else:
                self._found.wrong.append(f"alt: {numeral!r} in {_short(str(picture.get('alt')))!r}")
        self._found.wrong += [f"alt: {id_} is no result" for id_ in results if id_ not in self._store]

    def _unexplained(self, number: Tag) -> str:
        """What is missing where a number opens nothing: of a sentence it does so itself, of a table its row."""
        if number.find_parent("thead"):
            return ""
        row, opens = number.find_parent("tr"), number.find_parent("button")
        if isinstance(row, Tag) and isinstance(row.th, Tag):
            opens = row.th.find(["button", "a"])  # a row of the list of exhibits leads to the exhibit
        known = isinstance(opens, Tag) and (opens.name == "a" or opens.get("popovertarget") in self._panels)
        return "" if known else "opens no panel"

    def _fits(self, numeral: str, id_: str) -> bool:
        row = self._store.get(id_, {})
        return any(self._is(numeral, row, part) for part in ("value", "low", "high", "n"))

    def _of_result(self, id_: str, part: str, printed: str, told: str) -> str:
        if (row := self._store.get(id_)) is None:
            return "names a result that the store does not have"
        if row["unit"] == "text":
            return "" if printed == told == row["text"] else f"is no {row['text']!r}"
        if part not in _PARTS:
            return f"is no part {part!r}"
        shown, values = _NUMERAL.findall(printed), _PARTS[part]
        ends = shown * 2 if len(shown) == 1 else shown
        pairs = list(zip_longest(ends[: len(values)] if len(shown) == 1 else shown, values, told.split("/")))
        known = {value: row[value] for value in values}
        if all(a and b and c and self._is(a, row, b) and _as_told(c, row[b]) for a, b, c in pairs):
            return ""
        return f"({told}) is not {known}"

    def _is(self, numeral: str, row: dict[str, Any], part: str) -> bool:
        """Whether a numeral is a part of a result, at the precision at which it is printed."""
        value = row.get(part)
        if value is None or pd.isna(value):
            return False
        value = float(value) * (100 if row["unit"] in _PERCENT and part != "n" else 1)
        printed, decimals = self._parsed(numeral)
        if numeral[0] in "<>":
            return value < printed if numeral[0] == "<" else value > printed
        if row["unit"] == "difference" and part != "n" and numeral[0].isdigit() and printed:
            value = abs(value)
        return abs(printed - value) <= 0.5 * 10**-decimals * (1 + 1e-9) and ("%" in numeral) <= (row["unit"] == "share")

    def _parsed(self, numeral: str) -> tuple[float, int]:
        """A numeral as a number, and its decimals."""
        plain = numeral.strip("<>%+").replace("−", "-")
        plain = plain.replace(".", "").replace(",", ".") if self._dutch else plain.replace(",", "")
        return float(plain), len(plain.partition(".")[2])

    def _of_constant(self, name: str, printed: str, told: str = "") -> str:
        declared, text = self._constants.get(name, (None, ""))
        if declared is None and "." in name:
            declared = next(filter(None, (_at(tree, name) for tree in _declared())), None)
        if declared is None:
            return "names a constant that nobody declared"
        if told and float(told) != declared:
            return f"({told}) is not {declared}"
        if printed == (text.replace(".", ",") if self._dutch else text):
            return ""
        value, _ = self._parsed(printed) if _NUMERAL.fullmatch(printed) else (None, 0)
        return "" if value == declared * (100 if "%" in printed else 1) else f"is not {declared}"


def _as_told(told: str, value: float) -> bool:
    """Whether the machine-readable value of the page is that of the store, as far as it has digits."""
    try:
        return f"{float(value):.4g}" == f"{float(told):.4g}"
    except ValueError:
        return False


@cache
def _declared() -> list[Any]:
    files = [_ROOT / "data" / f"{name}.yaml" for name in ("codebook", "multiverse")]
    return [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]


def _at(tree: Any, name: str) -> float | None:
    for part in name.split("."):
        tree = tree.get(part) if isinstance(tree, dict) else None
    return float(tree) if isinstance(tree, int | float) else None
