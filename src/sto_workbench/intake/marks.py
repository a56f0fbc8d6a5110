"""Rows of an export that are no answers: previews, not finished, or empty."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

import pandas as pd

from sto_analysis.monitor.spelling import visible
from sto_workbench.intake.header import number
from sto_workbench.intake.readers import Export

_MARKS: dict[str, tuple[str, str]] = {
    r"((survey|response|completion) )?status|response type": (
        r"survey preview|survey test|spam|possible spam|preview|offline survey preview|voorbeeld.*",
        "a preview or test",
    ),
    r"distribution ?channel": (r"preview", "a preview"),
    r"((survey|response|completion) )?status|respons|voortgang|afronding": (
        r"partial.*|incomplete|in ?progress|started|disqualified|terminated|screened ?out|quota ?full|onvolledig"
        r"|onderbroken|(nog )?niet (voltooid|afgerond|compleet|ingevuld|ingestuurd|volledig)|afgebroken|gedeeltelijk.*"
        r"|deels.*|gestart|begonnen|bezig|concept|incompleet|uitgescreend|uitgevallen",
        "not finished",
    ),
    r"finished|voltooid|complete|completed|compleet|afgerond|volledig|volledig ingevuld|ingevuld": (
        r"false|0|onwaar|nee|no|n|niet|onvolledig|incompleet|afgebroken|gedeeltelijk.*|deels.*",
        "not finished",
    ),
    r"submit ?date|datum ingestuurd|verzenddatum|date submitted": (r"", "never sent in"),
}
"""Name of a column of a survey tool → cells that mark a row as no answer, and as what."""
_MANY = 20_000
"""Rows from which on no totals are looked for."""
_PROGRESS = r"progress|voortgang"
"""Name of a column that says how far somebody came: to 1, or to 100."""
_PREVIEW_CODES = r"|1|2|8|9|12|17|32|40|48"
"""Codes of Qualtrics for previews, tests and spam in a numeric export."""
NO_MARK = "no mark"
"""How the reason of a dropped column begins that is no mark of the survey tool, although it is called so."""
_TOTAL = re.compile(
    r"((sub|eind)?tota(a)?l(en)?|gemiddelde?|mean|average|mediaan|median|som|sum|aantal|std|standaard)\b.{0,30}|n =.*",
    re.I,
)
"""First words of a row that sums others up."""


def no_answers(raw: Export) -> dict[int, str]:
    """Tell which rows of the file are no answers by their kind.

    Parameters
    ----------
    raw : Export
        The export.

    Returns
    -------
    dict
        Row → why: a row of totals, or the header once more.
    """
    out: dict[int, str] = {}
    names = [raw.called(str(column)) | {str(column).casefold()} for column in raw.cells.columns]
    last = raw.cells.tail(10).index
    for row, cells in raw.cells.iterrows() if len(raw.cells) < _MANY else ():
        said = [
            (visible(cell).casefold(), called)
            for cell, called in zip(cells, names, strict=True)
            if isinstance(cell, str)
        ]
        if sum(text in called for text, called in said) > len(said) / 2:
            out[int(str(row))] = "the header once more"
        elif row in last and any(_TOTAL.fullmatch(text) for text, _ in said[:1]):
            out[int(str(row))] = "totals"
    return out


def without(raw: Export, rows: Collection[int]) -> Export:
    """Take rows out of an export, as if they were not in the file."""
    cells = raw.cells.drop(index=list(rows))
    return (
        replace(raw, cells=cells, faults=tuple(fault for fault in raw.faults if fault.row not in rows)) if rows else raw
    )


def marked_rows(raw: Export, taken: Collection[str], none: Collection[str] = ()) -> dict[int, str]:
    """Tell which rows are no answers: by what a survey tool says of them, or because they hold none.

    Parameters
    ----------
    raw : Export
        The export.
    taken, none : collection of str
        Columns of items, and others that are no marks.

    Returns
    -------
    dict
        Row → why.
    """
    called = {str(column): raw.called(column) for column in raw.cells.columns}
    qualtrics = {"responseid", "response id", "distributionchannel", "response type"} & set().union(*called.values())
    marked: dict[int, str] = {}
    for column, names in called.items():
        if column in taken or column in none or not _matches("|".join([*_MARKS, _PROGRESS]), names):
            continue
        texts = raw.cells[column].fillna("").str.strip()
        for rows, what in _told(texts, names, bool(qualtrics)):
            for row, text in texts[rows].items():
                told = f"the survey tool marks this row as {what} ({column}: {text or 'blank'})"
                marked.setdefault(int(str(row)), told)
    there = [column for column in raw.cells.columns if column in taken]
    for row in raw.cells.index[raw.cells[there].isna().all(axis="columns")] if there else ():
        marked.setdefault(int(row), "no question is answered in this row")
    return marked


def _matches(pattern: str, names: Collection[str]) -> bool:
    return any(re.fullmatch(pattern, name) for name in names)


def _told(texts: pd.Series, names: Collection[str], qualtrics: bool) -> Iterator[tuple[pd.Series, str]]:
    """Rows that the texts of a column mark, and as what."""
    for pattern, (values, what) in _MARKS.items():
        codes = _PREVIEW_CODES if qualtrics and "status" in names and "preview" in values else ""
        if _matches(pattern, names) and (values or (texts != "").any()):
            yield texts.str.fullmatch(values + codes, case=False), what
    if _matches(_PROGRESS, names):
        reached = texts.str.rstrip("%").map(number).astype("float")
        yield reached < (1 if reached.max() <= 1 else 100), "not finished"
