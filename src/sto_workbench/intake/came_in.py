"""What came in: each item's place in the export, and what stands out beside the waves before."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sto_analysis.analysis.came_in import signs
from sto_analysis.analysis.misplaced import Sign, by_gravity, frame_signs, row_signs
from sto_analysis.monitor.answers import CleanWave
from sto_analysis.monitor.codebook import Codebook, Item
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.register import match_panel, read_register
from sto_analysis.monitor.wave import Wave

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
    """

    now: pd.DataFrame
    earlier: pd.DataFrame
    questions: dict[str, str]
    ranges: dict[str, int]
    mapping: pd.DataFrame
    signs: list[Sign]


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
    asked = {name: item for name, item in asked.items() if wave.items[name].column != TODO}
    now, register = _positions(clean.answers[list(asked)]), read_register("synthetic" if wave.synthetic else "real")
    all_before = [_positions(each.answers) for each in before]
    earlier = pd.DataFrame(index=now.index[:0])
    for nearest in all_before[:1]:
        earlier = match_panel(nearest.index, now.index, register).follow(nearest).dropna(axis="columns", how="all")
    questions = {name: item.question for name, item in asked.items()}
    ranges = {name: len(item.scale.levels) - 1 for name, item in asked.items()}
    frames = [each.regions.drop(columns="answered") for each in (clean, *before[:1])]
    of_frames = frame_signs(*frames, registered=register["name"].dropna())
    found = [*row_signs(now, all_before), *of_frames, *signs(now, earlier, questions, ranges, seed)]
    return CameIn(now, earlier, questions, ranges, _mapping(wave, asked, clean.missing), by_gravity(found))


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
