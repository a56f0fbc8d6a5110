"""The theory of change as a picture."""

from textwrap import fill
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import BLUE, GREY, INK, ORANGE, canvas


def theory_of_change(context: Context, yields: pd.Series) -> Figure:
    """Draw the theory of change as two rows of stages, each aspect at its stage with its yield.

    Parameters
    ----------
    context : Context
        Its codebook has the stages, their points and aspects, and the regional context written below them.
    yields : Series
        Percentage (much) yield by aspect, written beside the aspect.
    """
    codebook, language, texts = context.codebook, context.language, context.texts
    below = f"{texts('column.context')}: {texts.both(codebook.labels('context_variables', language).values())}"
    stages = codebook.theory_of_change
    per_row = (len(stages) + 1) // 2
    width, gap, drop = 0.222, 0.037, 0.07
    points = [
        "\n".join(fill(f"– {p}", 25, subsequent_indent="   ") for p in stage.points(language)) for stage in stages
    ]
    needed = [
        0.105 + 0.024 * (text.count("\n") + 1) + 0.043 * len(stage.aspects)
        for stage, text in zip(stages, points, strict=True)
    ]
    heights = [max(needed[:per_row]), max(needed[per_row:])]
    tops = [1.0, 1.0 - heights[0] - drop]
    bottom, right = tops[1] - heights[1], per_row * width + (per_row - 1) * gap
    figure, axes = canvas(7.9, 7.4 * (1.13 - bottom))
    for i, stage in enumerate(stages):
        row = i // per_row
        left, top, floor = (i % per_row) * (width + gap), tops[row], tops[row] - heights[row]
        axes.add_patch(_card(left, floor, width, heights[row], fc="#f2f6f9", ec=GREY, lw=0.9))
        axes.text(
            left + 0.012,
            top - 0.018,
            fill(stage.label(language), 20),
            va="top",
            weight="bold",
            fontsize=9,
            linespacing=1.2,
        )
        axes.text(left + 0.012, top - 0.09, points[i], va="top", fontsize=8, linespacing=1.25)
        for j, aspect in enumerate(reversed(stage.aspects)):
            low = floor + 0.012 + j * 0.043
            axes.add_patch(
                _card(
                    left + 0.01,
                    low,
                    width - 0.02,
                    0.034,
                    fc=ORANGE if yields[aspect] < 50 else BLUE,
                    ec="none",
                )
            )
            text = f"{codebook.aspects[aspect].short(language)}  {yields[aspect]:g}%"
            axes.text(
                left + width / 2,
                low + 0.0165,
                text,
                ha="center",
                va="center",
                fontsize=7.8,
                color="white",
                weight="bold",
            )
    arrow = {"arrowstyle": "-|>", "color": INK, "lw": 1.3}
    for i in range(len(stages) - 1):
        left, middle = (i % per_row) * (width + gap) + width, tops[i // per_row] - heights[i // per_row] / 2
        if (i + 1) % per_row:
            axes.annotate("", (left + gap, middle), (left, middle), arrowprops=arrow)
        else:
            turn = tops[1] + drop / 2
            axes.plot(
                [left - width / 2, left - width / 2, width / 2],
                [tops[1] + drop, turn, turn],
                color=INK,
                lw=1.3,
            )
            axes.annotate("", (width / 2, tops[1]), (width / 2, turn), arrowprops=arrow)
    axes.add_patch(_card(0, bottom - 0.115, right, 0.085, fc="white", ec=GREY, lw=0.9, ls="--"))
    axes.text(0.012, bottom - 0.0725, fill(below, 108), va="center", fontsize=8.4, linespacing=1.3)
    axes.set(xlim=(-0.005, right + 0.005), ylim=(bottom - 0.12, 1.005))
    axes.axis("off")
    return figure


def _card(left: float, low: float, width: float, height: float, **look: Any) -> FancyBboxPatch:
    return FancyBboxPatch((left, low), width, height, boxstyle="round,pad=0,rounding_size=0.01", **look)
