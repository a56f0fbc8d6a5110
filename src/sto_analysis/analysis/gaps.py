"""Which gaps stand apart from all others."""

import numpy as np
import pandas as pd

_APART = 2
"""Times as large as any other drop that one must be for what is above it to stand apart."""


def stand_out(gaps: pd.Series) -> list[str]:
    """Few concepts whose gaps stand apart from all others, if there are such.

    Parameters
    ----------
    gaps : Series
        A number per concept; none missing.

    Returns
    -------
    list of str
        Those above the largest drop in the gaps sorted from high to low, the largest gap first; none where that drop
        is not at least twice as large as every other, or has more than half of the concepts above it.
    """
    ordered = gaps.sort_values(ascending=False, kind="stable")
    drops = -np.diff(ordered.to_numpy(float))
    second, largest = np.sort(np.concatenate([[0.0, 0.0], drops]))[-2:]
    above = int(drops.argmax()) + 1 if largest > 0 else 0
    apart = largest >= _APART * second and 2 * above <= len(ordered)
    return [str(concept) for concept in ordered.index[: above if apart else 0]]
