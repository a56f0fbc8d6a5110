"""Public files read into tables: one row per cell that counts, every problem of a file in one go."""

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from sto_analysis.errors import Problem, Problems, UnreadableExport
from sto_analysis.messages import problem
from sto_analysis.monitor.described import parse_yaml
from sto_analysis.monitor.separated import Cells, Fault, text_rows
from sto_analysis.outside import outside
from sto_workbench.context.cells import PROFILES, converters, key, location, named_year, other_place
from sto_workbench.context.sources import MOST_BYTES, Source
from sto_workbench.intake.header import Layout
from sto_workbench.intake.workbook import workbook

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
MAY_LACK = {"brin", "name", "municipality_name", "province", "track", "year", "place_name", "occupation", "period"}
"""Fields that not every file has; who needs one says so."""
_LIKE = {"municipality": r"GM[0-9]{4}", "place": r"AM[0-9]{2}"}
"""What the cells of a column look like, where its header is another every year."""
_KEYS = {
    "duo_exams": ["vestiging", "type", "track", "sector", "profile"],
    "duo_vestigingen": ["vestiging"],
    "cbs_gebieden": ["municipality"],
    "cbs_population": ["municipality", "year"],
    "uwv_spanning": ["place", "occupation", "period"],
    "transcribed": ["place", "occupation", "period"],
    "judged": ["region"],
}
"""What stands in a file once."""
BASIC = ("BL", "KL", "BB", "KB", "BBL", "KBL")
"""Tracks whose candidates all have a profile."""
_DEEPEST_HEADER = 25
_TOTALS = re.compile(r"(?:sub)?tota(?:al|len)|total", re.IGNORECASE)
_LIKE_TOTAL = re.compile(r"(?:sub|eind|generaal )?tota(?:al|len|l)\b|alle[ns]?\b", re.IGNORECASE)
Places = dict[str, list[int]]


def read_source(path: Path, source: Source) -> pd.DataFrame:
    """Read a public file.

    Parameters
    ----------
    path : Path
        The file.
    source : Source
        What it is.

    Returns
    -------
    DataFrame
        The fields of its kind (headers.yaml); ``vestiging`` (six characters) for ``brin`` and ``location``; ``low`` and
        ``high`` for ``count``; ``row`` of the file. Totals and rows that stand there twice are left out.

    Raises
    ------
    Problems
        All of: not readable, columns that lack, rows that are torn, cells that mean nothing, rows that contradict.
    """
    try:
        rows, faults, typed = _rows(outside(path, "a public file", "Download it again.", MOST_BYTES))
    except UnreadableExport as error:
        raise Problems([problem("context.unreadable", file=path, why=error.what)]) from error
    at, places = _header(rows, source)
    names = [name or "" for name in rows[at]] if rows else []
    above = [row for row in rows[:at] if sum(map(bool, row)) > len(names) / 2]
    body = {number: row for number, row in enumerate(rows[at + 1 :], start=at + 2) if any(row)}
    while body and _is_note(body[max(body)]):
        del body[max(body)]
    found = [problem("context.above", file=path, row=at + 1)] if above else []
    found += [*_columns(path, places, source, names), *_torn(path, body, len(names), faults)]
    if len(places.keys() - MAY_LACK) < len(_headers()[source.kind].keys() - MAY_LACK):
        raise Problems(found)
    read = converters(source.small, typed=typed)
    table = pd.DataFrame(_records(path, body, places, source, names, found, read))
    Problems.raise_if(found or [*_contradictions(path, table, source.kind)])
    return table.drop(columns="key", errors="ignore")


@cache
def _headers() -> dict[str, dict[str, list[str]]]:
    text = Path(__file__).with_name("headers.yaml").read_text(encoding="utf-8")
    return {kind: dict(fields) for kind, fields in parse_yaml(text).items()}


