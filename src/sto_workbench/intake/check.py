"""Every problem of a wave's export, in one go."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pandas as pd
from rapidfuzz import utils

from sto_analysis.errors import (
    LabelDisagrees,
    MissingColumn,
    PersonalData,
    Problem,
    SyntheticAsReal,
    UnclaimedColumn,
    UnknownCode,
    UntickedBoxes,
    WordingDisagrees,
)
from sto_analysis.monitor.codebook import Codebook, Item
from sto_analysis.monitor.item_column import TODO, ItemColumn
from sto_analysis.monitor.spelling import answer_key, label_key, visible
from sto_analysis.monitor.wave import Wave
from sto_workbench.intake.marks import answer_rows, answered
from sto_workbench.intake.personal import looks_personal
from sto_workbench.intake.readers import Export, distinct
from sto_workbench.intake.region_names import RegionNames
from sto_workbench.intake.rows import check_rows

_OFTEN = 0.1
"""Share of blank cells above which boxes are thought of."""
_PREFIX = re.compile(r"^\s*[A-Za-z](?=\w*\d)\w*(\[\w+\])?\s*[.:)]\s+")
"""Code of a question before its text, as LimeSurvey writes it: ``v1_1. ``, ``G01Q02[SQ003]. ``."""


def question_of(text: str) -> str:
    """Take the code of a question from before its text, and line breaks out of it."""
    return _PREFIX.sub("", visible(text))


def plain_question(text: str) -> str:
    """Reduce a question to its words: no code before it, no case, no punctuation."""
    return " ".join(utils.default_process(question_of(text)).split())


def check_export(
    raw: Export, wave: Wave, codebook: Codebook, names: RegionNames | None, file: Path
) -> Iterator[Problem]:
    """Yield every problem of an export, located.

    Parameters
    ----------
    raw : Export
        What `read_export` gave.
    wave, codebook
        What the export is checked against; items that the codebook does not know are left out.
    names : RegionNames or None
        The regions that were asked; without them regions are not looked up.
    file : Path
        Named in the problems.
    """
    cells, marked = answer_rows(raw, wave)
    set_aside = marked if wave.unfinished == "drop" else {}
    unused = wave.drop if raw.layout.sheet is not None else {}  # in a text a damaged cell may have swallowed others
    yield from (fault for fault in raw.faults if fault.column not in unused and fault.row not in set_aside)
    if "SYNTHETIC" in raw.title.upper() and not wave.synthetic:
        what = f"the file calls itself {raw.title!r}, but wave {wave.wave} is not synthetic."
        yield SyntheticAsReal(what, "Put it in a folder data/raw/synthetic-<year>.", file=file)
    sheet = raw.layout.sheet
    for name, source in wave.items.items():
        if source.column.startswith(TODO) or name not in codebook.items:
            continue
        if source.column not in cells.columns:
            todo = "Correct the column in wave.yaml, or ask for a complete export."
            what = f"wave.yaml names this column for {name}, the export lacks it."
            yield MissingColumn(what, todo, file=file, sheet=sheet, column=source.column)
        else:
            item = codebook.items[name]
            yield from _wording(raw, source, item, file)
            yield from _answers(cells[source.column], raw, source, item, wave, file)
            yield from _value_labels(raw, source, item, codebook, wave, file)
            yield from _order(raw, source, item, file)
            yield from _reach(source, item, raw, file)
    yield from _unticked(cells, wave, codebook, file, sheet)
    yield from _unclaimed(raw, wave, file)
    if wave.region_column in raw.cells.columns:
        yield from check_rows(raw, wave, names, file)
    elif not wave.region_column.startswith(TODO):
        what, todo = "the export lacks the column of the region.", "Correct 'region_column' in wave.yaml."
        yield MissingColumn(what, todo, file=file, sheet=sheet, column=wave.region_column)


def _answers(
    cells: pd.Series, raw: Export, source: ItemColumn, item: Item, wave: Wave, file: Path
) -> Iterator[Problem]:
    """Answers that nobody knows."""
    known, absent = source.answers(item), wave.reasons(source)
    fine = known.keys() | absent.keys() | (source.codes or {}).keys()
    unknown = [text for text in distinct(cells) if answer_key(text) not in fine]
    for row, text in cells[cells.isin(unknown)].items() if unknown else ():
        yield UnknownCode(
            f"an answer to {item.id} that neither wave.yaml nor the codebook knows.",
            "Correct the value, or add it to 'codes', 'missing' or 'missing_codes' in wave.yaml.",
            file=file, sheet=raw.layout.sheet, row=int(str(row)), column=source.column, value=str(text),
            expected=f"one of {', '.join([*known, *absent])}",
        )  # fmt: skip


def _unticked(cells: pd.DataFrame, wave: Wave, codebook: Codebook, file: Path, sheet: str | None) -> Iterator[Problem]:
    """Items that look like boxes of which only the ticked ones show.

    Those that are never "nee" (a level 0) but often blank where their question is answered otherwise, and questions of
    which every answer is one and the same; and those whose blank is said to be what other cells say too.
    """
    rows = answered(cells, wave, codebook)
    given: dict[str, set[str]] = {}
    found: dict[str, list[tuple[ItemColumn, Item, set[str], float]]] = {}
    for name, source in wave.items.items():
        if name in codebook.items and source.column in cells.columns:
            item, column = codebook.items[name], cells[source.column]
            keys = {key for key in map(answer_key, column.dropna().unique()) if key not in wave.reasons(source)}
            levels = {source.answers(item).get(key, key) for key in keys}
            given.setdefault(item.question, set()).update(levels)
            blank = float(column[rows[item.question]].isna().mean())
            found.setdefault(item.question, []).append((source, item, levels, blank))
    for question, items in found.items():
        one = len(given[question]) == 1 and len(items) > 1
        for source, item, levels, blank in items:
            lowest = item.scale.levels[0]
            box = one or (lowest.code == 0 and levels and lowest.id not in levels)
            asks = partial(UntickedBoxes, file=file, sheet=sheet, column=source.column)
            if source.blank is None and box and blank > _OFTEN:
                yield asks(
                    f"{blank:.0%} of its cells are blank where {question!r} is answered, and none says {lowest.nl!r}: "
                    "a box that was ticked or not?",
                    f"Say with 'blank' of {item.id} in wave.yaml what a blank cell stands for: a level of the "
                    "codebook, or 'blank' where it stands for none.",
                )
            elif (level := source.ticked(item)) in levels:
                yield asks(
                    f"'blank' of {item.id} in wave.yaml is {level!r}, which other cells of the column say too.",
                    "Write 'blank: blank' where a blank cell stands for no answer.",
                )


def _order(raw: Export, source: ItemColumn, item: Item, file: Path) -> Iterator[Problem]:
    """Exported numbers that neither rise nor fall with the levels of wave.yaml, but for those that labels explain."""
    order = {level.id: place for place, level in enumerate(item.scale.levels)}
    spoken = {answer_key(text): level.id for level in item.scale.levels for text in (level.nl, level.en)}
    labels = {answer_key(code): spoken.get(label_key(text, code)) for code, text in _labels(raw, source).items()}
    numbers = {
        float(key): order[taken]
        for key, taken in source.answers(item).items()
        if re.fullmatch(r"-?\d+", key) and labels.get(key) != taken
    }
    places = [numbers[code] for code in sorted(numbers)]
    if len(order) > 2 and not source.as_stated and places not in (sorted(places), sorted(places, reverse=True)):
        yield LabelDisagrees(
            f"'codes' of {item.id} in wave.yaml neither rise nor fall with the codes of the codebook.",
            "Correct them, or add 'as_stated: true' to the item.",
            file=file, sheet=raw.layout.sheet, column=source.column,
        )  # fmt: skip


def _reach(source: ItemColumn, item: Item, raw: Export, file: Path) -> Iterator[Problem]:
    """Levels that no answer stands for: the question had fewer answers than the codebook."""
    lost = [level.nl for level in item.scale.levels if level.id not in source.levels(item)]
    if lost and source.codes and not source.as_stated:
        yield LabelDisagrees(
            f"no code of {item.id} in wave.yaml stands for {', '.join(map(repr, lost))}.",
            "Add it to 'codes'; or add 'as_stated: true' where the question had fewer answers (it is then not compared "
            "with the earlier wave).",
            file=file, sheet=raw.layout.sheet, column=source.column,
        )  # fmt: skip


def _labels(raw: Export, source: ItemColumn) -> dict[str, str]:
    return raw.value_labels.get(source.column, {})


def _value_labels(
    raw: Export, source: ItemColumn, item: Item, codebook: Codebook, wave: Wave, file: Path
) -> Iterator[Problem]:
    """Codes that the file calls otherwise than wave.yaml takes them, or by words that nobody here knows."""
    known, absent = source.answers(item), wave.reasons(source)
    levels = {level.id: level.nl for level in item.scale.levels}
    spoken = {answer_key(text): level.nl for level in item.scale.levels for text in (level.nl, level.en)}
    excuses = codebook.missing.spoken
    labels = _labels(raw, source)
    declared = [code for code in distinct(raw.cells[source.column]) if raw.declared_missing(source.column, code)]
    for code, label in {**{code: code for code in declared}, **labels}.items():
        key, words = answer_key(code), label_key(label, code)
        reason = absent.get(key)
        taken = None if reason else known.get(key)
        means = spoken.get(words) or (codebook.missing.reasons[excuses[words]].nl if words in excuses else None)
        if taken:
            takes, stated = levels[taken], key in (source.codes or {})
        elif reason in codebook.missing.reasons:
            takes = codebook.missing.reasons[reason].nl
            stated = key in source.missing or label == _usual(raw, code)
        else:
            continue
        disagrees = partial(LabelDisagrees, file=file, sheet=raw.layout.sheet, column=source.column, value=code)
        if means is not None and means != takes and not (taken and source.as_stated):
            what = f"the file calls this code {label!r}, wave.yaml takes it for {takes!r}."
            yield disagrees(
                what,
                "Correct 'codes', 'missing' or 'missing_codes' in wave.yaml, or add 'as_stated: true' to the item.",
            )
        elif means is None and not stated and words != key:
            what = f"the file calls this code {label!r}, which is no answer of the codebook; it is taken for {takes!r}."
            yield disagrees(what, "List it under 'codes' or 'missing' of the item in wave.yaml.")
        elif taken and raw.declared_missing(source.column, code):
            what = f"the file declares this code missing, wave.yaml takes it for {takes!r}."
            yield disagrees(what, "Add it to 'missing' of the item, or correct 'codes', in wave.yaml.")


def _usual(raw: Export, code: str) -> str:
    """What most columns of the file call a code."""
    called = Counter(labels[code] for labels in raw.value_labels.values() if code in labels)
    return called.most_common(1)[0][0] if called else ""


def _wording(raw: Export, source: ItemColumn, item: Item, file: Path) -> Iterator[Problem]:
    """A question that the file words otherwise than wave.yaml: a changed question would pass unseen."""
    asked = raw.question(source.column)
    if source.wording.startswith(TODO) or asked is None:
        return
    wording, alone = plain_question(source.wording), plain_question(raw.own.get(source.column, asked))
    if plain_question(asked) not in wording and alone != wording:  # a label may be cut off
        yield WordingDisagrees(
            f"the file words {item.id} otherwise than wave.yaml: {asked!r}.",
            "Copy the wording of the file; add 'same_wording_as_earlier: true' where it asks the same.",
            file=file, sheet=raw.layout.sheet, column=source.column, expected=repr(source.wording),
        )  # fmt: skip


def _unclaimed(raw: Export, wave: Wave, file: Path) -> Iterator[Problem]:
    """Columns that nothing takes, and those that are dropped and not there."""
    sheet = raw.layout.sheet
    there = set(raw.cells.columns)
    for column in wave.drop:
        if column not in there:
            what, todo = "wave.yaml drops this column, the export lacks it.", "Correct or remove the line under 'drop'."
            yield MissingColumn(what, todo, file=file, sheet=sheet, column=column)
    claimed = {wave.region_column, *wave.drop, *(source.column for source in wave.items.values())}
    for column in raw.cells.columns:
        if column in claimed:
            continue
        personal = looks_personal(column, raw.labels.get(column, ""), raw.cells[column])
        todo = "Add it to 'drop' in wave.yaml with the reason, or give it to an item."
        if personal:
            yield PersonalData(f"this column looks like {personal}.", todo, file=file, sheet=sheet, column=column)
        else:
            yield UnclaimedColumn("no item takes this column.", todo, file=file, sheet=sheet, column=column)
