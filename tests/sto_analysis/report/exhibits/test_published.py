"""The published figures as tables."""

import pandas as pd

from sto_analysis.analysis.published import implied_counts, stars_agree
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.published_figures import PublishedFigures
from sto_analysis.report.context import Context
from sto_analysis.report.exhibits import published


def test_gaps_are_sorted_and_signed(codebook: Codebook, slides: PublishedFigures):
    columns = [slides.percentages(m, 2024) for m in ("urgency", "yield_top", "yield_low")]
    table = published.gap_table(Context("nl", codebook), *columns).table
    assert table.iloc[0].tolist() == ["De aansluiting met mbo", "88%", "39%", "33%", "+49"]
    assert table.iloc[-1, -1] == "−23"


def test_stars_show_the_range_of_p(codebook: Codebook, slides: PublishedFigures):
    earlier, later = (implied_counts(slides.percentages("urgency", year), 42) for year in (2021, 2024))
    stars = stars_agree(earlier, later, slides.starred(2024), 42, 0.05)
    table = published.urgency_change_table(Context("nl", codebook), stars, 42).table.set_index("Aspect")
    assert table.loc["De aansluiting met mbo"].tolist() == ["31 → 37", "0,031 tot 0,210", "0,164", "ja", "ja"]


def test_triangulation_names_what_each_source_says(codebook: Codebook, slides: PublishedFigures):
    columns = [slides.percentages(m, 2024) for m in ("urgency", "yield_top")]
    table = published.triangulation_table(Context("nl", codebook), *columns).table
    assert table.iloc[0]["Gesprekken stuurgroepen"] == "Aansluiting — doorlopende routes mbo (aandachtspunt)"
    assert table.iloc[0]["Aandacht nu"].count("(minder)") == 2
    assert table["Plaats in de achtergrondschets"].ne("–").all()


def test_damaged_cells_are_shown_but_have_no_value(codebook: Codebook, slides: PublishedFigures):
    table = published.grades_table(Context("nl", codebook), slides.tables["grades"]).table
    assert table.iloc[0].tolist() == ["?", "82 18", "–", "beschadigd"]
    assert table.iloc[4, 1:].tolist() == ["7,4%", "7,4", "gelezen als"]


def test_the_figures_are_described_by_their_own_numbers(codebook: Codebook, slides: PublishedFigures):
    context = Context("en", codebook)
    urgency, top = (slides.percentages(measure, 2024) for measure in ("urgency", "yield_top"))
    gap = published.gap_figure(context, urgency, top)
    assert gap.words == {
        "told": "The difference between urgency and yield is largest for Mbo alignment and Teachers: sorted from high "
        "to low it drops most after these, from +45 to +18 percentage points."
    }
    assert gap.table.iloc[0].tolist() == ["Teachers", "43%", "88%"]
    theory = published.theory_figure(context, top, 51)
    assert theory.words["low"] == "Teachers and Mbo alignment"
    forms = published.forms_figure(context, slides.percentages("borging", 2024), 51)
    assert (forms.words["high"], forms.words["low"], forms.base) == (86, 67, 51)
    assert all(each.figure is not None for each in (gap, theory, forms))


def test_sizes_are_told_per_column_and_per_group(codebook: Codebook):
    shown = published.sizes_figure(Context("nl", codebook), {"urgency 2024": [42, 49]}, {"rest": [51]}, range(30, 91))
    assert shown.table.iloc[:, 1].tolist() == ["42, 49", "51"]
    assert shown.table.iloc[0, 0].endswith(" 2024")
    assert shown.words == {"first": 30, "last": 90, "rest": "51"}


def test_a_change_is_told_with_the_asterisks_of_the_slide(codebook: Codebook, slides: PublishedFigures):
    percent = [slides.percentages("urgency", year) for year in (2021, 2024)]
    stars = stars_agree(*(implied_counts(each, 42) for each in percent), slides.starred(2024), 42, 0.05)
    shown = published.urgency_change_figure(Context("nl", codebook), *percent, stars, 42)
    assert shown.words == {"first": "Docenten", "from_": 57, "to": 88, "starred": "Docenten en Aansluiting mbo"}
    assert shown.table.iloc[0].tolist() == ["Docenten", "57%", "88%"]


def test_the_index_fits_where_its_total_can_be_reached(codebook: Codebook):
    totals = pd.DataFrame([(5, 2, 120, 261), (6, 2, 140, 256)], columns=["many", "hardly", "least", "greatest"])
    shown = published.index_table(Context("nl", codebook), totals, 261, 20, 13, 51)
    assert shown.table.iloc[:, 2].tolist() == ["120 tot 261", "140 tot 256"]
    assert shown.table.iloc[:, 3].tolist() == ["ja", "nee"]
    assert "261" in shown.table.columns[3]