def _rows(path: Path) -> tuple[list[Cells], list[Fault], bool]:
    """Rows of a workbook, whatever its name, or of separated text; and whether its numbers are typed."""
    if path.suffix.lower() in WORKBOOKS or zipfile.is_zipfile(path):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as parts:
                if sum(part.file_size for part in parts.infolist()) > 10 * MOST_BYTES:
                    raise UnreadableExport("the workbook is far larger unpacked.", "Save the sheet as CSV.")
        read = workbook(path, Layout())
        return read["rows"], read["faults"], True
    rows, _, _, faults = text_rows(path)
    return rows, faults, False


def _header(rows: Sequence[Cells], source: Source) -> tuple[int, Places]:
    """Row of the column names (titles may stand above it), and the places of each field in it."""
    found = [_places(rows[at], rows[at + 1 :], source) for at in range(min(len(rows), _DEEPEST_HEADER))]
    best = max(range(len(found)), key=lambda at: len(found[at]), default=0)
    return best, found[best] if found else {}


def _places(names: Cells, below: Sequence[Cells], source: Source) -> Places:
    plain = [key(name or "") for name in names]
    places: Places = {}
    for field, patterns in _headers()[source.kind].items() if len([*filter(None, names)]) > 1 else ():
        stated = source.columns.get(field)
        known = [re.escape(key(stated))] if stated else patterns
        matched = ([at for at, name in enumerate(plain) if re.fullmatch(pattern, name)] for pattern in known)
        fits = next(filter(None, matched), [])
        if source.kind == "cbs_gebieden" and field in _LIKE and not stated:
            fits = _alike(_LIKE[field], len(names), below) or fits
        if fits:
            places[field] = fits
    if source.kind == "cbs_gebieden" and "place" in places and "place_name" not in places:
        places["place_name"] = [min(places["place"][0] + 1, len(names) - 1)]  # CBS writes code and name side by side
    return places


def _alike(code: str, width: int, below: Sequence[Cells]) -> list[int]:
    """The first column most cells of which are such codes."""
    for at in range(width):
        cells = [row[at] or "" for row in below[:200] if at < len(row)]
        if sum(bool(re.fullmatch(code, cell)) for cell in cells) > len(cells) / 2:
            return [at]
    return []


def _columns(path: Path, places: Places, source: Source, names: list[str]) -> Iterator[Problem]:
    """Fields without a column, or with two; counts of another year than the edition."""
    for name in {names[at] for at in places.get("count", [])} if "year" not in places else ():
        said = named_year(name)
        if said and source.of_year and said - source.of_year not in (0, 1):
            yield problem("context.other_edition", file=path, column=name, edition=source.edition)
    for field, patterns in _headers()[source.kind].items():
        many = len(places.get(field, []))
        if not many and field not in MAY_LACK:
            known = source.columns.get(field, ", ".join(patterns))
            yield problem("context.lacks", file=path, field=field, known=known)
        elif many > 1 and (field != "count" or source.kind != "duo_pupils"):
            yield problem("context.twice", file=path, field=field)


def _is_note(row: Cells) -> bool:
    """Whether a row below the data tells something in one cell: ``Bron: CBS``."""
    cells = [cell for cell in row if cell]
    return len(cells) == 1 and bool(re.search(r"[\s:]", cells[0]))


def _torn(path: Path, body: dict[int, Cells], width: int, faults: list[Fault]) -> Iterator[Problem]:
    swallowed = {fault[0] for fault in faults}
    for number, row in body.items():
        if number in swallowed or len(row) != width:
            yield problem("context.torn", file=path, row=number, cells=len(row), width=width)


