"""The published figures as tables."""

import pandas as pd
import pytest

from sto_analysis.analysis.published import stars_agree
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.published_figures import PublishedFigures
from sto_analysis.report.context import Context
from sto_analysis.report.exhibits import published
from sto_analysis.report.plain import plain


def _words(table: pd.DataFrame) -> list[list[str]]:
    return [[plain(cell) for cell in row] for row in table.itertuples(index=False)]


@pytest.fixture
def changes(slides: PublishedFigures) -> pd.DataFrame:
    counts = [(slides.percentages("urgency", year) * 42 / 100).round().astype(int) for year in (2021, 2024)]
    found = stars_agree(*counts, slides.starred(2024), 42, 0.05).rename_axis("concept").reset_index()
    return found.assign(base=42, result="published_changes:urgency." + found["concept"])


def test_gaps_are_sorted_and_signed(codebook: Codebook, shares: pd.DataFrame, gaps: pd.DataFrame):
    table = published.gap_table(Context("nl", codebook), shares, gaps).table
    assert _words(table)[0] == ["De aansluiting met mbo", "88%", "39%", "33%", "+49"]
    assert _words(table)[-1][-1] == "−23"
    assert 'data-result="gap.mbo_alignment"' in table.iloc[0, -1]


def test_stars_show_the_range_of_p(codebook: Codebook, changes: pd.DataFrame):
    shown = published.urgency_change_table(Context("nl", codebook), changes)
    assert _words(shown.table)[1] == ["De aansluiting met mbo", "31 → 37", "0,031 tot 0,210", "0,164", "ja", "ja"]
    assert set(shown.base) == {42}


def test_the_figures_are_described_by_their_own_numbers(codebook: Codebook, shares: pd.DataFrame, gaps: pd.DataFrame):
    context = Context("en", codebook)
    gap = published.gap_figure(context, shares, gaps)
    told = gap.words["told"]
    assert plain(told) == (
        "The difference between urgency and yield is largest for Mbo alignment and Teachers. "
        "After these it drops from +45 to +18 percentage points."
    )
    assert 'data-result="gap.regional_demand"' in told
    assert _words(gap.table)[0] == ["Teachers", "43%", "88%"]
    forms = published.forms_figure(context, shares, 51)
    assert [plain(forms.words[name]) for name in ("high", "low")] == ["86%", "67% each"]
    assert (forms.words["last"], forms.base) == ("Joint offer and Insight into results", 51)
    assert all(each.figure is not None for each in (gap, forms))


def test_sizes_are_told_per_column_and_per_group(codebook: Codebook):
    sizes = pd.DataFrame({"measure": ["urgency_later", "urgency_later", "rest"], "size": [42, 49, 51]})
    sizes = sizes.assign(tried_least=30, tried_most=90)
    sizes["result"] = "published_sizes:" + sizes["measure"] + "." + sizes["size"].astype(str)
    shown = published.sizes_figure(Context("nl", codebook), sizes)
    assert _words(shown.table) == [["Urgentie 2024 (panel)", "42, 49"], ["Opbrengsten en borging samen", "51"]]
    assert plain(shown.table.columns[1]) == "Mogelijke n (30–90)"
    assert 'data-result="size.urgency_later.49"' in shown.table.iloc[0, 1]
    assert plain(shown.words["rest"]) == "51"
    assert shown.words["urgency_both"] == ""


def test_a_change_is_told_with_the_asterisks_of_the_slide(
    codebook: Codebook, shares: pd.DataFrame, changes: pd.DataFrame
):
    shown = published.urgency_change_figure(Context("nl", codebook), shares, changes)
    words = {name: plain(value) for name, value in shown.words.items()}
    assert words.pop("finding") == "De urgentie steeg het meest bij Docenten."
    assert words == {"each": "Docenten (van 57 naar 88 procent)", "starred": "Docenten en Aansluiting mbo"}
    assert _words(shown.table)[0] == ["Voldoende techniekdocenten", "57%", "88% *"]
    assert [plain(heading) for heading in shown.table.columns] == ["Aspect", "2021", "2024"]


def test_the_index_fits_where_its_total_can_be_reached(codebook: Codebook):
    columns = ["many_cut", "hardly_cut", "least", "greatest", "fits"]
    totals = pd.DataFrame([(5, 2, 120, 261, True), (6, 2, 140, 256, False)], columns=columns)
    totals = totals.assign(result=["published_index:index.5.2", "published_index:index.6.2"])
    readings = pd.DataFrame([{"many": 20, "hardly": 13, "most": 256, "base": 51, "total": 261}])
    readings = readings.assign(result="published_readings:index.nearest")
    shown = published.index_table(Context("nl", codebook), totals, readings)
    assert [row[2:] for row in _words(shown.table)] == [["120 tot 261", "ja"], ["140 tot 256", "nee"]]
    assert 'data-part="interval"' in shown.table.iloc[0, 2]
    assert "total.published_readings" in shown.table.columns[3]
