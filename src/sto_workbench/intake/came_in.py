"""What came in: each item's place in the export, and what stands out beside the waves before."""

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sto_analysis.analysis.came_in import signs
from sto_analysis.analysis.misplaced import CERTAIN, Sign, by_gravity, frame_signs, row_signs
from sto_analysis.errors import Problem
from sto_analysis.messages import LANGUAGE, say
from sto_analysis.monitor.answers import CleanWave
from sto_analysis.monitor.codebook import Codebook, Item
from sto_analysis.monitor.register import match_panel, read_register
from sto_analysis.monitor.wave import Wave, is_synthetic, known_waves
from sto_analysis.report.context import Context
from sto_analysis.report.plain import plain
from sto_analysis.report.sentences.came_in import blocks, sign_sentence
from sto_workbench.intake.reading import Reading
from sto_workbench.intake.rows import dates_of, filled_in_outside
from sto_workbench.intake.texts import plain_question

_OWN_WORDS = 3
"""Length of a code that may be the words, or the number, of one region: those stand in wave.yaml only."""


@dataclass(frozen=True)
class CameIn:
    """A delivery as it was read.

    Parameters
    ----------
    now, earlier : DataFrame of float
        Position of each answer on its scale, by region and item: of the wave, and of the same regions in the wave
        before; without columns where there is none.
    questions, ranges : dict
        Item that was asked → its question; the highest position of its scale.
    mapping : DataFrame of str
        One row per item: ``item``, ``question``, ``column`` and ``wording`` of the export, ``answers`` (with short
        codes), ``missing`` (reason and how often).
    signs : list of Sign
        What stands out, the gravest first.
    owners : dict
        Id or name of a region that was asked → its id.
    """

    now: pd.DataFrame
    earlier: pd.DataFrame
    questions: dict[str, str]
    ranges: dict[str, int]
    mapping: pd.DataFrame
    signs: list[Sign]
    owners: dict[str, str]


def came_in(wave: Wave, clean: CleanWave, before: Sequence[CleanWave], codebook: Codebook, seed: int = 1) -> CameIn:
    """Hold a cleaned wave beside the waves before it.

    Parameters
    ----------
    wave : Wave
        Says where the items stand.
    clean : CleanWave
        The wave.
    before : sequence of CleanWave
        The waves before it, the nearest first.
    codebook : Codebook
        Knows the scales.
    seed : int
        Of the random orders that correlations are held against.
    """
    asked = {name: item for name, item in codebook.items.items() if name in wave.items}
    now, register = _positions(clean.answers[list(asked)]), read_register("synthetic" if wave.synthetic else "real")
    all_before = [_positions(each.answers) for each in before]
    earlier = pd.DataFrame(index=now.index[:0])
    for nearest in all_before[:1]:
        earlier = match_panel(nearest.index, now.index, register).follow(nearest).dropna(axis="columns", how="all")
    questions = {name: item.question for name, item in asked.items()}
    ranges = {name: len(item.scale.levels) - 1 for name, item in asked.items()}
    frames = [each.regions[["name", *codebook.context_variables]] for each in (clean, *before[:1])]
    of_frames = frame_signs(*frames, registered=register["name"].dropna())
    found = [*row_signs(now, all_before), *of_frames, *signs(now, earlier, questions, ranges, seed)]
    owners = {str(text): str(region) for region, name in clean.regions["name"].items() for text in (region, name)}
    return CameIn(now, earlier, questions, ranges, _mapping(wave, asked, clean.missing), by_gravity(found), owners)


def _mapping(wave: Wave, asked: dict[str, Item], missing: pd.DataFrame) -> pd.DataFrame:
    absent, rows = Counter(zip(missing["item"], missing["reason"], strict=True)), []
    for name, item in asked.items():
        source, labels = wave.items[name], {level.id: level.label("nl") for level in item.scale.levels}
        given = [(labels[level], code) for code, level in source.answers(item).items()]
        told = [f"{label} ({code})" if len(code) < _OWN_WORDS and code.isdigit() else label for label, code in given]
        why = ", ".join(f"{reason} {count}" for (of, reason), count in absent.items() if of == name)
        rows.append((name, item.question, source.column, source.wording, ", ".join(dict.fromkeys(told)), why))
    columns = ["item", "question", "column", "wording", "answers", "missing"]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def _positions(answers: pd.DataFrame) -> pd.DataFrame:
    coded = pd.DataFrame({name: answers[name].cat.codes for name in answers}, answers.index).astype(float)
    return coded.where(coded >= 0)


def looks(reading: Reading, read: CameIn) -> tuple[list[Problem], list[str]]:
    """Tell what stands out: problems where good waves do not have it and nobody looked at it, and notices.

    Parameters
    ----------
    reading : Reading
        Of the wave.
    read : CameIn
        The same beside the waves before it.
    """
    context, problems, notices = Context(LANGUAGE.get(), reading.codebook), [], [*_stated(reading, read)]
    for sign in blocks(read.signs):
        told, key = plain(sign_sentence(context, sign)), " ".join([sign.kind, sign.question or "".join(sign.items[:1])])
        if why := reading.wave.looked_at.get(key.strip()):
            notices.append(say("came_in.looked_at", told=told, why=why))
        elif sign.kind in CERTAIN:
            problems.append(reading.problem("came_in.stands_out", told=told, key=key.strip()))
        else:
            notices.append(told)
    return problems, notices


def _stated(reading: Reading, read: CameIn) -> Iterator[str]:
    """Yield what wave.yaml says that the files, or the waves before, speak against; and what it says against them."""
    wave, year, items = reading.wave, reading.wave.year, reading.asked.items()
    before = [name for name in known_waves() if is_synthetic(name) == wave.synthetic and name < wave.wave]
    left_out = reading.region[[row for rows in reading.left_out.values() for row in rows]].dropna()
    every, of_year = reading.codebook.items.values(), (datetime.date(year, 1, 1), datetime.date(year, 12, 31))
    dated = [] if wave.fieldwork else [dates_of(text)[0].year for _, _, text in filled_in_outside(reading, *of_year)]
    open_ = {plain_question(item.wording): item.id for item in every if item.id not in reading.asked}
    asks = {column: open_.get(plain_question(reading.export.labels.get(column, column))) for column in wave.drop}
    stated: dict[str, list[Any]] = {
        "earlier_wave": [name for name in before[-1:] if name != wave.earlier_wave],
        "published": [*{wave.published} - {None, year}],
        "fieldwork": [year for of in [wave.fieldwork] if of and not of.start.year <= year <= of.end.year],
        "other_year": sorted({*dated}),
        "changed_respondents": [each for each in wave.changed_respondents or () if each not in read.earlier.index],
        "regions": [key for key, region in wave.regions.items() if read.owners.get(key, region) != region],
        "same_wording_as_earlier": [item for item, asked in items if asked.source.same_wording_as_earlier],
        "as_stated": [item for item, asked in items if asked.source.as_stated],
        "unfinished": [*reading.marked] if wave.unfinished == "keep" else [],
        "left_out": [*left_out.index],
        "dropped": [f"{column!r} ({item})" for column, item in asks.items() if item],
    }
    yield from (say(f"came_in.{name}", told=", ".join(map(str, told))) for name, told in stated.items() if told)
