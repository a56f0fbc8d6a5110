"""Lines of a proposed wave.yaml about questions and items: what is shared stands once."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.described import parse_yaml
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.spelling import answer_key
from sto_workbench.intake.answer_sets import AnswerSet, answer_set
from sto_workbench.intake.header import Layout
from sto_workbench.intake.known import Known
from sto_workbench.intake.matching import Match
from sto_workbench.intake.readers import Export
from sto_workbench.intake.words import label_key

_SHORTEST = 12
"""Characters of a beginning that wordings share, from which on it stands once."""


@dataclass(frozen=True)
class Block:
    """A question as a wave asks it.

    Parameters
    ----------
    matches : list of Match
        Its items.
    answers : AnswerSet
        Of all its columns but those of `own`.
    own : dict
        Item → its answers, where the file explains its codes otherwise.
    """

    matches: list[Match]
    answers: AnswerSet = field(default_factory=AnswerSet)
    own: Mapping[str, AnswerSet] = field(default_factory=dict)

    @property
    def bare(self) -> list[str]:
        """Columns of which the codes are not explained, and taken for those of the codebook."""
        known = self.answers.bare and not self.answers.codes
        return [match.column for match in self.matches if known and match.column != TODO and match.item not in self.own]

    @property
    def stem(self) -> str:
        """What the wordings of its items begin with."""
        worded = [match.wording for match in self.matches if match.wording not in {match.column, TODO}]
        if self.by_order:
            return TODO
        found = re.sub(r"\S+$", "", _beginning(worded)) if len(worded) > 1 else ""
        long = len(found) >= _SHORTEST and len(worded) == len(self.matches)
        return found if long and all(len(text) > len(found) for text in worded) else ""

    @property
    def by_order(self) -> bool:
        """Whether nothing but their order says which column is which item."""
        return any(match.column != TODO and match.confidence == 0 for match in self.matches)


def block(raw: Export, matches: Sequence[Match], codebook: Codebook, question: str, known: Known) -> Block:
    """Gather what holds for a question: answers once, but for columns that explain a code otherwise."""
    ours = [match for match in matches if codebook.items[match.item].question == question]
    labels: dict[str, str] | None = None
    main, own = [], {}
    item = codebook.items[ours[0].item]
    for match in (match for match in ours if match.column != TODO):
        told = {answer_key(code): text for code, text in raw.value_labels.get(match.column, {}).items()}
        scale = {code: label_key(told[code], code) for code in map(str, item.scale.codes) if code in told}
        labels = scale if labels is None else labels
        if scale == labels:
            main.append(match.column)
        else:
            own[match.item] = answer_set(raw, [match.column], item, known)
    answers = answer_set(raw, main, item, known) if main else AnswerSet()
    return Block(ours, answers, own)


def item_lines(blocks: Mapping[str, Block], codebook: Codebook, known: Known) -> Iterable[str]:
    """Yield the lines about missing answers, questions and items."""
    shared = _shared(blocks, codebook)
    yield "missing_codes:" + ("" if shared else " {}")
    yield from (f"  {_answer(code)}: {reason}" for code, reason in shared.items())
    told = {name: list(_question(one, shared, codebook, known)) for name, one in blocks.items()}
    said = {name for name, lines in told.items() if lines}
    told = {name: lines for name, lines in told.items() if lines or any(name.startswith(f"{key}_") for key in said)}
    yield from ["questions:"] if told else []
    for name, lines in told.items():
        yield f"  {name}:" + (" {}" if all(line.lstrip().startswith("#") for line in lines) else "")
        yield from lines
    yield "items:"
    for one in blocks.values():
        for match in one.matches:
            yield _item(match, one, shared, codebook)


def _question(one: Block, shared: Mapping[str, str], codebook: Codebook, known: Known) -> Iterable[str]:
    """What holds for all items of a question."""
    unsure = [match for match in one.matches if match.unsure and match.column != TODO and not one.by_order]
    why = [f"{len(unsure)} of {len(one.matches)} are worded otherwise than the codebook, see '# ?'"] if unsure else []
    why += [one.answers.doubt] if one.answers.doubt and not one.by_order else []
    if one.by_order:
        yield f"    # Nothing but their order says which column is which item. {one.answers.doubt}".rstrip()
        yield f"    wording: {TODO}"
    elif one.stem:
        yield f"    wording: {scalar(one.stem.strip())}"
    worded = [(match, before) for match in one.matches if (before := next(known.asked(match.item), None))]
    for match, before in [each for each in worded if answer_key(each[1].wording) != answer_key(each[0].wording)][:1]:
        if match.wording != TODO:
            yield f"    # same_wording_as_earlier: true  # where it asks the same as {scalar(before.wording)}"
    if why:
        yield f"    unsure: {scalar('; '.join(why))}"
    if one.answers.boxes:
        yield "    as_stated: true  # boxes know two answers"
    if one.answers.blank is not None:
        yield f"    blank: {one.answers.blank}"
    yield from (f"    {name}: {text}" for name, text in _told(one.answers, shared, codebook, one.matches[0].item))


def _told(answers: AnswerSet, shared: Mapping[str, str], codebook: Codebook, item: str) -> Iterable[tuple[str, str]]:
    """Codes and missing answers as YAML."""
    if answers.codes:
        levels = {level.code: level.nl for level in codebook.items[item].scale.levels}
        called = ", ".join(f"{code}: {scalar(text)}" for code, text in answers.labels.items())
        open_ones = TODO in answers.codes.values()
        reasons = f"or {', '.join(codebook.missing.reasons)}"
        known = ", ".join([*(f"{code} {text}" for code, text in levels.items()), reasons]) if open_ones else ""
        hint = "; ".join(filter(None, [called, known]))
        yield "codes", _mapping(answers.codes) + (f"  # {hint}" if hint else "")
    if own := {answer: reason for answer, reason in answers.missing.items() if shared.get(answer) != reason}:
        yield "missing", _mapping(own)


def _item(match: Match, one: Block, shared: Mapping[str, str], codebook: Codebook) -> str:
    """An item on one line."""
    item = codebook.items[match.item]
    parts = [f"column: {scalar(match.column)}"]
    wording = item.wording if match.column == TODO else item.nl if one.by_order else match.wording
    if wording != match.column:
        stem = one.stem
        wording = wording[len(stem) :] if stem and not one.by_order and match.column != TODO else wording
        parts.append(f"wording: {scalar(wording)}")
    if match.item in one.own:
        own = one.own[match.item]
        same = {str(code): code for code in item.scale.codes}
        parts.append(f"codes: {_mapping(own.codes or same)}")
        parts.append(f"missing: {_mapping({a: r for a, r in own.missing.items() if shared.get(a) != r})}")
    line = f"  {match.item}: {{{', '.join(parts)}}}"
    if match.column == TODO:
        return f"{line}  # no column found"
    if match.unsure and not one.by_order:
        return f"{line}  # ? {match.confidence:.0f}% alike: {scalar(item.wording)}"
    return line


def _shared(blocks: Mapping[str, Block], codebook: Codebook) -> dict[str, str]:
    """Missing rules on which all questions that have them agree, and that are no answer to any."""
    found: dict[str, set[str]] = {}
    valid: set[str] = set()
    for one in blocks.values():
        for answers in (one.answers, *one.own.values()):
            for answer, reason in answers.missing.items():
                found.setdefault(answer, set()).add(reason)
            scale = codebook.items[one.matches[0].item].scale
            valid |= answers.codes.keys() or {str(code) for code in scale.codes}
    return {
        answer: next(iter(reasons)) for answer, reasons in found.items() if len(reasons) == 1 and answer not in valid
    }


def _beginning(texts: Sequence[str]) -> str:
    """What all texts begin with."""
    first, last = min(texts), max(texts)
    return first[: next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]


def layout_lines(layout: Layout) -> Iterable[str]:
    """Yield the lines about how the answers stand in the file."""
    for name in ("sheet", "separator", "encoding"):
        if getattr(layout, name) is not None:
            yield f"{name}: {scalar(getattr(layout, name))}"
    if layout.names is not None:
        rows = {name: getattr(layout, name) for name in ("names", "group", "labels", "first")}
        yield f"header: {{{', '.join(f'{name}: {row}' for name, row in rows.items() if row is not None)}}}"


def scalar(text: str) -> str:
    """Write a text as YAML on one line: plain where it is a plain word, else quoted, with what is odd escaped."""
    if re.fullmatch(r"[A-Za-z]\w*", text, re.ASCII) and parse_yaml(text) == text:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c == " " or c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)


def _mapping(pairs: Mapping[str, int | str]) -> str:
    return f"{{{', '.join(f'{_answer(key)}: {value}' for key, value in pairs.items())}}}"


def _answer(key: str) -> str:
    """An exported answer as a key: a number where it is one."""
    return key if re.fullmatch(r"0|[1-9]\d*", key, re.ASCII) else scalar(key)
