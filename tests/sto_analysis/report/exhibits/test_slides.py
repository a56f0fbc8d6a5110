"""All that the slides say beside the percentages."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.published_figures import PublishedFigures
from sto_analysis.report.context import Context
from sto_analysis.report.exhibits import slides as exhibits
from sto_analysis.report.plain import plain


def _words(table: pd.DataFrame) -> list[list[str]]:
    return [[plain(cell) for cell in row] for row in table.itertuples(index=False)]


def _told(part: Tag) -> str:
    return " ".join(part.get_text(" ").split())


@pytest.fixture
def grades(slides: PublishedFigures) -> pd.DataFrame:
    table = slides.tables["grades"].fillna({"column": "lost"})
    return table.assign(result="published_grades:grade." + table["row"].astype(str) + "." + table["column"])


def test_every_topic_stands_in_its_group_with_the_aspects_that_it_is_read_as(codebook: Codebook, shares: pd.DataFrame):
    shown = exhibits.topics_figure(Context("nl", codebook), shares)
    html = BeautifulSoup(str(shown.html), "html.parser")
    more, less = html.select(".stage")
    assert (len(more.select(".stage > ul > li")), len(less.select(".stage > ul > li"))) == (4, 3)
    assert _told(more.p) == "Veel aandacht naar:" and _told(less.p) == "Minder aandacht naar:"
    assert {_told(each) for each in less.select(".behind strong")} == {"Docenten", "Aansluiting mbo"}
    assert _told(more.select(".found")[0]) == "geen vraag hierover"
    assert "Docenten en Aansluiting mbo" in shown.words["finding"] and "het laagst" in shown.words["finding"]
    assert _words(shown.table)[4][1:] == ["minder aandacht", "Docenten: 88% urgent, 43% opbrengst"]


def test_attention_that_follows_the_gaps_is_told_otherwise(codebook: Codebook, shares: pd.DataFrame):
    shares = shares.assign(share=shares["share"].mask(shares["concept"] == "image", 0.99))
    shown = exhibits.topics_figure(Context("en", codebook), shares)
    assert shown.words["finding"] == "Less attention now goes to Teachers and Mbo alignment."
    none = {name: topic.model_copy(update={"aspects": []}) for name, topic in codebook.attention_topics.items()}
    bare = codebook.model_copy(update={"attention_topics": none})
    assert exhibits.topics_figure(Context("en", bare), shares).words["finding"] == ""


def test_talks_name_every_signal_and_every_concern(codebook: Codebook, shares: pd.DataFrame):
    shown = exhibits.talks_figure(Context("nl", codebook), shares, 20.0)
    html = BeautifulSoup(str(shown.html), "html.parser")
    said = [[_told(each.contents[0]) if isinstance(each.contents[0], Tag) else each.contents[0].strip()
             for each in group.select(".stage > ul > li")] for group in html.select(".stage")]  # fmt: skip
    assert [len(group) for group in said] == [9, 4]
    assert said[0] + said[1] == [theme.nl for theme in codebook.interview_themes.values()]
    assert shown.words["steering_regions"] == "20"
    assert (
        shown.words["finding"] == "Ook stuurgroepen zijn bezorgd over wat weinig oplevert: Docenten en Aansluiting mbo."
    )
    well = shares.assign(share=shares["share"].clip(lower=0.5))
    assert exhibits.talks_figure(Context("nl", codebook), well, 20.0).words["finding"] == ""


def test_triangulation_names_what_each_source_says(codebook: Codebook, shares: pd.DataFrame, gaps: pd.DataFrame):
    table = exhibits.triangulation_table(Context("nl", codebook), shares, gaps).table
    assert plain(table.iloc[0, 1]) == "88%"
    assert table.iloc[0]["Gesprekken stuurgroepen"] == "Aansluiting — doorlopende routes mbo (aandachtspunt)"
    assert table.iloc[0]["Aandacht nu"].count("(minder aandacht)") == 2
    assert table["Plaats in de achtergrondschets"].iloc[:-1].ne("–").all()


def test_what_belongs_to_no_aspect_stands_in_a_last_row(codebook: Codebook, shares: pd.DataFrame, gaps: pd.DataFrame):
    table = exhibits.triangulation_table(Context("nl", codebook), shares, gaps).table
    assert len(table) == len(codebook.aspects) + 1
    assert "Monitoren van de voortgang (veel aandacht)" in table.iloc[-1]["Aandacht nu"]
    assert table.iloc[-1]["Gesprekken stuurgroepen"].count("(positief signaal)") == 4


def test_damaged_cells_are_shown_but_have_no_value(codebook: Codebook, grades: pd.DataFrame):
    shown = exhibits.grades_table(Context("nl", codebook), grades)
    words = _words(shown.table)
    assert words[0] == ["82 18 (beschadigd)", "–", "–"]
    assert 'data-result="printed.grade.1.lost"' in shown.table.iloc[0, 0]
    assert words[4][1:] == ["7,4 * (gedrukt: 7,4%)", "6,9"]
    assert words[5][1:] == ["7,3 *", "6,9"]
    assert words[6][1:] == ["6,4", "6,0"]
    finding = shown.words["finding"]
    assert isinstance(finding, str) and plain(finding) == "De leesbare cijfers liggen tussen 6,0 en 7,4."


def test_a_damaged_grade_is_never_a_number(codebook: Codebook, grades: pd.DataFrame):
    hurt = grades.assign(state="damaged", value=float("nan"))
    shown = exhibits.grades_table(Context("en", codebook), hurt)
    assert shown.words["finding"] == ""
    assert _words(shown.table)[6][1:3] == ["6,4 (damaged)", "6,0 (damaged)"]


def test_traits_of_the_context_have_their_levels_in_words(codebook: Codebook):
    table = exhibits.traits_table(Context("nl", codebook)).table
    assert table.iloc[2].tolist() == [
        "Verschillen in docententekorten (per regio/vak)",
        "Docententekort techniek: laag; midden; hoog",
    ]
    assert table.iloc[1, 1].count("\n") == 2
    bare = codebook.model_copy(update={"theory_context": None})
    assert exhibits.traits_table(Context("en", bare)).table.empty
