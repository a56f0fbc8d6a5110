"""What was computed, held against what was printed."""

from collections.abc import Iterable, Mapping

import pandas as pd

from sto_analysis.analysis.rounding import percentage, round_half_up

_COLUMNS = ["measure", "concept", "count", "base", "computed", "published", "equal"]


def backtest(counts: pd.Series, bases: pd.Series, printed: pd.Series) -> pd.DataFrame:
    """Hold computed shares against printed percentages, to the printed digit.

    Parameters
    ----------
    counts, bases : Series of int
        Computed, by concept.
    printed : Series of int
        Published whole percentages by concept.

    Returns
    -------
    DataFrame
        ``concept``, ``count``, ``base``, ``computed``, ``published`` (as text) and ``equal``; what nobody answered is
        computed as ``-`` and not equal.
    """
    found = pd.DataFrame({"count": counts, "base": bases}).reindex(printed.index, fill_value=0)
    computed = [
        f"{percentage(count, base)}%" if base else "-"
        for count, base in zip(found["count"], found["base"], strict=True)
    ]
    return _compared(found, computed, [f"{percent}%" for percent in printed])


def backtest_words(counts: pd.Series, bases: pd.Series, numerators: pd.Series, denominators: pd.Series) -> pd.DataFrame:
    """Hold computed shares against fractions printed in words.

    Parameters
    ----------
    counts, bases : Series of int
        Computed, by concept.
    numerators, denominators : Series of int
        The published fraction by concept.

    Returns
    -------
    DataFrame
        As `backtest`; the computed share is given as the nearest multiple of one over the denominator.
    """
    found = pd.DataFrame({"count": counts, "base": bases}).loc[denominators.index]
    computed = [
        f"{round_half_up(count / base * parts):.0f}/{parts}" if base else "-"
        for count, base, parts in zip(found["count"], found["base"], denominators, strict=True)
    ]
    return _compared(found, computed, [f"{n}/{parts}" for n, parts in zip(numerators, denominators, strict=True)])


def _compared(found: pd.DataFrame, computed: Iterable[str], published: Iterable[str]) -> pd.DataFrame:
    table = found.rename_axis("concept").reset_index().assign(computed=list(computed), published=list(published))
    return table.assign(equal=table["computed"] == table["published"])


def backtest_wave(shares: pd.DataFrame, change: pd.DataFrame, printed: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Hold a wave's results against everything that is published about it.

    Parameters
    ----------
    shares : DataFrame
        Columns ``measure`` (yield_top, yield_low, borging, index), ``concept``, ``count``, ``base``.
    change : DataFrame
        What `paired_change` gave for urgency: its panel is the base of the published urgency.
    printed : mapping
        Measure → whole percentages by concept; ``urgency_earlier`` and ``urgency_later`` are those of the panel, and
        ``sentence`` holds fractions (numerator, denominator). Empty for a wave without published figures.

    Returns
    -------
    DataFrame
        ``measure`` and the columns of `backtest`.
    """
    panel, found = change.set_index("item"), [pd.DataFrame(columns=_COLUMNS)]
    by = {str(measure): rows.set_index("concept") for measure, rows in shares.groupby("measure")}
    for measure, figures in printed.items():
        if measure == "sentence":
            parts = pd.DataFrame(figures.tolist(), index=figures.index)
            table = backtest_words(by["index"]["count"], by["index"]["base"], parts[0], parts[1])
        elif measure.startswith("urgency_"):
            table = backtest(panel[measure.removeprefix("urgency_")], panel["base"], figures)
        else:
            table = backtest(by[measure]["count"], by[measure]["base"], figures)
        found.append(table.assign(measure=measure))
    return pd.concat(found if len(found) == 1 else found[1:], ignore_index=True)[_COLUMNS]
