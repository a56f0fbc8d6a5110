"""Every problem of a wave's export, in one go."""

import re
from collections import Counter
from collections.abc import Iterator

from rapidfuzz import process

from sto_analysis.errors import (
    LabelDisagrees,
    MissingColumn,
    PersonalData,
    Problem,
    RealAsSynthetic,
    SyntheticAsReal,
    UnclaimedColumn,
    UnknownCode,
    UntickedBoxes,
    WordingDisagrees,
)
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.spelling import answer_key
from sto_workbench.intake.beside import check_beside
from sto_workbench.intake.matching import asks_another
from sto_workbench.intake.personal import looks_personal
from sto_workbench.intake.readers import Export, distinct
from sto_workbench.intake.reading import Asked, Reading
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
    if "SYNTHETIC" in raw.title.upper() and not wave.synthetic:
        what = f"the file calls itself {raw.title!r}, but wave {wave.wave} is not synthetic."
        yield reading.problem(SyntheticAsReal, what, "Put it in a folder data/raw/synthetic-<year>.")
    yield from _not_made(reading)
    yield from _lacking(reading)
    yield from _unclaimed(reading)
    yield from _asks_another(reading)
    for asked in reading.asked.values():
        for look in (_wording, _answers, _value_labels, _order, _reach):
            yield from look(reading, asked)
    for items in reading.questions.values():
        yield from _unticked(reading, items)
    if wave.region_column in raw.cells.columns:
        yield from check_rows(reading)
        yield from check_beside(reading)


def _not_made(reading: Reading) -> Iterator[Problem]:
    """A synthetic wave whose file may hold real answers.

    Its label does not say SYNTHETIC; or it can have none, and regions were asked that are not registered as made up.
    """
    raw, wave, names = reading.export, reading.wave, reading.names
    labelled = raw.layout.names is None  # SPSS
    asked = list(names.frame.index.difference(names.register.index)) if names is not None else []
    if wave.synthetic and ("SYNTHETIC" not in raw.title if labelled else asked):
        why = (
            "it does not call itself SYNTHETIC" if labelled else f"data/regions.csv does not know {asked[0]} as made up"
        )
        what = f"wave {wave.wave} is synthetic, but this file may hold real answers: {why}."
        todo = (
            "Put it in a folder data/raw/<year>; made answers: say SYNTHETIC in the file's label, register the regions."
        )
        yield reading.problem(RealAsSynthetic, what, todo)


def _lacking(reading: Reading) -> Iterator[Problem]:
    """Columns that wave.yaml names and the export lacks."""
    wave = reading.wave
    lacks = "wave.yaml names this column for {}, the export lacks it.".format
    todo = "Correct the column in wave.yaml, or ask for a complete export."
    named = [
        (source.column, lacks(name), todo) for name, source in wave.items.items() if name in reading.codebook.items
    ]
    region = "the export lacks the column of the region."
    named.append((wave.region_column, region, "Correct 'region_column' in wave.yaml."))
    dropped = "wave.yaml drops this column, the export lacks it."
    named += [(column, dropped, "Correct or remove the line under 'drop'.") for column in wave.drop]
    for column, what, todo in named:
        if column not in reading.export.cells.columns and not column.startswith(TODO):
            near = process.extractOne(column, [*map(str, reading.export.cells.columns)], score_cutoff=_NEAR)
            expected = f"a column of the file; most alike is {near[0]!r}" if near else None
            yield reading.problem(MissingColumn, what, todo, column=column, expected=expected)


def _unclaimed(reading: Reading) -> Iterator[Problem]:
    """Columns that nothing takes."""
    raw, wave = reading.export, reading.wave
    claimed = {wave.region_column, *wave.drop, *(source.column for source in wave.items.values())}
    todo = "Add it to 'drop' in wave.yaml with the reason, or give it to an item."
    for column in raw.cells.columns.difference(list(claimed), sort=False):
        personal = looks_personal(column, raw.labels.get(column, ""), raw.cells[column])
        if personal:
            yield reading.problem(PersonalData, f"this column looks like {personal}.", todo, column=column)
        else:
            yield reading.problem(UnclaimedColumn, "no item takes this column.", todo, column=column)


