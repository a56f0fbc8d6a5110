"""The planted truth beside what the model finds."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit

from sto_analysis.analysis.arrays import Floats
from sto_analysis.analysis.pooled import Association, associate
from sto_workbench.synthetic.settings import Settings


def narrow_models(
    settings: Settings, outcomes: pd.DataFrame, exposures: pd.DataFrame, adjust: pd.DataFrame
) -> dict[str, Association]:
    """Fit each effect that is planted on some aspects only to those aspects.

    Parameters
    ----------
    settings : Settings
        The planted effects.
    outcomes, exposures, adjust : DataFrame
        Band codes by region and aspect; exposures and adjusters by region.
    """
    partly = [effect for effect in settings.planted if effect.aspects != "all"]
    return {e.exposure: associate(outcomes[list(e.aspects)], exposures[e.exposure], adjust) for e in partly}


def compare_with_truth(
    associations: pd.DataFrame, settings: Settings, narrow: Mapping[str, Association]
) -> pd.DataFrame:
    """Put each estimate beside its planted effect.

    Parameters
    ----------
    associations : DataFrame
        Rows of `association_table` with a column ``family``.
    settings : Settings
        The planted effects.
    narrow : mapping of str to Association
        For each exposure whose effect is planted on some aspects only: the model of those aspects, which stands in the
        place of the stacked one (that estimates a diluted average).

    Returns
    -------
    DataFrame
        The rows with ``planted`` (odds ratio; 1 for a null), ``aspects`` (those of an effect that is not planted on
        all, separated by spaces; such a row has no p, because that one is about all aspects), ``trait`` (whether the
        form has no effect but goes with the unmeasured trait) and ``inside`` (planted odds ratio within the interval;
        None where there is no interval).
    """
    planted = {(effect.family, effect.exposure): effect for effect in settings.planted}
    out = associations.copy()
    effects = [planted.get((f, e)) for f, e in zip(out["family"], out["exposure"], strict=True)]
    out["planted"] = [float(np.exp(effect.log_odds)) if effect else 1.0 for effect in effects]
    out["aspects"] = [" ".join(e.aspects) if e and e.aspects != "all" else "" for e in effects]
    out["trait"] = (out["family"] == "borging") & (out["exposure"] == settings.unmeasured_trait.form)
    partly = out["aspects"] != ""
    found = pd.DataFrame([asdict(narrow[str(name)]) for name in out.loc[partly, "exposure"]], index=out.index[partly])
    for column in out.columns.intersection(["odds_ratio", "low", "high", "status"]):
        out.loc[partly, column] = found.get(column)
    out.loc[partly, out.columns.intersection(["p", "p_adjusted"])] = np.nan
    within = (out["low"] <= out["planted"]) & (out["planted"] <= out["high"])
    out["inside"] = within.astype(object).where(out["low"].notna(), None)
    return out


def planted_differences(settings: Settings, shares: pd.Series, exposures: pd.DataFrame) -> pd.Series:
    """Turn the planted log odds ratios into differences of shares of the top band.

    Parameters
    ----------
    settings : Settings
        The planted effects.
    shares : Series
        Share of the top band by aspect, which the thresholds of the simulated answers meet.
    exposures : DataFrame
        Forms and context by region; regions with a gap are passed over.

    Returns
    -------
    Series
        By exposure, the mean over regions and aspects of the probability of the top band with the highest level of the
        exposure, less that with the lowest, everything else as it is. Aspects that nobody answered do not count; NaN
        where no region has all exposures.
    """
    known, shares = exposures.dropna(), shares.dropna()
    found: dict[str, float] = {}
    if known.empty or shares.empty:
        return pd.Series(np.nan, index=exposures.columns)
    latent = _latent(settings, known, shares.index)
    cut = [brentq(partial(_beyond, column, share), -50, 50) for column, share in zip(latent.T, shares, strict=True)]
    for name in known.columns:
        high, low = (
            expit(_latent(settings, known.assign(**{str(name): end}), shares.index) - np.array(cut)).mean()
            for end in (known[name].max(), known[name].min())
        )
        found[str(name)] = high - low
    return pd.Series(found)


def _beyond(latent: Floats, share: float, cut: float) -> float:
    """Expected share of one aspect beyond a threshold, less the share that it must give."""
    return float(np.mean(expit(latent - cut)) - share)


def _latent(settings: Settings, exposures: pd.DataFrame, aspects: pd.Index) -> Floats:
    """What the planted effects add to the latent yields, shape (regions, aspects)."""
    acting = np.array([[effect.acts_on(str(aspect)) for aspect in aspects] for effect in settings.planted], dtype=float)
    sizes = np.array([effect.log_odds for effect in settings.planted])
    return np.asarray(exposures[[e.exposure for e in settings.planted]].to_numpy(float) * sizes @ acting)
