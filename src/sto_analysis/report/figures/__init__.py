"""The figures: one theme, colour-blind safe, direct labels.

Each takes the `Context` of its page first: the names of the concepts, the language and the level of the tests.
"""

from sto_analysis.report.figures.curve import specification_curve as specification_curve
from sto_analysis.report.figures.dots import dumbbell as dumbbell
from sto_analysis.report.figures.dots import feasible_sizes as feasible_sizes
from sto_analysis.report.figures.dots import forest as forest
from sto_analysis.report.figures.dots import intervals as intervals
from sto_analysis.report.figures.dots import quadrant as quadrant
from sto_analysis.report.figures.likert import likert as likert
from sto_analysis.report.figures.likert import profile as profile
from sto_analysis.report.figures.matrix import cells as cells
from sto_analysis.report.figures.matrix import together as together
