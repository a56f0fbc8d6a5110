"""The regional context: in words with its cut-offs, in tiles without what people judged."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.regional import go_together, level_bounds, measured
from sto_analysis.analysis.shares import distribution
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Exhibit
from sto_analysis.report.exhibits.regional import (
    areas_of,
    context_table,
    context_together_figure,
    measured_figure,
    tiles_figure,
)
from sto_analysis.report.figures import DESK
from sto_analysis.report.plain import plain

REGIONS = ["R01", "R02", "R03", "R04"]
OF = {
    "commitment": ("", [0, 1, 2, 1], [], "judgement"),
    "krimp": ("share", [0.1, -0.1, -0.2, np.nan], [-0.05], "vestiging"),
    "employment": ("number", [1.5, 2.5, 2.5, 9.0], [2.5, 4], "arbeidsmarktregio"),
}
CODES = pd.DataFrame({"commitment": [0, 1, 2, 1], "krimp": [0, 1, 1, np.nan], "employment": [0, 1, 1, 2]}, REGIONS)


@pytest.fixture
def context(codebook: Codebook) -> Context:
    return Context("nl", codebook)


def _values() -> pd.DataFrame:
    tables = []
    for name, (form, values, cuts, level) in OF.items():
        table = pd.DataFrame({"region": REGIONS, "value": values, "code": CODES[name].to_numpy()}).assign(
            variable=name, form=form, level=level, falling=name == "krimp", code_low=CODES[name].to_numpy(),
            code_high=CODES[name].to_numpy(), province=["Drenthe", "Drenthe", "Zeeland", ""], unit_nl="deel",
            unit_en="part", source_nl=f"Bron {name} <b>, 2023", source_en="s", cuts=[cuts] * 4,
            place=["AM01", "AM02", "AM02", "AM03"] if form == "number" else REGIONS,
        )  # fmt: skip
        tables.append(table)
    found = pd.concat(tables, ignore_index=True)
    found.loc[(found["variable"] == "krimp") & (found["region"] == "R02"), "code_low"] = 0
    return found


def _told(context: Context, values: pd.DataFrame) -> Exhibit:
    codes = CODES.astype(float)
    levels = pd.concat(
        [distribution(codes[[name]], len(context.codebook.context_variables[name].levels)) for name in OF]
    )
    levels = levels.merge(level_bounds(values), "left", on=["concept", "position"])
    levels["count"] = (levels["share"] * levels["base"]).round()
    facts = measured(codes, values)
    levels["result"] = "context:frame." + levels["concept"]
    return context_table(context, levels, facts.assign(result="context_measured:frame." + facts["concept"]))


def test_levels_have_their_regions_and_cuts_and_what_is_known(context: Context):
    exhibit = _told(context, _values())
    cells = dict(zip(*(map(plain, exhibit.table.iloc[:, place]) for place in (0, 1)), strict=True))
    assert cells["Commitment"].split("\n") == [
        "laag: 1; midden: 2; hoog: 1", "Verschillende waarden: 3", "Bron: Bron commitment <b>, 2023.",
    ]  # fmt: skip
    assert cells["Krimp"].split("\n") == [
        "nee: 1 (vanaf −5%); ja: 2 (tot −5%)", "Middelste waarde −10%, van −20% tot 10% (deel)",
        "Verschillende waarden: 3", "Het niveau staat niet vast bij 1", "Bron: Bron krimp <b>, 2023.",
    ]  # fmt: skip
    assert cells["Werkgelegenheid"].split("\n")[:3] == [
        "laag: 1 (tot 2,50); midden: 2 (2,50 tot 4); hoog: 1 (vanaf 4)",
        "Middelste waarde 2,50, van 1,50 tot 9,00 (deel)", "Verschillende waarden: 3, van 3 gebieden",
    ]  # fmt: skip
    assert "openbare bestanden" in str(exhibit.words["origin"])


def test_of_codes_alone_the_table_says_no_more_than_these(context: Context):
    exhibit = _told(context, _values().iloc[:0])
    assert plain(exhibit.table.iloc[0, 1]) == "laag: 1; midden: 2; hoog: 1\nVerschillende waarden: 3"
    assert "lijst van regio’s" in str(exhibit.words["origin"])


def test_tiles_leave_out_what_people_judged_and_name_every_region(context: Context):
    exhibit = tiles_figure(context, _values())
    assert [*exhibit.table.columns] == ["Regio", "Provincie", "Krimp", "Werkgelegenheid"]
    assert exhibit.table.to_numpy().tolist() == [
        ["R01", "Drenthe", "nee", "laag"], ["R02", "Drenthe", "ja", "midden"],
        ["R03", "Zeeland", "ja", "midden"], ["R04", "–", "–", "hoog"],
    ]  # fmt: skip
    assert exhibit.figure is not None and "Commitment" not in str(exhibit.words["names"])
    told = [text.get_text() for text in exhibit.figure(DESK).axes[0].texts]
    assert "Commitment" not in told and "niveau staat niet vast" in told and "niet bekend" in told


def test_without_provinces_regions_stand_by_their_labour_market_region(context: Context):
    values = _values().assign(province="")
    areas, of = areas_of(values)
    assert (areas.to_dict(), of) == (
        dict(zip(REGIONS, ["AM01", "AM02", "AM02", "AM03"], strict=True)),
        "labour_market_region",
    )
    bare = values[values["level"] == "vestiging"]
    assert set(areas_of(bare)[0]) == {""} and tiles_figure(context, bare).figure(DESK).axes  # type: ignore[misc]


def test_values_are_drawn_of_what_was_measured_alone(context: Context):
    exhibit = measured_figure(context, _values())
    assert exhibit.table.iloc[:, 0].tolist() == ["Krimp", "Werkgelegenheid"]
    assert exhibit.figure is not None and len(exhibit.figure(DESK).axes) == 2


def test_the_strongest_pair_is_named_and_a_pair_without_a_number_has_none(context: Context):
    pairs = go_together(CODES.astype(float).assign(technology=1.0))
    exhibit = context_together_figure(context, pairs.assign(result="context_together:frame.x"))
    strongest = pairs.loc[pairs["rho"].abs().idxmax()]
    assert exhibit.words["first"] == context.short[strongest["concept"]]
    assert plain(exhibit.table.iloc[2, 2]) == "–" and len(exhibit.table) == 6
    flat = context_together_figure(context, go_together(CODES * 0.0).assign(result="context_together:frame.x"))
    assert flat.words["first"] == "–" and flat.figure is not None and flat.figure(DESK)
