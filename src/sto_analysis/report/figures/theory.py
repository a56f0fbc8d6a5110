"""The theory of change as a picture."""

from itertools import pairwise
from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sto_analysis.monitor.codebook import Stage
from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import BLUE, GREY, INK, ORANGE, WIDTH, legible, note, theme

_BELOW = 0.4  # inches between the two rows
_ON = (0, 0.5), (1, 0.5), "arc3"
_TURN = (0.5, 1), (0.5, 0), f"arc,angleA=-90,angleB=90,armA={36 * _BELOW},armB={36 * _BELOW},rad=0"
"""Of an arrow: its end in the next card, its start, its way (arms in points): to the right, or to the row below."""


def theory_of_change(context: Context, yields: pd.Series) -> Figure:
    """Draw the theory of change as two rows of stages, each aspect at its stage with its yield; the context below.

    Parameters
    ----------
    yields : Series
        Percentage (much) yield by aspect, written at the aspect; below half in the accent colour.
    """
    stages, language = context.codebook.theory_of_change, context.language
    per_row = (len(stages) + 1) // 2
    points = [
        [fill(f"– {legible(point, 120)}", 25, subsequent_indent="   ") for point in stage.points(language)]
        for stage in stages
    ]
    texts = ["\n".join(each) for each in points]
    needed = [
        0.9 + 0.16 * text.count("\n") + 0.31 * len(stage.aspects) for text, stage in zip(texts, stages, strict=True)
    ]
    heights = [max(needed[:per_row]), max(needed[per_row:])]
    whole = sum(heights) + _BELOW + 0.85
    margins = {"left": 0.005, "right": 0.995, "top": 1 - 0.05 / whole, "bottom": 0.8 / whole, "wspace": 0.15}
    theme()
    figure = Figure(figsize=(WIDTH, whole))
    grid = margins | {"height_ratios": heights, "hspace": 2 * _BELOW / sum(heights)}
    cards = figure.subplots(2, per_row, gridspec_kw=grid).ravel()
    for axes in cards[len(stages) :]:
        axes.remove()
    for axes, stage, text in zip(cards, stages, texts, strict=False):
        _stage(context, axes, stage, text, yields)
    for place, (before, after) in enumerate(pairwise(cards[: len(stages)]), start=1):
        end, start, bend = _TURN if place == per_row else _ON
        look = {"arrowstyle": "-|>", "connectionstyle": bend, "color": INK, "lw": 1.3}
        before.annotate("", end, start, xycoords=after.transAxes, textcoords=before.transAxes, arrowprops=look)
    named = context.codebook.labels("context_variables", language).values()
    names = context.plain.both(legible(each) for each in named)
    said = fill(f"{context.plain('column.context')}: {names}", 105)
    frame = {"boxstyle": "round,pad=0.8", "fc": "white", "ec": GREY, "ls": "--"}
    figure.text(0.5, 0.38 / whole, said, ha="center", va="center", fontsize=8.4, linespacing=1.3, bbox=frame)
    return figure


def _stage(context: Context, axes: Axes, stage: Stage, points: str, yields: pd.Series) -> None:
    """Fill the card of a stage: its name, its points, and its aspects from the bottom up."""
    axes.set(facecolor="#f2f6f9", xticks=[], yticks=[])
    axes.spines[:].set_visible(True)
    name = fill(legible(stage.label(context.language)), 20)
    note(axes, name, (0, 1), (7, -8), xycoords="axes fraction", weight="bold", fontsize=9, bbox=None)
    note(axes, points, (0, 1), (7, -42), xycoords="axes fraction", fontsize=8, bbox=None)
    for place, aspect in enumerate(reversed(stage.aspects)):
        colour, weight = (ORANGE, "bold") if yields[aspect] < 50 else (BLUE, "normal")
        look = {"color": "white", "weight": weight, "bbox": {"boxstyle": "round", "fc": colour, "ec": "none"}}
        said = f"{legible(context.short[aspect], 40)} {context.plain.number(yields[aspect])}%"
        note(axes, said, (0.5, 0), (0, 9 + 22 * place), xycoords="axes fraction", fontsize=8, **look)
