"""The published figures as tables."""

from sto_analysis.analysis.published import implied_counts, stars_agree
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.published_figures import PublishedFigures
from sto_analysis.report import tables
from sto_analysis.report.language import Texts

NL = Texts("nl")


def test_gaps_are_sorted_and_signed(codebook: Codebook, slides: PublishedFigures):
    columns = [slides.percentages(m, 2024) for m in ("urgency", "yield_top", "yield_low")]
    table = tables.gap_table(NL, codebook.labels("aspects", "nl"), *columns)
    assert table.iloc[0].tolist() == ["De aansluiting met mbo", "88%", "39%", "33%", "+49"]
    assert table.iloc[-1, -1] == "−23"


def test_stars_show_the_range_of_p(codebook: Codebook, slides: PublishedFigures):
    earlier, later = (implied_counts(slides.percentages("urgency", year), 42) for year in (2021, 2024))
    stars = stars_agree(earlier, later, slides.starred(2024), 42, 0.05)
    table = tables.stars_table(NL, codebook.labels("aspects", "nl"), stars).set_index("Aspect")
    assert table.loc["De aansluiting met mbo"].tolist() == ["31 → 37", "0,031 tot 0,210", "0,164", "ja", "ja"]


def test_triangulation_names_what_each_source_says(codebook: Codebook, slides: PublishedFigures):
    columns = [slides.percentages(m, 2024) for m in ("urgency", "yield_top")]
    table = tables.triangulation_table(NL, codebook, *columns)
    assert table.iloc[0]["Gesprekken stuurgroepen"] == "Aansluiting — doorlopende routes mbo (aandachtspunt)"
    assert table.iloc[0]["Aandacht nu"].count("(minder)") == 2
    assert table["Plaats in de achtergrondschets"].ne("–").all()


def test_damaged_cells_are_shown_but_have_no_value(codebook: Codebook, slides: PublishedFigures):
    table = tables.grades_table(NL, codebook, slides.tables["grades"])
    assert table.iloc[0].tolist() == ["?", "82 18", "–", "beschadigd"]
    assert table.iloc[4, 1:].tolist() == ["7,4%", "7,4", "gelezen als"]
