"""The planted truth beside what the model finds."""

import numpy as np
import pandas as pd

from sto_analysis.synthetic.settings import Settings


def compare_with_truth(associations: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Put each estimate beside its planted effect.

    Parameters
    ----------
    associations : DataFrame
        Rows of `association_table` with a column ``family``.
    settings : Settings
        The planted effects.

    Returns
    -------
    DataFrame
        The rows with ``planted`` (odds ratio; 1 for a null), ``everywhere`` (whether the effect is the same on all
        aspects; where it is not, the stacked model estimates a diluted average) and ``inside`` (planted odds ratio
        within the interval; None where there is no estimate, or the effect is not the same everywhere).
    """
    planted = {(effect.family, effect.exposure): effect for effect in settings.planted}
    out = associations.copy()
    effects = [planted.get((f, e)) for f, e in zip(out["family"], out["exposure"], strict=True)]
    out["planted"] = [float(np.exp(effect.log_odds)) if effect else 1.0 for effect in effects]
    out["everywhere"] = [effect is None or effect.aspects == "all" for effect in effects]
    within = (out["low"] <= out["planted"]) & (out["planted"] <= out["high"])
    known = out["everywhere"] & out["low"].notna()
    out["inside"] = within.astype(object).where(known, None)
    return out
