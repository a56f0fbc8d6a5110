"""Answers of one respondent under the names of items: in any order of columns, and without its region."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from sto_workbench.attack.patterns import NOUGHT, words_of
from sto_workbench.attack.readable import plain
from sto_workbench.attack.secrets import Secrets

_FEW, _CODES, _KINDS = 4, 8, 3
"""Items under which answers are nobody's by chance: in words, and as numbers; different answers that they must have."""
_LONGEST = 20_000
"""Characters of a line above which it is no row."""
_PARTED = re.compile(r"[,;|\t:=]|  ")
_SIGNS = 3
"""Of those that part a name from its answer: the name itself may have some."""
_AROUND = " \t\"'{}[]\\"
Record = Iterable[tuple[str, str]]
"""Names of items, each with an answer."""


class Records:
    """What of a table or an object is all that somebody answered.

    Parameters
    ----------
    secrets : Secrets
        The answers, and how items and levels are written.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._items = defaultdict[str, set[str]](set)
        for item, names in secrets.items.items():
            for name in (item, *names):
                self._items[_cell(plain(name).casefold())].add(item)  # two questions may be asked of one thing
        self._words = [{*words_of(name)} for name in self._items]
        self._rows = [
            {item: {_cell(plain(each).casefold()) for each in secrets.spellings(item, of)} for item, of in row.items()}
            for table in secrets.answers
            for row in table.values()
        ]
        self._levels = {
            name: {each for row in self._rows for item in items if item in row for each in row[item]}
            for name, items in self._items.items()
        }

    def found(self, text: str, there: set[str]) -> Iterator[str]:
        """Answers in a text, of which these words are there, that are those of one respondent: a line each."""
        seen, asked = set[str](), sum(words <= there for words in self._words)
        for record in self._records(text) if asked >= _FEW else ():
            if (told := self._somebodys(record)) and told not in seen:
                seen.add(told)
                yield told

    def _records(self, text: str) -> Iterator[Record]:
        """Rows below a head of items, columns beside items, and objects whose keys are items."""
        head, beside = dict[int, str](), dict[str, list[str]]()
        for line in filter(str.strip, NOUGHT.sub("", text.casefold()).replace("{", "\n").splitlines()):
            if len(line) > _LONGEST or not _PARTED.search(line):  # most lines
                continue
            cells = _cells(line)
            parted = [each for each in (*cells, line) if ":" in each or "=" in each]
            pairs = dict(filter(None, map(self._pair, parted[:-1]))) or dict(filter(None, map(self._pair, parted[-1:])))
            named = {place: cell for place, cell in enumerate(cells) if cell in self._items}
            alone = {name: [answer] for name, answer in pairs.items()} or {
                name: cells[place + 1 :] for place, name in named.items()
            }
            if beside and (len(alone) != 1 or not beside.keys().isdisjoint(alone)):
                yield from _columns(beside)
                beside = {}
            if len(alone) == 1:
                beside |= alone
            if len(pairs) >= _FEW:
                yield pairs.items()
            elif len(named) >= _FEW:
                head = named
            elif head and len(cells) > max(head):
                yield [(name, cells[place]) for place, name in head.items()]
        yield from _columns(beside)

    def _pair(self, cell: str) -> tuple[str, str] | None:
        """The item and the answer of a cell that holds both: a name may hold the sign that parts them."""
        for sign in islice(re.finditer("[:=]", cell), _SIGNS):
            if (name := _cell(cell[: sign.start()])) in self._items:
                return name, _cell(cell[sign.end() :])
        return None

    def _somebodys(self, record: Record) -> str:
        """What a record says, where all of it is what one respondent answered."""
        told = [(name, answer) for name, answer in record if answer]
        if len({answer for name, answer in told if answer in self._levels[name]}) < _KINDS:
            return ""
        for row in self._rows:
            held = [(*pair, [row[item] for item in self._items[pair[0]] if item in row]) for pair in told]
            mine = {name: answer for name, answer, levels in held if levels}
            enough = _CODES if all(answer.isdigit() for answer in mine.values()) else _FEW
            fits = all(any(answer in each for each in levels) for _, answer, levels in held if levels)
            if fits and len(mine) >= enough and len({*mine.values()}) >= _KINDS:
                return "; ".join(f"{name} {answer}" for name, answer in mine.items())
        return ""


def _columns(beside: Mapping[str, list[str]]) -> Iterator[Record]:
    for place in range(max(map(len, beside.values()), default=0) if len(beside) >= _FEW else 0):
        yield [(name, told[place]) for name, told in beside.items() if place < len(told)]


def _cells(line: str) -> list[str]:
    """Cells of a line: as `texts` separates them, by the sign that it has most of, or by wide spaces."""
    sign = " ; " if " ; " in line else max(",;\t|", key=line.count)
    if sign not in line:
        return [*map(_cell, re.split(r" {2,}", line.strip()) if "  " in line else [line])]
    quoted = '"' in line and len(sign) == 1
    return [*map(_cell, next(csv.reader([line.strip(" []{}")], delimiter=sign, skipinitialspace=True), [])
                 if quoted else line.split(sign))]  # fmt: skip


def _cell(text: str) -> str:
    return text.strip(_AROUND)
