"""What more answers would buy: differences that could be found, and that could be excluded."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import norm, t

_POWER = 0.8
_ROWS = 4
"""Numbers of answers that are looked at, from those of the wave to all regions."""


def planning_table(
    associations: pd.DataFrame, answered: int, population: int, shared: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Tell for several numbers of answers what could be found and what could be excluded.

    Parameters
    ----------
    associations : DataFrame
        Rows of `association_table` with ``family``, ``relevant`` and the columns of `outer_levels`.
    answered, population : int
        Regions that answered, and all regions of the frame.
    shared : mapping, optional
        Exposure that regions share → ρ (d - 1), as `shared_information` has it over all regions of the frame.

    Returns
    -------
    DataFrame
        A row per family and number of answers (those of the wave, all, and two between, in tens): ``family``,
        ``answers``, ``relevant`` (as declared), and as medians over the exposures of the family that have an interval:
        ``visible``, the smallest difference of shares that the test finds with 80 % probability; ``chance`` that the
        95 % interval lies within the smallest relevant difference where there is none at all; ``excluded``, the
        smallest difference that it would lie within with 80 % probability.

        A normal approximation from the wave's own standard errors s, those of the intervals: with n answers instead of
        m they are s (m / n)^(1/2), and the degrees of freedom n / m times as many. The test finds (c + z_.80) s, with
        its critical value c; the interval has half the width h = t_.975 s, and an estimate around zero keeps it within
        D with probability 2 F((D - h) / s) - 1, and within h + z_.90 s with probability .80.

        More answers add regions to clusters, and hardly any cluster: where N regions share an exposure the variance
        over n of them, whichever answer, is on average as N / n + ρ (d - 1), and the degrees of freedom stay.

    References
    ----------
    Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power approach. J. Pharmacokin.
    Biopharm., 15, 657-680 (equivalence by an interval).
    """
    known = associations[associations["difference_high"].notna() & associations["p_adjusted"].notna()]
    width = (known["difference_high"] - known["difference_low"]) / 2
    error = width / t.ppf(0.975, known["difference_df"])
    alike = known["exposure"].map(shared or {}).astype(float)
    rows = []
    for answers in _numbers(answered, population):
        now, then = (population / number + alike.fillna(0.0) for number in (answered, answers))
        s = error * np.sqrt(then / now)
        half = s * t.ppf(0.975, known["difference_df"] * np.where(alike.isna(), answers / answered, 1.0))
        within = np.maximum(2 * norm.cdf((known["relevant"] - half) / s) - 1, 0)
        visible, excluded = s * (known["critical"] + norm.ppf(_POWER)), half + s * norm.ppf(0.5 + _POWER / 2)
        found = {"visible": visible, "chance": within, "excluded": excluded}
        rows.append(pd.DataFrame(found).groupby(known["family"], sort=False).median().assign(answers=answers))
    table = pd.concat(rows).reset_index() if len(known) else pd.DataFrame(columns=["family"])
    return table.reindex(columns=["family", "answers", "visible", "chance", "excluded"]).assign(
        relevant=associations["relevant"].max()
    )


def _numbers(answered: int, population: int) -> list[int]:
    between = np.round(np.linspace(answered, population, _ROWS)[1:-1], -1).astype(int).tolist()
    return sorted({answered, *(each for each in between if answered < each < population), population})
