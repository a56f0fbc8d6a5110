"""What a table of rounded percentages gives away about the data behind it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact

from sto_analysis.analysis.change import exact_mcnemar
from sto_analysis.analysis.rounding import percentage


def possible_counts(printed: int, base: int) -> list[int]:
    """Counts out of `base` that print as the whole percentage `printed`.

    Parameters
    ----------
    printed : int
        Percentage, rounded half up.
    base : int
        Number of answers.

    Returns
    -------
    list of int
        Empty when no count fits (the GRIM test of Brown & Heathers, 2017, fails).
    """
    near, reach = printed * base // 100, base // 200 + 2
    return [k for k in range(max(near - reach, 0), min(near + reach, base) + 1) if percentage(k, base) == printed]


def feasible_bases(printed: Iterable[int], bases: Iterable[int]) -> list[int]:
    """Sample sizes at which every printed percentage is possible.

    Parameters
    ----------
    printed : iterable of int
        Whole percentages, rounded half up; columns that share a base can be given together.
    bases : iterable of int
        Sample sizes to try.

    Returns
    -------
    list of int
        Those that fit, in the order tried.

    References
    ----------
    Brown, N. J. L., & Heathers, J. A. J. (2017). The GRIM test. Social Psychological and Personality
    Science, 8(4), 363-369.
    """
    column = list(printed)
    return [n for n in bases if all(possible_counts(p, n) for p in column)]


def implied_counts(printed: pd.Series, base: int) -> pd.Series:
    """Return the count behind each percentage at a base at which it is unique.

    Parameters
    ----------
    printed : Series of int
        Whole percentages.
    base : int
        Number of answers, at most 100 (above it several counts print alike).

    Returns
    -------
    Series of int
        Counts with the index of `printed`.

    Raises
    ------
    ValueError
        When a percentage has no count, or more than one.
    """
    counts = {key: possible_counts(int(p), base) for key, p in printed.items()}
    wrong = {key: found for key, found in counts.items() if len(found) != 1}
    if wrong:
        raise ValueError(f"at a base of {base} these have not exactly one count: {wrong}")
    return pd.Series({key: found[0] for key, found in counts.items()}, name=printed.name, dtype=int)


@dataclass(frozen=True)
class McNemarRange:
    """What the margins of a paired 2x2 table leave open.

    Parameters
    ----------
    became_min, became_max : int
        Units that may have moved from no to yes.
    p_min, p_max : float
        Attainable exact two-sided McNemar p-values.
    p_unpaired : float
        Fisher's exact p of the same margins taken as two independent samples, for contrast.
    """

    became_min: int
    became_max: int
    p_min: float
    p_max: float
    p_unpaired: float

    def allows(self, *, significant: bool, alpha: float) -> bool:
        """Whether some table with these margins is (or is not) significant at `alpha`."""
        return self.p_min < alpha if significant else self.p_max >= alpha


def mcnemar_range(earlier: int, later: int, base: int) -> McNemarRange:
    """Range of the exact McNemar p over every paired table with these margins.

    Parameters
    ----------
    earlier, later : int
        Units that said yes in the earlier and in the later wave.
    base : int
        Units in both waves.

    Returns
    -------
    McNemarRange
        Exact, by enumeration.

    Raises
    ------
    ValueError
        When a margin lies outside 0..base.
    """
    if not (0 <= earlier <= base and 0 <= later <= base):
        raise ValueError(f"margins {earlier} and {later} do not fit a base of {base}")
    ceased = range(max(0, earlier - later), min(earlier, base - later) + 1)
    tables = [(later - earlier + c, c) for c in ceased]
    p = [exact_mcnemar(became, ceased) for became, ceased in tables]
    unpaired = fisher_exact(np.array([[earlier, base - earlier], [later, base - later]])).pvalue
    return McNemarRange(tables[0][0], tables[-1][0], min(p), max(p), float(unpaired))


def stars_agree(earlier: pd.Series, later: pd.Series, starred: pd.Series, base: int, alpha: float) -> pd.DataFrame:
    """Hold printed asterisks against the attainable exact McNemar p-values.

    Parameters
    ----------
    earlier, later : Series of int
        Counts by item.
    starred : Series of bool
        Whether the change is marked.
    base : int
        Units in both waves.
    alpha : float
        The level that the asterisk is taken to mean (an assumption of the caller).

    Returns
    -------
    DataFrame
        Per item the counts, the fields of `McNemarRange`, ``starred`` and ``agrees``: whether some paired
        table with these margins gives the printed mark.
    """
    rows = {}
    for item in later.index:
        found, star = mcnemar_range(int(earlier[item]), int(later[item]), base), bool(starred[item])
        agrees = {"starred": star, "agrees": found.allows(significant=star, alpha=alpha)}
        rows[item] = {"earlier": earlier[item], "later": later[item], **vars(found), **agrees}
    return pd.DataFrame.from_dict(rows, orient="index")


def attainable_totals(
    n_many: int, n_hardly: int, base: int, many_at_least: int, hardly_at_most: int, n_forms: int
) -> tuple[int, int]:
    """Smallest and largest total of forms over all units, given how many units have many and hardly any.

    Parameters
    ----------
    n_many, n_hardly : int
        Units with at least `many_at_least` forms, and with at most `hardly_at_most`.
    base : int
        All units; the others lie strictly between the cut-offs.
    many_at_least, hardly_at_most : int
        Cut-offs with ``hardly_at_most + 1 < many_at_least <= n_forms``.
    n_forms : int
        Forms that a unit can have.

    Returns
    -------
    tuple of int
        Least and greatest total.

    Raises
    ------
    ValueError
        When the cut-offs leave no room for the units between them.
    """
    between = base - n_many - n_hardly
    if not 0 <= hardly_at_most < many_at_least <= n_forms or between < 0:
        raise ValueError("cut-offs or numbers of units contradict each other")
    if between and hardly_at_most + 1 > many_at_least - 1:
        raise ValueError("the cut-offs leave no room between them")
    least = n_many * many_at_least + between * (hardly_at_most + 1)
    greatest = n_many * n_forms + between * (many_at_least - 1) + n_hardly * hardly_at_most
    return least, greatest


def counts_in_words(numerator: int, denominator: int, base: int) -> list[int]:
    """Counts on either side of a share that is printed in words ("2 of the 5").

    Parameters
    ----------
    numerator, denominator : int
        The printed fraction.
    base : int
        Number of answers.

    Returns
    -------
    list of int
        The whole number when the fraction gives one, else the one below and the one above.
    """
    below, remainder = divmod(numerator * base, denominator)
    return [below] if remainder == 0 else [below, below + 1]
