"""Which coarser questions could be answered where little of a wave is left."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence

import numpy as np
import pandas as pd

from sto_workbench.release.cells import Counted

_JOINT = ("changes:", "trend:")


def coarser(
    items: Sequence[Counted], gone: Collection[str], hidden: Callable[[Counted], Collection[str]], minimum: int
) -> pd.DataFrame:
    """Tell per question how finely its items can be told, and what a coarser question would add.

    Parameters
    ----------
    items : sequence of Counted
        Of the gate.
    gone : collection of str
        Rows that are withheld.
    hidden : callable
        Item → rows of it that are withheld.
    minimum : int
        The largest group that is protected.

    Returns
    -------
    DataFrame
        Per ``question`` the number of ``items`` that are told by ``positions``, else by all ``bands``, else by
        ``one_band`` or not at all (``none``); of those without all bands, how many would have them were no change told
        (``without_change``), and how many could be told as two groups, cut somewhere on the scale (``two_groups``).
    """
    found: dict[str, Counter[str]] = {}
    for item in (each for each in items if "." in each.name and "@" not in each.name):
        how, of = _told(item, gone), found.setdefault(item.name.split(".")[0], Counter())
        of.update(("items", how))
        if how in {"one_band", "none"}:
            of.update(without_change=_whole_alone(item, hidden), two_groups=_cut(item, minimum))
    columns = ["items", "positions", "bands", "one_band", "none", "without_change", "two_groups"]
    rows = [{"question": question} | {name: of[name] for name in columns} for question, of in found.items()]
    return pd.DataFrame(rows, columns=["question", *columns])


def _told(item: Counted, gone: Collection[str]) -> str:
    """How finely an item is told."""
    positions, bands = ([row for row in item.units if row.startswith(f"{name}:")] for name in ("distribution", "bands"))
    if not {*positions} & {*gone}:
        return "positions"
    left = [row for row in bands if row not in gone]
    return "none" if not left else "bands" if len(left) == len(bands) else "one_band"


def _whole_alone(item: Counted, hidden: Callable[[Counted], Collection[str]]) -> bool:
    """Whether all bands of an item could be told if nothing were told of other waves."""
    if item.answers.shape[1] == 1:
        return False
    sums = [each for each in item.sums if each.row is not None and not each.row.startswith(_JOINT)]
    alone = Counted(item.name, item.answers, item.states, item.counts, sums)
    return _told(alone, hidden(alone)) in {"positions", "bands"}


def _cut(item: Counted, minimum: int) -> bool:
    """Whether a scale can be cut so that on both sides are enough regions."""
    now = [place for place in item.answers.iloc[:, -1] if place >= 0]
    below = np.cumsum(np.bincount(now, minlength=1)) if now else np.array([0])
    return bool(((below > minimum) & (below < len(now) - minimum)).any())
