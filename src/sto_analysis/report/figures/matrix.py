"""Tables of numbers as colours."""

from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import BLUE, INK, ORANGE, canvas, label_rows

_SIGN = LinearSegmentedColormap.from_list("sign", [ORANGE, "#f4f6f8", BLUE])


def cells(context: Context, p: pd.DataFrame, ratios: pd.DataFrame, status: pd.DataFrame) -> Figure:
    """Odds ratios of every exposure with every item; framed where p lies below the level.

    Parameters
    ----------
    context : Context
        Names items and exposures; language of the numbers; level.
    p, ratios, status : DataFrame
        Adjusted p-values, odds ratios and their status (items by exposures); Firth's and ridge estimates carry an F or
        an R.
    """
    figure, axes = canvas(7.6, 0.42 * len(ratios) + 1.9)
    values, adjusted, states = ratios.to_numpy(float), p.to_numpy(float), status.to_numpy()
    shade = np.clip(np.log(values) / np.log(20), -1, 1)
    axes.imshow(np.ma.masked_invalid(shade), cmap=_SIGN, vmin=-1.15, vmax=1.15, aspect="auto")
    for row, column in np.argwhere(np.isfinite(values)):
        value, strong = values[row, column], abs(shade[row, column]) > 0.6
        mark = {"firth": " F", "ridge": " R"}.get(str(states[row, column]), "")
        axes.text(
            column, row, context.texts.number(value, 1) + mark, ha="center", va="center", fontsize=9,
            color="white" if strong else INK,
        )  # fmt: skip
        if adjusted[row, column] < context.alpha:
            axes.add_patch(Rectangle((column - 0.46, row - 0.44), 0.92, 0.88, fill=False, ec=INK, lw=2))
    label_rows(axes, [context.short[item] for item in ratios.index], 1.75)
    axes.set_xticks(range(ratios.shape[1]), [fill(context.short[name], 14) for name in ratios.columns], fontsize=8.5)
    axes.tick_params(axis="x", length=0, labeltop=True, labelbottom=False)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    return figure


def together(context: Context, correlations: pd.DataFrame) -> Figure:
    """Correlations between exposures, each pair once.

    Parameters
    ----------
    context : Context
        Names the exposures; language of the numbers.
    correlations : DataFrame
        Square, by exposure.
    """
    import seaborn as sns  # slow to import, and only this figure needs it

    shown = correlations.rename(index=context.short, columns=context.short).iloc[1:, :-1]
    later = np.triu(np.ones(shown.shape, dtype=bool), 1)
    numbers = shown.map(lambda value: context.texts.number(value, 2))
    figure, axes = canvas(7.2, 4.6)
    sns.heatmap(
        shown, mask=later, annot=numbers, fmt="", center=0, vmin=-1, vmax=1, cbar=False, linewidths=1.5, ax=axes,
        cmap=_SIGN,
    )  # fmt: skip
    axes.set(xlabel="", ylabel="")
    axes.tick_params(axis="x", rotation=35)
    plt.setp(axes.get_xticklabels(), ha="right", rotation_mode="anchor")
    return figure
