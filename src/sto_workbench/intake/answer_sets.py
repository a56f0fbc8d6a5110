"""What the answers to a question stand for, as far as file, codebook and earlier waves say it."""

import re
from collections.abc import Mapping, Sequence

from pydantic import Field

from sto_analysis.messages import say
from sto_analysis.monitor.codebook import Item
from sto_analysis.monitor.item_column import TODO, Answers
from sto_analysis.monitor.spelling import answer_key
from sto_workbench.intake.header import number
from sto_workbench.intake.known import CODE, Known, has_words, label_key, levels_in_words
from sto_workbench.intake.readers import Export, distinct

YES, NO = "ja", "nee"
BOXES = {YES, NO}
_ROWS = 5
"""Fewest rows with some boxes ticked and some not."""
_MOST_WORDS = 12
"""Most different answers in words that are asked for one by one."""


class AnswerSet(Answers):
    """What the answers of some columns stand for, as wave.yaml says it; `unsure` is what a person must confirm.

    Parameters
    ----------
    labels : dict
        Exported answer → its label, of the answers that are ``TODO``.
    """

    labels: dict[str, str] = Field(default_factory=dict)


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
    labels = {answer_key(code): text for name in columns for code, text in raw.value_labels.get(name, {}).items()}
    given = {answer_key(text) for column in columns for text in distinct(raw.cells[column])}
    (words, listed), scale = known.means(item), {str(code) for code in item.scale.codes}
    before = {key: known.missing[key] for key in sorted(given - labels.keys() - scale) if key in known.missing}
    if not labels and (ticks := _ticks(raw, columns, given, item, known)):
        return ticks
    if not labels and given and has_words(item.scale) and all(re.fullmatch(CODE, text) for text in given):
        return _bare(given, item, before, listed)
    said = {text: text if text in words else label_key(text) for text in given}  # 4 - urgent
    said = {key: label_key(text, key) for key, text in labels.items()} or said
    codes, missing = _apart(before | {key: words[word] for key, word in said.items() if word in words})
    unknown = {key for key, word in said.items() if (word != key if labels else number(key) is None)}
    unknown = unknown & (given | scale) - codes.keys() - missing.keys()
    doubt = None
    if labels:
        same = {str(item.scale.codes[place]) for place in (0, -1)} <= codes.keys() and _same(codes)
        clear = not (unknown | missing.keys()) & scale and (not codes or (same and not unknown))
        whole = {*map(str, codes.values())} >= scale  # each level has its code
        asked = unknown | (given & scale if whole else scale)
    else:
        clear = given <= scale | missing.keys()
        plain = {} if clear or codes or not given & scale else {code: int(code) for code in scale}
        codes = {**{answer_key(level.nl): level.code for level in item.scale.levels if codes}, **codes, **plain}
        doubt = say("answer_sets.plain") if plain and has_words(item.scale) else None
        asked = {*sorted(unknown)[:_MOST_WORDS]} | (given & scale if codes else set())
    for key in () if clear else asked - codes.keys() - missing.keys():
        codes[key] = TODO if has_words(item.scale) or key in unknown else int(key)
    left = {key: labels[key] for key in unknown & labels.keys()}
    return AnswerSet(codes={} if clear else _shown(codes, scale), missing=missing, labels=left, unsure=doubt)


def _ticks(raw: Export, columns: Sequence[str], given: set[str], item: Item, known: Known) -> AnswerSet | None:
    """Boxes: yes and no where the codebook has more, or only the ticked ones show, with blanks beside them."""
    lowest, many, (words, _) = item.scale.levels[0], len(item.scale.levels) > len(BOXES), known.means(item)
    if YES in given <= BOXES and YES not in levels_in_words(item.scale):
        return AnswerSet(codes={YES: words.get(YES, TODO), NO: lowest.code}, as_stated=True)
    cells = raw.cells[list(columns)]
    partly = int((cells.notna().any(axis="columns") & cells.isna().any(axis="columns")).sum())
    words_or_one = given == {"1"} or not any(map(str.isdecimal, given))
    if partly < _ROWS or not words_or_one or any(len(distinct(cells[column])) > 1 for column in columns):
        return None
    codes = {text: words.get(text, TODO if many else item.scale.codes[-1]) for text in sorted(given)}
    said = any(source.blank is not None for source in known.asked(item.id))
    doubt = None if said else say("answer_sets.blank", lowest=lowest.nl)
    return AnswerSet(codes=codes, as_stated=many, blank=lowest.code, unsure=doubt)


def _bare(given: set[str], item: Item, missing: dict[str, str], listed: Mapping[str, int | str]) -> AnswerSet:
    """Codes without a word: those of the wave before, of the codebook, or, to be confirmed, as they are counted."""
    scale, rest = {str(code) for code in item.scale.codes}, given - missing.keys()
    if given <= listed.keys():
        codes, missing = _apart(listed)
        return AnswerSet(codes=_shown(codes, scale), missing=missing)
    if rest & scale and all(number(text) is not None for text in rest):
        return AnswerSet(missing=missing)
    if item.scale.codes == [0, 1] and rest <= {"y", "n", "j"}:
        return AnswerSet(codes={key: int(key != "n") for key in sorted(rest | {"n"})}, missing=missing)
    first = re.sub(r"-?\d.*", "", min(rest, default=""))
    counted = {f"{first}{place}": level for place, level in enumerate(item.scale.levels, start=1)}
    told = ", ".join(f"{key} = {level.nl}" for key, level in counted.items())
    codes = dict.fromkeys(sorted(rest), TODO) | {key: level.code for key, level in counted.items()}
    return AnswerSet(codes=_shown(codes, scale), missing=missing, unsure=say("answer_sets.counted", told=told))


def _apart(told: Mapping[str, int | str]) -> tuple[dict[str, int | str], dict[str, str]]:
    """Codes, and reasons why there is no answer."""
    missing = {key: means for key, means in told.items() if isinstance(means, str)}
    return {key: means for key, means in told.items() if key not in missing}, missing


def _same(codes: Mapping[str, int | str]) -> bool:
    return all(key == str(code) for key, code in codes.items())


def _shown(codes: Mapping[str, int | str], scale: set[str]) -> dict[str, int | str]:
    """Codes in their order; none where they are those of the codebook."""
    order = sorted(codes, key=lambda code: (number(code) is None, number(code) or 0, code))
    return {} if _same(codes) and set(codes) == scale else {code: codes[code] for code in order}
