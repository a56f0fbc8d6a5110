"""Questions and items of a proposed wave.yaml: what is shared stands once, what is asked too."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from ruamel.yaml.comments import CommentedMap

from sto_analysis.messages import say
from sto_analysis.monitor.codebook import Item
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.spelling import answer_key
from sto_workbench.intake.answer_sets import AnswerSet, answer_set
from sto_workbench.intake.known import Known, label_key
from sto_workbench.intake.matching import Match
from sto_workbench.intake.readers import Export
from sto_workbench.intake.texts import differing, words
from sto_workbench.intake.wave_file import put

_SHORTEST = 12
"""Characters of a beginning that wordings share, from which on it stands once."""


@dataclass(frozen=True)
class Block:
    """A question as a wave asks it.

    Parameters
    ----------
    known : Known
        Codebook and earlier waves.
    matches : list of Match
        Its items.
    answers : AnswerSet
        Of all its columns but those of `own`.
    own : dict
        Item → its answers, where the file explains its codes otherwise.
    """

    known: Known
    matches: list[Match]
    answers: AnswerSet
    own: Mapping[str, AnswerSet]

    @property
    def item(self) -> Item:
        """One of its items."""
        return self.known.codebook.items[self.matches[0].item]

    @property
    def by_order(self) -> bool:
        """Whether nothing but their order says which column is which item."""
        return any(match.column != TODO and match.confidence == 0 for match in self.matches)

    @property
    def stem(self) -> str:
        """What the wordings of its items begin with."""
        worded = [match.wording for match in self.matches if match.wording not in {match.column, TODO}]
        shared = "".join(c for c, *_ in takewhile(lambda each: len({*each}) == 1, zip(*worded, strict=False)))
        stem = re.sub(r"\S+$", "", shared) if len(worded) == len(self.matches) > 1 else ""
        return stem if len(stem) >= _SHORTEST and all(len(text) > len(stem) for text in worded) else ""

    def worded(self, match: Match) -> str:
        """What stands as the wording of an item, behind that of the question."""
        item = self.known.codebook.items[match.item]
        return item.wording if match.column == TODO else item.nl if self.by_order else match.wording[len(self.stem) :]


def block(raw: Export, matches: Sequence[Match], known: Known, question: str) -> Block:
    """Gather what holds for a question: answers once, but for columns that explain a code otherwise."""
    ours = [match for match in matches if known.codebook.items[match.item].question == question]
    item = known.codebook.items[ours[0].item]
    alike: dict[tuple[str | None, ...], list[Match]] = {}
    for match in (match for match in ours if match.column != TODO):
        told = raw.value_labels.get(match.column, {}).items()
        labels = {answer_key(code): label_key(text, code) for code, text in told}
        alike.setdefault(tuple(labels.get(str(code)) for code in item.scale.codes), []).append(match)
    main, *others = sorted(alike.values(), key=len, reverse=True) or [[]]
    own = {each.item: answer_set(raw, [each.column], item, known) for other in others for each in other}
    return Block(known, ours, answer_set(raw, [each.column for each in main], item, known), own)


def describe(told: CommentedMap, blocks: Mapping[str, Block]) -> None:
    """Write missing answers, questions and items into a wave.yaml.

    Parameters
    ----------
    told : CommentedMap
        What is written into.
    blocks : mapping
        Question → block.
    """
    shared, questions, items = _shared(blocks.values()), CommentedMap(), CommentedMap()
    put(told, "missing_codes", _keys(shared))
    for name, one in blocks.items():
        lines, remarks = _question(one, shared), [*_remarks(one)]
        if lines or remarks or any(name.startswith(f"{other}_") for other in questions):
            put(questions, name, lines, below=remarks)
        for match in one.matches:
            put(items, match.item, _item(match, one, shared), behind=_doubt(match, one))
    told |= {"questions": questions, "items": items}


def _remarks(one: Block) -> Iterator[str]:
    """How the columns of a question were found, and what makes it comparable with the wave before."""
    if one.by_order:
        yield say("proposed.by_order", doubt=one.answers.unsure or "")
    for match in one.matches:
        before = next((told.wording for told in one.known.asked(match.item)), "")
        if before and match.wording != TODO and answer_key(before) != answer_key(match.wording):
            yield f"same_wording_as_earlier: true  # {say('proposed.same_wording', wording=before)}"
            return


def _question(one: Block, shared: Mapping[str, str]) -> CommentedMap:
    """What holds for all items of a question."""
    answers, lines = one.answers, CommentedMap()
    unsure = sum(match.unsure and match.column != TODO for match in one.matches)
    why = [say("proposed.unsure", some=unsure, all=len(one.matches))] if unsure else []
    hint = [f"{code}: {label}" for code, label in answers.labels.items()]
    if TODO in (codes := answers.codes or {}).values():
        hint += [f"{level.code} {level.nl}" for level in one.item.scale.levels]
        hint += [say("proposed.or_why", reasons=", ".join(one.known.codebook.missing.reasons))]
    put(lines, "wording", TODO if one.by_order else one.stem.strip() or None)
    put(lines, "unsure", None if one.by_order else "; ".join([*why, *filter(None, [answers.unsure])]) or None)
    put(lines, "as_stated", answers.as_stated or None, behind=say("proposed.boxes"))
    put(lines, "blank", answers.blank)
    put(lines, "codes", _keys(codes) or None, behind=", ".join(hint))
    put(lines, "missing", _left(answers, shared) or None)
    return lines


def _item(match: Match, one: Block, shared: Mapping[str, str]) -> dict[str, Any]:
    """An item; it stands on one line."""
    line: dict[str, Any] = {"column": match.column}
    if (wording := one.worded(match)) != match.column:
        line["wording"] = wording
    if own := one.own.get(match.item):
        line["codes"] = _keys(own.codes or {str(code): code for code in one.item.scale.codes})
        line["missing"] = _left(own, shared)
    return line


def _doubt(match: Match, one: Block) -> str:
    """What a person should look at: the words in which file and codebook differ."""
    if match.column == TODO:
        return say("proposed.no_column")
    if one.by_order or not match.unsure:
        return ""
    item = one.known.codebook.items[match.item]
    others = [{*words(each.wording)} for each in one.matches if each is not match]
    asked = [word for word in words(match.wording) if not others or word not in set.intersection(*others)]
    pairs = [differing(asked, words(text)) for text in (item.wording, item.nl, item.en)]
    theirs, ours = min(pairs, key=lambda pair: len(" ".join(pair)))
    return say("proposed.differs", theirs=theirs, ours=ours) if theirs or ours else say("proposed.rivals")


def _shared(blocks: Iterable[Block]) -> dict[str, str]:
    """Missing rules on which all questions that have them agree, and that are no answer to any."""
    sets = [(one.item.scale, answers) for one in blocks for answers in (one.answers, *one.own.values())]
    valid = {key for scale, answers in sets for key in answers.codes or map(str, scale.codes)}
    pairs = dict.fromkeys(pair for _, answers in sets for pair in answers.missing.items())
    often = Counter(answer for answer, _ in pairs)
    return {answer: reason for answer, reason in pairs if often[answer] == 1 and answer not in valid}


def _left(answers: AnswerSet, shared: Mapping[str, str]) -> dict[str | int, Any]:
    """Missing answers that are not those of all questions."""
    return _keys({answer: reason for answer, reason in answers.missing.items() if shared.get(answer) != reason})


def _keys(told: Mapping[str, Any]) -> dict[str | int, Any]:
    """Exported answers as keys: numbers where they are."""
    return {int(key) if re.fullmatch(r"0|[1-9]\d{0,8}", key, re.ASCII) else key: value for key, value in told.items()}
