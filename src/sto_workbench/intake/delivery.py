"""The files of a wave, read as far as they can be, and every problem of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

import pandas as pd

from sto_analysis import compendium
from sto_analysis.errors import MOST_PROBLEMS, Problem, Problems
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.described import located
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.register import COLUMNS, read_register
from sto_analysis.monitor.wave import Wave, read_wave_as_far_as_possible
from sto_workbench.intake.check import check_export
from sto_workbench.intake.description import contradictions, todos, unknown_regions
from sto_workbench.intake.frame import read_frame
from sto_workbench.intake.header import Layout
from sto_workbench.intake.readers import read_export
from sto_workbench.intake.reading import Reading
from sto_workbench.intake.region_names import RegionNames
from sto_workbench.intake.several import parted

_NO_REGISTER = pd.DataFrame(columns=COLUMNS[1:], index=pd.Index([], name="id"), dtype="str")
"""What is known of regions where the register cannot be read."""


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

    @property
    def earlier(self) -> str | None:
        """Wave before it, as wave.yaml says; None where it says one that is not before it."""
        earlier = self.wave.earlier_wave if self.wave else None
        return earlier if self.wave and earlier and earlier < self.wave.wave else None


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
    problems += located(description, list(dict.fromkeys(contradictions(wave, codebook))))
    problems += located(description, list(todos(wave)), "description.to_do")
    register, names = _NO_REGISTER, None
    with collected(problems):
        register = read_register("synthetic" if wave.synthetic else "real")
    with collected(problems):
        if not wave.frame.startswith(TODO):
            names = RegionNames(wave.regions, read_frame(wave, codebook), register)
            problems += located(description, list(unknown_regions(wave, names)))
    with collected(problems):
        raw = parted(read_export(export, layout_of(wave)), wave.split)
        found.reading = Reading(raw, wave, codebook, names, export)
        problems += islice(check_export(found.reading), MOST_PROBLEMS + 1)  # a million rows have millions
    return found


def layout_of(wave: Wave) -> Layout:
    """Take what a wave says of how its answers stand in the file."""
    return Layout(wave.sheet, wave.separator, wave.encoding, **(wave.header.model_dump() if wave.header else {}))