def _wording(reading: Reading, asked: Asked) -> Iterator[Problem]:
    """A question that the file words otherwise than wave.yaml: a changed question would pass unseen."""
    raw, source = reading.export, asked.source
    question = raw.question(source.column)
    if source.wording.startswith(TODO) or question is None:
        return
    wording, alone = plain_question(source.wording), plain_question(raw.own.get(source.column, question))
    if plain_question(question) not in wording and alone != wording:  # a label may be cut off
        what = f"the file words {asked.item.id} otherwise than wave.yaml: {question!r}."
        todo = "Copy the wording of the file; add 'same_wording_as_earlier: true' where it asks the same."
        yield reading.problem(WordingDisagrees, what, todo, column=source.column, expected=repr(source.wording))


def _asks_another(reading: Reading) -> Iterator[Problem]:
    """A question that is another item's, to the letter."""
    judged = {name: asked.source.same_wording_as_earlier is not None for name, asked in reading.asked.items()}
    claimed = {name: asked.source.column for name, asked in reading.asked.items() if not judged[name]}
    for name, other in asks_another(reading.export, reading.codebook, claimed).items():
        question = reading.export.labels.get(claimed[name], claimed[name])
        what = f"this column asks {other} of the codebook, wave.yaml takes it for {name}: {question!r}."
        todo = "Give each item its own column, or say 'same_wording_as_earlier' of it: true or false."
        yield reading.problem(WordingDisagrees, what, todo, column=claimed[name])


def _answers(reading: Reading, asked: Asked) -> Iterator[Problem]:
    """Answers that nobody knows."""
    fine = asked.known.keys() | asked.absent.keys() | (asked.source.codes or {}).keys()
    unknown = [text for text in distinct(asked.cells) if answer_key(text) not in fine]
    what = f"an answer to {asked.item.id} that neither wave.yaml nor the codebook knows."
    todo = "Correct the value, or add it to 'codes', 'missing' or 'missing_codes' in wave.yaml."
    place = {"column": asked.source.column, "expected": f"one of {', '.join([*asked.known, *asked.absent])}"}
    for row, text in asked.cells[asked.cells.isin(unknown)].items():
        yield reading.problem(UnknownCode, what, todo, row=int(str(row)), value=str(text), **place)


def _value_labels(reading: Reading, asked: Asked) -> Iterator[Problem]:
    """Codes that the file calls otherwise than wave.yaml takes them, or by words that nobody here knows."""
    raw, source, column = reading.export, asked.source, asked.source.column
    absence = reading.codebook.missing
    nl = {level.id: level.nl for level in asked.item.scale.levels}
    spoken = {text: absence.reasons[reason].nl for text, reason in reasons_in_words(absence).items()}
    spoken |= {text: level.nl for text, level in levels_in_words(asked.item.scale).items()}
    declared = [code for code in distinct(raw.cells[column]) if raw.declared_missing(column, code)]
    for code, label in {**{code: code for code in declared}, **asked.labels}.items():
        key, words = answer_key(code), label_key(label, code)
        reason = asked.absent.get(key)
        taken = None if reason else asked.known.get(key)
        if taken:
            takes, stated = nl[taken], key in (source.codes or {})
        elif reason in absence.reasons:
            takes = absence.reasons[reason].nl
            stated = key in source.missing or label == _usual(raw, code)
        else:
            continue
        means = spoken.get(words)
        if means is not None and means != takes and not (taken and source.as_stated):
            what = f"the file calls this code {label!r}, wave.yaml takes it for {takes!r}."
            todo = "Correct 'codes', 'missing' or 'missing_codes' in wave.yaml, or add 'as_stated: true' to the item."
        elif means is None and not stated and words != key:
            what = f"the file calls this code {label!r}, which is no answer of the codebook; it is taken for {takes!r}."
            todo = "List it under 'codes' or 'missing' of the item in wave.yaml."
        elif taken and raw.declared_missing(column, code):
            what = f"the file declares this code missing, wave.yaml takes it for {takes!r}."
            todo = "Add it to 'missing' of the item, or correct 'codes', in wave.yaml."
        else:
            continue
        yield reading.problem(LabelDisagrees, what, todo, column=column, value=code)


