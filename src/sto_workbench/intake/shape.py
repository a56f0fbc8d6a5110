"""A sheet whose questions stand in its rows: told once as what it is, instead of as every column that it lacks."""

from sto_analysis.errors import Problems
from sto_analysis.messages import problem
from sto_analysis.monitor.codebook import Codebook
from sto_workbench.intake.readers import Export, distinct
from sto_workbench.intake.texts import alike, asked_of, core

_ALIKE, _MOST = 80.0, 500
"""Least similarity (0 to 100) of half of all questions to the texts of a column; most texts that are compared."""


def check_shape(raw: Export, codebook: Codebook) -> None:
    """Refuse a sheet with a row per region and question, or with a column per region.

    Parameters
    ----------
    raw : Export
        As it was read.
    codebook : Codebook
        What was asked.

    Raises
    ------
    Problems
        One.
    """
    wanted = [{*map(core, (item.wording, item.nl, item.en, item.id))} for item in codebook.items.values()]
    for name, cells in raw.cells.items():
        texts = [*raw.value_labels.get(str(name), {}).values()] or distinct(cells)
        if len(wanted) / 2 <= len(texts) <= _MOST:
            found = int((alike(wanted, asked_of(raw, texts)).max(axis=1) >= _ALIKE).sum())
            if found >= len(wanted) / 2:
                shape = "long" if cells.notna().sum() >= 2 * len(texts) else "transposed"
                raise Problems([problem(f"shape.{shape}", column=str(name), found=found, count=len(wanted))])
