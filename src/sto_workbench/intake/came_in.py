"""What came in, for notebook 01: each item's place in the export, and its answers beside those of the wave before."""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from sto_analysis.monitor.answers import CleanWave
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.register import match_panel, read_register
from sto_analysis.monitor.wave import chain
from sto_workbench.intake.clean import clean_wave

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
    """

    now: pd.DataFrame
    earlier: pd.DataFrame
    questions: dict[str, str]
    ranges: dict[str, int]
    mapping: pd.DataFrame


def came_in(name: str, clean: CleanWave, codebook: Codebook) -> CameIn:
    """Hold a cleaned wave beside the wave before it.

    Parameters
    ----------
    name : str
        Id of the wave.
    clean : CleanWave
        The wave.
    codebook : Codebook
        Knows the scales.
    """
    *before, wave = chain(name)
    asked = {key: source for key, source in wave.items.items() if key in codebook.items and source.column != TODO}
    earlier = pd.DataFrame(index=clean.answers.index[:0])
    if before:
        answers = clean_wave(before[-1].wave).answers
        register = read_register("synthetic" if wave.synthetic else "real")
        earlier = match_panel(answers.index, clean.answers.index, register).follow(answers)
    absent = Counter(zip(clean.missing["item"], clean.missing["reason"], strict=True))
    rows = []
    for key, source in asked.items():
        item = codebook.items[key]
        codes = {level.id: level.label("nl") for level in item.scale.levels}
        given = [(codes[level], code) for code, level in source.answers(item).items()]
        told = ", ".join(
            dict.fromkeys(
                f"{name} ({code})" if len(code) < _OWN_WORDS and code.isdigit() else name for name, code in given
            )
        )
        why = ", ".join(f"{reason} {count}" for (of, reason), count in absent.items() if of == key)
        rows.append((key, item.question, source.column, source.wording, told, why))
    columns = ["item", "question", "column", "wording", "answers", "missing"]
    return CameIn(
        _positions(clean.answers[list(asked)]),
        _positions(earlier[[key for key in asked if key in earlier]]),
        {key: codebook.items[key].question for key in asked},
        {key: len(codebook.items[key].scale.levels) - 1 for key in asked},
        pd.DataFrame(rows, columns=columns, dtype="str"),
    )


def _positions(answers: pd.DataFrame) -> pd.DataFrame:
    coded = pd.DataFrame({name: answers[name].cat.codes for name in answers}, answers.index).astype(float)
    return coded.where(coded >= 0)
