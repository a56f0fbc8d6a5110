"""The files of a wave, read as far as they can be, and every problem of them."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pandas as pd

from sto_analysis import compendium
from sto_analysis.errors import MOST_PROBLEMS, Problem, Problems
from sto_analysis.messages import say
from sto_analysis.monitor.codebook import Codebook, read_codebook
from sto_analysis.monitor.described import Place, located, parse_yaml
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.register import read_register, successors
from sto_analysis.monitor.wave import Wave, read_wave_as_far_as_possible
from sto_workbench.context.table import beside, read_codes
from sto_workbench.intake.check import check_export
from sto_workbench.intake.frame import read_frame
from sto_workbench.intake.header import Layout
from sto_workbench.intake.mapping import unread
from sto_workbench.intake.readers import read_export
from sto_workbench.intake.reading import Reading
from sto_workbench.intake.region_names import RegionNames
from sto_workbench.intake.several import parted
from sto_workbench.intake.shape import check_shape

_OPEN = {"column", "wording", "unsure", "codes", "drop", "leave_out"}


@dataclass
class Delivery:
    """What was delivered for a wave.

    Parameters
    ----------
    problems : list of Problem
        All that is wrong with wave.yaml, register, frame and export.
    wave : Wave or None
        None where wave.yaml cannot be read.
    reading : Reading or None
        None where the export cannot be read.
    """

    problems: list[Problem]
    wave: Wave | None
    reading: Reading | None = None


@contextmanager
def collected(problems: list[Problem]) -> Iterator[None]:
    """Add what is raised to other problems, and go on."""
    try:
        yield
    except Problems as found:
        problems += found.problems


def read_delivery(name: str, codebook: Codebook) -> Delivery:
    """Read and check the files of a wave.

    Parameters
    ----------
    name : str
        Id of the wave.
    codebook : Codebook
        What they are checked against.
    """
    wave, problems = read_wave_as_far_as_possible(name)
    found = Delivery(problems, wave)
    if wave is None:
        return found
    description, export = compendium.raw(name) / "wave.yaml", compendium.raw(name) / wave.file
    problems += unread(name)
    problems += located(description, list(dict.fromkeys(_contradictions(wave, codebook))))
    problems += located(description, list(_left_open(parse_yaml(description.read_text("utf-8-sig")))), "delivery.to_do")
    names = None
    with collected(problems):
        register = read_register("synthetic" if wave.synthetic else "real")
        if not wave.frame.startswith(TODO):
            frame = read_frame(export.with_name(wave.frame), codebook, read_codes(name))
            if (known := beside(name, codebook)) is not None:
                frame = frame.join(known)
            names = RegionNames(wave.regions, frame, register)
            problems += located(description, list(_unknown_regions(wave, names)))
    with collected(problems):
        raw = read_export(export, layout_of(wave))
        check_shape(raw, codebook)
        found.reading = Reading(parted(raw, wave.split), wave, codebook, names, export)
        problems += islice(check_export(found.reading), MOST_PROBLEMS + 1)  # a million rows have millions
    return found


def read_reading(name: str) -> Reading:
    """Read the files of a wave, whatever is wrong in them.

    Parameters
    ----------
    name : str
        Id of the wave.

    Raises
    ------
    Problems
        Where wave.yaml or the export cannot be read at all.
    """
    found = read_delivery(name, read_codebook())
    if found.reading is None:
        raise Problems(found.problems)
    return found.reading


def layout_of(wave: Wave) -> Layout:
    """Take what a wave says of how its answers stand in the file."""
    return Layout(wave.sheet, wave.separator, wave.encoding, **(wave.header.model_dump() if wave.header else {}))


def _contradictions(wave: Wave, codebook: Codebook) -> Iterator[tuple[Place, str]]:
    """What the codebook does not know, and codes for missing that are answers too."""
    for place, told, known in _stated(wave, codebook):
        if told not in known:
            yield place, say("delivery.none_of", told=told, known=", ".join(map(str, known)))
    answers = {name: asked.answers(item) for name, asked in wave.items.items() if (item := codebook.items.get(name))}
    for code in wave.missing_codes:
        if both := [name for name, given in answers.items() if code in given]:
            yield ("missing_codes", code), say("delivery.answer_missing_codes", items=", ".join(both))
    for name, source in wave.items.items():
        block, item = wave.question(name), codebook.items.get(name)
        if item is None:
            yield ("items", name), say("delivery.no_item")
        elif block not in ("", item.question):
            yield ("questions", block), say("delivery.of_another", item=name, question=item.question)
        for code in filter(answers.get(name, {}).__contains__, source.missing):
            yield ("items", name, "missing", code), say("delivery.answer_items")


def _stated(wave: Wave, codebook: Codebook) -> Iterator[tuple[Place, object, Collection[object]]]:
    """What wave.yaml says in words of the codebook, and those that it may say there.

    What a question says of all its items is told of the question.
    """
    reasons = codebook.missing.reasons
    yield from ((("missing_codes", code), why, reasons) for code, why in wave.missing_codes.items())
    for name in filter(codebook.items.__contains__, wave.items):
        source, block, known = wave.items[name], wave.question(name), [*codebook.items[name].scale.ids, *reasons]
        at = ("questions", block) if block and source.codes == wave.questions[block].codes else ("items", name)
        yield from ((("items", name, "missing", code), why, reasons) for code, why in source.missing.items())
        yield from (((*at, "codes", code), ours, known) for code, ours in (source.codes or {}).items() if ours != TODO)
        if source.blank is not None:
            yield ("items", name, "blank"), source.blank, known


def _left_open(told: Mapping[str | int, Any], place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Yield the lines of wave.yaml that are left open: by `sto new`, or where another delivery has another row."""
    for key, value in told.items():
        at = (*place, key)
        if isinstance(value, dict):
            yield from _left_open(value, at)
        elif str(value).startswith(TODO) or (value and at[2:] == ("unsure",)):
            kind = next((part for part in at if part in _OPEN), "line")
            yield at, say(f"delivery.open_{kind}", value=value)


