"""Every problem of a wave's export, in one go."""

import re
from collections import Counter
from collections.abc import Iterator

from rapidfuzz import process

from sto_analysis.errors import Problem
from sto_analysis.messages import say
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.spelling import answer_key
from sto_workbench.intake.beside import check_beside
from sto_workbench.intake.marks import looks_personal
from sto_workbench.intake.matching import asks_another
from sto_workbench.intake.readers import Export
from sto_workbench.intake.reading import UNKNOWN, Asked, Reading
from sto_workbench.intake.rows import check_rows
from sto_workbench.intake.texts import plain_question
from sto_workbench.intake.words import label_key, levels_in_words, reasons_in_words

_NEAR = 70
"""Least similarity (0 to 100) at which another column is named."""
_OFTEN = 0.1
"""Share of blank cells above which boxes are thought of."""


def check_export(reading: Reading) -> Iterator[Problem]:
    """Yield every problem of an export, located.

    Parameters
    ----------
    reading : Reading
        Of the export.
    """
    raw, wave = reading.export, reading.wave
    unused = wave.drop if raw.layout.sheet is not None else {}  # in a text a damaged cell may have swallowed others
    yield from (fault for fault in raw.faults if fault.column not in unused and fault.row not in reading.set_aside)
    yield from _made_up(reading)
    yield from _lacking(reading)
    yield from _unclaimed(reading)
    yield from _asks_another(reading)
    for asked in reading.asked.values():
        for look in (_wording, _answers, _value_labels, _order):
            yield from look(reading, asked)
    for items in reading.questions.values():
        yield from _unticked(reading, items)
    if wave.region_column in raw.cells.columns:
        yield from check_rows(reading)
        yield from check_beside(reading)


def _made_up(reading: Reading) -> Iterator[Problem]:
    """Made answers in a real wave, and a synthetic one whose file may hold real answers.

    Its label does not say SYNTHETIC; or it can have none, and regions were asked that are not registered as made up.
    """
    raw, wave, names = reading.export, reading.wave, reading.names
    if not wave.synthetic:
        if "SYNTHETIC" in raw.title.upper():
            yield reading.problem("check.called_synthetic", title=raw.title, wave=wave.wave)
    elif raw.layout.names is None:  # SPSS
        if "SYNTHETIC" not in raw.title:
            yield reading.problem("check.not_called_synthetic", wave=wave.wave)
    elif names is not None and len(asked := names.frame.index.difference(names.register.index)):
        yield reading.problem("check.not_registered", wave=wave.wave, region=asked[0])


def _lacking(reading: Reading) -> Iterator[Problem]:
    """Columns that wave.yaml names and the export lacks."""
    wave = reading.wave
    named = [(source.column, "item", name) for name, source in wave.items.items() if name in reading.codebook.items]
    named += [(wave.region_column, "region", ""), *((column, "dropped", "") for column in wave.drop)]
    for column, what, item in named:
        if column not in reading.export.cells.columns and not column.startswith(TODO):
            near = process.extractOne(column, [*map(str, reading.export.cells.columns)], score_cutoff=_NEAR)
            expected = say("check.most_alike", near=near[0]) if near else None
            yield reading.problem(f"check.{what}_lacks", column=column, item=item, expected=expected)


def _unclaimed(reading: Reading) -> Iterator[Problem]:
    """Columns that nothing takes."""
    raw, wave = reading.export, reading.wave
    claimed = {wave.region_column, *wave.drop, *(source.column for source in wave.items.values())}
    for column in raw.cells.columns.difference(list(claimed), sort=False):
        personal = looks_personal(column, raw.labels.get(column, ""), raw.cells[column])
        yield reading.problem("check.personal" if personal else "check.unclaimed", column=column, personal=personal)


def _wording(reading: Reading, asked: Asked) -> Iterator[Problem]:
    """A question that the file words otherwise than wave.yaml: a changed question would pass unseen."""
    raw, source = reading.export, asked.source
    question = raw.question(source.column)
    if source.wording.startswith(TODO) or question is None:
        return
    wording, alone = plain_question(source.wording), plain_question(raw.own.get(source.column, question))
    if plain_question(question) not in wording and alone != wording:  # a label may be cut off
        place = {"column": source.column, "expected": repr(source.wording)}
        yield reading.problem("check.worded_otherwise", item=asked.item.id, question=question, **place)


def _asks_another(reading: Reading) -> Iterator[Problem]:
    """A question that is another item's, to the letter."""
    judged = {name: asked.source.same_wording_as_earlier is not None for name, asked in reading.asked.items()}
    claimed = {name: asked.source.column for name, asked in reading.asked.items() if not judged[name]}
    for name, other in asks_another(reading.export, reading.codebook, claimed).items():
        question = reading.export.labels.get(claimed[name], claimed[name])
        yield reading.problem("check.asks_another", other=other, item=name, question=question, column=claimed[name])


