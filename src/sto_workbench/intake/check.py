"""Every problem of a wave's export, in one go."""

import re
from collections import Counter
from collections.abc import Iterator

from sto_analysis.errors import Problem
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.scales import Labelled
from sto_analysis.monitor.spelling import answer_key
from sto_workbench.intake.known import label_key
from sto_workbench.intake.marks import looks_personal
from sto_workbench.intake.matching import asks_another
from sto_workbench.intake.readers import Export
from sto_workbench.intake.reading import UNKNOWN, Asked, Reading
from sto_workbench.intake.rows import check_beside, check_rows
from sto_workbench.intake.texts import plain_question

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
    for look_at_all in (_made_up, _lacking, _unclaimed, _asks_another):
        yield from look_at_all(reading)
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
    wave, title, names = reading.wave, reading.export.title, reading.names
    if not wave.synthetic and "SYNTHETIC" in title.upper():
        yield reading.problem("check.called_synthetic", title=title, wave=wave.wave)
    if wave.synthetic and reading.export.layout.names is None and "SYNTHETIC" not in title:  # SPSS
        yield reading.problem("check.not_called_synthetic", wave=wave.wave)
    elif wave.synthetic and reading.export.layout.names is not None and names is not None:
        for region in names.frame.index.difference(names.register.index)[:1]:
            yield reading.problem("check.not_registered", wave=wave.wave, region=region)


def _lacking(reading: Reading) -> Iterator[Problem]:
    """Columns that wave.yaml names and the export lacks."""
    wave = reading.wave
    named = [(source.column, "item", name) for name, source in wave.items.items() if name in reading.codebook.items]
    named += [(wave.region_column, "region", ""), *((column, "dropped", "") for column in wave.drop)]
    for column, what, item in named:
        if column not in reading.export.cells.columns and not column.startswith(TODO):
            yield reading.problem(f"check.{what}_lacks", column=column, item=item)


def _unclaimed(reading: Reading) -> Iterator[Problem]:
    """Columns that nothing takes."""
    raw, wave = reading.export, reading.wave
    claimed = [wave.region_column, *wave.drop, *(source.column for source in wave.items.values())]
    for column in raw.cells.columns.difference(claimed, sort=False):
        personal = looks_personal(column, raw.labels.get(column, ""), raw.cells[column])
        yield reading.problem("check.personal" if personal else "check.unclaimed", column=column, personal=personal)


def _asks_another(reading: Reading) -> Iterator[Problem]:
    """A question that is another item's, to the letter."""
    told = {name: asked.source for name, asked in reading.asked.items()}
    claimed = {name: source.column for name, source in told.items() if source.same_wording_as_earlier is None}
    for name, other in asks_another(reading.export, reading.codebook, claimed).items():
        question = reading.export.labels.get(claimed[name], claimed[name])
        yield reading.problem("check.asks_another", asked=reading.asked[name], other=other, question=question)


def _wording(reading: Reading, asked: Asked) -> Iterator[Problem]:
    """A question that the file words otherwise than wave.yaml: a changed question would pass unseen."""
    source, question = asked.source, reading.export.question(asked.source.column)
    if question and not source.wording.startswith(TODO):
        wording, alone = map(plain_question, (source.wording, reading.export.own.get(source.column, question)))
        if plain_question(question) not in wording and alone != wording:  # a label may be cut off
            yield reading.problem(
                "check.worded_otherwise", asked=asked, question=question, expected=repr(source.wording)
            )


def _answers(reading: Reading, asked: Asked) -> Iterator[Problem]:
    """Answers that nobody knows."""
    known = ", ".join(key for key, told in asked.means.items() if told != TODO)
    for row, text in asked.cells[asked.said.str.startswith(UNKNOWN).fillna(False)].items():
        yield reading.problem("check.unknown_answer", asked=asked, row=row, value=str(text), answers=known)


def _value_labels(reading: Reading, asked: Asked) -> Iterator[Problem]:
    """Codes that the file calls otherwise than wave.yaml takes them, or by words that nobody here knows."""
    raw, source, reasons = reading.export, asked.source, reading.codebook.missing.reasons
    names: dict[str, Labelled] = {**reasons, **{level.id: level for level in asked.item.scale.levels}}
    declared = {code: code for code in asked.cells.dropna().unique() if raw.declared_missing(source.column, code)}
    for code, label in (declared | asked.labels).items():
        key, means = answer_key(code), reading.spoken(asked, code, label)
        takes, stated = asked.means.get(key, ""), {*source.missing, *(source.codes or {})}
        usual = takes in reasons and label == _usual(raw, code)
        if takes not in names:
            continue
        if means and names[means].nl != names[takes].nl and (takes in reasons or not source.as_stated):
            what = "called_otherwise"
        elif not (means or usual or key in stated) and label_key(label, code) != key:
            what = "called_unknown"
        elif takes not in reasons and code in declared:
            what = "declared_missing"
        else:
            continue
        yield reading.problem(f"check.{what}", asked=asked, label=label, takes=names[takes].nl, value=code)


def _usual(raw: Export, code: str) -> str:
    """What most columns of the file call a code."""
    called = Counter(labels[code] for labels in raw.value_labels.values() if code in labels)
    return called.most_common(1)[0][0] if called else ""


def _order(reading: Reading, asked: Asked) -> Iterator[Problem]:
    """Exported numbers that neither rise nor fall with the levels, but for those that labels explain; levels lost.

    A level that no answer stands for is one that the question did not have.
    """
    source, scale, levels = asked.source, asked.item.scale.levels, [level.id for level in asked.item.scale.levels]
    explained = {answer_key(code): reading.spoken(asked, code, label) for code, label in asked.labels.items()}
    unexplained = {key: takes for key, takes in asked.means.items() if takes in levels and explained.get(key) != takes}
    numbers = sorted((int(key), levels.index(unexplained[key])) for key in unexplained if re.fullmatch(r"-?\d+", key))
    places = [place for _, place in numbers]
    if len(levels) > 2 and not source.as_stated and sorted(places) not in (places, places[::-1]):
        yield reading.problem("check.neither_rise_nor_fall", asked=asked)
    lost = ", ".join(repr(level.nl) for level in scale if level.id not in source.levels(asked.item))
    if lost and source.codes and not source.as_stated:
        yield reading.problem("check.no_code_for", asked=asked, levels=lost)


def _unticked(reading: Reading, items: list[str]) -> Iterator[Problem]:
    """Items of a question that look like boxes of which only the ticked ones show.

    Those that are never "nee" (a level 0) but often blank where their question is answered otherwise, and questions of
    which every answer is one and the same; and those whose blank is said to be what other cells say too.
    """
    given = {name: {*reading.said.loc[reading.given[name], name]} for name in items}
    one = len(set().union(*given.values())) == 1 and len(items) > 1
    for name, levels in given.items():
        asked, lowest = reading.asked[name], reading.asked[name].item.scale.levels[0]
        blank = float(asked.cells[reading.answered[asked.item.question]].isna().mean())
        box = asked.source.ticked(asked.item)
        alike = one or (lowest.code == 0 and levels and lowest.id not in levels)
        if asked.source.blank is None and alike and blank > _OFTEN:
            told = {"blank": blank, "question": asked.item.question, "lowest": lowest.nl}
            yield reading.problem("check.unticked", asked=asked, **told)
        elif box in levels:
            yield reading.problem("check.blank_is_said_too", asked=asked, level=box)
