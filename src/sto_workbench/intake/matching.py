"""Which column of an export holds which item."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sto_analysis.monitor.codebook import Codebook, Item
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.spelling import answer_key
from sto_workbench.intake.header import number
from sto_workbench.intake.known import Known
from sto_workbench.intake.readers import Export, distinct
from sto_workbench.intake.texts import alike, asked_of, core, keywords, question_of
from sto_workbench.intake.words import levels_in_words, reasons_in_words

EXACT = 99.0
"""Similarity (0 to 100) of texts that differ in little words at most."""
MAYBE = 60.0
"""Least similarity at which a column is proposed, for a person to confirm."""
APART = 5.0
"""Least by which a column must be ahead of others that ask the same, and an item too, to need no confirming."""
_QUESTION, _ANSWERS, _BEFORE = 12.0, 10.0, 50.0
"""What a column gains for an item by the words of its question, by its answers, by an earlier wave; or loses."""


@dataclass(frozen=True)
class Match:
    """The column proposed for an item.

    Parameters
    ----------
    item : str
        Item of the codebook.
    column : str
        Column of the export, or ``TODO``.
    confidence : float
        How alike the column's question and the item's are, 0 to 100.
    wording : str
        The question as the export words it; ``TODO`` where it holds none.
    unsure : bool
        Whether a person must say that it is right.
    """

    item: str
    column: str
    confidence: float = 0.0
    wording: str = TODO
    unsure: bool = True


def match_columns(raw: Export, codebook: Codebook, columns: list[str], known: Known) -> list[Match]:
    """Assign columns to items so that the similarities together are largest.

    Parameters
    ----------
    raw : Export
        The export.
    codebook : Codebook
        The items.
    columns : list of str
        Those that may hold an item.
    known : Known
        What earlier waves knew.

    Returns
    -------
    list of Match
        One per item; where an export has no more than names, columns whose number and answers fit, in their order.
    """
    from scipy.optimize import linear_sum_assignment  # who only checks does not wait for it

    items = list(codebook.items.values())
    if not columns:
        return [Match(item.id, TODO) for item in items]
    texts = asked_of(raw, columns)
    similar = alike([_texts(item, known) for item in items], texts)
    before = np.array([[known.same(item.id, column, raw.question(column)) for column in columns] for item in items])
    scores = similar + _QUESTION * _spoken(raw, codebook, columns, known) + _ANSWERS * _answered(raw, known, columns)
    scores += _BEFORE * before
    exact = np.where(similar > EXACT, scores, 0)
    order = np.abs(np.linspace(0, 1, len(items))[:, None] - np.linspace(0, 1, len(columns)))
    rows, places = linear_sum_assignment(order / 100 - scores)
    found = {item.id: Match(item.id, TODO) for item in items}
    for row, place in zip(rows.tolist(), places.tolist(), strict=True):
        item, column, sure = items[row], columns[place], float(similar[row, place])
        if sure < MAYBE and not before[row, place]:
            continue
        rivals = max(np.delete(exact[:, place], row).max(initial=0), np.delete(exact[row], place).max(initial=0))
        certain = before[row, place] or (sure > EXACT and scores[row, place] - rivals >= APART)
        asked = raw.question(column)
        wording = question_of(asked) if asked is not None else column if sure > EXACT and " " in column else TODO
        if asked is None and (before[row, place] or (known.ours and column == item.id)):
            wording = next((source.wording for source in known.asked(item.id)), item.wording)
        found[item.id] = Match(item.id, column, 100.0 if before[row, place] else sure, wording, not certain)
    return list((found | _by_order(raw, codebook, columns, found)).values())


def asks_another(raw: Export, codebook: Codebook, claimed: Mapping[str, str]) -> dict[str, str]:
    """Tell of which columns the question is, to the letter, that of another item.

    Parameters
    ----------
    raw : Export
        The export.
    codebook : Codebook
        The items.
    claimed : mapping
        Item → column of the export.

    Returns
    -------
    dict
        Item → the item that its column asks.
    """
    if not claimed:
        return {}
    ids, columns, known = list(codebook.items), list(claimed.values()), Known(codebook)
    similar = alike([_texts(item, known) for item in codebook.items.values()], asked_of(raw, columns))
    scores = similar + _QUESTION * _spoken(raw, codebook, columns, known)
    out = {}
    for place, name in enumerate(claimed):
        best = int(np.argmax(np.where(similar[:, place] > EXACT, scores[:, place], -1)))
        if similar[best, place] > EXACT and scores[best, place] - scores[ids.index(name), place] >= APART:
            out[name] = ids[best]
    return out


def _texts(item: Item, known: Known) -> set[str]:
    """All that an item may be called."""
    named = (item.wording, item.nl, item.en, item.short_nl, item.id, item.id.replace("_", " "))
    return {core(text) for text in (*named, *(source.wording for source in known.asked(item.id))) if text}


def _spoken(raw: Export, codebook: Codebook, columns: Sequence[str], known: Known) -> np.ndarray:
    """Whose words the questions of columns have: 1 where most are those of the item's question, -1 where of another."""
    words: dict[str, set[str]] = {}
    for name, question in codebook.questions.items():
        levels = codebook.scales[question.scale].levels
        texts = [
            name,
            question.asked_as,
            question.nl or "",
            *(text for level in levels for text in (level.nl, level.en)),
        ]
        words[name] = keywords(texts)
        asked = [{*keywords(s.wording for s in known.asked(item))} for item in codebook.asked(name).values()]
        words[name] |= set.intersection(*asked) if len(asked) > 1 else set()
    often = {word: sum(word in told for told in words.values()) for told in words.values() for word in told}
    spoken = [keywords([raw.labels.get(column, column)]) for column in columns]
    points = np.array([[sum(1 / often[word] for word in told & said) for said in spoken] for told in words.values()])
    best = np.where(points.max(axis=0) == 0, 0, np.where(points == points.max(axis=0), 1, -1))
    place = {name: at for at, name in enumerate(words)}
    return np.array([best[place[item.question]] for item in codebook.items.values()])