def _answers(reading: Reading, asked: Asked) -> Iterator[Problem]:
    """Answers that nobody knows."""
    known = ", ".join(key for key, told in asked.means.items() if told != TODO)
    unknown = asked.cells[asked.said.str.startswith(UNKNOWN).fillna(False)]
    told = {"item": asked.item.id, "answers": known, "column": asked.source.column}
    for row, text in unknown.items():
        yield reading.problem("check.unknown_answer", row=row, value=str(text), **told)


def _value_labels(reading: Reading, asked: Asked) -> Iterator[Problem]:
    """Codes that the file calls otherwise than wave.yaml takes them, or by words that nobody here knows."""
    raw, source, column, reasons = reading.export, asked.source, asked.source.column, reading.codebook.missing.reasons
    names = {name: reason.nl for name, reason in reasons.items()} | {
        level.id: level.nl for level in asked.item.scale.levels
    }
    declared = {code: code for code in raw.cells[column].dropna().unique() if raw.declared_missing(column, code)}
    for code, label in (declared | asked.labels).items():
        key, means = answer_key(code), _spoken(reading, asked, code, label)
        takes = asked.means.get(key, TODO)
        stated = (
            key in source.missing or key in (source.codes or {}) or (takes in reasons and label == _usual(raw, code))
        )
        if takes not in names:
            continue
        if means is not None and names[means] != names[takes] and (takes in reasons or not source.as_stated):
            what = "called_otherwise"
        elif means is None and not stated and label_key(label, code) != key:
            what = "called_unknown"
        elif takes not in reasons and code in declared:
            what = "declared_missing"
        else:
            continue
        yield reading.problem(f"check.{what}", label=label, takes=names[takes], column=column, value=code)


def _spoken(reading: Reading, asked: Asked, code: str, label: str) -> str | None:
    """Level or reason that the file calls a code by its very words."""
    words, level = label_key(label, code), levels_in_words(asked.item.scale)
    return level[words].id if words in level else reasons_in_words(reading.codebook.missing).get(words)


def _usual(raw: Export, code: str) -> str:
    """What most columns of the file call a code."""
    called = Counter(labels[code] for labels in raw.value_labels.values() if code in labels)
    return called.most_common(1)[0][0] if called else ""


def _order(reading: Reading, asked: Asked) -> Iterator[Problem]:
    """Exported numbers that neither rise nor fall with the levels, but for those that labels explain; levels lost.

    A level that no answer stands for is one that the question did not have.
    """
    source, item, levels = asked.source, asked.item, [level.id for level in asked.item.scale.levels]
    told = {"item": item.id, "column": source.column}
    explained = {answer_key(code): _spoken(reading, asked, code, label) for code, label in asked.labels.items()}
    numbers = sorted(
        (int(key), levels.index(takes))
        for key, takes in asked.means.items()
        if takes in levels and re.fullmatch(r"-?\d+", key) and explained.get(key) != takes
    )
    places = [place for _, place in numbers]
    if len(levels) > 2 and not source.as_stated and sorted(places) not in (places, places[::-1]):
        yield reading.problem("check.neither_rise_nor_fall", **told)
    lost = [level.nl for level in item.scale.levels if level.id not in source.levels(item)]
    if lost and source.codes and not source.as_stated:
        yield reading.problem("check.no_code_for", levels=", ".join(map(repr, lost)), **told)


def _unticked(reading: Reading, items: list[str]) -> Iterator[Problem]:
    """Items of a question that look like boxes of which only the ticked ones show.

    Those that are never "nee" (a level 0) but often blank where their question is answered otherwise, and questions of
    which every answer is one and the same; and those whose blank is said to be what other cells say too.
    """
    given = [set(reading.said.loc[reading.given[name], name]) for name in items]
    one = len(set().union(*given)) == 1 and len(items) > 1
    for asked, levels in zip([reading.asked[name] for name in items], given, strict=True):
        item, source = asked.item, asked.source
        lowest, box = item.scale.levels[0], source.ticked(item)
        blank = float(asked.cells[reading.answered[item.question]].isna().mean())
        told = {"blank": blank, "question": item.question, "lowest": lowest.nl, "level": box}
        alike = one or (lowest.code == 0 and levels and lowest.id not in levels)
        if source.blank is None and alike and blank > _OFTEN:
            yield reading.problem("check.unticked", item=item.id, column=source.column, **told)
        elif box in levels:
            yield reading.problem("check.blank_is_said_too", item=item.id, column=source.column, **told)
