"""What the answers to a question stand for, as far as file, codebook and earlier waves say it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sto_analysis.monitor.codebook import Item
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.spelling import answer_key
from sto_workbench.intake.header import number
from sto_workbench.intake.known import Known
from sto_workbench.intake.readers import Export, distinct
from sto_workbench.intake.words import has_words, label_key

YES, NO = "ja", "nee"
BOXES = {YES, NO}
_ROWS = 5
"""Fewest rows with some boxes ticked and some not."""
_MOST_WORDS = 12
"""Most different answers in words that are asked for one by one."""


@dataclass(frozen=True)
class AnswerSet:
    """What the answers of some columns stand for.

    Parameters
    ----------
    codes : dict
        Exported answer → code of the codebook, or ``TODO``, where they differ from the codebook's.
    missing : dict
        Exported answer → reason.
    labels : dict
        Exported answer → its label, of the answers that are ``TODO``.
    bare : bool
        Whether the answers are codes that nothing in the file explains.
    boxes : bool
        Whether they are yes and no where the codebook has more.
    blank : int or None
        Code that a blank cell stands for.
    doubt : str
        What a person must confirm.
    """

    codes: Mapping[str, int | str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    bare: bool = False
    boxes: bool = False
    blank: int | None = None
    doubt: str = ""


def answer_set(raw: Export, columns: Sequence[str], item: Item, known: Known) -> AnswerSet:
    """Tell what the answers of columns of one question stand for, by label, text, or what earlier waves knew.

    Parameters
    ----------
    raw : Export
        The export.
    columns : sequence of str
        Those of the question.
    item : Item
        One of the question.
    known : Known
        What earlier waves knew.
    """
    levels, why = known.words(item)
    labels = {answer_key(code): text for name in columns for code, text in raw.value_labels.get(name, {}).items()}
    labelled = {code: label_key(text, code) for code, text in labels.items()}
    given = {answer_key(text) for column in columns for text in distinct(raw.cells[column])}
    if not labels and _boxes(raw, columns, given):
        return _ticked(given, item, known)
    bare = bool(given) and not labels and has_words(item.scale) and all(map(_code, given))
    if bare:
        return _bare(given, item, known)
    if not labels and given <= BOXES and len(levels) > len(BOXES) and not given <= levels.keys():
        return AnswerSet({YES: TODO, NO: item.scale.codes[0]}, boxes=True)
    codes: dict[str, int | str] = {code: levels[text] for code, text in labelled.items() if text in levels}
    missing = {code: why[text] for code, text in labelled.items() if text in why}
    scale = {answer_key(str(code)) for code in item.scale.codes}
    unknown = {
        code: labels[code] for code, text in labelled.items() if text != code and text not in levels and text not in why
    }
    ends = {str(item.scale.codes[0]), str(item.scale.codes[-1])}
    same = ends <= codes.keys() and all(key == str(code) for key, code in codes.items())
    if same and not unknown and not missing.keys() & scale:
        return AnswerSet({}, missing | _before(known, given - scale - missing.keys()))  # between its ends it is clear
    if scale & unknown.keys():
        plain = {} if has_words(item.scale) else {code: int(code) for code in scale}
        kept = scale | labelled.keys() if codes else scale
        told = {code: TODO if code in unknown else plain.get(code, TODO) for code in kept - missing.keys()}
        codes = {code: codes.get(code, taken) for code, taken in told.items()}
    elif not codes and not given <= scale | missing.keys():
        read = {text: level for text in given if (level := _read(text, levels)) is not None}
        codes = {answer_key(level.nl): level.code for level in item.scale.levels} if read else {}
        codes |= read
        missing |= {text: why[text] for text in sorted(given - codes.keys()) if text in why}
        words = {text for text in given - codes.keys() - missing.keys() if number(text) is None}
        codes |= dict.fromkeys(words if len(words) <= _MOST_WORDS else (), TODO)
    if codes:
        codes |= dict.fromkeys((given & scale) - codes.keys() - missing.keys(), TODO)
    elif missing.keys() & scale:
        codes = {code: int(code) for code in scale - missing.keys()}
    missing |= _before(known, given - codes.keys() - scale - unknown.keys())
    left = {code: text for code, text in unknown.items() if codes.get(code) == TODO}
    return AnswerSet(_shown(codes, scale), missing, left)


def _boxes(raw: Export, columns: Sequence[str], given: set[str]) -> bool:
    """Whether columns are boxes of which only the ticked ones show: one answer each, and blanks beside them."""
    cells = raw.cells[list(columns)]
    partly = cells.notna().any(axis="columns") & cells.isna().any(axis="columns")
    one = all(len(distinct(cells[column])) < 2 for column in columns)
    return one and int(partly.sum()) >= _ROWS and (given == {"1"} or not any(map(str.isdecimal, given)))


def _ticked(given: set[str], item: Item, known: Known) -> AnswerSet:
    """Boxes of which the export shows the ticked ones alone."""
    lowest, many, levels = item.scale.levels[0], len(item.scale.levels) > len(BOXES), known.words(item)[0]
    codes = {text: levels.get(text, TODO if many else item.scale.codes[-1]) for text in sorted(given)}
    said = any(source.blank is not None for source in known.asked(item.id))
    doubt = "" if said else f"a blank cell beside a ticked one is taken for {lowest.nl!r}"
    return AnswerSet(codes, boxes=many, blank=lowest.code, doubt=doubt)


def _shown(codes: Mapping[str, int | str], scale: set[str]) -> dict[str, int | str]:
    """Codes in their order; none where they are those of the codebook."""
    if all(key == str(code) for key, code in codes.items()) and set(codes) == scale:
        return {}
    order = sorted(codes, key=lambda code: (number(code) is None, number(code) or 0, code))
    return {code: codes[code] for code in order}


def _code(text: str) -> bool:
    return re.fullmatch(r"-?\d+|[a-z]{1,2}\d{1,3}|[yn]|", text) is not None


def _bare(given: set[str], item: Item, known: Known) -> AnswerSet:
    """Codes without a word: those of the wave before, of the codebook, or, to be confirmed, as they are counted."""
    before, scale = known.bare(item), {answer_key(str(code)): code for code in item.scale.codes}
    if given <= before.keys():
        reasons = {key: str(told) for key, told in before.items() if isinstance(told, str)}
        kept = {key: told for key, told in before.items() if key not in reasons}
        return AnswerSet(_shown(kept, set(scale)), reasons, bare=True)
    missing = _before(known, given - scale.keys())
    rest = given - missing.keys()
    if all(number(text) is not None for text in rest) and rest & scale.keys():
        return AnswerSet({}, missing, bare=True)
    if item.scale.codes == [0, 1] and rest <= {"y", "n", "j"}:
        return AnswerSet({key: int(key != "n") for key in sorted(rest | {"n"})}, missing)
    first = re.match(r"[a-z]*", min(rest))
    counted = {f"{first[0] if first else ''}{place}": code for place, code in enumerate(item.scale.codes, start=1)}
    spelt = {re.sub(r"\D0*(?=\d)", lambda found: found[0].rstrip("0"), text): text for text in sorted(rest)}
    codes: dict[str, int | str] = {spelt.get(key, key): code for key, code in counted.items()}
    codes |= dict.fromkeys(sorted(rest - codes.keys()), TODO)
    told = ", ".join(f"{key} = {item.scale.levels[place].nl}" for place, key in enumerate([*codes][: len(counted)]))
    return AnswerSet(codes, missing, bare=True, doubt=f"answers without words are taken as they are counted: {told}")


def _before(known: Known, texts: set[str]) -> dict[str, str]:
    """What the wave before says of answers that this one does not explain."""
    return {text: known.missing[text] for text in sorted(texts) if text in known.missing}


def _read(text: str, levels: Mapping[str, int]) -> int | None:
    """Code of an answer in words, also behind its own code: ``4 - urgent``."""
    return levels.get(
        text, next((code for code in levels.values() if levels.get(label_key(text, str(code))) == code), None)
    )
