"""Specification curves."""

from collections.abc import Sequence

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import BLUE, GREY, ORANGE, PALE, WORDS, canvas, legible, note
from sto_analysis.report.language import Texts
from sto_analysis.report.rows import choice


def specification_curve(context: Context, rows: pd.DataFrame, dimensions: Sequence[str], headline: pd.Series) -> Figure:
    """Effects of all specifications of one exposure, sorted, above the choices that made them.

    Parameters
    ----------
    rows : DataFrame
        Rows of `sto_analysis.analysis.multiverse.specification_curve`: ``effect`` with ``effect_low`` and
        ``effect_high`` as proportions, ``status`` (ridge estimates are open points), and a column per dimension.
    dimensions : sequence of str
        Dimensions to show; those with one choice are left out.
    headline : Series of bool
        Which row is the headline, if any.
    """
    drawn = rows.assign(headline=headline, place=rows["effect"].rank(method="first")).dropna(subset="effect")
    varied = [name for name in dimensions if len(set(rows[name])) > 1]
    choices = drawn.melt("place", varied, "dimension", "choice")
    choices["row"] = [legible(choice(context, *each), 80) for each in choices[["dimension", "choice"]].to_numpy()]
    lines = choices.drop_duplicates("row", ignore_index=True)
    heights = [2.6, 0.2 * len(lines) + 0.1]
    figure, (top, below) = canvas(sum(heights) + 0.3, rows=2, sharex=True, height_ratios=heights)
    _effects(context.plain, top, drawn.set_index("place"))
    sns.scatterplot(choices, x="place", y="row", marker="|", s=60, color=BLUE, lw=1, ax=below)
    below.hlines(lines.index[~lines["dimension"].duplicated()] - 0.5, 1, len(drawn), color=PALE, lw=1)
    below.set(ylim=(len(lines) - 0.5, -0.5), xticks=[], ylabel="")
    below.set_xlabel(context.plain("axis.specifications", count=len(drawn)))
    below.spines[:].set_visible(False)
    return figure


def _effects(texts: Texts, axes: Axes, drawn: pd.DataFrame) -> None:
    """Draw the sorted effects with their intervals, in percentage points."""
    points = 100 * drawn[["effect", "effect_low", "effect_high"]]
    axes.vlines(points.index, points["effect_low"], points["effect_high"], color=PALE, lw=1.1)
    axes.axhline(0, color=GREY, lw=1)
    sns.lineplot(points["effect"], color=BLUE, lw=2.2, estimator=None, ax=axes)
    ridge = points.loc[drawn["status"] == "ridge", "effect"]
    if len(ridge):
        label = texts("axis.ridge", count=len(ridge))
        sns.scatterplot(ridge, s=14, color="white", ec=GREY, lw=0.8, zorder=3, label=label, ax=axes)
        axes.legend(loc="upper left", frameon=False)
    headline = points.loc[drawn["headline"], "effect"]
    sns.scatterplot(headline, s=60, marker="D", color=ORANGE, zorder=3, legend=False, ax=axes)
    for place, effect in headline.items():
        note(axes, texts("axis.headline"), (place, effect), (0, 10), **WORDS[True])
    axes.set(xlabel="", ylabel=texts("axis.points_top"))
    axes.grid(axis="y")
