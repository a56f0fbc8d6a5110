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
from sto_workbench.intake.known import Known
from sto_workbench.intake.readers import Export, distinct
from sto_workbench.intake.texts import alike, asked_of, core, keywords, question_of
from sto_workbench.intake.words import label_key, levels_in_words, reasons_in_words

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
    votes = _QUESTION * _spoken(raw, columns, known) + _ANSWERS * _answered(raw, columns, known)
    return similar, similar + votes[[place(item.question) for item in items]]


def _spoken(raw: Export, columns: Sequence[str], known: Known) -> np.ndarray:
    """Whose words columns have, question × column: 1 where most are the question's, -1 where another's, 0 for none."""
    words: list[set[str]] = []
    for name, question in known.codebook.questions.items():
        levels = [text for level in known.codebook.scales[question.scale].levels for text in (level.nl, level.en)]
        asked = [keywords(s.wording for s in known.asked(item)) for item in known.codebook.asked(name).values()]
        both = set.intersection(*asked) if len(asked) > 1 else set()
        words.append(keywords([name, question.asked_as, question.nl or "", *levels]) | both)
    often = Counter(word for told in words for word in told)
    said = [keywords([raw.labels.get(column, column)]) for column in columns]
    points = np.array([[sum(1 / often[word] for word in told & each) for each in said] for told in words])
    return np.where(points.max(axis=0) == 0, 0, np.where(points == points.max(axis=0), 1, -1))


def _answered(raw: Export, columns: Sequence[str], known: Known) -> np.ndarray:
    """Whether the answers of columns are words, question × column: 1 for some of its own, -1 for another's alone."""
    scales = [known.codebook.scales[question.scale] for question in known.codebook.questions.values()]
    own = [{text for text in levels_in_words(scale) if number(text) is None} for scale in scales]
    every = set().union(*own) - reasons_in_words(known.codebook.missing).keys()
    out = np.zeros((len(own), len(columns)))
    for place, column in enumerate(columns):
        told = [*raw.value_labels.get(column, {}).values()] or distinct(raw.cells[column])[:50]
        if words := {*map(answer_key, told), *map(label_key, told)} & every:
            out[:, place] = [1 if words & mine else -1 for mine in own]
    return out


def _by_order(raw: Export, columns: Sequence[str], known: Known, found: dict[str, Match]) -> dict[str, Match]:
    """Columns that are no more than names, for questions of which nothing was found: as many, with answers that fit."""
    taken, runs = {match.column for match in found.values()}, dict[str, list[str]]()
    for column in columns:
        if column not in taken and raw.question(column) is None:
            runs.setdefault(re.sub(r"[\[_. (-]*(SQ|r|a)?\d+[\])]?$", "", column) or column, []).append(column)
    left, out = iter(runs.values()), dict[str, Match]()
    for question in known.codebook.questions:
        items = [*known.codebook.asked(question).values()]
        if all(found[item].column == TODO for item in items):
            scale = known.codebook.items[items[0]].scale.codes
            run = next((run for run in left if len(run) == len(items) and _fits(raw, run, len(scale))), [])
            out |= {item: Match(item, column) for item, column in zip(items, run, strict=False)}
    return out if len(out) > len(found) / 2 else {}


def _fits(raw: Export, columns: Sequence[str], levels: int) -> bool:
    """Whether the answers of columns may be those of a scale: as many codes at most, but for one or two reasons."""
    given = {answer_key(text) for column in columns for text in distinct(raw.cells[column])}
    few = {text for text in given if int("0" + re.sub(r"\D", "", text[:4])) <= levels}
    codes = bool(given) and all(re.fullmatch(r"[a-z]{0,2}\d{1,2}|[yn]", text) for text in given)
    return codes and len(given - few) <= 2 and len(few) > levels / 2
