"""Between which numbers a group is, for somebody who knows its own answer."""

from collections.abc import Collection

import numpy as np

from sto_workbench.release.feasible import Item, extreme


def interval(item: Item, shown: Collection[str], group: np.ndarray, own: np.ndarray) -> tuple[int, int]:
    """Find the least and the largest that the other regions of a group can be, where some units are shown."""
    known = item.shown(shown)
    return extreme(item, known, group, own, False)[0], extreme(item, known, group, own, True)[0]
