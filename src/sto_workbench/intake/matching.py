"""Which column of an export holds which item."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sto_analysis.monitor.codebook import Codebook, Item
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.spelling import answer_key
from sto_workbench.intake.header import number
from sto_workbench.intake.known import CODE, Known, label_key, levels_in_words, reasons_in_words
from sto_workbench.intake.readers import Export, distinct
from sto_workbench.intake.texts import alike, asked_of, core, keywords, question_of

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


def match_columns(raw: Export, columns: list[str], known: Known) -> list[Match]:
    """Assign columns to items so that the similarities together are largest.

    Parameters
    ----------
    raw : Export
        The export.
    columns : list of str
        Those that may hold an item.
    known : Known
        What codebook and earlier waves knew.

    Returns
    -------
    list of Match
        One per item; where an export has no more than names, columns whose number and answers fit, in their order.
    """
    from scipy.optimize import linear_sum_assignment  # who only checks does not wait for it

    items = list(known.codebook.items.values())
    found = {item.id: Match(item.id, TODO) for item in items}
    if not columns:
        return list(found.values())
    similar, scores = _scores(raw, columns, known)
    before = np.array([[known.same(item.id, column, raw.question(column)) for column in columns] for item in items])
    scores += _BEFORE * before
    exact = np.where(similar > EXACT, scores, 0)
    order = np.abs(np.linspace(0, 1, len(items))[:, None] - np.linspace(0, 1, len(columns)))
    rows, places = linear_sum_assignment(order / 100 - scores)
    for row, place in zip(rows.tolist(), places.tolist(), strict=True):
        item, column, sure, told = items[row], columns[place], float(similar[row, place]), bool(before[row, place])
        rivals = max(np.delete(exact[:, place], row).max(initial=0), np.delete(exact[row], place).max(initial=0))
        certain = told or (sure > EXACT and scores[row, place] - rivals >= APART)
        if sure >= MAYBE or told:
            wording = _wording(raw, item, column, known, told, sure > EXACT)
            found[item.id] = Match(item.id, column, 100.0 if told else sure, wording, not certain)
    return list((found | _by_order(raw, columns, known, found)).values())


def _wording(raw: Export, item: Item, column: str, known: Known, before: bool, exact: bool) -> str:
    """The question as a column asks it, by file or earlier wave."""
    asked = raw.question(column)
    if asked is None and (before or (known.ours and column == item.id)):
        return next((source.wording for source in known.asked(item.id)), item.wording)
    return question_of(asked) if asked is not None else column if exact and " " in column else TODO


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
    similar, scores = _scores(raw, list(claimed.values()), Known(codebook))
    ids, best = list(codebook.items), np.argmax(np.where(similar > EXACT, scores, -1), axis=0).tolist()
    return {
        name: ids[other]
        for place, (name, other) in enumerate(zip(claimed, best, strict=True))
        if similar[other, place] > EXACT and scores[other, place] - scores[ids.index(name), place] >= APART
    }


def _scores(raw: Export, columns: Sequence[str], known: Known) -> tuple[np.ndarray, np.ndarray]:
    """How alike items and columns are; and with what words of the question and answers say of it."""
    items, place = list(known.codebook.items.values()), [*known.codebook.questions].index
    texts = [{each.wording, each.nl, each.en, each.short_nl, each.id, each.id.replace("_", " ")} for each in items]
    before = [{told.wording for told in known.asked(item.id)} for item in items]
    called = [{*map(core, filter(None, now | was))} for now, was in zip(texts, before, strict=True)]
    similar = alike(called, asked_of(raw, columns))
    return similar, similar + _votes(raw, columns, known)[[place(item.question) for item in items]]


def _votes(raw: Export, columns: Sequence[str], known: Known) -> np.ndarray:
    """What the words of their questions and of their answers say of columns, question × column."""
    words, answers, reasons = list[set[str]](), list[set[str]](), reasons_in_words(known.codebook.missing)
    for name, question in known.codebook.questions.items():
        levels = levels_in_words(known.codebook.scales[question.scale])
        asked = [keywords(s.wording for s in known.asked(item)) for item in known.codebook.asked(name).values()]
        both = set.intersection(*asked) if len(asked) > 1 else set()
        words.append(keywords([name, question.asked_as, question.nl or "", *levels]) | both)
        answers.append({text for text in levels if number(text) is None} - reasons.keys())
    said = [keywords([raw.labels.get(column, column)]) for column in columns]
    given = [[*raw.value_labels.get(column, {}).values()] or distinct(raw.cells[column])[:50] for column in columns]
    means = [{label_key(text) for text in texts} for texts in given]
    return _QUESTION * _vote(words, said) + _ANSWERS * _vote(answers, means)


def _vote(own: Sequence[set[str]], said: Sequence[set[str]]) -> np.ndarray:
    """Whose words are said, own × said: 1 where most are of this one, -1 where of another, 0 where of none."""
    often = Counter(word for words in own for word in words)
    points = np.array([[sum(1 / often[word] for word in words & each) for each in said] for words in own])
    return np.where(points.max(axis=0) == 0, 0, np.where(points == points.max(axis=0), 1, -1))


def _by_order(raw: Export, columns: Sequence[str], known: Known, found: dict[str, Match]) -> dict[str, Match]:
    """Columns that are no more than names, for questions of which nothing was found: as many, with answers that fit."""
    taken, runs, out = {match.column for match in found.values()}, dict[str, list[str]](), dict[str, Match]()
    for column in columns:
        if column not in taken and raw.question(column) is None:
            runs.setdefault(re.sub(r"[\[_. (-]*(SQ|r|a)?\d+[\])]?$", "", column) or column, []).append(column)
    left = iter(runs.values())
    for name, question in known.codebook.questions.items():
        items, levels = [*known.codebook.asked(name).values()], len(known.codebook.scales[question.scale].levels)
        if all(found[item].column == TODO for item in items):
            run = next((run for run in left if len(run) == len(items) and _fits(raw, run, levels)), [])
            out |= {item: Match(item, column) for item, column in zip(items, run, strict=False)}
    return out if len(out) > len(found) / 2 else {}


def _fits(raw: Export, columns: Sequence[str], levels: int) -> bool:
    """Whether columns hold codes without a word, about as many as a scale has, a reason or two aside."""
    given = {answer_key(text) for column in columns for text in distinct(raw.cells[column])}
    return all(re.fullmatch(CODE, text) for text in given) and levels / 2 < len(given) <= levels + 2
