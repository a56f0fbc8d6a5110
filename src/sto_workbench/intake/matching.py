"""Which column of an export holds which item, and in which answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process, utils
from scipy.optimize import linear_sum_assignment

from sto_analysis.monitor.codebook import Codebook, Item
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.spelling import answer_key
from sto_analysis.monitor.wave import Wave
from sto_workbench.intake.check import plain_question, question_of
from sto_workbench.intake.header import number, unnumbered
from sto_workbench.intake.readers import Export, distinct
from sto_workbench.intake.region_names import RegionNames
from sto_workbench.intake.words import has_words, label_key, levels_in_words, reasons_in_words

SURE = 88.0
"""Least similarity (0 to 100) at which a column is proposed for an item."""
MAYBE = 60.0
"""Least similarity at which a column is named as the one that it may be."""
APART = 5.0
"""Least similarity by which the best of several must be ahead, where none has the very words of the codebook."""
_REGION = {"regio", "region", "regios", "regions"}
_BY_NAME = 2
"""That a column is called so and no more; 1: that it is spoken of in its name."""
_RIVAL = 0.5
"""Share of its regions from which on another column may be that of the regions, where neither is called so."""
_MOST_WORDS = 12
"""Most different answers in words that are asked for one by one."""
FOREIGN = 15.0
"""What a column loses for an item when its answers are words of which none is an answer to the item."""


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
        Similarity of the column's label or name to the item's wording, 0 to 100.
    wording : str
        The question as the export words it; ``TODO`` where it holds none.
    codes : dict
        Exported answer → code of the codebook, or ``TODO``, where they differ from the codebook's.
    missing : dict
        Exported answer → reason.
    maybe : str
        Where `column` is ``TODO``: the column that it may be; wording and answers are of that one.
    labels : dict
        Exported answer → its label, of the answers that are ``TODO``.
    bare : bool
        Whether the answers are codes that nothing in the file explains.
    """

    item: str
    column: str
    confidence: float = 0.0
    wording: str = TODO
    codes: Mapping[str, int | str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    maybe: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    bare: bool = False

    @property
    def unsure(self) -> bool:
        """Whether a person must say that it is right."""
        return self.confidence < 99


@dataclass(frozen=True)
class _RegionColumn:
    """A column that may be that of the regions."""

    column: str
    named: int
    hits: int
    complete: bool
    regions: pd.Series


def region_column(raw: Export, names: RegionNames | None, columns: list[str]) -> str:
    """Find the column whose cells are regions; ``TODO`` where several may be it.

    That which is called so goes before that with the most regions; where another has as many and says otherwise, a
    person must choose.

    Parameters
    ----------
    raw : Export
        The export.
    names : RegionNames or None
        Regions that were asked; without them the column is found by its name.
    columns : list of str
        Those that may be it.
    """
    best: list[_RegionColumn] = []
    for column in columns:
        called = raw.called(column)
        named = 2 * bool(called & _REGION) or int(any(_REGION & set(re.split(r"[\W_]+", text)) for text in called))
        cells = raw.cells[column]
        found = names.find(cells, raw.value_labels.get(column, {}))[0] if names else {}
        different = len(distinct(cells))
        if len(found) * 2 < different or len(found) < min(2, different):
            found = {}
        if found or named:
            regions = cells.map(found).astype("object")
            best.append(_RegionColumn(column, named, len(set(found.values())), len(found) == different, regions))
    known = [one for one in best if one.hits]
    if not known:
        most = max((one.named for one in best), default=0)
        told = [one.column for one in best if one.named == most]
        return told[0] if len(told) == 1 else TODO
    first = max(known, key=lambda one: (one.named, one.hits))
    if first.named == _BY_NAME and first.complete and all(one.hits < 2 * first.hits for one in known):
        return first.column
    if first.named < _BY_NAME and any(one.named == _BY_NAME for one in best):
        return TODO
    rivals = [one for one in known if one.hits >= first.hits * (1 if one.named < first.named else _RIVAL)]
    return first.column if all(one.regions.equals(first.regions) for one in rivals) else TODO


def match_columns(raw: Export, codebook: Codebook, columns: list[str], earlier: Wave | None) -> list[Match]:
    """Assign columns to items so that the similarities together are largest.

    Parameters
    ----------
    raw : Export
        The export.
    codebook : Codebook
        The items.
    columns : list of str
        Those that may hold an item.
    earlier : Wave or None
        The wave before it, for its codes of missing answers.

    Returns
    -------
    list of Match
        One per item.
    """
    items = list(codebook.items.values())
    if not columns:
        return [Match(item.id, TODO) for item in items]
    labels = [plain_question(unnumbered(raw.labels.get(column, column))) for column in columns]
    own = [plain_question(raw.own.get(column, "")) for column in columns]
    scores = np.zeros((len(items), len(columns)))
    wordings, ids = [item.wording for item in items], [item.id for item in items]
    for texts in (labels, own, columns):
        for wanted in (wordings, ids, [name.replace("_", " ") for name in ids]):
            found = process.cdist(wanted, texts, scorer=fuzz.token_sort_ratio, processor=utils.default_process)
            scores = np.maximum(scores, found)
    scores -= FOREIGN * _foreign(raw, codebook, items, columns)
    rows, places = linear_sum_assignment(-scores)
    out = {item.id: Match(item.id, TODO) for item in items}
    for row, place in zip(rows.tolist(), places.tolist(), strict=True):
        sure, item, column = float(scores[row, place]), items[row], columns[place]
        if sure < MAYBE:
            continue
        exact = plain_question(item.wording) in (labels[place], own[place]) or column.casefold() == item.id
        twice = labels.count(labels[place]) > 1 and np.sum(scores[row] > sure - APART) > 1
        rival = max(np.delete(scores[:, place], row).max(initial=0), np.delete(scores[row], place).max(initial=0))
        asked = raw.question(column)
        wording = TODO if asked is None else item.wording if exact else question_of(asked)
        if exact and not twice:
            sure = 100.0  # whatever its answers are called: those are asked for
        certain = sure >= SURE and not twice and (exact or sure - rival >= APART)
        codes, missing, unknown = _answers(raw, column, item, codebook, earlier)
        named, maybe = (column, "") if certain else (TODO, column)
        texts = distinct(raw.cells[column])
        explained = raw.value_labels.get(column) or not has_words(item.scale)
        bare = bool(texts) and not explained and all(answer_key(text).lstrip("-").isdecimal() for text in texts)
        out[item.id] = Match(item.id, named, sure, wording, codes, missing, maybe, unknown, bare)
    return list(out.values())


def _foreign(raw: Export, codebook: Codebook, items: list[Item], columns: list[str]) -> np.ndarray:
    """Whether the answers of a column are words that are none of the item's."""
    known = {text for item in items for text in levels_in_words(item.scale)}
    worded = [levels_in_words(item.scale).keys() for item in items]
    out = np.zeros((len(items), len(columns)), dtype=bool)
    for place, column in enumerate(columns):
        labels = raw.value_labels.get(column, {}).values()
        words = {answer_key(text) for text in (labels or distinct(raw.cells[column])[:50])} & known
        words = {text for text in words if not text.isdecimal()} - reasons_in_words(codebook.missing).keys()
        if words:
            out[:, place] = [not words & ours for ours in worded]
    return out


def _answers(
    raw: Export, column: str, item: Item, codebook: Codebook, earlier: Wave | None
) -> tuple[dict[str, int | str], dict[str, str], dict[str, str]]:
    """Exported answers → codes and reasons, by value labels, text or the earlier wave's codes; unknown labels."""
    why = reasons_in_words(codebook.missing)
    levels = {text: level.code for text, level in levels_in_words(item.scale).items()}
    labels = {answer_key(code): text for code, text in raw.value_labels.get(column, {}).items()}
    labelled = {code: label_key(text, code) for code, text in labels.items()}
    given = {answer_key(text) for text in distinct(raw.cells[column])}
    codes: dict[str, int | str] = {code: levels[text] for code, text in labelled.items() if text in levels}
    missing = {code: why[text] for code, text in labelled.items() if text in why}
    known = {answer_key(str(code)) for code in item.scale.codes}
    unknown = {
        code: labels[code] for code, text in labelled.items() if text != code and text not in levels and text not in why
    }
    ends = {str(item.scale.codes[0]), str(item.scale.codes[-1])}
    same = ends <= codes.keys() and all(key == str(code) for key, code in codes.items())
    if same and not unknown and not missing.keys() & known:
        return {}, missing | _before(earlier, given - known - missing.keys()), {}  # between its ends a scale is clear
    if known & unknown.keys():
        bare = {} if has_words(item.scale) else {code: int(code) for code in known}
        kept = known | labelled.keys() if codes else known
        codes = {
            code: codes.get(code, TODO if code in unknown else bare.get(code, TODO)) for code in kept - missing.keys()
        }
    elif not codes and not given <= known | missing.keys():
        read = {text: level for text in given if (level := _read(text, levels)) is not None}
        codes = {answer_key(level.nl): level.code for level in item.scale.levels} if read else {}
        codes |= read
        missing |= {text: why[text] for text in sorted(given - codes.keys()) if text in why}
        words = {text for text in given - codes.keys() - missing.keys() if number(text) is None}
        codes |= dict.fromkeys(words if len(words) <= _MOST_WORDS else (), TODO)
    if codes:
        codes |= dict.fromkeys((given & known) - codes.keys() - missing.keys(), TODO)
    elif missing.keys() & known:
        codes = {code: int(code) for code in known - missing.keys()}
    codes = {
        code: codes[code] for code in sorted(codes, key=lambda code: (number(code) is None, number(code) or 0, code))
    }
    missing |= _before(earlier, given - codes.keys() - known - unknown.keys())
    same = all(key == str(code) for key, code in codes.items()) and set(codes) == known
    return ({} if same else codes), missing, {code: text for code, text in unknown.items() if codes.get(code) == TODO}


def _before(earlier: Wave | None, texts: set[str]) -> dict[str, str]:
    """What the earlier wave says of answers that this one does not explain."""
    return {text: earlier.missing_codes[text] for text in sorted(texts) if earlier and text in earlier.missing_codes}


def _read(text: str, levels: Mapping[str, int]) -> int | None:
    """Code of an answer in words, also behind its own code: ``4 - urgent``."""
    return levels.get(
        text, next((code for code in levels.values() if levels.get(label_key(text, str(code))) == code), None)
    )
