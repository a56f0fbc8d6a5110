"""What is urgent, yields little and gets less attention is found by rule, and only where the answers say so."""

import pandas as pd
import pytest

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.report.context import Context
from sto_analysis.report.plain import plain
from sto_analysis.report.sentences import focus as sentences
from tests.sto_analysis.report.derived import gaps

URGENCY = {
    "teachers": 0.88,
    "mbo_alignment": 0.88,
    "image": 0.86,
    "enrolment": 0.78,
    "cooperation": 0.69,
    "teaching_quality": 0.8,
}
YIELDS = {
    "teachers": 0.43,
    "mbo_alignment": 0.39,
    "image": 0.82,
    "enrolment": 0.65,
    "cooperation": 0.82,
    "teaching_quality": 0.86,
}
LESS = {"recruiting": 0.52, "progression_mbo34": 0.36, "progression_mbo2": 0.45, "inflow": 0.16, "promotion": 0.1}
LESS |= {"preparation": 0.18, "monitoring": 0.16}


def _results(urgency: dict[str, float], yields: dict[str, float], less: dict[str, float]) -> dict[str, pd.DataFrame]:
    sides = {"urgency": urgency, "yield_top": yields, "index": {"borging_active": 0.67}}
    rows = [(measure, concept, share) for measure, side in sides.items() for concept, share in side.items()]
    shares = pd.DataFrame(rows, columns=["measure", "concept", "share"])
    bands = pd.DataFrame(less.items(), columns=["concept", "share"]).assign(question="attention", band="low")
    return {"shares": shares, "gaps": gaps(shares), "bands": bands}


def _told(codebook: Codebook, **changes: dict[str, float]) -> tuple[str, list[str]]:
    given = {"urgency": URGENCY, "yields": YIELDS, "less": LESS}
    context, results = (
        Context("nl", codebook),
        _results(*(given[side] | changes.get(side, {}) if changes.get(side, 1) else {} for side in given)),
    )
    found = sentences.find_focus(context, results)
    big = [plain(each) for each in sentences.callouts(context, results)]
    return plain(sentences.focus_sentence(context, found)) if found else "", big


def test_the_monitors_own_message_is_told(codebook: Codebook):
    said, big = _told(codebook)
    assert said == (
        "Aansluiting mbo en Docenten zijn het vaakst urgent. De opbrengst is daar het laagst. "
        "Toch is er minder aandacht voor dan voor de meeste onderwerpen."
    )
    assert big == [
        "88% noemt dit (heel) urgent",
        "39% tot 43% ziet hier (veel) opbrengst",
        "36% tot 52% geeft hier nu minder aandacht aan (andere onderwerpen: 10% tot 18%)",
    ]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"urgency": {"image": 0.89}}, "zijn vaak urgent. De opbrengst blijft daar achter. Toch"),
        ({"less": {"recruiting": 0.05}}, "laagst. Minder aandacht dan de meeste onderwerpen krijgt Aansluiting mbo."),
        ({"less": dict.fromkeys(LESS, 0.2)}, "De opbrengst is daar het laagst."),
        ({"urgency": {"mbo_alignment": 0.4}}, "Docenten is vaak urgent. De opbrengst blijft daar achter. Toch"),
        ({"less": {}}, "De opbrengst is daar het laagst."),
    ],
)
def test_no_more_is_told_than_the_answers_say(codebook: Codebook, changes: dict[str, dict[str, float]], part: str):
    said, big = _told(codebook, **changes)
    assert part in said
    if "Toch" not in said:
        assert big[-1] == "67% werkt aan borging voor de lange termijn"


def test_without_such_aspects_the_highest_and_the_lowest_are_told(codebook: Codebook):
    said, big = _told(codebook, urgency=dict.fromkeys(URGENCY, 0.3), yields={"image": 0.1, "enrolment": 0.99})
    assert said == ""
    assert big[1] == "10% ziet hier (veel) opbrengst: Beeldvorming"
    assert big[0].startswith("30% noemt dit (heel) urgent: ")


def test_what_nobody_answered_is_left_out(codebook: Codebook):
    nothing = {side: dict.fromkeys(given, float("nan")) for side, given in (("urgency", URGENCY), ("yields", YIELDS))}
    assert _told(codebook, **nothing) == ("", ["67% werkt aan borging voor de lange termijn"])


def test_one_yield_that_nobody_answered_leaves_the_message_as_it_is(codebook: Codebook):
    unsaid = {"cooperation": float("nan")}
    assert _told(codebook, yields=unsaid)[0] == _told(codebook)[0] != ""
