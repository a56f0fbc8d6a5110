"""The picture of the theory of change is complete."""

import matplotlib.pyplot as plt

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.published_figures import PublishedFigures
from sto_analysis.report.context import Context
from sto_analysis.report.figures.theory import theory_of_change


def test_the_theory_of_change_has_every_stage_and_aspect(codebook: Codebook, slides: PublishedFigures):
    figure = theory_of_change(Context("en", codebook), slides.percentages("yield_top", 2024))
    drawn = " ".join(text.get_text() for text in figure.findobj(plt.Text)).replace("\n", " ")
    plt.close(figure)
    assert all(stage.en in drawn for stage in codebook.theory_of_change)
    assert all(aspect.short("en") in drawn for aspect in codebook.aspects.values())
