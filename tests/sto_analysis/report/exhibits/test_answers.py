"""All items with their answers."""

import pandas as pd
import pytest

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.wave import read_wave
from sto_analysis.report.context import Context
from sto_analysis.report.exhibits import answers
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
