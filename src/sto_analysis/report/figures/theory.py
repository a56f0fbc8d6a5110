"""The theory of change as a picture."""

from itertools import pairwise
from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sto_analysis.monitor.codebook import Stage
from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import BLUE, GREY, INK, ORANGE, WIDTH, note, theme

_BELOW = 0.4  # inches between the two rows


def theory_of_change(context: Context, yields: pd.Series) -> Figure:
    """Draw the theory of change as two rows of stages, each aspect at its stage with its yield.

    Parameters
    ----------
    context : Context
        Its codebook has the stages, their points and aspects, and the regional context written below them.
    yields : Series
        Percentage (much) yield by aspect, written at the aspect; below half in the accent colour.
    """
    stages = context.codebook.theory_of_change
    per_row = (len(stages) + 1) // 2
    needed = [0.75 + 0.16 * (_points(context, stage).count("\n") + 1) + 0.31 * len(stage.aspects) for stage in stages]
    heights = [max(needed[:per_row]), max(needed[per_row:])]
    whole = sum(heights) + _BELOW + 0.85
    margins = {"left": 0.005, "right": 0.995, "top": 1 - 0.05 / whole, "bottom": 0.8 / whole, "wspace": 0.15}
    theme()
    figure = Figure(figsize=(WIDTH, whole))
    grid = margins | {"height_ratios": heights, "hspace": 2 * _BELOW / sum(heights)}
    cards = figure.subplots(2, per_row, gridspec_kw=grid).ravel()
    for axes, stage in zip(cards, stages, strict=False):
        _stage(context, axes, stage, yields)
    for axes in cards[len(stages) :]:
        axes.remove()
    for place, (before, after) in enumerate(pairwise(cards[: len(stages)]), start=1):
        _arrow(before, after, turns=place == per_row)
    names = context.texts.both(context.codebook.labels("context_variables", context.language).values())
    said = fill(f"{context.texts('column.context')}: {names}", 105)
    frame = {"boxstyle": "round,pad=0.8", "fc": "white", "ec": GREY, "ls": "--"}
    figure.text(0.5, 0.38 / whole, said, ha="center", va="center", fontsize=8.4, linespacing=1.3, bbox=frame)
    return figure


def _points(context: Context, stage: Stage) -> str:
    return "\n".join(fill(f"– {point}", 25, subsequent_indent="   ") for point in stage.points(context.language))


def _stage(context: Context, axes: Axes, stage: Stage, yields: pd.Series) -> None:
    """Fill the card of a stage: its name, its points, and its aspects from the bottom up."""
    axes.set(facecolor="#f2f6f9", xticks=[], yticks=[])
    axes.spines[:].set_visible(True)
    name = fill(stage.label(context.language), 20)
    note(axes, name, (0, 1), (7, -8), xycoords="axes fraction", weight="bold", fontsize=9)
    note(axes, _points(context, stage), (0, 1), (7, -42), xycoords="axes fraction", fontsize=8)
    for place, aspect in enumerate(reversed(stage.aspects)):
        tag = {"boxstyle": "round", "fc": ORANGE if yields[aspect] < 50 else BLUE, "ec": "none"}
        said = f"{context.short[aspect]} {context.texts.number(yields[aspect])}%"
        note(axes, said, (0.5, 0), (0, 9 + 22 * place), xycoords="axes fraction", fontsize=8, color="white", bbox=tag)


def _arrow(before: Axes, after: Axes, *, turns: bool) -> None:
    """Lead from a card to the next, which stands at its right or begins the row below."""
    end, start, arm = ((0.5, 1), (0.5, 0), 36 * _BELOW) if turns else ((0, 0.5), (1, 0.5), 0)
    bend = f"arc,angleA=-90,angleB=90,armA={arm},armB={arm},rad=0" if turns else "arc3"
    look = {"arrowstyle": "-|>", "connectionstyle": bend, "color": INK, "lw": 1.3}
    before.annotate("", end, start, xycoords=after.transAxes, textcoords=before.transAxes, arrowprops=look)
