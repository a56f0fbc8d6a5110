"""Two percentages against each other: every label has its place, whatever lies where."""

from itertools import combinations, product

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from sto_analysis.monitor.published_figures import PublishedFigures
from sto_analysis.report import figures
from sto_analysis.report.context import Context
from sto_analysis.report.figures import DESK, PHONE, Drawing, Names, Sheet
from tests.sto_analysis.report import named
from tests.sto_analysis.report.figures import words

NAMES = Names("x", "y", "boven links", "boven rechts", "onder links", "onder rechts", "mediaan")
SHEETS = [DESK, PHONE]


def collisions(draw: Drawing, sheet: Sheet) -> list[tuple[str, str]]:
    """Texts that touch another, or leave the picture."""
    figure = draw(sheet)
    figure.draw_without_rendering()
    drawn = [text for text in figure.findobj(plt.Text) if text.get_visible() and text.get_text().strip()]
    boxes = {f"{text.get_text()} {place}": text.get_window_extent() for place, text in enumerate(drawn)}
    touching = [(a, b) for (a, one), (b, other) in combinations(boxes.items(), 2) if one.padded(-1).overlaps(other)]
    out = [(name, "outside") for name, box in boxes.items() if not figure.bbox.padded(1).contains(box.x0, box.y0)
           or not figure.bbox.padded(1).contains(box.x1, box.y1)]  # fmt: skip
    return touching + out


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_point_has_its_label_and_every_quadrant_its_name(
    context: Context, slides: PublishedFigures, sheet: Sheet
):
    x, y = slides.percentages("yield_top", 2024), slides.percentages("urgency", 2024)
    draw = figures.quadrant(context, x, y, ["teachers"], NAMES)
    found = [text.replace("\n", " ") for text in words(draw, sheet)]
    assert {context.short[aspect] for aspect in x.index} | set(NAMES[2:6]) <= set(found)
    assert collisions(draw, sheet) == []


@pytest.mark.parametrize(("sheet", "seed"), list(product(SHEETS, range(6))))
def test_nothing_touches_anything_wherever_the_points_lie(sheet: Sheet, seed: int):
    rng = np.random.default_rng(seed)
    many = int(rng.integers(1, 14))
    names = {f"c{place}": " ".join(["lang"] * int(rng.integers(1, 12)))[:58] + str(place) for place in range(many)}
    spread = 10.0 ** rng.integers(-1, 3)
    x, y = (pd.Series(rng.normal(50, spread, many).clip(0, 100).round(), index=list(names)) for _ in range(2))
    draw = figures.quadrant(named("nl", **names), x, y, list(names)[::3], NAMES)
    assert collisions(draw, sheet) == []
    shown = " ".join(words(draw, sheet)).replace("\n", " ")
    assert all(name in shown for name in names.values())


@pytest.mark.parametrize("sheet", SHEETS)
def test_what_ties_is_all_named(sheet: Sheet):
    names = {name: f"Naam van {name}" for name in "abcdefgh"}
    tied = pd.Series(50.0, index=list(names))
    draw = figures.quadrant(named("nl", **names), tied, tied, [], NAMES)
    assert all(name in " ".join(words(draw, sheet)).replace("\n", " ") for name in names.values())
    assert collisions(draw, sheet) == []


def test_a_concept_without_a_share_is_not_in_the_quadrant(context: Context):
    x = pd.Series({"teachers": 10.0, "image": np.nan, "enrolment": 30.0})
    y = pd.Series({"teachers": 20.0, "image": 50.0, "enrolment": 40.0})
    shown = words(figures.quadrant(context, x, y, ["teachers"], NAMES))
    assert "Beeldvorming" not in shown
    assert {"Docenten", "Aantallen leerlingen"} <= set(shown)
    assert "Docenten" not in words(figures.quadrant(context, x * np.nan, y, [], NAMES))
