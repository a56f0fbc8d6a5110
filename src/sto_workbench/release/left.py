"""What is left of a wave after the gate, and which coarser question could be answered where little is."""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from sto_workbench.release.blank import WITHHELD, Shown, rowed
from sto_workbench.release.cells import Counted
from sto_workbench.release.feasible import Item

_JOINT = ("changes:", "trend:")


def kept(
    before: Mapping[str, Shown], after: Mapping[str, Shown], items: Sequence[Counted], gone: Collection[str]
) -> pd.DataFrame:
    """Measure what is left of each table.

    Parameters
    ----------
    before, after : mapping of str to Shown
        Tables of the store, and as they leave.
    items : sequence of Counted
        What the counted tables add up.
    gone : collection of str
        Rows that are withheld.

    Returns
    -------
    DataFrame
        Per ``table``: ``statistics`` and how many are ``kept``, ``rows`` and ``rows_kept``; of counted tables ``bits``,
        the information in their sums (see `information`), and ``bits_kept``.
    """
    told = _bits(items)
    bits = pd.Series([*told.values()], pd.Index([*told], dtype="str"), dtype=float)
    table, left = bits.index.str.split(":").str[0], bits[~bits.index.isin([*gone])]
    all_bits, left_bits = bits.groupby(table).sum(), left.groupby(left.index.str.split(":").str[0]).sum()
    found = []
    for name, whole in before.items():
        shown = after[name].rows
        there = shown[shown["status"] != WITHHELD]
        rows, rows_left = ({*rowed(name, each)} for each in (whole.rows, there))
        many = {"statistics": len(whole.rows), "kept": len(there), "rows": len(rows), "rows_kept": len(rows_left)}
        counted = {"bits": all_bits.get(name, np.nan), "bits_kept": left_bits.get(name, 0 * all_bits.get(name, np.nan))}
        found.append({"table": name, **many, **counted})
    return pd.DataFrame(found)


def _bits(items: Sequence[Counted]) -> dict[str, float]:
    """Row → what it tells."""
    found: dict[str, float] = {}
    for item in items:
        units, told = item.units, information(item.linked(0)) if len(item.counts) else {}
        found |= {row: told.get(unit, 0.0) for row, unit in units.items()}
    return found


def information(item: Item) -> dict[str, float]:
    """Return what each unit tells, in bits.

    Each sum that does not follow from others of its unit, or from what everybody knows, is one of as many numbers as
    regions could be in it, equally likely: log2 of that many. It depends on what everybody knows only: a weight that
    depended on the answers would tell of them by what is withheld.
    """
    known = item.sums[[unit == "" for unit in item.units]]
    most = int(item.counts.sum())
    found: dict[str, float] = {}
    for unit in sorted({unit for unit in item.units if unit}):
        rows = item.sums[[unit == other for other in item.units]]
        rank = np.linalg.matrix_rank(np.vstack([known, rows])) - (np.linalg.matrix_rank(known) if len(known) else 0)
        found[unit] = float(max(rank, 0) * np.log2(most + 1))
    return found


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
    found = []
    for item in items:
        if "." in item.name and "@" not in item.name:
            how = _told(item, gone)
            row: dict[str, object] = {"question": item.name.split(".")[0], "items": 1, how: 1}
            if how in {"one_band", "none"}:
                row |= {"without_change": _whole_alone(item, hidden), "two_groups": _cut(item, minimum)}
            found.append(row)
    columns = ["items", "positions", "bands", "one_band", "none", "without_change", "two_groups"]
    table = pd.DataFrame(found, columns=["question", *columns])
    table[columns] = table[columns].astype(float).fillna(0)
    return table.groupby("question", sort=False)[columns].sum().astype(int).reset_index()


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
