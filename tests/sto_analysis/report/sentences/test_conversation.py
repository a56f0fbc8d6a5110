"""What stands beside a region's answers, and what it is asked: never advice, and nothing that it did not answer."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.report.context import Context
from sto_analysis.report.plain import plain
from sto_analysis.report.sentences import conversation as sentences
from tests.sto_analysis.report.own import region
from tests.sto_analysis.report.sentences import associations

GAPS = pd.DataFrame({"concept": ["teachers", "image"], "gap": [0.6, -0.6]})
GAP = {"urgency_teachers": "urgent", "yield_teachers": "some"}


@pytest.fixture(scope="module")
def context(codebook: Codebook) -> Context:
    return Context("nl", codebook)


def _like(*told: tuple[str, float, str], level: float = 1.0) -> pd.DataFrame:
    rows = [
        ("yield_top", concept, level, 20.0, count, bound, "commitment", "alike:x") for concept, count, bound in told
    ]
    columns = ["measure", "concept", "level", "regions", "of_ten", "bound", "variable", "result"]
    return pd.DataFrame(rows, columns=columns)


def _discussed(context: Context, like: pd.DataFrame, before: dict[str, str] | None = None, **answers: str) -> str:
    own = region(context.codebook, before, **answers)
    return "\n".join(map(plain, sentences.discuss_sentences(context, own, like, GAPS)))


@pytest.mark.parametrize(
    ("attention", "said"),
    [("less", "U geeft dit nu niet ‘meer aandacht’"), ("same", "U geeft dit nu niet"), ("more", "u geeft dit al")],
)
def test_attention_stands_beside_what_is_urgent_without_much_yield(context: Context, attention: str, said: str):
    like = _like(("teachers", 5.0, "about"))
    found = _discussed(context, like, **GAP, attention_recruiting=attention)
    assert "Docenten: volgens u urgent" in found
    assert said in found
    assert "Wat staat daar in de weg?" not in found
    assert "Wat staat daar in de weg?" in _discussed(context, like, **GAP)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ((6.0, "about"), "de meeste regio’s zoals de uwe zien hier (veel) opbrengst"),
        ((6.0, "least"), "de meeste regio’s zoals de uwe zien hier (veel) opbrengst"),
        ((8.0, "most"), ""),
        ((5.0, "about"), ""),
        ((4.0, "most"), "ook de meeste regio’s zoals de uwe zien hier nog niet"),
        ((2.0, "least"), ""),
        ((np.nan, "even"), ""),
    ],
)
def test_regions_alike_are_named_only_where_most_of_them_are_known_to_agree(
    context: Context, told: tuple[float, str], said: str
):
    found = _discussed(context, _like(("teachers", *told)), **GAP)
    assert said in found
    assert bool(said) == ("zoals de uwe" in found)


@pytest.mark.parametrize(
    ("yields", "said"),
    [
        (
            {"cooperation": "much", "teachers": "some"},
            "gaat ‘Veranderingen in regio’s’ vooraf aan ‘Resultaten op school",
        ),
        (
            {"cooperation": "some", "teachers": "much"},
            "komt ‘Veranderingen in regio’s’ vóór ‘Resultaten op schoolniveau’",
        ),
        ({"cooperation": "some", "teachers": "none"}, "De eerste stap van de achtergrondschets waar u nog niet overal"),
        ({"cooperation": "much", "teachers": "yield"}, "U ziet bij elke stap"),
    ],
)
def test_the_place_in_the_theory_of_change_is_a_question(context: Context, yields: dict[str, str], said: str):
    answers = {f"yield_{aspect}": level for aspect, level in yields.items()}
    found = _discussed(context, _like(), **answers)
    assert said in found
    assert all(line.endswith("?") or "En welke zijn" in line for line in found.splitlines())


def test_lower_yields_and_missing_forms_are_asked_about(context: Context):
    found = _discussed(context, _like(), {"yield_image": "much"}, yield_image="some", borging_communication="no")
    assert "Minder opbrengst dan in ronde synthetic-2021: Beeldvorming." in found
    assert "Communicatie: deze vorm van borging is er niet." in found


def test_a_region_without_an_answer_has_questions_too(context: Context):
    found = _discussed(context, _like(("teachers", 4.0, "about"), ("image", 3.0, "least"), ("enrolment", 6.0, "about")))
    assert "Bij Docenten zien de meeste regio’s zoals de uwe nog niet" in found
    assert "nog niet" not in _discussed(context, _like(("teachers", 6.0, "about")))
    assert "Herkent u dit landelijke beeld?" in found
    assert "Veranderingen in regio’s → Veranderingen bij scholen" in found
    assert "volgens u" not in found


@pytest.mark.parametrize(
    ("like", "said"),
    [
        (_like(("teachers", 5.0, "about")), "‘midden’. Daarvan antwoordden er 20."),
        (_like(("teachers", np.nan, "few")), "te weinig"),
        (_like(("teachers", np.nan, "even")), "tonen wij niet"),
        (_like(("teachers", 5.0, "about"), level=2.0), "te weinig"),
        (_like(), "niet bekend"),
    ],
)
def test_it_is_said_which_regions_are_alike_or_why_none_are_shown(context: Context, like: pd.DataFrame, said: str):
    assert said in plain(sentences.alike_sentence(context, like, region(context.codebook)))


def test_a_region_whose_level_is_unknown_is_told_so(context: Context):
    like = _like(("teachers", 5.0, "about")).assign(variable="krimp")
    assert "Wij weten niet hoe het met Krimp staat" in plain(
        sentences.alike_sentence(context, like, region(context.codebook))
    )


def _found(context: Context, exposure: str, changes: dict[str, object], **answers: str) -> str:
    rows = associations(**changes).assign(exposure=[exposure, "joint_offer"])
    said = sentences.finding_sentences(context, rows, region(context.codebook, **answers))
    return "\n".join(map(plain, said))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "meldt vaker opbrengst (66 tegen 40 van de 100). U antwoordde: ‘geregeld’."),
        ({"odds_ratio": 0.4, "difference": -0.2}, "meldt minder vaak opbrengst (66"),
        ({"odds_ratio": 0.4}, "niet steeds dezelfde kant op"),
        ({"difference": np.nan}, "meldt vaker opbrengst. U antwoordde"),
        ({"p_adjusted": 0.2}, "Bij geen enkele vorm van borging of context"),
    ],
)
def test_a_finding_is_told_with_what_the_region_answered(context: Context, changes: dict[str, object], said: str):
    found = _found(context, "communication", changes, borging_communication="arranged")
    assert said in found
    assert "odds" not in found


def test_a_finding_on_context_names_its_levels_and_a_missing_answer_is_no_answer(context: Context):
    found = _found(context, "commitment", {"family": "context", "level_high": 2.0})
    assert "Bij ‘hoog’ melden regio’s vaker opbrengst dan bij ‘laag’" in found
    assert "Uw regio: ‘midden’." in found
    assert "Van uw regio weten wij dit niet." in _found(context, "communication", {})
    untested = associations().assign(p_adjusted=np.nan)
    assert "niet te zeggen" in sentences.finding_sentences(context, untested, region(context.codebook))[0]
