"""The grid that the compendium ships, and the models that follow from it."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.errors import Problems
from sto_analysis.monitor.answers import at_level, band_codes
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.monitor.specifications import (
    INDEX,
    INDEX_CUT,
    as_registered,
    design,
    is_headline,
    read_grid,
    specifications,
)
from sto_analysis.report.language import catalogue
from sto_workbench.intake.clean import clean_wave


@pytest.fixture(scope="module")
def wave():
    return clean_wave("synthetic-2024")


def _context(wave) -> pd.DataFrame:
    return wave.regions.loc[wave.answers.index, list(read_codebook().context_variables)].astype(float)


def test_the_headline_is_as_registered_when_the_odds_ratios_agree():
    grid = read_grid()
    choices = {
        ("coding" if name == "form_from" else name): choice for name, choice in grid.headline.model_dump().items()
    }
    curve = pd.DataFrame([{**choices, "exposure": "a", "odds_ratio": 2.0}, {"exposure": "a", "odds_ratio": 9.0}])
    headline = pd.DataFrame({"exposure": ["b", "a"], "odds_ratio": [np.nan, 2.0]})
    assert as_registered(grid, curve, headline)
    assert not as_registered(grid, curve, headline.assign(odds_ratio=2.1))


def test_the_headline_is_in_the_grid_once_per_exposure(wave):
    grid, codebook = read_grid(), read_codebook()
    found = specifications(grid, codebook, wave.answers, _context(wave), wave.answers.index[:30])
    headline = [specification for specification in found if is_headline(grid, specification.choices)]
    assert [specification.exposure for specification in headline] == list(codebook.asked("borging"))
    first = headline[0]
    pd.testing.assert_frame_equal(first.outcomes, band_codes(wave.answers, codebook, "yield"))
    assert list(first.adjust.columns) == ["C(commitment)[T.1.0]", "C(commitment)[T.2.0]"]


def test_without_an_earlier_wave_the_panel_falls_away(wave):
    grid, codebook = read_grid(), read_codebook()
    both = specifications(grid, codebook, wave.answers, _context(wave), wave.answers.index[:30])
    one = specifications(grid, codebook, wave.answers, _context(wave), None)
    assert len(one) * 2 == len(both)
    assert {specification.choices["sample"] for specification in one} == {"all"}


def test_the_index_counts_the_forms_in_place(wave):
    codebook = read_codebook()
    found = specifications(read_grid(), codebook, wave.answers, _context(wave), None)
    of_index = [s for s in found if s.exposure in {INDEX, INDEX_CUT}]
    codings = {s.choices["coding"]: s.exposures.iloc[:, 0] for s in of_index}
    assert {s.exposure for s in of_index if s.choices["coding"].startswith("at_least")} == {INDEX_CUT}
    arranged = at_level(wave.answers, codebook, "borging", "arranged").astype(float)
    np.testing.assert_array_equal(codings["count:arranged"], arranged.sum(axis=1))
    np.testing.assert_array_equal(codings["at_least:4"], (arranged.sum(axis=1) >= 4).astype(float))


def test_missing_answers_bring_the_rule_for_them_into_the_grid(wave):
    answers = wave.answers.copy()
    answers.loc[answers.index[0], "yield_teachers"] = np.nan
    found = specifications(read_grid(), read_codebook(), answers, _context(wave), None)
    sizes = {s.choices["missing"]: len(s.outcomes) for s in found}
    assert sizes == {"available": len(answers), "complete": len(answers) - 1}


def test_a_region_without_context_has_no_row_in_the_design(wave):
    context = _context(wave)
    context.iloc[3, context.columns.get_loc("commitment")] = np.nan
    assert design("C(commitment)", context).isna().all(axis=1).to_numpy().nonzero()[0].tolist() == [3]
    assert design("technology", context).notna().all(axis=None)


def test_a_headline_outside_the_grid_is_a_problem(copy):
    path = copy / "data" / "multiverse.yaml"
    path.write_text(path.read_text().replace("outcome: bands,", "outcome: top,").replace("[bands, top,", "[bands,"))
    with pytest.raises(Problems) as raised:
        read_grid()
    assert "'top' is not among the choices under 'outcome'" in str(raised.value.problems[0])


def test_an_item_that_nobody_answered_brings_no_rule_and_no_item(wave):
    answers = wave.answers.assign(yield_teachers=wave.answers["yield_teachers"].where([False] * len(wave.answers)))
    found = specifications(read_grid(), read_codebook(), answers, _context(wave), None)
    whole = specifications(read_grid(), read_codebook(), wave.answers, _context(wave), None)
    assert len(found) == len(whole)
    assert "teachers" not in found[0].outcomes


def test_the_headline_names_its_adjuster(copy):
    assert read_grid().headline.adjuster == "commitment"
    path = copy / "data" / "multiverse.yaml"
    path.write_text(path.read_text().replace("adjust: C(commitment)", "adjust: C(commitment) + technology"))
    with pytest.raises(Problems, match="is not C\\(name of one context variable\\)"):
        read_grid()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_declared_choice_has_a_text(language):
    grid = read_grid()
    declared = [choice for name in ("outcome", "sample", "link", "missing") for choice in getattr(grid, name)]
    assert [f"choice.{choice}" for choice in declared if f"choice.{choice}" not in catalogue(language)] == []
