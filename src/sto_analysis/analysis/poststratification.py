"""Shares weighted to what is known of every region of the frame: a sensitivity beside the plain ones."""

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sto_analysis.analysis.arrays import Floats, Ints
from sto_analysis.analysis.shares import score_interval

_FEWEST = 2
"""Answering regions without which a stratum has no variance."""
_DRAWN = 2
"""Answers with the share of all that a stratum gets added in its variance: covers best (simulated; 0 and 5 tried)."""
_UPPER = 0.975
"""Probability below the upper end of an interval."""


def poststratified(flags: pd.DataFrame, strata: pd.Series) -> pd.DataFrame:
    """Post-stratify the share of regions per column, each on its own answering regions.

    Parameters
    ----------
    flags : DataFrame of nullable boolean
        Answering regions in rows, concepts in columns; missing answers do not count.
    strata : Series of float
        Level of every region of the frame, in order; NaN where unknown. Such a region forms no stratum: it counts
        neither in the frame nor among the answers here.

    Returns
    -------
    DataFrame
        One row per column: ``concept``; ``weighted``, the share with the answering regions of a stratum standing for
        all of it; ``weighted_se``, its linearised standard error with finite population correction (as ``postStratify``
        of R's survey has it, for a simple random sample); its 95 % interval ``weighted_low``, ``weighted_high``;
        ``effective``, Kish's number of answers, as many as equal weights would need; ``strata``, their number after
        those with no or one answering region joined their neighbour (the level above, the highest the one below); and
        ``weighted_by``, the name of `strata`. NaN where nobody answered, and a standard error only from two answers.

    Notes
    -----
    With N_h regions of stratum h, n_h of which answered with share p_h, W_h = N_h / N: the share is sum W_h p_h, the
    effective number 1 / sum (W_h^2 / n_h). The interval is Wilson's of the share p with p (1 - p) / V times (t(n - 1) /
    t(d))^2 answers. V = sum V_h, V_h = W_h^2 / n_h (N_h - n_h) / (N_h - 1) q_h (1 - q_h), is the variance of stratified
    sampling without replacement; with q_h = (n_h p_h + 2 p) / (n_h + 2) a small stratum in which all agree is not taken
    to be without variance. d = V^2 / sum (V_h^2 / (n_h - 1)) are Satterthwaite's degrees of freedom, t the 97.5 %
    points. Where all p_h are equal (0 or 1 among them) the p (1 - p) cancel; with one stratum it is the interval of the
    plain share.

    References
    ----------
    Holt, D., & Smith, T. M. F. (1979). Post stratification. JRSS A, 142(1), 33-46. Lumley, T. (2010). Complex Surveys,
    section 7.2. Kish, L. (1965). Survey Sampling, section 11.7. Cochran, W. G. (1977). Sampling Techniques, 5A.9.
    """
    known = strata.dropna()
    levels, place = np.unique(known.to_numpy(float), return_inverse=True)
    rows = []
    for concept in flags.columns:
        answers = flags[concept].dropna()
        answers = answers[answers.index.isin(known.index)]
        at = place[known.index.get_indexer(answers.index)]
        joined = _joined(np.bincount(at, minlength=len(levels)))
        rows.append(
            {"concept": concept, **_weighted(answers.to_numpy(np.float64), joined[at], np.bincount(joined[place]))}
        )
    return pd.DataFrame(rows).assign(weighted_by=str(strata.name))


def _joined(answering: Ints) -> Ints:
    """Number the strata anew, so that each has enough answering regions as far as there are."""
    group = np.arange(len(answering))
    while len(group) and group[-1] > 0:
        few = np.flatnonzero(np.bincount(group, answering) < _FEWEST)
        if not len(few):
            break
        group -= group > min(few[0], group[-1] - 1)
    return group


def _weighted(answers: Floats, stratum: Ints, size: Ints) -> dict[str, float]:
    """Share, standard error, interval and effective number of answers by stratum; `size`: regions of each stratum."""
    if not len(answers):
        nothing = ("weighted", "weighted_se", "weighted_low", "weighted_high")
        return {**dict.fromkeys(nothing, np.nan), "effective": 0.0, "strata": len(size)}
    n, total, base = np.bincount(stratum), size.sum(), len(answers)
    each, weight = np.bincount(stratum, answers) / n, size / size.sum()
    alike, spread = np.ptp(each) == 0, weight**2 / n
    share = float(each[0] if alike else weight @ each)
    residual = weight[stratum] / n[stratum] * (answers - each[stratum])
    variance = (1 - base / total) * base / (base - 1) * (residual**2).sum() if base > 1 else np.nan
    near = (n * each + _DRAWN * share) / (n + _DRAWN)
    relative = 1.0 if alike else near * (1 - near) / (share * (1 - share))
    low, high = score_interval(share, _answers(spread * (size - n) / np.maximum(size - 1, 1) * relative, n))
    return {
        "weighted": share, "weighted_se": float(np.sqrt(variance)), "weighted_low": low, "weighted_high": high,
        "effective": float(1 / spread.sum()), "strata": len(size),
    }  # fmt: skip


def _answers(parts: Floats, n: Ints) -> float:
    """Answers of a simple random sample whose interval is as wide; `parts`: variance by stratum over p (1 - p)."""
    if not parts.sum():
        return np.inf
    if len(parts) == 1:
        return float(1 / parts[0])
    df = parts.sum() ** 2 / (parts**2 / (n - 1)).sum()
    return float((stdtrit(n.sum() - 1, _UPPER) / stdtrit(df, _UPPER)) ** 2 / parts.sum())
