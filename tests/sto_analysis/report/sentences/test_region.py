"""What a region answered, in its own words."""

from dataclasses import replace

import pytest

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.own import counted
from sto_analysis.report.context import Context
from sto_analysis.report.plain import plain
from sto_analysis.report.sentences import region as sentences
from tests.sto_analysis.report.own import region

URGENT = {"urgency_teachers": "very_urgent", "urgency_image": "urgent", "urgency_cooperation": "little_urgent"}


@pytest.fixture(scope="module")
def context(codebook: Codebook) -> Context:
    return Context("nl", codebook)


def _said(context: Context, before: dict[str, str] | None = None, **answers: str) -> str:
    own = region(context.codebook, before, **answers)
    counts = counted(own, context.codebook).assign(region="R01", result="own.R01:own.R01")
    return "\n".join(map(plain, sentences.own_sentences(context, own, counts)))


@pytest.mark.parametrize(
    ("answers", "present", "absent"),
    [
        (
            {**URGENT, "yield_teachers": "some", "yield_image": "little", "yield_cooperation": "none"},
            ["groot: 2 van de 3 aspecten. U antwoordde: ‘enige opbrengst’ bij Docenten; ‘weinig opbr"],
            ["Samenwerking", "Urgent, met"],
        ),
        (
            {**URGENT, "yield_teachers": "much"},
            ["dat geldt bij u voor geen van de 1 aspecten.", "Urgent, met (veel) opbrengst: Docenten."],
            [],
        ),
        ({"borging_communication": "no"}, ["U gaf bij geen enkel aspect een antwoord over urgentie én opbrengst."], []),
        (
            {
                "borging_communication": "arranged",
                "borging_joint_offer": "no",
                "borging_line_organisation": "working_on_it",
            },
            ["‘geregeld’ bij 1 van de 3 vormen; ‘mee bezig’ bij Lijnorganisatie; ‘nee’ bij Gezamenlijk aanbod."],
            [],
        ),
        ({"borging_communication": "no"}, ["Borging. U antwoordde: ‘nee’ bij Communicatie."], ["geregeld"]),
        ({"yield_image": "some"}, ["Borging. U gaf hierover geen antwoord."], ["Opbrengst sinds"]),
    ],
)
def test_in_brief_is_what_was_answered(
    context: Context, answers: dict[str, str], present: list[str], absent: list[str]
):
    said = _said(context, **answers)
    assert [part for part in present if part not in said] == [], said
    assert [part for part in absent if part in said] == [], said


def test_what_moved_is_told_by_its_direction_and_only_where_both_answered(context: Context):
    before = {"yield_image": "some", "yield_teachers": "much", "urgency_image": "urgent", "yield_enrolment": "some"}
    now = {"yield_image": "yield", "yield_teachers": "none", "urgency_image": "urgent", "yield_cooperation": "some"}
    said = _said(context, before, **now)
    assert "Opbrengst sinds ronde synthetic-2021: hoger bij Beeldvorming; lager bij Docenten." in said
    assert "Urgentie sinds ronde synthetic-2021: overal hetzelfde antwoord, voor zover te vergelijken." in said


@pytest.mark.parametrize(
    ("changed", "said"), [(None, "weten wij niet"), (True, "iemand anders"), (False, "dezelfde persoon")]
)
def test_who_answered_then_is_said_as_far_as_it_is_known(context: Context, changed: bool | None, said: str):
    own = replace(region(context.codebook, {"yield_image": "some"}, yield_image="some"), changed=changed)
    assert said in sentences.respondent_sentence(context, own)


def test_what_a_predecessor_answered_is_told_as_its_answer(context: Context):
    own = replace(region(context.codebook, {"yield_image": "some"}, yield_image="some"), merged="<b>Noord</b>")
    assert sentences.respondent_sentence(context, own) == "Toen antwoordde <b>Noord</b>, nu deel van uw regio."


def _context_told(context: Context, **measured: dict) -> list[str]:
    texts = {"unit_nl": "deel", "unit_en": "part"}
    own = replace(region(context.codebook), measured={name: each | texts for name, each in measured.items()})
    counts = counted(own, context.codebook).assign(region="R01", result="own.R01:own.R01.x")
    return [plain(each) for each in sentences.own_context_sentences(context, own, counts)]


def test_the_context_is_told_and_left_open_where_it_is_unknown(context: Context):
    assert _context_told(context)[:2] == ["Commitment: midden.", "Krimp: –."]


def test_what_was_measured_has_its_unit_and_its_bounds_only_where_the_level_is_open(context: Context):
    sure = {"value": 2.5, "low": 2.4, "high": 2.6, "code_low": 1.0, "code_high": 1.0, "form": "number"}
    share = {"value": -0.1, "low": -0.2, "high": 0.0, "code_low": 0.0, "code_high": 1.0, "form": "share"}
    judged = {"value": 1.0, "low": 0.0, "high": 2.0, "code_low": 0.0, "code_high": 2.0, "form": ""}
    nothing = {"value": None, "low": None, "high": None, "code_low": None, "code_high": None, "form": "number"}
    told = _context_told(context, employment=sure, krimp=share, commitment=judged, teacher_shortage=nothing)
    assert told == [
        "Commitment: laag of midden of hoog. Wie dit beoordeelden, waren het niet eens.",
        "Krimp: nee of ja. Het cijfer: −10% (deel). Kleine aantallen zijn verborgen. Het kan ook −20% tot 0% zijn.",
        "Werkgelegenheid: –. Het cijfer: 2,50 (deel).",
        "Type technologie: –.",
        "Docententekort: –.",
    ]


def test_the_own_places_are_counted_over_given_answers(context: Context):
    own = region(context.codebook, **URGENT, yield_image="much")
    counts = counted(own, context.codebook).assign(region="R01", result="own.R01:own.R01")
    said = plain(sentences.own_places_sentence(context, counts))
    assert "Van de 3 aspecten noemt u er 2 (heel) urgent, en ziet u bij 1 (veel) opbrengst." in said
    nobody = counted(region(context.codebook), context.codebook)
    assert "antwoordde niet" in sentences.own_places_sentence(context, nobody)
