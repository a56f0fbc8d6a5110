"""The figures: one style, colour-blind safe, direct labels."""

from sto_analysis.report.figures.curve import specification_curve
from sto_analysis.report.figures.dots import dumbbell, feasible_sizes, forest, intervals
from sto_analysis.report.figures.likert import likert, profile
from sto_analysis.report.figures.matrix import cells, together
from sto_analysis.report.figures.quadrant import quadrant

__all__ = [
    "cells",
    "dumbbell",
    "feasible_sizes",
    "forest",
    "intervals",
    "likert",
    "profile",
    "quadrant",
    "specification_curve",
    "together",
]