def _unknown_regions(wave: Wave, names: RegionNames) -> Iterator[tuple[Place, str]]:
    """Regions in wave.yaml that the frame does not have, and regions of the frame that did not exist in its year."""
    frame, merged = names.frame.index, successors(names.register)
    named: list[tuple[Place, list[str]]] = [
        *((("changed_respondents", at), [region]) for at, region in enumerate(wave.changed_respondents or ())),
        *((("withdrawn", at), [region]) for at, region in enumerate(wave.withdrawn)),
        *((("regions", name), [region, merged.get(region, "")]) for name, region in wave.regions.items()),
    ]
    for place, regions in named:
        if frame.intersection(regions).empty:
            yield place, say("delivery.not_in_frame", region=regions[0])
    for region, why in _not_in(names.register, int(wave.wave.removeprefix("synthetic-")), frame):
        yield ("frame",), say("delivery.not_of_year", region=region, frame=wave.frame, why=why)


def _not_in(register: pd.DataFrame, year: int, regions: pd.Index) -> Iterator[tuple[object, str]]:
    """Regions that did not exist in a year, and why, as far as the register says.

    A region ends with ``valid_to``; without one, where it merged, before its successor begins; where that has no year
    either, as soon as both would exist together.
    """
    known = register.fillna("")
    for region, row in known[known.index.isin(regions)].iterrows():
        into, begins, ended = row["merged_into"], row["valid_from"], row["valid_to"]
        after = known["valid_from"].get(into, "")
        if year < int(begins or year):
            yield region, say("delivery.exists_from", year=begins)
        elif ended and year > int(ended):
            yield region, say(f"delivery.{'merged_after' if into else 'existed_until'}", year=ended, into=into)
        elif into and not ended and year >= int(after or year + (into not in regions)):
            yield region, say(f"delivery.{'merged_into' if after else 'both_asked'}", year=after, into=into)