def _records(
    path: Path,
    body: dict[int, Cells],
    places: Places,
    source: Source,
    names: list[str],
    found: list[Problem],
    read: dict[str, Callable[[str], Any]],
) -> Iterator[dict[str, Any]]:
    """Rows as they are understood; what is not goes to the problems."""
    whole = {len(row[at] or "") for at in places.get("location", ()) for row in body.values() if at < len(row)} & {6}
    seen: set[tuple[str | None, ...]] = set()
    for number, row in body.items():
        if tuple(row) in seen or len(row) != len(names) or _left_out(row, places, source.kind):
            continue
        seen.add(tuple(row))
        for name, cell in zip(names, row, strict=True) if source.kind in ("duo_exams", "duo_pupils") else ():
            if cell and "naam" not in key(name) and _LIKE_TOTAL.match(cell):
                found.append(problem("context.like_total", file=path, row=number, column=name, value=cell))
        record: dict[str, Any] = {"row": number, "low": 0, "high": 0} if "count" in places else {"row": number}
        brin = row[places["brin"][0]] if "brin" in places else None
        for field, at in ((field, at) for field, where in places.items() for at in where):
            try:
                if field == "location":
                    value = location(brin, row[at] or "", bare=not whole)
                else:
                    value = _value(field, row[at], read)
            except ValueError as wrong:
                told = {"file": path, "row": number, "column": names[at], "value": row[at] or ""}
                found.append(problem(f"context.no_{wrong}", **told))
            else:
                _add(record, field, value)
        if source.kind == "duo_pupils":
            record["key"] = tuple(cell for at, cell in enumerate(row) if at not in places["count"])
        yield record


def _add(record: dict[str, Any], field: str, value: Any) -> None:
    """Put a value in a record; counts are added up."""
    if field == "count":
        record |= {"low": record["low"] + value[0], "high": record["high"] + value[1]}
    else:
        record["vestiging" if field == "location" else field] = value


def _value(field: str, text: str | None, read: dict[str, Callable[[str], Any]]) -> Any:
    """What a cell means; a ValueError says what it is none of."""
    if text is None and field in {"type", "place", "region"}:
        raise ValueError("text")
    return read[field](text or "") if field in read else text or ""


def _left_out(row: Cells, places: Places, kind: str) -> bool:
    """Whether a row is a total, or of a place of another kind."""
    if kind.startswith("duo"):
        return any(_TOTALS.fullmatch(cell) for cell in row if cell)
    where = [row[at] or "" for field in ("municipality", "place") for at in places.get(field, [])]
    return any(other_place(text) for text in where)


def _contradictions(path: Path, table: pd.DataFrame, kind: str) -> Iterator[Problem]:
    """No rows at all, rows that say two things of one, profiles that nobody knows."""
    if table.empty:
        yield problem("context.empty", file=path)
        return
    once = [field for field in _KEYS.get(kind, ["key"]) if field in table]
    for _, rows in table[table.duplicated(once, keep=False)].groupby(once, dropna=False)["row"]:
        yield problem("context.contradict", file=path, row=int(rows.iloc[1]), other=int(rows.iloc[0]))
    if kind == "duo_exams":
        yield from _unknown(path, table)
    wrong = table[~table["place"].str.fullmatch(_LIKE["place"])] if kind == "cbs_gebieden" else table[:0]
    for row in wrong.to_dict("records"):
        yield problem("context.no_place_code", file=path, row=row["row"], value=row["place"])


def _unknown(path: Path, table: pd.DataFrame) -> Iterator[Problem]:
    """Types and technical profiles that nobody knows: their candidates would go unseen."""
    vmbo, technical = table["type"].str.upper() == "VMBO", table["sector"].str.casefold() == "techniek"
    known = table["profile"].isin([*PROFILES, "DP"])
    bare = table["profile"].eq("") & ~table.get("track", pd.Series("", table.index)).str.upper().isin(BASIC)
    for field, wrong in {
        "type": ~table["type"].str.upper().isin(["VMBO", "HAVO", "VWO"]),
        "profile": vmbo & technical & ~known & ~bare,
    }.items():
        for row, value in table.loc[wrong, ["row", field]].itertuples(index=False):
            yield problem(f"context.no_{field}", file=path, row=int(row), column=field, value=str(value))
