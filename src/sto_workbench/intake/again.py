"""A wave delivered again: its mapping is kept, and said is what differs from the first delivery."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sto_analysis.errors import Problem, Problems
from sto_analysis.messages import problem
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.spelling import answer_key
from sto_workbench.intake.delivery import collected, layout_of, read_delivery, read_reading
from sto_workbench.intake.header import Layout
from sto_workbench.intake.readers import Export, read_export
from sto_workbench.intake.reading import Reading
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

    A line of `leave_out` that now leaves out another row becomes one that is still to be filled in.

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
    first, codebook = read_reading(wave), read_codebook()
    kept, path = first.file, first.file.with_name("wave.yaml")
    if file.resolve() == kept.resolve():
        raise Problems([problem("again.the_same", file=file)])
    raw = _read(file, layout_of(first.wave), set(first.export.cells.columns))
    with edited(path) as told:
        if file.name == kept.name:
            kept = kept.rename(kept.with_name(f"{kept.stem}.before{kept.suffix}"))
        shutil.copyfile(file, path.with_name(file.name))
        for key, value in {"file": file.name, **layout_keys(raw.layout)}.items():
            put(told, key, value)
    second = read_delivery(wave, codebook)
    if second.reading and (moved := [*_moved(first, second.reading)]):
        with edited(path) as told:
            for key in [key for key in told["leave_out"] if str(key) in moved]:
                put(told["leave_out"], key, f"{TODO} {told['leave_out'][key]}")
        second = read_delivery(wave, codebook)
    now = second.reading.by_region if second.reading else first.by_region.iloc[:0]
    return Again(_differences(first.by_region, now), kept.name, second.problems)


def _read(file: Path, layout: Layout, columns: set[str]) -> Export:
    """Read a file as the first delivery was, or as it is found where that gives more of its columns."""
    tried, problems = [], list[Problem]()
    for how in (layout, Layout()):
        with collected(problems):
            tried.append(read_export(file, how))
    Problems.raise_if(problems[-1:] if not tried else ())
    return max(tried, key=lambda raw: len(columns & {*raw.cells.columns}))


def _moved(first: Reading, second: Reading) -> Iterator[str]:
    """Lines of `leave_out` that leave out another row than they did, but for one that is called so, as totals are."""
    for key, rows in second.left_out.items():
        called = second.region_cells[rows].map(answer_key, na_action="ignore") == answer_key(key)
        named = (called & second.region[rows].isna()).all()
        was, now = (one.export.cells.loc[one.left_out[key]].fillna("").to_numpy().tolist() for one in (first, second))
        if not named and was != now:
            yield key


def _differences(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Regions that came or went, and items of which the answer differs."""
    both, items = before.index.intersection(after.index), before.columns.union(after.columns, sort=False)
    same = (said.reindex(both, columns=items).astype("str").fillna("blank") for said in (before, after))
    pairs = zip(*(said.melt(ignore_index=False).itertuples(name=None) for said in same), strict=True)
    rows = [(*was, now) for was, (_, _, now) in pairs if was[-1] != now]
    others = before.index.symmetric_difference(after.index)
    rows += [(region, "", "", "new" if region in after.index else "gone") for region in others]
    return pd.DataFrame(sorted(rows), columns=["region", "item", "before", "after"], dtype="str")
