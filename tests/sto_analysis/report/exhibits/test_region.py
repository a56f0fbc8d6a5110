"""One region beside all."""

import pandas as pd
import pytest

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.own import Own, counted
from sto_analysis.report.context import Context
from sto_analysis.report.exhibits import region as exhibits
from sto_analysis.report.plain import plain
from tests.sto_analysis.report.own import region


@pytest.fixture(scope="module")
def context(codebook: Codebook) -> Context:
    return Context("nl", codebook)


def _counts(context: Context, own: Own) -> pd.DataFrame:
    return counted(own, context.codebook).assign(region="R01", result="own.R01:own.R01")


def _spread(question: str, concepts: list[str], shares: list[float]) -> pd.DataFrame:
    rows = [(question, c, p, share, 51) for c in concepts for p, share in enumerate(shares)]
    return pd.DataFrame(rows, columns=["question", "concept", "position", "share", "base"])


def test_every_asked_aspect_has_both_answers_then_and_now(context: Context):
    own = region(
        context.codebook, {"urgency_image": "urgent", "yield_image": "some", "yield_teachers": "much"},
        urgency_image="urgent", yield_image="much", yield_cooperation="none",
    )  # fmt: skip
    shown = exhibits.own_aspects_table(context, own)
    rows = {row[0]: row[1:] for row in shown.table.to_numpy().tolist()}
    assert len(rows) == len(context.codebook.aspects)
    assert rows[context.full["image"]] == ["urgent (zelfde)", "enige opbrengst → veel opbrengst"]
    assert rows[context.full["teachers"]] == ["geen antwoord", "veel opbrengst → geen antwoord"]
    assert rows[context.full["cooperation"]] == ["geen antwoord", "geen opbrengst"]
    assert "ronde synthetic-2021" in str(shown.words["then"])
    once = exhibits.own_aspects_table(context, region(context.codebook, yield_image="much"))
    assert once.words == {"then": "", "arrow": ""}


def test_what_a_wave_did_not_ask_is_not_shown(context: Context):
    own = region(context.codebook, yield_image="much")
    less = Own(
        own.name, True, own.traits, {"yield_image": "Opbrengst: Beeld", "grade_teachers_valued": "x"}, own.answers
    )
    assert exhibits.own_aspects_table(context, less).table["Aspect"].tolist() == [context.full["image"]]
    assert exhibits.own_grades_table(context, less, _counts(context, less)).table["Uw cijfer"].tolist() == [
        "geen antwoord"
    ]
    assert exhibits.own_attention_table(context, less).table.empty


def test_attention_stands_beside_the_answers_that_its_topic_is_read_as(context: Context):
    own = region(context.codebook, attention_recruiting="less", urgency_teachers="urgent", yield_teachers="some")
    rows = {row[0]: row[1:] for row in exhibits.own_attention_table(context, own).table.to_numpy().tolist()}
    topics = context.codebook.labels("attention_topics", "nl")
    assert rows[topics["recruiting"]] == ["minder aandacht\n(bij Docenten: urgent, enige opbrengst)"]
    assert rows[topics["monitoring"]] == ["geen antwoord"]


def test_forms_stand_beside_the_share_that_answered_the_same(context: Context):
    forms = list(context.codebook.borging_forms)
    spread = pd.concat(
        [_spread("borging", forms, [0.1, 0.4, 0.5]), _spread("borging_active", ["borging_active"], [0.3, 0.7])]
    )
    own = region(context.codebook, borging_active="yes", **{f"borging_{form}": "arranged" for form in forms[:1]})
    shown = exhibits.own_borging_table(context, own, spread)
    assert shown.table.iloc[0, 1:].tolist() == ["geregeld", "50%"]
    assert shown.table.iloc[1, 1:].tolist() == ["geen antwoord", "–"]
    assert shown.table.iloc[-1, 1:].tolist() == ["ja", "70%"]
    assert set(shown.base) == {51}


def test_a_grade_is_a_number_that_knows_its_result(context: Context):
    own = region(context.codebook, {"grade_teachers_valued": "g6"}, grade_teachers_valued="g8")
    cell = exhibits.own_grades_table(context, own, _counts(context, own)).table.iloc[1, 1]
    assert plain(cell) == "6 → 8"
    assert cell.count('data-result="number.own.R01"') == 2


def test_a_profile_shows_own_answers_where_there_are_any(context: Context):
    aspects = list(context.codebook.aspects)
    spread = pd.concat([_spread(question, aspects, [0.1, 0.1, 0.2, 0.3, 0.3]) for question in ("urgency", "yield")])
    measures = [(measure, aspect, 0.5, 51) for measure in ("urgency", "yield_top") for aspect in aspects]
    shares = pd.DataFrame(measures, columns=["measure", "concept", "share", "base"])
    own = region(context.codebook, **{f"yield_{aspect}": "much" for aspect in aspects})
    shown = exhibits.profile_figure(context, spread, shares, own, _counts(context, own))
    assert set(shown.table["Opbrengst"]) == {"veel opbrengst"}
    assert set(shown.table["Urgentie"]) == {"geen antwoord"}
    assert "bij 8 (veel) opbrengst" in plain(shown.words["own"])
    nobody = region(context.codebook)
    silent = exhibits.profile_figure(context, spread, shares, nobody, _counts(context, nobody))
    assert "Opbrengst" not in silent.table
    assert silent.words["marked"] == ""
    assert shown.words["finding"] == shown.words["own"]
    assert "50%" in plain(silent.words["finding"])
    assert "antwoordde niet" in silent.words["own"]
    assert set(silent.base) == {51}


def test_regions_alike_are_told_in_tenths_or_not_at_all(context: Context):
    rows = [
        ("urgency", "image", 7.0, "about"),
        ("yield_top", "image", 8.0, "most"),
        ("urgency", "teachers", None, "few"),
    ]
    like = pd.DataFrame(rows, columns=["measure", "concept", "of_ten", "bound"]).assign(regions=20, result="alike:x")
    table = exhibits.alike_table(context, like).table.map(plain)
    assert table.to_numpy().tolist() == [
        [context.short["image"], "ongeveer 7 van de 10", "hooguit 8 van de 10"],
        [context.short["teachers"], "te weinig regio’s", "–"],
    ]
