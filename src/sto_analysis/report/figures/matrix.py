"""Tables of numbers as colours."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import BLUE, INK, ORANGE, canvas, legible

_SIGN = LinearSegmentedColormap.from_list("sign", [ORANGE, "#f4f6f8", BLUE])
_PRIORS = {"firth": " F", "ridge": " R"}


def cells(context: Context, p: pd.DataFrame, ratios: pd.DataFrame, status: pd.DataFrame) -> Figure:
    """Odds ratios of every exposure with every item; framed where p lies below the level.

    Parameters
    ----------
    p, ratios, status : DataFrame
        Adjusted p-values, odds ratios and their status (items by exposures); Firth's and ridge estimates carry an F or
        an R.
    """
    marks = status.map(lambda state: _PRIORS.get(state, ""))
    printed = ratios.map(context.plain.ratio) + marks
    figure, axes = _heatmap(context, np.log(ratios) / np.log(20), printed, 0.4)
    for row, column in np.argwhere((p < context.alpha).to_numpy()):
        axes.add_patch(Rectangle((column + 0.04, row + 0.05), 0.92, 0.9, fill=False, ec=INK, lw=2))
    return figure


def together(context: Context, correlations: pd.DataFrame) -> Figure:
    """Correlations between exposures, each pair once.

    Parameters
    ----------
    correlations : DataFrame
        Square, by exposure.
    """
    once = correlations.where(np.tri(len(correlations), k=-1, dtype=bool)).iloc[1:, :-1]
    figure, _ = _heatmap(context, once, once.map(lambda value: context.plain.number(value, 2)), 0.3)
    return figure


def _heatmap(context: Context, shades: pd.DataFrame, printed: pd.DataFrame, height: float) -> tuple[Figure, Axes]:
    """Draw shades from -1 (orange) to 1 (blue) with the number of each cell; what is missing stays empty."""
    figure, axes = canvas(height * len(shades) + 1.3)
    short = {concept: legible(name, 40) for concept, name in context.short.items()}
    named = shades.rename(index=short, columns=short)
    sns.heatmap(named, annot=printed, fmt="", vmin=-1, vmax=1, cmap=_SIGN, cbar=False, linewidths=1.5, ax=axes)
    axes.set(xlabel="", ylabel="")
    axes.tick_params(length=0)
    axes.set_xticks(axes.get_xticks(), axes.get_xticklabels(), rotation=30, ha="right", rotation_mode="anchor")
    return figure, axes
