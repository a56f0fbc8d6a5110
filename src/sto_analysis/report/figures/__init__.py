"""The figures: one theme, colour-blind safe, direct labels; each for the desk, and for the phone in portrait.

Each takes the `Context` of its page first (the names of the concepts, the language and the level of the tests), and
gives a `Drawing`: the figure on whichever `Sheet` it is given.
"""

from sto_analysis.report.figures.canvas import DESK as DESK
from sto_analysis.report.figures.canvas import PHONE as PHONE
from sto_analysis.report.figures.canvas import Drawing as Drawing
from sto_analysis.report.figures.canvas import Sheet as Sheet
from sto_analysis.report.figures.curve import specification_curve as specification_curve
from sto_analysis.report.figures.dots import dumbbell as dumbbell
from sto_analysis.report.figures.dots import feasible_sizes as feasible_sizes
from sto_analysis.report.figures.dots import forest as forest
from sto_analysis.report.figures.dots import intervals as intervals
from sto_analysis.report.figures.likert import likert as likert
from sto_analysis.report.figures.likert import profile as profile
from sto_analysis.report.figures.matrix import agreement as agreement
from sto_analysis.report.figures.matrix import cells as cells
from sto_analysis.report.figures.matrix import together as together
from sto_analysis.report.figures.quadrant import Names as Names
from sto_analysis.report.figures.quadrant import quadrant as quadrant
from sto_analysis.report.figures.spread import Spread as Spread
from sto_analysis.report.figures.spread import spreads as spreads
from sto_analysis.report.figures.tiles import Tiled as Tiled
from sto_analysis.report.figures.tiles import tiles as tiles
