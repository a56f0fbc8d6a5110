"""What differs between two versions of an input: keys of a YAML file, rows of a CSV, answers of regions."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
import yaml

from sto_analysis.monitor.described import parse_yaml
from sto_workbench.compare.run import read_parquet

Cells = tuple[tuple[str, str, str], ...]
"""Region, value before, value after; empty for none."""
_TRAITS = ("name", "answered")
_NOT_THERE = "–"


@dataclass(frozen=True)
class Cause:
    """Something that is not as it was.

    Parameters
    ----------
    kind : str
        Key of ``diff.cause`` in the texts: ``answers``, ``context``, ``came``, ``left``, ``order``, ``setting``,
        ``file``, ``function``, ``cell``, ``parameter``, ``version``, ``wording``, ``by_hand``, ``wave``, ``unknown``.
    where, what : str
        File, wave, notebook or language; item, key, function, cell or library.
    before, after : str
        Values, where they are short.
    cells : tuple
        Of answers and contexts: see `Cells`.
    """

    kind: str
    where: str
    what: str = ""
    before: str = ""
    after: str = ""
    cells: Cells = ()

    @property
    def key(self) -> str:
        """Name of the cause in lists and JSON."""
        return " ".join(filter(None, (self.kind, self.where, self.what)))


def settings(name: str, before: bytes, after: bytes) -> list[Cause]:
    """Name the keys of a YAML file, or the cells of a CSV, that differ; the file where it is neither.

    Parameters
    ----------
    name : str
        Of the file, below the compendium.
    before, after : bytes
        Its versions.
    """
    old, new = _values(name, before), _values(name, after)
    if old is None or new is None:
        return [Cause("file", name)]
    changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    absent = _NOT_THERE
    return [Cause("setting", name, key, old.get(key, absent), new.get(key, absent)) for key in changed]


def texts(content: bytes | None) -> dict[str, str]:
    """Read a catalogue: dotted key → text; nothing of what is none."""
    return (_values("x.yaml", content) if content else None) or {}


def _values(name: str, content: bytes) -> dict[str, str] | None:
    try:
        text = content.decode("utf-8-sig")
        return dict(_flat(parse_yaml(text), "")) if name.endswith(".yaml") else dict(_rows(text))
    except (ValueError, yaml.YAMLError, csv.Error, RecursionError):
        return None


def _flat(tree: Any, above: str) -> Iterator[tuple[str, str]]:
    """Dotted key → value; parts of a list go by their id where they have one."""
    if isinstance(tree, dict):
        below = [(str(key), value) for key, value in tree.items()]
    elif isinstance(tree, list) and any(isinstance(each, dict | list) for each in tree):
        ids = [str(each.get("id", place)) if isinstance(each, dict) else str(place) for place, each in enumerate(tree)]
        below = list(zip(ids if len(set(ids)) == len(ids) else map(str, range(len(tree))), tree, strict=True))
    else:
        yield above, ", ".join(map(str, tree)) if isinstance(tree, list) else str(tree)
        return
    for key, value in below:
        yield from _flat(value, f"{above}.{key}" if above else key)


def _rows(text: str) -> Iterator[tuple[str, str]]:
    """Row and column → cell; a row goes by as many of its first columns as tell the rows apart."""
    head, *rows = list(csv.reader(io.StringIO(text))) or [[]]
    many = next((many for many in range(1, len(head)) if len({tuple(row[:many]) for row in rows}) == len(rows)), 0)
    for place, row in enumerate(rows):
        name = " ".join(filter(None, row[:many])) or str(place + 1)
        yield from ((f"{name}.{column}", cell) for column, cell in zip(head, row, strict=False))


def answers(wave: str, before: bytes, after: bytes) -> list[Cause]:
    """Name answers that differ, item by item, and regions that answer now or do no more.

    Parameters
    ----------
    wave : str
        Whose.
    before, after : bytes
        Tables of answers (parquet).

    Returns
    -------
    list of Cause
        One ``order`` where nothing but the order of the regions differs.
    """
    old, new = _table(before, wave), _table(after, wave)
    found = [
        *(Cause("came", wave, region) for region in new.index.difference(old.index)),
        *(Cause("left", wave, region) for region in old.index.difference(new.index)),
        *_changed("answers", wave, old, new),
    ]
    return found or ([Cause("order", wave)] if list(old.index) != list(new.index) else [])


def contexts(wave: str, before: bytes, after: bytes) -> list[Cause]:
    """Name contexts of regions that differ, and regions that came into the frame or left it (see `answers`)."""
    old, new = (_table(each, wave).drop(columns=list(_TRAITS), errors="ignore") for each in (before, after))
    found = [
        *(Cause("asked", wave, region) for region in new.index.difference(old.index)),
        *(Cause("not_asked", wave, region) for region in old.index.difference(new.index)),
        *_changed("context", wave, old, new),
    ]
    return found or ([Cause("order", wave)] if list(old.index) != list(new.index) else [])


def _table(content: bytes, wave: str) -> pd.DataFrame:
    """Texts by region, empty where missing."""
    table = read_parquet(content, f"a table of wave {wave}")
    plain = table.astype(object).where(table.notna(), "")
    plain.index, plain.columns = plain.index.astype(str), plain.columns.astype(str)
    return plain[~plain.index.duplicated()].map(_shown)


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _changed(kind: str, wave: str, old: pd.DataFrame, new: pd.DataFrame) -> Iterator[Cause]:
    both = old.index.intersection(new.index, sort=False)
    columns = old.columns.union(new.columns, sort=False)
    first, second = (each.reindex(index=both, columns=columns, fill_value="") for each in (old, new))
    differs = first != second
    for column in columns[differs.any()]:
        here = differs[column]
        cells = zip(both[here], first.loc[here, column], second.loc[here, column], strict=True)
        yield Cause(kind, wave, column, cells=tuple(cells))