def _usual(raw: Export, code: str) -> str:
    """What most columns of the file call a code."""
    called = Counter(labels[code] for labels in raw.value_labels.values() if code in labels)
    return called.most_common(1)[0][0] if called else ""


def _order(reading: Reading, asked: Asked) -> Iterator[Problem]:
    """Exported numbers that neither rise nor fall with the levels of wave.yaml, but for those that labels explain."""
    order = {level.id: place for place, level in enumerate(asked.item.scale.levels)}
    explained = {answer_key(code): asked.says(code) for code in asked.labels}
    numbers = {
        float(key): order[taken]
        for key, taken in asked.known.items()
        if re.fullmatch(r"-?\d+", key) and explained.get(key) != taken
    }
    places = [numbers[code] for code in sorted(numbers)]
    if len(order) > 2 and not asked.source.as_stated and places not in (sorted(places), sorted(places, reverse=True)):
        what = f"'codes' of {asked.item.id} in wave.yaml neither rise nor fall with the codes of the codebook."
        todo = "Correct them, or add 'as_stated: true' to the item."
        yield reading.problem(LabelDisagrees, what, todo, column=asked.source.column)


def _reach(reading: Reading, asked: Asked) -> Iterator[Problem]:
    """Levels that no answer stands for: the question had fewer answers than the codebook."""
    source, item = asked.source, asked.item
    lost = [level.nl for level in item.scale.levels if level.id not in source.levels(item)]
    if lost and source.codes and not source.as_stated:
        what = f"no code of {item.id} in wave.yaml stands for {', '.join(map(repr, lost))}."
        todo = (
            "Add it to 'codes'; or add 'as_stated: true' where the question had fewer answers (it is then not compared "
            "with the earlier wave)."
        )
        yield reading.problem(LabelDisagrees, what, todo, column=source.column)


def _unticked(reading: Reading, items: list[Asked]) -> Iterator[Problem]:
    """Items of a question that look like boxes of which only the ticked ones show.

    Those that are never "nee" (a level 0) but often blank where their question is answered otherwise, and questions of
    which every answer is one and the same; and those whose blank is said to be what other cells say too.
    """
    given = [
        {asked.levels.get(text, answer_key(text)) for text in asked.cells[asked.answered].unique()} for asked in items
    ]
    one = len(set().union(*given)) == 1 and len(items) > 1
    for asked, levels in zip(items, given, strict=True):
        item, source, question = asked.item, asked.source, asked.item.question
        blank = float(asked.cells[reading.answered[question]].isna().mean())
        lowest = item.scale.levels[0]
        box = one or (lowest.code == 0 and levels and lowest.id not in levels)
        if source.blank is None and box and blank > _OFTEN:
            what = (
                f"{blank:.0%} of its cells are blank where {question!r} is answered, and none says {lowest.nl!r}: "
                "a box that was ticked or not?"
            )
            todo = (
                f"Say with 'blank' of {item.id} in wave.yaml what a blank cell stands for: a level of the codebook, or "
                "'blank' where it stands for none."
            )
        elif (level := source.ticked(item)) in levels:
            what = f"'blank' of {item.id} in wave.yaml is {level!r}, which other cells of the column say too."
            todo = "Write 'blank: blank' where a blank cell stands for no answer."
        else:
            continue
        yield reading.problem(UntickedBoxes, what, todo, column=source.column)
