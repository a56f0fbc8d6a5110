"""The published figures are data with a state per cell."""

import pytest
from frictionless import Package

from sto_analysis.errors import DamagedFigure, Problems
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.published_figures import PublishedFigures


@pytest.mark.filterwarnings("ignore")
def test_the_data_package_is_valid(slides: PublishedFigures):
    report = Package(str(slides.folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])


def test_every_id_is_in_the_codebook(slides: PublishedFigures, codebook: Codebook):
    assert set(slides.tables["aspects"]["id"]) == set(codebook.aspects)
    assert set(slides.tables["borging"]["id"]) == set(codebook.borging_forms)
    assert set(slides.tables["grades"]["id"].dropna()) == set(codebook.impact_statements)


def test_columns_join_on_ids(slides: PublishedFigures):
    assert slides.percentages("urgency", 2024)["mbo_alignment"] == 88
    assert slides.percentages("urgency", 2021)["mbo_alignment"] == 74
    assert slides.percentages("yield_low", 2024)["mbo_alignment"] == 33
    assert slides.starred(2024)[lambda star: star].index.tolist() == ["teachers", "mbo_alignment"]


def test_damaged_cells_cannot_enter_a_calculation(slides: PublishedFigures):
    with pytest.raises(Problems) as caught:
        slides.cells("grades")
    assert len(caught.value.problems) == 4
    assert all(isinstance(problem, DamagedFigure) for problem in caught.value.problems)
    assert "82 18" in str(caught.value)


def test_legible_cells_of_the_damaged_slide_can_be_asked_for(slides: PublishedFigures):
    assert slides.cells("grades", id="regional_thinking", column="first")["value"].item() == 7.4


def test_a_damaged_percentage_is_refused_too(slides: PublishedFigures):
    aspects = slides.tables["aspects"].assign(state="legible")
    aspects.loc[0, "state"] = "damaged"
    damaged = PublishedFigures({**slides.tables, "aspects": aspects}, slides.folder)
    with pytest.raises(Problems, match="DamagedFigure"):
        damaged.percentages("urgency", 2024)


def test_an_unknown_column_is_an_error(slides: PublishedFigures):
    with pytest.raises(KeyError, match="borging in 2021"):
        slides.percentages("borging", 2021)
