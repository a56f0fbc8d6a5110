"""Specification curves."""

from collections.abc import Sequence

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import BLUE, GREY, ORANGE, PALE, Sheet, drawing
from sto_analysis.report.figures.rows import Key, Panel, rows
from sto_analysis.report.rows import choice

_HIGH = 190
"""Points of the curve."""


@drawing
def specification_curve(
    sheet: Sheet, context: Context, table: pd.DataFrame, dimensions: Sequence[str], headline: pd.Series
) -> Figure:
    """Effects of all specifications of one exposure, sorted, above the choices that made them.

    Parameters
    ----------
    table : DataFrame
        Rows of `sto_analysis.analysis.multiverse.specification_curve`: ``effect`` with ``effect_low`` and
        ``effect_high`` as proportions, ``status`` (ridge estimates are open points), and a column per dimension.
    dimensions : sequence of str
        Dimensions to show; those with one choice are left out.
    headline : Series of bool
        Which row is the headline, if any.
    """
    drawn = table.assign(headline=headline, place=table["effect"].rank(method="first")).dropna(subset="effect")
    varied = [name for name in dimensions if len(set(table[name])) > 1]
    choices = drawn.melt("place", varied, "dimension", "choice")
    choices["row"] = [choice(context, *each) for each in choices[["dimension", "choice"]].to_numpy()]
    told = choices.drop_duplicates("row", ignore_index=True)
    ridge, plain = (drawn["status"] == "ridge").sum(), context.plain
    keys = [Key(plain("axis.headline"), ORANGE, "D")] * bool(drawn["headline"].any())
    keys += [Key(plain("axis.ridge", count=ridge), GREY, "o", filled=False)] * bool(ridge)
    panel = Panel(plain("axis.points_top"), keys)
    sized = rows(
        sheet,
        list(told["row"]),
        200,
        8,
        plain("axis.specifications", count=len(drawn)),
        [panel],
        ticks=False,
        over=_HIGH,
    )
    below, top = sized.panels
    _effects(top, drawn.set_index("place"))
    heights = dict(zip(told["row"], sized.at, strict=True))
    sns.scatterplot(
        choices.assign(at=choices["row"].map(heights)), x="place", y="at", marker="|", s=60, color=BLUE, lw=1, ax=below
    )
    first = told.index[~told["dimension"].duplicated()][1:]
    below.hlines([sized.starts[row] for row in first], 1, len(drawn), color=PALE, lw=1)
    below.set_xlim(top.get_xlim())
    return sized.figure


def _effects(axes: Axes, drawn: pd.DataFrame) -> None:
    """Draw the sorted effects with their intervals, in percentage points."""
    points = 100 * drawn[["effect", "effect_low", "effect_high"]]
    axes.vlines(points.index, points["effect_low"], points["effect_high"], color=PALE, lw=1.1)
    axes.axhline(0, color=GREY, lw=1)
    sns.lineplot(points["effect"], color=BLUE, lw=2.2, estimator=None, ax=axes)
    ridge, headline = points.loc[drawn["status"] == "ridge", "effect"], points.loc[drawn["headline"], "effect"]
    sns.scatterplot(ridge, s=14, color="white", ec=GREY, lw=0.8, zorder=3, legend=False, ax=axes)
    sns.scatterplot(headline, s=60, marker="D", color=ORANGE, zorder=3, legend=False, ax=axes)
    axes.set(xticks=[], xlabel="", ylabel="")
