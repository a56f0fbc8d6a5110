"""Answers of one respondent under the names of items: in any order of columns, and without its region."""

import csv
from collections.abc import Iterator, Mapping

from sto_workbench.attack.patterns import words_of
from sto_workbench.attack.secrets import Secrets

_FEW, _CODES, _KINDS = 4, 8, 3
"""Items under which answers are nobody's by chance: in words, and as numbers; different answers that they must have."""
_LONGEST = 20_000
"""Characters of a line above which it is no row."""
_AROUND = " \t\r\"'{}[]\\"


class Records:
    """What of a table or an object is all that somebody answered.

    Parameters
    ----------
    secrets : Secrets
        The answers, and how items and levels are written.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._items = {_cell(name): item for item, names in secrets.items.items() for name in (item, *names)}
        self._words = [({*words_of(name)}, item) for name, item in self._items.items()]
        self._rows = [
            {item: {_cell(each) for each in secrets.spellings(item, level)} for item, level in row.items()}
            for table in secrets.answers
            for row in table.values()
        ]

    def found(self, text: str, there: set[str]) -> Iterator[str]:
        """Answers in a text, of which these words are there, that are those of one respondent: a line each."""
        seen, asked = set[str](), {item for name, item in self._words if name <= there}
        for record in self._records(text) if len(asked) >= _FEW else ():
            if (told := self._somebodys(record)) and told not in seen:
                seen.add(told)
                yield told

    def _records(self, text: str) -> Iterator[dict[str, str]]:
        """Rows below a head of items, columns beside items, and objects whose keys are items."""
        head, beside = dict[int, str](), dict[str, list[str]]()
        for line in text.casefold().replace("{", "\n").split("\n"):
            cells = _cells(line) if len(line) < _LONGEST else []
            told = [_pair(cell) for cell in cells if ":" in cell or "=" in cell]
            pairs = {self._items[name]: answer for name, answer in told if name in self._items}
            named = {place: self._items[cell] for place, cell in enumerate(cells) if cell in self._items}
            alone = {item: [answer] for item, answer in pairs.items()} or {
                item: cells[place + 1 :] for place, item in named.items()
            }
            if len(alone) == 1:
                beside |= alone
            elif beside:
                yield from _columns(beside)
                beside = {}
            if len(pairs) >= _FEW:
                yield pairs
            elif len(named) >= _FEW:
                head = named
            elif head and len(cells) > max(head):
                yield {item: cells[place] for place, item in head.items()}
        yield from _columns(beside)

    def _somebodys(self, told: Mapping[str, str]) -> str:
        """What a record says, where all of it is what one respondent answered."""
        record = {item: answer.removesuffix(".0") for item, answer in told.items()}
        digits = all(answer.isdigit() for answer in record.values() if answer)
        if len({*record.values()} - {""}) < _KINDS or len(record) < (_CODES if digits else _FEW):
            return ""
        for row in self._rows:
            asked = [item for item in record if record[item] and item in row]
            if len(asked) >= (_CODES if digits else _FEW) and all(record[item] in row[item] for item in asked):
                return "; ".join(f"{item} {record[item]}" for item in asked)
        return ""


def _columns(beside: Mapping[str, list[str]]) -> Iterator[dict[str, str]]:
    for place in range(max(map(len, beside.values()), default=0) if len(beside) >= _FEW else 0):
        yield {item: told[place] for item, told in beside.items() if place < len(told)}


def _pair(cell: str) -> tuple[str, str]:
    name, _, told = cell.partition(":" if ":" in cell else "=")
    return name.strip(_AROUND), told.strip(_AROUND)


def _cells(line: str) -> list[str]:
    """Cells of a line: as `texts` separates them, or by the sign that it has most of."""
    sign = " ; " if " ; " in line else max(",;\t|", key=line.count)
    quoted = '"' in line and len(sign) == 1 and sign in line and ":" not in line
    return [each.strip(_AROUND) for each in (_quoted(line, sign) if quoted else line.split(sign))]


def _quoted(line: str, sign: str) -> list[str]:
    return next(csv.reader([line], delimiter=sign), [])


def _cell(text: str) -> str:
    return text.strip(_AROUND).casefold()
