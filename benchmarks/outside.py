"""What complementary suppression costs here, and with τ-ARGUS, on the same tables.

pytauargus is not among our packages: make an environment of its own for it, and name its Python in STO_TAUARGUS.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from machine import table

from sto_workbench.release.feasible import Item, extreme
from sto_workbench.release.suppress import withheld

_RUN = """
import sys
from pytauargus._tauargus import HiTaSCtrl
for name in sys.argv[1:]:
    found = HiTaSCtrl().full_jj(in_file_jj=name, out_file=name + ".out", max_time=5)
    assert found <= 1, (name, found)
"""
POSITIONS, KINDS = 5, 3


def instance(rng: np.random.Generator, minimum: int) -> Item:
    """Positions by kind of region (panel, newcomers, ...), with their margins and three bands of each; 51 regions.

    How many regions there are of each kind everybody knows; each other number is a unit.
    """
    odds = rng.dirichlet(np.full(POSITIONS, 1.5))[:, None] * rng.dirichlet(np.full(KINDS, 3))
    counts = rng.multinomial(51, odds.ravel())
    cells = np.eye(POSITIONS * KINDS, dtype=np.int64).reshape(POSITIONS, KINDS, -1)
    rows = np.concatenate([cells, cells[:2].sum(0, keepdims=True), cells[3:].sum(0, keepdims=True)])
    shown = np.concatenate([rows.reshape(-1, len(counts)), rows.sum(axis=1)])
    known = np.vstack([cells.sum(axis=0), cells.sum(axis=(0, 1))])
    sums = np.vstack([known, shown])
    units = [*[""] * len(known), *(f"u{number:03}" for number in range(len(shown)))]
    small = (sums @ counts <= minimum) & np.array([bool(unit) for unit in units])
    return Item(sums, units, small, counts, own=np.zeros((0, len(counts)), dtype=np.int64))


def _relations(item: Item) -> list[str]:
    """Every sum as the sum of cells that are themselves shown."""
    alone = {int(row.argmax()): place for place, row in enumerate(item.sums) if row.sum() == 1}
    found = []
    for place, row in enumerate(item.sums):
        if row.sum() > 1:
            parts = " ".join(f"{alone[cell]} (1)" for cell in np.flatnonzero(row))
            found.append(f"0 {row.sum() + 1} : {place} (-1) {parts}")
    return found


def written(item: Item, minimum: int, path: Path) -> None:
    """Write an item as the solver of τ-ARGUS reads it: cells of cost 1, protected from 0 to the minimum."""
    true, total = item.sums @ item.counts, int(item.counts.sum())
    lines = ["0", str(len(true))]
    for place, (value, unit, small) in enumerate(zip(true, item.units, item.sensitive, strict=True)):
        status = "z" if unit == "" else "u" if small else "s"
        below, above = (value, minimum - value) if small else (0, 0)
        lines.append(f"{place} {value} 1 {status} 0 {total} {below} {above} 0")
    relations = _relations(item)
    path.write_text("\n".join([*lines, str(len(relations)), *relations]) + "\n")


def protected(item: Item, minimum: int, gone: frozenset[str]) -> float:
    """Share of the small groups whose interval still holds 0 to the minimum."""
    known, nobody = item.shown({unit for unit in item.units if unit} - gone), np.zeros_like(item.counts)
    ends = [
        [extreme(item, known, group, nobody, upward)[0] for upward in (False, True)]
        for group in item.sums[item.sensitive]
    ]
    return float(np.mean([low <= 0 and high >= minimum for low, high in ends])) if ends else 1.0


def compared(number: int, minimum: int, seed: int = 1) -> list[str]:
    """One row of the table: what is withheld on so many tables by theirs, ours, and ours with insiders."""
    rng = np.random.default_rng(seed)
    items = [instance(rng, minimum) for _ in range(number)]
    with tempfile.TemporaryDirectory() as name:
        paths = [Path(name) / f"{place}.jj" for place in range(number)]
        for item, path in zip(items, paths, strict=True):
            written(item, minimum, path)
        subprocess.run([os.environ["STO_TAUARGUS"], "-c", _RUN, *map(str, paths)], check=True, capture_output=True)
        second = [[*map(int, Path(f"{path}.out").read_text().split())] for path in paths]
    theirs = [
        frozenset(str(unit) for unit in np.array(item.units)[[*np.flatnonzero(item.sensitive), *more]])
        for item, more in zip(items, second, strict=True)
    ]
    ours = [withheld(item, minimum, {}) for item in items]
    whole = [Item(item.sums, item.units, item.sensitive, item.counts) for item in items]
    inside = [withheld(item, minimum, {}) for item in whole]
    sums = [sum(map(len, each)) for each in (theirs, ours, inside)]
    safe = [
        np.mean([protected(item, minimum, gone) for item, gone in zip(items, each, strict=True)])
        for each in (theirs, ours)
    ]
    worst = max(len(one) / max(1, len(other)) for one, other in zip(ours, theirs, strict=True))
    told = [str(minimum), str(number), *map(str, sums), f"{sums[1] / sums[0]:.3f}", f"{worst:.2f}"]
    return [*told, *(f"{100 * each:.1f} %" for each in safe)]


def outside_table(number: int = 50) -> list[str]:
    """Paragraph and table for the page, where the tool is there."""
    if "STO_TAUARGUS" not in os.environ:
        return ["The comparison with τ-ARGUS was not made: STO_TAUARGUS names no Python that has pytauargus."]
    told = (
        "Complementary suppression beside the optimal one of τ-ARGUS (pytauargus), on random tables of 51 regions "
        "(five positions and two bands, by three kinds of region, with margins; 28 numbers, of which everybody knows "
        "those of the kinds). Every number costs 1; small groups are protected from 0 to the minimum, for an outsider. "
        "Protected: share of the small groups whose interval of whole numbers still holds 0 to the minimum."
    )
    head = ["Minimum", "Tables", "Withheld by τ-ARGUS", "by ours", "by ours, from insiders too"]
    head += ["Ours to theirs", "worst table", "Protected by τ-ARGUS", "by ours"]
    return [told, table(head, [compared(number, minimum) for minimum in (3, 5)])]


if __name__ == "__main__":
    sys.stdout.write("\n\n".join(outside_table(int(sys.argv[1]))) + "\n")
