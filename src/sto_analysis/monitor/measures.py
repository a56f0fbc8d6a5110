"""Answers as traits that a region has or has not, in one wave and in several beside each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from sto_analysis.monitor.answers import at_level, in_band, read_answers, read_regions
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.register import Panel, match_panel, read_register
from sto_analysis.monitor.spelling import answer_key
from sto_analysis.monitor.wave import Wave

TREND = {"urgency": "urgency", "yield_top": "yield", "borging": "borging"}
"""Measures that are followed over waves → the question that they read."""


def crosswalk(waves: Sequence[Wave], codebook: Codebook) -> pd.DataFrame:
    """Tell which items of several waves were asked in the same words.

    The same words: what ``same_wording_as_earlier`` of wave.yaml says, and where it says nothing, whether the wordings
    are equal but for case and spaces and the same levels could be answered; seen from the latest wave before it that
    asked the item.

    Parameters
    ----------
    waves : sequence of Wave
        Earliest first.
    codebook : Codebook
        Names the items.

    Returns
    -------
    DataFrame
        One row per item and wave that asked it: ``item``, ``wave``, ``wording``, ``series``. Within an item equal
        numbers of ``series`` may be compared, unequal ones never.
    """
    rows = []
    for item in codebook.items:
        series, before = 0, None
        for wave in waves:
            asked = wave.items.get(item)
            if asked is None or asked.column == TODO:
                continue
            same = asked.same_wording_as_earlier
            now = (answer_key(asked.wording), asked.levels(codebook.items[item]))
            if before is not None and same is None:
                same = now == before
            series += before is None or not same
            before = now
            rows.append((item, wave.wave, asked.wording, series))
    return pd.DataFrame(rows, columns=["item", "wave", "wording", "series"])


def measures(answers: pd.DataFrame, codebook: Codebook) -> dict[str, pd.DataFrame]:
    """Read answers as traits that a region has or has not.

    Parameters
    ----------
    answers : DataFrame
        As `read_answers` gives.
    codebook : Codebook
        Bands of the scales, and cut-offs of the index.

    Returns
    -------
    dict
        ``urgency``, ``yield_top``, ``yield_low``, ``borging`` (any level above no) and ``index`` (many, hardly any,
        working on borging) → nullable booleans by region and concept. Where no answer at all says that a form is at the
        level of the index, many and hardly any are missing.
    """
    index = codebook.borging_index
    arranged = at_level(answers, codebook, "borging", index.level)
    if not arranged.any(axis=None):  # where boxes were ticked or not, no answer can say it
        arranged = arranged.mask(arranged.notna())
    active = in_band(answers, codebook, "borging_active", "top")
    return {
        "urgency": in_band(answers, codebook, "urgency", "top"),
        "yield_top": in_band(answers, codebook, "yield", "top"),
        "yield_low": in_band(answers, codebook, "yield", "low"),
        "borging": in_band(answers, codebook, "borging", "top"),
        "index": borging_index(arranged, index.many_at_least, index.hardly_at_most).join(active),
    }


def borging_index(at_level: pd.DataFrame, many_at_least: int, hardly_at_most: int) -> pd.DataFrame:
    """Sort regions by how many forms they have at a level.

    Parameters
    ----------
    at_level : DataFrame of nullable boolean
        Regions in rows, forms in columns.
    many_at_least, hardly_at_most : int
        Cut-offs, both inclusive.

    Returns
    -------
    DataFrame of nullable boolean
        Columns ``index_many`` and ``index_hardly``; missing for a region that left a form unanswered.
    """
    total = at_level.astype("Int64").sum(axis="columns", skipna=False)
    return pd.DataFrame({"index_many": total >= many_at_least, "index_hardly": total <= hardly_at_most})


@dataclass(frozen=True)
class Followed:
    """One measure in one of several waves.

    Parameters
    ----------
    measure : str
        A key of `TREND`.
    wave : str
        Id of the wave.
    flags : DataFrame of nullable boolean
        By answering region and concept; concepts that the wave did not ask have no column.
    population : int
        Regions in the wave's frame.
    series : list of int
        Per concept: equal numbers over waves may be compared, unequal ones never (see `crosswalk`).
    """

    measure: str
    wave: str
    flags: pd.DataFrame
    population: int
    series: list[int]


def trend(waves: Sequence[Wave], codebook: Codebook) -> Iterator[Followed]:
    """Read the followed measures of several waves.

    Parameters
    ----------
    waves : sequence of Wave
        Earliest first, all cleaned.
    codebook : Codebook
        Items and bands.
    """
    series = crosswalk(waves, codebook).set_index(["item", "wave"])["series"]
    for wave in waves:
        found = measures(read_answers(wave.wave), codebook)
        population = len(read_regions(wave.wave))
        for measure, question in TREND.items():
            items = {c: item for c, item in codebook.asked(question).items() if (item, wave.wave) in series.index}
            numbers = [int(series[item, wave.wave]) for item in items.values()]
            yield Followed(measure, wave.wave, found[measure][list(items)], population, numbers)


def earlier_panel(wave: Wave, answering: pd.Index) -> Panel:
    """Match the regions that answered a wave with those that answered the one before it, if there is one.

    Parameters
    ----------
    wave : Wave
        The later wave.
    answering : Index of str
        Regions that answered it.
    """
    before = read_answers(wave.earlier_wave).index if wave.earlier_wave else answering[:0]
    register = read_register("synthetic" if wave.synthetic else "real")
    return match_panel(before, answering, register, wave.changed_respondents)


def pairs(
    waves: Sequence[Wave], codebook: Codebook, measure: str = "urgency"
) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Pair every earlier wave with the last, on the regions and equally worded items of both.

    Parameters
    ----------
    waves : sequence of Wave
        Earliest first, all cleaned.
    codebook : Codebook
        Items and bands.
    measure : str
        A key of `TREND`.

    Yields
    ------
    since : str
        The earlier wave.
    earlier, later : DataFrame of nullable boolean
        By region (under its id of the last wave, mergers followed) and concept.
    """
    last = waves[-1]
    now = measures(read_answers(last.wave), codebook)[measure]
    register = read_register("synthetic" if last.synthetic else "real")
    for since, same in asked_alike(waves, codebook, measure).items():
        answers = read_answers(since)
        panel = match_panel(answers.index, now.index, register)
        yield since, panel.follow(measures(answers, codebook)[measure][same]), now[same]


def asked_alike(waves: Sequence[Wave], codebook: Codebook, measure: str) -> dict[str, list[str]]:
    """Return each earlier wave with the concepts of a measure that it asked in the words of the last.

    Parameters
    ----------
    waves, codebook, measure
        As for `pairs`.
    """
    asked = codebook.asked(TREND[measure]).items()
    alike = items_alike(waves, codebook)
    return {wave: [concept for concept, item in asked if item in items] for wave, items in alike.items()}


def items_alike(waves: Sequence[Wave], codebook: Codebook) -> dict[str, set[str]]:
    """Return each earlier wave with the items that it asked in the words of the last."""
    *before, last = (each.wave for each in waves)
    series = crosswalk(waves, codebook).set_index(["item", "wave"])["series"].to_dict()
    now = [(item, series[item, last]) for item in codebook.items if (item, last) in series]
    return {wave: {item for item, number in now if series.get((item, wave)) == number} for wave in before}
