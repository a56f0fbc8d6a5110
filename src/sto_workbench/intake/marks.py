"""Rows of an export that are no answers: previews, not finished, or empty."""

import re
from collections.abc import Collection

import pandas as pd

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.item_column import ItemColumn
from sto_analysis.monitor.spelling import answer_key
from sto_analysis.monitor.wave import Wave
from sto_workbench.intake.header import number
from sto_workbench.intake.readers import Export, distinct

_MARKS: dict[str, tuple[str, str]] = {
    r"((survey|response|completion) )?status|response type": (
        r"survey preview|survey test|spam|possible spam|preview|offline survey preview|voorbeeld.*",
        "a preview or test",
    ),
    r"distribution ?channel": (r"preview", "a preview"),
    r"((survey|response|completion) )?status|respons": (
        r"partial.*|incomplete|in ?progress|onvolledig|niet voltooid|disqualified|terminated|screened ?out|quota ?full",
        "not finished",
    ),
    r"finished|voltooid|complete|completed": (r"false|0|onwaar|nee|no", "not finished"),
    r"submit ?date|datum ingestuurd|verzenddatum|date submitted": (r"", "never sent in"),
}
"""Name of a column of a survey tool → cells that mark a row as no answer, and as what."""
_PROGRESS = r"progress|voortgang"
"""Name of a column that says how far somebody came: to 1, or to 100."""
_PREVIEW_CODES = r"|1|2|8|9|12|17|32|40|48"
"""Codes of Qualtrics for previews, tests and spam in a numeric export."""
NO_MARK = "no mark"
"""How the reason of a dropped column begins that is no mark of the survey tool, although it is called so."""


def answer_rows(raw: Export, wave: Wave) -> tuple[pd.DataFrame, dict[int, str]]:
    """Set aside the rows that are no answers (see `marked_rows`).

    Parameters
    ----------
    raw : Export
        The export.
    wave : Wave
        Its rule for them, ``unfinished``.

    Returns
    -------
    cells : DataFrame
        All rows, or without them where the rule is ``drop``.
    marked : dict
        Row → why it is none.
    """
    none = {column for column, reason in wave.drop.items() if reason.casefold().startswith(NO_MARK)}
    marked = marked_rows(raw, {source.column for source in wave.items.values()}, none)
    return (raw.cells.drop(index=list(marked)) if wave.unfinished == "drop" else raw.cells), marked


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
    marked: dict[int, str] = {}
    called = {str(column): raw.called(column) for column in raw.cells.columns}
    qualtrics = {"responseid", "response id", "distributionchannel", "response type"} & set().union(*called.values())
    for column, names in called.items():
        marks = [told for pattern, told in _MARKS.items() if any(re.fullmatch(pattern, name) for name in names)]
        progress = any(re.fullmatch(_PROGRESS, name) for name in names)
        if column in taken or column in none or not (marks or progress):
            continue
        texts = raw.cells[column].astype("str").where(raw.cells[column].notna(), "").str.strip()
        found: list[tuple[pd.Index, str]] = []
        for values, what in marks:
            codes = _PREVIEW_CODES if qualtrics and "status" in names and "preview" in values else ""
            if values or (texts != "").any():
                found.append((texts.index[texts.str.fullmatch(values + codes, case=False)], what))
        if progress:
            reached = texts.str.rstrip("%").map(number, na_action="ignore").astype("float")
            found.append((texts.index[reached < (1 if reached.max() <= 1 else 100)], "not finished"))
        for rows, what in found:
            for row in rows:
                told = f"{column}: {texts[row] or 'blank'}"
                marked.setdefault(int(row), f"the survey tool marks this row as {what} ({told})")
    there = [column for column in raw.cells.columns if column in taken]
    for row in raw.cells.index[raw.cells[there].isna().all(axis="columns")] if there else ():
        marked.setdefault(int(row), "no question is answered in this row")
    return marked


def is_answer(column: pd.Series, source: ItemColumn, wave: Wave) -> pd.Series:
    """Tell which cells of an item's column are answers: not blank, and no reason for having none."""
    none = [text for text in distinct(column) if answer_key(text) in wave.reasons(source)]
    return column.notna() & ~column.isin(none)


def answered(cells: pd.DataFrame, wave: Wave, codebook: Codebook) -> dict[str, pd.Series]:
    """Tell in which rows a question is answered: any of its items; of a question with one item, anything at all.

    Parameters
    ----------
    cells : DataFrame
        Rows of the export.
    wave, codebook
        Which column holds which item of which question; reasons for no answer do not count.

    Returns
    -------
    dict
        Question → Series of bool.
    """
    given: dict[str, list[pd.Series]] = {}
    for name, source in wave.items.items():
        if name in codebook.items and source.column in cells.columns:
            given.setdefault(codebook.items[name].question, []).append(is_answer(cells[source.column], source, wave))
    every = [column for columns in given.values() for column in columns]
    return {
        question: pd.concat(columns if len(columns) > 1 else every, axis="columns").any(axis="columns")
        for question, columns in given.items()
    }
