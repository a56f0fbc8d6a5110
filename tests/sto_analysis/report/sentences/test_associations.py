"""What is associated, what is not, what cannot be said."""

import numpy as np
import pytest

from sto_analysis.report.sentences import associations as sentences
from tests.sto_analysis.report import named
from tests.sto_analysis.report.sentences import associations

NL = named("nl", a="Alfa", b="Beta")


def test_what_is_associated_is_said_with_its_interval():
    said = sentences.association_sentences(NL, associations())
    assert (
        "<strong>Alfa</strong> hangt samen met hogere ervaren opbrengst: odds ratio 4,60 (1,90 tot 11,1), +26 "
        in said[0]
    )
    assert said[1].startswith("Geen aanwijzing voor samenhang")
    assert "Beta (odds ratio 3,20, +28 procentpunt)." in said[1]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"odds_ratio": 0.2, "effect": -0.3}, "lagere ervaren opbrengst"),
        ({"p_adjusted": 0.2}, "Alfa (odds ratio 3,20, +28 procentpunt) en Beta (odds"),
        ({"status": "constant", "odds_ratio": np.nan}, "Niet te schatten (alle regio’s zijn hierin gelijk): Alfa"),
        (
            {"status": "ridge", "low": np.nan, "high": np.nan},
            "<strong>Alfa (ridge: de antwoorden scheiden, geschat onder een normale prior)</strong> hangt samen met "
            "hogere ervaren opbrengst: odds ratio 4,60 (geen interval), +26",
        ),
        (
            {"status": "aliased", "alias": "b", "odds_ratio": np.nan},
            "Niet te schatten (niet te scheiden van Beta): Alfa",
        ),
        (
            {"p_adjusted": np.nan, "tested": "too_few_complete", "detectable": np.nan},
            "maar niet getoetst (te weinig regio’s met alle kenmerken bekend), zodat er geen uitspraak is: Alfa.",
        ),
        ({"p_adjusted": 0.2, "detectable": np.inf, "detectable_effect": np.nan}, "Alfa (geen enkel effect was groot"),
        ({"p_adjusted": 0.2, "detectable": np.nan}, "Alfa (niet berekend)"),
    ],
)
def test_the_sentence_changes_with_the_result(changes, part):
    assert part in " ".join(sentences.association_sentences(NL, associations(**changes)))


def test_what_was_not_tested_is_no_null_result():
    table = associations().assign(p_adjusted=np.nan, tested="too_few_complete", detectable=np.nan)
    (said,) = sentences.association_sentences(NL, table)
    assert "Alfa en Beta" in said
    assert "Geen aanwijzing" not in said
    assert "geen enkel effect" not in said
    assert sentences.flagged_sentence(NL, table) == "Geen enkele kon worden getoetst."


def test_no_sentence_is_causal():
    texts = " ".join(sentences.association_sentences(named("en", a="Alfa", b="Beta"), associations())).lower()
    assert not any(word in texts for word in ("cause", "effect of", "leads to", "increases", "improves"))


def test_flagged_findings_are_named():
    table = associations()
    assert "Bij geen enkele" in sentences.flagged_sentence(NL, table.assign(p_adjusted=0.5))
    assert "Aangepaste p onder 0,05: Alfa." in sentences.flagged_sentence(NL, table)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({}, "naar schatting 26 méér ‘(veel) opbrengst’ (procentpunt, 95%-interval +8 tot +44)"),
        ({"effect": -0.3}, "naar schatting 30 mínder"),
        ({"effect_low": np.nan, "effect_high": np.nan}, "95%-interval geen interval"),
        ({"family": "context"}, "één niveau hoger"),
        ({"p_adjusted": 0.3}, "Dat bewijst niet dat zij er niet toe doen"),
    ],
)
def test_the_plain_words_follow_the_effect(changes: dict[str, object], part: str):
    more = {"family": "borging", "effect_low": 0.08, "effect_high": 0.44, **changes}
    (said,) = sentences.plain_sentences(NL, associations(**more))
    assert part in said


def test_without_tests_the_plain_words_claim_nothing():
    table = associations().assign(p_adjusted=np.nan, family="borging")
    (said,) = sentences.plain_sentences(NL, table)
    assert "niet te zeggen" in said


def test_in_brief_the_smallest_effect_is_said_once():
    table = associations(p_adjusted=0.2, detectable_effect=0.4)
    (said,) = sentences.association_sentences(NL, table, brief=True)
    assert "bij 2 andere: Alfa en Beta. Alleen verschillen vanaf 28 tot 40 procentpunt" in said
    table["detectable_effect"] = np.nan
    (said,) = sentences.association_sentences(NL, table, brief=True)
    assert "Kleine samenhangen zijn niet uitgesloten" in said


def test_a_step_of_an_exposure_has_its_own_words_where_the_catalogue_has_them():
    table = associations(family="context", effect_low=0.1, effect_high=0.3).replace({"exposure": {"a": "commitment"}})
    (said,) = sentences.plain_sentences(named("nl", commitment="Commitment"), table)
    assert "één niveau meer commitment" in said
