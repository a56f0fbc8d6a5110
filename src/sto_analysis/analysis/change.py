"""Paired change between two waves: exact McNemar."""

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

_COLUMNS = ["item", "base", "earlier", "later", "became", "ceased", "difference", "low", "high", "p"]


def exact_mcnemar(became: int, ceased: int) -> float:
    """Two-sided exact McNemar p-value.

    Parameters
    ----------
    became, ceased : int
        Units that moved from no to yes, and from yes to no.

    Returns
    -------
    float
        Binomial p of the discordant pairs at one half; 1 when there are none.

    References
    ----------
    Agresti, A. (2002). Categorical Data Analysis (2nd ed.), section 10.1.
    """
    return float(mcnemar([[0, became], [ceased, 0]], exact=True).pvalue)


def paired_difference(became: int, ceased: int, base: int, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of the difference between two paired proportions.

    Parameters
    ----------
    became, ceased : int
        Discordant pairs.
    base : int
        All pairs.
    confidence : float
        Level of the interval.

    Returns
    -------
    tuple of float
        Lower and upper bound of later minus earlier, as proportions in [-1, 1].

    References
    ----------
    Bonett, D. G., & Price, R. M. (2012). Adjusted Wald confidence interval for a difference of binomial
    proportions based on paired data. Journal of Educational and Behavioral Statistics, 37(4), 479-488.
    """
    up, down = (became + 1) / (base + 2), (ceased + 1) / (base + 2)
    half = norm.ppf(0.5 + confidence / 2) * np.sqrt((up + down - (up - down) ** 2) / (base + 2))
    return max(-1.0, float(up - down - half)), min(1.0, float(up - down + half))


def paired_change(earlier: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Change of every item between two waves, on the units that answered it in both.

    Parameters
    ----------
    earlier, later : DataFrame
        True, False or missing; units in rows (matched on the index), items in columns (matched by name).

    Returns
    -------
    DataFrame
        One row per item: ``base`` (pairs), ``earlier`` and ``later`` (counts), ``became``, ``ceased``,
        ``difference`` with ``low`` and ``high`` (95 %, proportions; about the process, without finite
        population correction), ``p`` (exact McNemar) and ``p_holm`` over the items of the table,
        ``earlier_share``, ``later_share``, and how many items are ``compared``. Items that no unit answered in both
        waves are left out.
    """
    panel = earlier.index.intersection(later.index)
    rows = []
    for item in later.columns.intersection(earlier.columns, sort=False):
        pairs = pd.concat([earlier.loc[panel, item], later.loc[panel, item]], axis="columns").dropna()
        before, after = pairs.to_numpy(bool).T
        base, became, ceased = len(pairs), int((after & ~before).sum()), int((before & ~after).sum())
        if base:
            interval = paired_difference(became, ceased, base)
            told = (before.sum(), after.sum(), became, ceased, (became - ceased) / base, *interval)
            rows.append((item, base, *told, exact_mcnemar(became, ceased)))
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table["p_holm"] = multipletests(table["p"], method="holm")[1] if len(table) else []
    shares = {f"{when}_share": table[when] / table["base"] for when in ("earlier", "later")}
    return table.assign(**shares, compared=len(table))
