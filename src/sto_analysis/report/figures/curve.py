"""Specification curves."""

from collections.abc import Sequence

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import BLUE, GREY, ORANGE, PALE, canvas, label_rows, note
from sto_analysis.report.language import Texts


def specification_curve(
    context: Context, table: pd.DataFrame, dimensions: Sequence[str], headline: pd.Series
) -> Figure:
    """Effects of all specifications of one exposure, sorted, above the choices that made them.

    Parameters
    ----------
    context : Context
        Language of numbers and choices.
    table : DataFrame
        Rows of `sto_analysis.analysis.multiverse.specification_curve`: ``effect`` with ``effect_low`` and
        ``effect_high`` as proportions, ``status`` (ridge estimates are open points), and a column per dimension.
    dimensions : sequence of str
        Dimensions to show; those with one choice are left out.
    headline : Series of bool
        Which row is the headline, if any.
    """
    drawn = table.assign(headline=headline).dropna(subset="effect")
    drawn = drawn.sort_values("effect", kind="stable", ignore_index=True).rename_axis("place")
    varied = [name for name in dimensions if len(set(table[name])) > 1]
    rows = table[varied].melt(var_name="dimension", value_name="choice").drop_duplicates(ignore_index=True)
    choices = drawn[varied].melt(var_name="dimension", value_name="choice", ignore_index=False).reset_index()
    heights = [2.6, 0.2 * len(rows) + 0.1]
    figure, (top, below) = canvas(sum(heights) + 0.3, rows=2, sharex=True, height_ratios=heights)
    _effects(context.texts, top, drawn)
    strokes = choices.merge(rows.reset_index(names="row"))
    sns.scatterplot(strokes, x="place", y="row", marker="|", s=60, color=BLUE, lw=1, ax=below)
    label_rows(below, [_choice(context.texts, *row) for row in rows.itertuples(index=False)], 2.9, size=8)
    below.hlines(rows.index[~rows["dimension"].duplicated()] - 0.5, 0, len(drawn), color=PALE, lw=1)
    below.set(
        ylim=(len(rows) - 0.5, -0.5),
        xticks=[],
        xlabel=context.texts("axis.specifications", count=len(drawn)),
        ylabel="",
    )
    below.spines["bottom"].set_visible(False)
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
    sns.scatterplot(headline, s=60, marker="D", color=ORANGE, zorder=3, ax=axes)
    for place, effect in headline.items():
        note(axes, texts("axis.headline"), (place, effect), (0, 10), strong=True)
    axes.set(xlabel="", ylabel=texts("axis.points_top"))
    axes.grid(axis="y")


def _choice(texts: Texts, dimension: str, choice: str) -> str:
    """A choice of a dimension in words; formulas and levels as they were declared."""
    kind, _, rest = choice.partition(":")
    if dimension == "adjust":
        return texts("choice.adjust", choice=choice)
    if dimension == "coding":
        return texts(f"choice.{kind}" if rest else "choice.level", choice=(rest or choice).replace("_", " "))
    return texts(f"choice.{choice}")
