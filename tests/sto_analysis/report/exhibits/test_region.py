"""One region beside all."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.report.context import Context
from sto_analysis.report.exhibits import region
from tests.sto_analysis.report.derived import own as counts


@pytest.fixture(scope="module")
def context(codebook: Codebook) -> Context:
    return Context("nl", codebook)


def _spread(question: str, concepts: list[str], shares: list[float]) -> pd.DataFrame:
    rows = [(question, c, p, share, 51) for c in concepts for p, share in enumerate(shares)]
    return pd.DataFrame(rows, columns=["question", "concept", "position", "share", "base"])


def test_a_profile_shows_own_answers_where_there_are_any(context: Context):
    aspects = list(context.codebook.aspects)
    spread = pd.concat([_spread(question, aspects, [0.1, 0.1, 0.2, 0.3, 0.3]) for question in ("urgency", "yield")])
    measures = [(measure, aspect, 0.5, 51) for measure in ("urgency", "yield_top") for aspect in aspects]
    shares = pd.DataFrame(measures, columns=["measure", "concept", "share", "base"])
    given = {"urgency": pd.Series(np.nan, aspects), "yield": pd.Series(4.0, aspects)}
    high = {question: places.map({4.0: True}).astype("boolean") for question, places in given.items()}
    forms = pd.Series(2.0, list(context.codebook.borging_forms))
    shown = region.profile_figure(context, spread, shares, given, counts(high, forms))
    assert set(shown.table["Eigen opbrengst"]) == {"veel opbrengst"}
    assert set(shown.table["Eigen urgentie"]) == {"geen antwoord"}
    assert "8 voor opbrengst" in shown.words["own"]
    nobody = counts({q: each * pd.NA for q, each in high.items()}, forms * np.nan)
    silent = region.profile_figure(context, spread, shares, None, nobody)
    assert not any("Eigen" in column for column in silent.table)
    assert silent.words["marked"] == ""
    assert "antwoordde niet" in silent.words["own"]
    assert set(silent.base) == {51}


def test_forms_stand_beside_every_level_of_all_regions(context: Context):
    forms = list(context.codebook.borging_forms)
    spread = _spread("borging", forms, [0.1, 0.4, 0.5])
    shown = region.own_borging_table(context, spread, {"borging": pd.Series(2.0, forms)})
    assert shown.table.iloc[0, 1:].tolist() == ["geregeld", "10%", "40%", "50%", "51"]
    assert shown.table.columns[2] == "Regio’s: nee"
    everywhere = region.own_borging_table(context, spread, None)
    assert everywhere.table.shape[1] == shown.table.shape[1] - 1
    assert everywhere.words != shown.words


def test_context_says_how_many_regions_have_the_same(context: Context):
    spread = _spread("", list(context.codebook.context_variables), [0.2, 0.3, 0.5])
    here = pd.Series({**dict.fromkeys(context.codebook.context_variables, 1.0), "krimp": np.nan})
    table = region.own_context_table(context, here, spread).table
    assert table.iloc[0, 1:].tolist() == ["midden", "30%", "51"]
    assert table.iloc[1, 1:].tolist() == ["–", "–", "51"]


def test_levels_of_context_are_known_without_an_answer_and_those_of_forms_with_one(context: Context):
    here = pd.Series(dict.fromkeys(context.codebook.context_variables, 0.0))
    own = {"borging": pd.Series(1.0, list(context.codebook.borging_forms))}
    assert set(region.own_levels(context, here, None)) == set(context.codebook.context_variables)
    assert region.own_levels(context, here, own)["communication"] == "mee bezig"
