"""The charts of real pages, and of names and shares that no page has yet, in a real browser."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sto_analysis.report import figures
from sto_analysis.report.context import Context
from sto_analysis.report.figures import DESK, PHONE, Drawing, Names
from sto_analysis.report.picture import picture
from tests.charts import chart_faults, drawn, smallest, touching
from tests.running import WAVE
from tests.sto_analysis.report import named

NATIONAL, PUBLISHED = f"{WAVE}/national.{WAVE}", "published/published"
PAGES = [f"{stem}.{language}.html" for stem in (NATIONAL, PUBLISHED) for language in ("nl", "en")]
PAGES += [
    f"{WAVE}/regions/{region}.{WAVE}.{language}.html"
    for region, language in (("R01", "nl"), ("R05", "en"), ("R07", "nl"))
]
NAMES = Names("% opbrengst", "% urgent", "urgent, weinig", "urgent, veel", "minder, weinig", "minder, veel", "mediaan")
LONG = "Een naam die met haar achtenvijftig letters geen einde neemt"[:58]
ONE_WORD = "Doorstroomleerlingenaantallenprognosesystematiekontwikkeling"[:58]
pytestmark = pytest.mark.whole


@pytest.mark.parametrize("name", PAGES)
def test_charts_fit_and_are_legible_at_every_width_in_every_light_and_on_paper(
    chromium: Any, finished: Path, name: str
):
    assert chart_faults(chromium, finished / "reports" / name) == []


def _stress(language: Any, names: dict[str, str], shares: pd.Series) -> dict[str, Drawing]:
    """Every kind of chart, of concepts with these names, which all have these shares."""
    context: Context = named(language, **names)
    concepts, spread = list(names), pd.DataFrame(np.full((len(names), 5), 0.2), index=list(names))
    levels = [f"{LONG} {place}" for place in range(5)]
    table = pd.DataFrame({"concept": concepts, "share": shares / 100, "low": 0.0, "high": 1.0})
    row = {"family": "borging", "status": "estimated", "alias": None, "odds_ratio": 2.0, "low": 0.01, "high": 90.0}
    rows = pd.DataFrame([row | {"exposure": name, "difference": 0.1, "p_adjusted": 0.01} for name in concepts])
    rows.loc[0, ["status", "odds_ratio", "difference", "p_adjusted", "alias"]] = [
        "aliased",
        *[np.nan] * 3,
        " ".join(concepts),
    ]
    square = pd.DataFrame(0.5, index=concepts, columns=concepts)
    return {
        "intervals": figures.intervals(context, table, LONG),
        "forest": figures.forest(context, rows),
        "dumbbell": figures.dumbbell(
            context, shares, shares, shares / 100, concepts[:1], (LONG, f"{LONG} 2", "apart"), LONG
        ),
        "quadrant": figures.quadrant(context, shares, shares, concepts[:1], NAMES),
        "likert": figures.likert(context, spread, levels, shares / 100, LONG),
        "profile": figures.profile(
            context, {LONG: (spread, shares * 0, levels), "b": (spread, shares * 0, levels)}, LONG
        ),
        "together": figures.together(context, square),
        "cells": figures.cells(context, square * 0, square, square.astype(str)),
    }


@pytest.mark.parametrize("name", [LONG, ONE_WORD])
@pytest.mark.parametrize("shares", [[50.0] * 8, [0.0, 100, 100, 100, 0, 0, 50, 50], [np.nan, 1, 2, 3, 4, 5, 6, 99]])
def test_long_names_ties_and_gaps_touch_nothing(chromium: Any, name: str, shares: list[float]):
    names = {f"c{place}": f"{name[:-2]} {place}" for place in range(8)}
    page, found = chromium.new_page(), dict[str, list[str]]()
    for kind, draw in _stress("nl", names, pd.Series(shares, index=list(names))).items():
        for sheet in (DESK, PHONE):
            svg = drawn(picture(draw, sheet, "SYNTHETIC"))
            found[f"{kind}, {sheet.width:g}"] = touching(page, svg)
            assert smallest(svg, sheet.width) == sheet.size
    assert {kind: faults for kind, faults in found.items() if faults} == {}


def test_the_check_sees_what_touches_what_leaves_and_what_is_small(chromium: Any, tmp_path: Path):
    svg = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 400 100' width='400' height='100'>"
        "<rect width='400' height='100' fill='white'/>"
        "<g style='font-size:10px'><text x='10' y='50'>one name</text><text x='30' y='52'>another</text>"
        "<text x='380' y='90'>outside</text></g></svg>"
    )
    bad = tmp_path / "bad.html"
    bad.write_text(
        "<style>:root{color-scheme:light dark}</style><div class='picture'>"
        f'<img width="800" src="data:image/svg+xml,{svg.replace("<", "%3C").replace(">", "%3E")}"></div>'
    )
    found = "\n".join(chart_faults(chromium, bad))
    for fault in ("'one name' touches 'another'", "'outside' leaves", "320 px: the page scrolls", "cut off", "glares"):
        assert fault in found
    assert smallest(svg, 200) == 5