def _answered(raw: Export, known: Known, columns: Sequence[str]) -> np.ndarray:
    """Whether the answers of columns are words: 1 where some are the item's, -1 where they are another's alone."""
    items = known.codebook.items.values()
    scales = {item.scale.note: {text for text in levels_in_words(item.scale) if number(text) is None} for item in items}
    every = set().union(*scales.values()) - reasons_in_words(known.codebook.missing).keys()
    out = np.zeros((len(items), len(columns)))
    for place, column in enumerate(columns):
        labels = raw.value_labels.get(column, {}).values()
        if words := {answer_key(text) for text in (labels or distinct(raw.cells[column])[:50])} & every:
            out[:, place] = [1 if words & scales[item.scale.note] else -1 for item in items]
    return out


def _by_order(raw: Export, codebook: Codebook, columns: Sequence[str], found: dict[str, Match]) -> dict[str, Match]:
    """Columns that are no more than names, for questions of which nothing was found: as many, with answers that fit."""
    taken = {match.column for match in found.values()}
    runs: dict[str, list[str]] = {}
    for column in columns:
        if column not in taken and raw.question(column) is None:
            runs.setdefault(re.sub(r"[\[_. (-]*(SQ|r|a)?\d+[\])]?$", "", column) or column, []).append(column)
    left = list(runs.values())
    out: dict[str, Match] = {}
    for question in codebook.questions:
        items = [*codebook.asked(question).values()]
        if any(found[item].column != TODO for item in items):
            continue
        fits = (run for run in left if len(run) == len(items) and _fits(raw, run, codebook.items[items[0]]))
        if (run := next(fits, None)) is not None:
            left = left[left.index(run) + 1 :]
            out |= {item: Match(item, column, 0.0) for item, column in zip(items, run, strict=True)}
    return out if len(out) > len(found) / 2 else {}


def _fits(raw: Export, columns: Sequence[str], item: Item) -> bool:
    """Whether the answers of columns may be those of an item: as many codes at most, but for one or two reasons."""
    given = {answer_key(text) for column in columns for text in distinct(raw.cells[column])}
    codes = {text for text in given if re.fullmatch(r"[a-z]{0,2}\d{1,2}|[yn]", text)}
    few = {text for text in codes if int("0" + re.sub(r"\D", "", text)) <= len(item.scale.codes)}
    return bool(codes) and codes == given and len(codes - few) <= 2 and len(few) > len(item.scale.codes) / 2
