"""Several answers in one cell: which they are, and a column for each."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd
from rapidfuzz import fuzz, process

from sto_analysis.messages import problem
from sto_analysis.monitor.spelling import visible
from sto_workbench.intake.answer_sets import NO, YES
from sto_workbench.intake.readers import Export, distinct, looked_up
from sto_workbench.intake.texts import core

OTHER = "anders"
_SEPARATORS = (";", "\n", "|", ",")
_MOST, _ALIKE = 40, 70.0
"""Most answers of a question; least similarity (0 to 100) of half of them to what the codebook asks."""


def several_answers(cells: pd.Series, known: Iterable[str]) -> list[str]:
    """Return the answers of a column with several in a cell; none where it has not.

    Parameters
    ----------
    cells : Series of str
        The column.
    known : iterable of str
        Answers that may hold a separator themselves.
    """
    texts, called = distinct(cells), sorted(known, key=len, reverse=True)
    for separator in _SEPARATORS:
        if sum(separator in text for text in texts) < len(texts) / 3:
            continue
        taken = [_taken(text, called) for text in texts]
        found = Counter(answer for whole, rest in taken for answer in [*whole, *_joined(rest, separator)])
        answers = [text for text, often in found.items() if often > 1 or text in called]
        if 2 <= len(answers) <= _MOST and sum(found[text] for text in answers) > 0.8 * found.total() > len(texts):
            near = process.cdist([*map(core, answers)], [*map(core, called)], scorer=fuzz.ratio).max(axis=1)
            if (near >= _ALIKE).mean() >= 0.5:
                return answers
    return []


def _joined(text: str, separator: str) -> list[str]:
    """Parts of a text; one that begins with a small letter belongs to the one before it."""
    out: list[str] = []
    for part in filter(None, map(visible, text.split(separator))):
        if out and part[0].islower() and out[0][0].isupper():
            out[-1] += f"{separator} {part}"
        else:
            out.append(part)
    return out


def _taken(text: str, answers: Sequence[str]) -> tuple[list[str], str]:
    """Answers that a text holds between separators, the longest first, and what is left of it."""
    out, text = [], "\n".join(map(visible, text.split("\n")))
    for answer in answers:
        words = r"\s+".join(map(re.escape, answer.split()))
        rest = re.sub(rf"(?:^|(?<=[;,|\n]))\s*{words}\s*(?=$|[;,|\n])", "", text, flags=re.IGNORECASE)
        if rest != text:
            out.append(answer)
            text = rest
    return out, text.strip(" ;,|\n")


def parted(raw: Export, split: Mapping[str, Sequence[str]]) -> Export:
    """Give every answer of columns with several in a cell a column of its own.

    Parameters
    ----------
    raw : Export
        The export.
    split : mapping
        Column → its answers, as ``split`` of wave.yaml has them.

    Returns
    -------
    Export
        With ``<column> [<answer>]`` (``ja``, ``nee``, blank where the whole cell is) in the place of each, and
        ``<column> [anders]`` where cells say more; what looks like a misspelt answer is a fault.
    """
    columns: dict[str, pd.Series] = {}
    faults, labels = [*raw.faults], dict(raw.labels)
    for column, cells in ((str(name), cells) for name, cells in raw.cells.items()):
        if column not in split:
            columns[column] = cells
            continue
        given = sorted(split[column], key=len, reverse=True)
        held = {text: _taken(text, given) for text in distinct(cells)}
        said = {answer: {text: YES if answer in held[text][0] else NO for text in held} for answer in split[column]}
        if more := {text: rest for text, (_, rest) in held.items() if rest}:
            said[OTHER] = more
        for answer, boxes in said.items():
            columns[f"{column} [{answer}]"] = looked_up(cells, boxes)
            labels[f"{column} [{answer}]"] = f"{raw.labels.get(column, column)} [{answer}]"
        for row, text in cells[cells.isin(more)].items():
            if near := process.extractOne(more[text], given, scorer=fuzz.ratio, score_cutoff=85):
                told = {"row": int(str(row)), "column": column, "value": more[text]}
                faults.append(problem("several.misspelt", near=near[0], **told))
    table = pd.DataFrame(columns, index=raw.cells.index)
    return replace(raw, cells=table, labels=labels, faults=tuple(faults)) if split else raw
