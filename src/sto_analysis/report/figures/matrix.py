"""Tables of numbers as colours."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure

from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import INK, Sheet, drawing, extent, letters_on
from sto_analysis.report.figures.rows import Key, Panel, rows

_SIGN = LinearSegmentedColormap.from_list("sign", ["#b5551a", "#f4f6f8", "#0b5d8c"])
_PRIORS = {"firth": " F", "ridge": " R"}


@drawing
def cells(sheet: Sheet, context: Context, p: pd.DataFrame, ratios: pd.DataFrame, status: pd.DataFrame) -> Figure:
    """Odds ratios of every exposure with every item; framed where p lies below the level.

    Parameters
    ----------
    p, ratios, status : DataFrame
        Adjusted p-values, odds ratios and their status (items by exposures); Firth's and ridge estimates carry an F or
        an R.
    """
    marks = status.map(lambda state: _PRIORS.get(state, ""))
    names = [context.short[each] for each in ratios.columns]
    shades = np.log(ratios) / np.log(20)
    labels = [context.short[each] for each in ratios.index]
    framed = np.argwhere((p < context.alpha).to_numpy())
    return _coloured(sheet, labels, names, shades, ratios.map(context.plain.ratio) + marks, framed)


@drawing
def together(sheet: Sheet, context: Context, correlations: pd.DataFrame) -> Figure:
    """Correlations between exposures, each pair once.

    Parameters
    ----------
    correlations : DataFrame
        Square, by exposure.
    """
    once = correlations.where(np.tri(len(correlations), k=-1, dtype=bool)).iloc[1:, :-1]
    names = [context.short[each] for each in correlations.columns]
    labels = [f"{place}. {name}" for place, name in enumerate(names[1:], start=2)]
    return _coloured(sheet, labels, names[:-1], once, once.map(lambda value: context.plain.number(value, 2)), [])


@drawing
def agreement(sheet: Sheet, context: Context, correlations: pd.DataFrame) -> Figure:
    """Correlations of rows with each of some columns, both by their names."""
    printed = correlations.map(lambda value: context.plain.number(value, 2))
    return _coloured(sheet, list(correlations.index), list(correlations.columns), correlations, printed, [])


def _coloured(
    sheet: Sheet,
    labels: Sequence[str],
    names: Sequence[str],
    shades: pd.DataFrame,
    printed: pd.DataFrame,
    framed: np.ndarray | Sequence[tuple[int, int]],
) -> Figure:
    """Draw shades from -1 (orange) to 1 (blue), with the numbers that have room; what is missing stays empty.

    Columns are numbered, so that no name is turned or broken; the first row holds the numbers, above it are the names.
    """
    numbered = [Key(f"{place}. {name}", INK, "") for place, name in enumerate(names, start=1)]
    drawn = rows(sheet, ["", *labels], 150, 8, panels=[Panel(keys=numbered)], bold=[0], ticks=False)
    (axes,), size = drawn.panels, sheet.size
    axes.set_xlim(0, len(names))
    across = axes.get_position().width * sheet.width / len(names)
    for column in range(len(names)):
        axes.text(column + 0.5, 11 if sheet.narrow else 19, str(column + 1), ha="center", va="center", fontsize=size)
    for row, column in np.argwhere(shades.notna().to_numpy()):
        colour, at = to_hex(_SIGN((shades.iloc[row, column] + 1) / 2)), drawn.at[row + 1]
        axes.barh(at, 0.96, 25, column + 0.02, color=colour)
        if extent(said := printed.iloc[row, column], size) <= across - 3:
            look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": size, "color": letters_on(colour)}
            axes.text(column + 0.5, at, said, **look)
    for row, column in framed:
        axes.barh(drawn.at[row + 1], 0.92, 24, column + 0.04, fill=False, ec=INK, lw=2)
    return drawn.figure
