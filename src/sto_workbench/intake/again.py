"""A wave delivered again: its mapping is kept, and said is what differs from the first delivery."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sto_analysis import compendium
from sto_analysis.errors import InvalidDescription, Problem, Problems
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.monitor.wave import read_wave
from sto_workbench.intake.delivery import layout_of, read_delivery
from sto_workbench.intake.header import Layout
from sto_workbench.intake.readers import Export, read_export
from sto_workbench.intake.reading import said
from sto_workbench.intake.wave_file import edited, layout_keys, put


@dataclass(frozen=True)
class Again:
    """What a second delivery changed.

    Parameters
    ----------
    differences : DataFrame of str
        ``region``, ``item``, ``before``, ``after``; a region that is new or gone has one row without an item.
    kept : str
        Name under which the first delivery stays in the folder.
    problems : list of Problem
        Of the second, with the mapping of the first: what no longer fits.
    """

    differences: pd.DataFrame
    kept: str
    problems: list[Problem]


def deliver_again(wave: str, file: Path) -> Again:
    """Put a second delivery of a wave in the place of the first, under the same mapping.

    Parameters
    ----------
    wave : str
        Id of the wave.
    file : Path
        The export as delivered; it is copied.

    Raises
    ------
    Problems
        A wave that is not there or whose first delivery cannot be read; a file that cannot be read. Nothing is changed
        then.
    """
    described, codebook = read_wave(wave), read_codebook()
    first = read_delivery(wave, codebook)
    if first.reading is None:
        raise Problems(first.problems)
    path = compendium.raw(wave) / "wave.yaml"
    if file.resolve() == (path.parent / described.file).resolve():
        todo = "Give the file that was delivered now."
        raise Problems([InvalidDescription("this is the delivery that the wave has.", todo, file=file)])
    raw = _read(file, layout_of(described), set(first.reading.export.cells.columns))
    kept = described.file
    with edited(path) as told:
        if file.name == kept:
            kept = f"{Path(kept).stem}.before{Path(kept).suffix}"
            (path.parent / described.file).rename(path.parent / kept)
        shutil.copyfile(file, path.parent / file.name)
        for key, value in {"file": file.name, **layout_keys(raw.layout)}.items():
            put(told, key, value, before="frame")
    second = read_delivery(wave, codebook)
    now = said(second.reading) if second.reading else {}
    return Again(_differences(said(first.reading), now), kept, second.problems)


def _read(file: Path, layout: Layout, columns: set[str]) -> Export:
    """Read a file as the first delivery was, or as it is found where that gives more of its columns."""
    tried = []
    for how in (layout, Layout()):
        try:
            tried.append(read_export(file, how))
        except Problems as found:
            wrong = found
    if not tried:
        raise wrong
    return max(tried, key=lambda raw: len(columns & set(raw.cells.columns)))


def _differences(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> pd.DataFrame:
    """Regions that came or went, and items of which the answer differs."""
    rows = []
    for region in sorted(before.keys() | after.keys()):
        if region not in before or region not in after:
            rows.append((region, "", "", "new" if region in after else "gone"))
            continue
        for item in sorted(before[region].keys() | after[region].keys()):
            was, now = before[region].get(item, "blank"), after[region].get(item, "blank")
            if was != now:
                rows.append((region, item, was, now))
    return pd.DataFrame(rows, columns=["region", "item", "before", "after"], dtype="str")
