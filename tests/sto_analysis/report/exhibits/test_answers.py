"""All items with their answers."""

import pandas as pd
import pytest

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.wave import read_wave
from sto_analysis.report.context import Context
from sto_analysis.report.exhibits import answers
from sto_analysis.report.plain import plain
from tests.sto_analysis.report.derived import bands


def _spread(question: str, concept: str, shares: list[float]) -> pd.DataFrame:
    rows = pd.DataFrame({"position": range(len(shares)), "share": shares, "base": 51})
    return rows.assign(question=question, concept=concept)


SPREAD = pd.concat(
    [_spread("urgency", "teachers", [0.1, 0.1, 0.2, 0.3, 0.3]), _spread("borging", "communication", [0.3, 0.3, 0.4])]
)


def test_items_show_their_bands_and_in_english_reports_a_gloss(codebook: Codebook):
    wave = read_wave("synthetic-2024")
    nl, en = (answers.items_table(Context(t, codebook), bands(SPREAD, codebook), wave).table.iloc for t in ("nl", "en"))
    assert nl[0].tolist() == ["Urgentie: Voldoende techniekdocenten", "Urgentie", "20%", "20%", "60%", "51"]
    assert nl[1, 2:].tolist() == ["30%", "–", "70%", "51"]
    assert en[0, :2].tolist() == ["Urgentie: Voldoende techniekdocenten", "Enough technology teachers"]


def test_items_stand_as_the_wave_asked_them(codebook: Codebook):
    wave = read_wave("synthetic-2024")
    asked = wave.items["urgency_teachers"].model_copy(update={"wording": "Hoe dringend zijn docenten?"})
    reworded = wave.model_copy(update={"items": {"urgency_teachers": asked}})
    table = answers.items_table(Context("nl", codebook), bands(SPREAD, codebook), reworded).table
    assert table.iloc[0, 0] == "Hoe dringend zijn docenten?"
    assert table.iloc[1, 0] == codebook.items["borging_communication"].wording  # not asked in this wave


@pytest.mark.parametrize(("question", "measure"), [("urgency", "urgency"), ("yield", "yield_top")])
def test_all_answers_to_a_question_name_the_largest_and_the_smallest_share(
    question: str, measure: str, codebook: Codebook
):
    many, few = [0, 0, 0.25, 0.25, 0.5], [1.0, 0, 0, 0, 0]
    spread = pd.concat([_spread(question, "image", many), _spread(question, "enrolment", few)])
    shares = pd.DataFrame({"measure": measure, "concept": ["image", "enrolment"], "share": [0.75, 0.0]})
    show = {"urgency": answers.likert_urgency_figure, "yield": answers.likert_yield_figure}[question]
    shown = show(Context("nl", codebook), pd.concat([spread, SPREAD.iloc[5:]]), shares)
    assert shown.words["finding"].endswith(
        "Beeldvorming (75%). Het minst vaak: Aantallen leerlingen (0%)."
        if question == "urgency"
        else "Beeldvorming (75%), de minste bij Aantallen leerlingen (0%)."
    )
    ends = {"first": "Beeldvorming", "high": "75%", "last": "Aantallen leerlingen", "low": "0%"}
    assert shown.words.items() >= ends.items()
    assert shown.table.columns[1:].tolist() == [*codebook.level_labels(question, "nl"), "n"]
    assert shown.table.iloc[0, 1:].tolist() == ["0%", "0%", "25%", "25%", "50%", "51"]
    assert shown.figure is not None


def _attention(codebook: Codebook, more: dict[str, float]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Spread, bands and shares: so much more attention per topic, the rest of it less; two aspects."""
    spread = pd.concat([_spread("attention", topic, [0.9 - share, 0.1, share]) for topic, share in more.items()])
    rows = [("teachers", 0.9, 0.3), ("image", 0.5, 0.8), ("enrolment", 0.4, float("nan"))]
    shares = pd.concat(
        pd.DataFrame([{"measure": name, "concept": row[0], "share": row[place]} for row in rows])
        for place, name in ((1, "urgency"), (2, "yield_top"))
    )
    shares["result"] = "shares:" + shares["measure"] + "." + shares["concept"]
    return spread, bands(spread, codebook), shares


def test_attention_stands_beside_what_is_urgent_and_yields(codebook: Codebook):
    given = _attention(codebook, {"recruiting": 0.2, "promotion": 0.8, "inflow": 0.1, "monitoring": 0.5})
    shown = answers.attention_figure(Context("nl", codebook), *given)
    assert "Docenten" in shown.words["finding"] and "het laagst" in shown.words["finding"]
    assert (shown.words["high"], shown.words["low"]) == ("80%", "10%")
    assert [plain(each) for each in shown.table.iloc[:, -1]] == [
        "Docenten: 90% urgent, 30% opbrengst", "Beeldvorming: 50% urgent, 80% opbrengst",
        "Aantallen leerlingen: 40% urgent, – opbrengst", "geen vraag hierover",
    ]  # fmt: skip
    even = answers.attention_figure(Context("nl", codebook), *_attention(codebook, {"recruiting": 0.45}))
    assert even.words["finding"] == "" and even.figure is not None  # as many more as less


def test_grades_have_their_mean_and_middle_half(codebook: Codebook):
    grades = pd.DataFrame(
        {"concept": ["teachers_valued", "binding_agreements"], "mean": [7.25, 6.04], "base": [51, 50]}
    )
    grades = grades.assign(quarter=[7.0, 6.0], three_quarters=[8.0, 6.0])
    grades["result"] = "grades:grade." + grades["concept"]
    high = pd.DataFrame({"question": "grade", "concept": ["binding_agreements"], "band": "top", "share": [0.1]})
    shown = answers.grade_means_table(Context("nl", codebook), grades, high)
    words = [[plain(cell) for cell in row] for row in shown.table.itertuples(index=False)]
    assert words[0][1:] == ["7,3", "7,0 tot 8,0", "–", "51"]
    assert words[1][1:] == ["6,0", "6,0", "10%", "50"]
    assert plain(str(shown.words["finding"])).startswith("Regio’s geven gemiddeld een")
    none = answers.grade_means_table(Context("en", codebook), grades.assign(mean=float("nan")), high)
    assert none.words["finding"] == ""
