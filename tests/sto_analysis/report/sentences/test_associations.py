"""What is associated, what is not, what cannot be said."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.report.context import Context
from sto_analysis.report.sentences import associations as sentences
from tests.sto_analysis.report import named
from tests.sto_analysis.report.sentences import associations, hidden, robustness

NL = named("nl", a="Alfa", b="Beta", c="Commitment", commitment="Commitment")


def _plain(table: pd.DataFrame, over: pd.DataFrame | None = None, context: Context = NL) -> list[str]:
    tables = {"associations": table, "robustness": robustness(), "hidden": hidden() if over is None else over}
    return sentences.plain_sentences(context, tables)


def test_what_is_associated_is_said_with_its_interval():
    said = sentences.association_sentences(NL, associations())
    assert "<strong>Alfa</strong> hangt samen met hogere ervaren opbrengst: odds ratio 4,60 (1,90 tot 11,1)" in said[0]
    assert "procentpunt (+8 tot +44); aangepaste p 0,003" in said[0]
    assert said[1].startswith("<strong>Niet te zeggen.</strong> Een relevant verschil is niet aangetoond en ook niet")
    assert "bij: Beta. Alleen verschillen vanaf 28 procentpunt" in said[1]
    assert len(said) == 2


QUIET = {"p_adjusted": 0.2, "low": 0.5, "high": 2.0, "difference_low": -0.1, "difference_high": 0.3}


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"odds_ratio": 0.2}, "lagere ervaren opbrengst"),
        ({"odds_ratio": 0.2, "difference": -0.3}, "aangepaste p 0,003. <strong>Niet te zeggen"),
        ({"difference": -0.03}, "Beide wijzen een andere kant op"),
        ({"difference": -0.003}, "aangepaste p 0,003. <strong>Niet te zeggen"),
        (QUIET, "uitgesloten bij: Alfa en Beta."),
        ({**QUIET, "difference_high": 0.19}, "verschil van 20 procentpunt of meer in (veel) opbrengst is uitgesloten"),
        ({**QUIET, "difference_high": 0.19}, "(voor elk apart, niet voor alle samen): Alfa (−10 tot +19)."),
        ({**QUIET, "difference_high": 0.19, "relevant": 0.15}, "uitgesloten bij: Alfa en Beta."),
        ({**QUIET, "difference_high": 0.2}, "uitgesloten bij: Alfa en Beta."),
        ({**QUIET, "difference_high": 0.19, "share_high": 0.98}, "uitgesloten bij: Alfa en Beta."),
        ({**QUIET, "difference_high": 0.19, "share_low": 0.1, "regions_low": 9}, "uitgesloten bij: Alfa en Beta."),
        ({**QUIET, "difference_low": np.nan, "difference_high": np.nan}, "uitgesloten bij: Alfa en Beta."),
        (
            {**QUIET, "difference_low": 0.01},
            "Bij Alfa sluit een interval ‘geen verschil’ uit, maar dat is geen bevinding",
        ),
        ({**QUIET, "low": 1.1}, "Bij Alfa sluit een interval ‘geen verschil’ uit, maar dat is geen bevinding"),
        ({**QUIET, "low": 0.2, "high": 0.9}, "en bij 2 kenmerken kan dat er één door toeval doen"),
        (
            {**QUIET, "detectable": np.inf, "detectable_effect": np.nan},
            "Bij Alfa had geen enkel verschil, hoe groot ook",
        ),
        ({**QUIET, "detectable_effect": 0.4}, "vanaf 28 tot 40 procentpunt"),
        ({**QUIET, "detectable": np.nan, "detectable_effect": np.nan}, "vanaf 28 procentpunt"),
        ({"status": "constant", "odds_ratio": np.nan}, "Niet te schatten (alle regio’s zijn hierin gelijk): Alfa"),
        ({"status": "two_regions", "odds_ratio": np.nan}, "Niet te schatten (twee regio’s wijken hierin af"),
        (
            {"status": "ridge", "low": np.nan, "high": np.nan},
            "<strong>Alfa (ridge: de antwoorden scheiden, geschat onder een normale prior)</strong> hangt samen met "
            "hogere ervaren opbrengst: odds ratio 4,60 (geen interval); verschil in het aandeel",
        ),
        (
            {"status": "aliased", "alias": "b", "odds_ratio": np.nan},
            "Niet te schatten (niet te scheiden van Beta): Alfa",
        ),
        (
            {"p_adjusted": np.nan, "tested": "too_few_regions", "detectable": np.nan},
            "maar niet getoetst (te weinig regio’s met antwoorden), zodat er geen uitspraak is: Alfa.",
        ),
    ],
)
def test_the_sentence_changes_with_the_result(changes, part):
    assert part in " ".join(sentences.association_sentences(NL, associations(**changes)))


def test_an_interval_that_holds_no_difference_is_not_called_stray():
    assert "geen bevinding" not in " ".join(sentences.association_sentences(NL, associations(**QUIET)))
    nothing = {**QUIET, "low": np.nan, "high": np.nan, "difference_low": np.nan, "difference_high": np.nan}
    assert "geen bevinding" not in " ".join(sentences.association_sentences(NL, associations(**nothing)))


def test_what_was_not_tested_is_no_null_result():
    table = associations().assign(p_adjusted=np.nan, tested="too_few_regions", detectable=np.nan)
    (said,) = sentences.association_sentences(NL, table)
    assert "Alfa en Beta" in said
    assert "relevant" not in said
    assert "geen enkel verschil" not in said
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
        ({}, "zijn 66 van elke 100 antwoorden ‘(veel) opbrengst’. In de andere regio’s zijn dat er 40."),
        ({}, "Het verschil is +26 procentpunt, met een marge van +8 tot +44. Daarbij is rekening gehouden met"),
        (
            {},
            "die te verdedigen zijn, 60 in totaal. Het verschil loopt dan van −2 tot +40; het midden is +31.",
        ),
        ({}, "Geen duidelijk verband vonden we bij: Beta."),
        ({"adjusted_for": np.nan}, "tot +44. We rekenden dit ook uit"),
        ({"difference": -0.3}, "Het verschil is −30 procentpunt"),
        ({"difference_low": np.nan, "difference_high": np.nan}, "procentpunt. Een marge is niet te berekenen."),
        ({"difference_low": 0.02, "difference_high": 0.18}, "De hele marge is kleiner dan de 20 procentpunt"),
        ({"difference": np.nan}, "zien meer opbrengst. Om hoeveel antwoorden"),
        ({"difference": np.nan, "odds_ratio": 0.3}, "zien minder opbrengst. Om hoeveel antwoorden"),
        ({"p_adjusted": 0.3}, "Dat bewijst niet dat ze er niet toe doen"),
    ],
)
def test_the_plain_words_follow_the_shares(changes: dict[str, object], part: str):
    assert part in " ".join(_plain(associations(**changes)))


def test_levels_of_a_context_variable_have_their_names():
    table = associations(family="context", level_high=2.0).replace({"exposure": {"a": "commitment"}})
    said, *_ = _plain(table)
    assert "niveau ‘hoog’ zijn 66 van elke 100 antwoorden ‘(veel) opbrengst’. Bij niveau ‘laag’ zijn dat er 40." in said


def test_without_tests_the_plain_words_claim_nothing():
    (said,) = _plain(associations().assign(p_adjusted=np.nan))
    assert "niet te zeggen" in said


def test_what_neighbours_share_is_said_with_its_values_and_groups():
    said = sentences.association_sentences(NL, associations(values=3, clusters=24))
    assert len(said) == len(sentences.association_sentences(NL, associations())) + 1
    assert said[-1].startswith("Alfa: 51 regio’s hebben 3 verschillende waarden, en delen die in 24 groepen")


def test_too_few_groups_are_the_reason_why_nothing_is_said():
    few = associations(status="few_clusters", tested="not_estimable", odds_ratio=np.nan, p_adjusted=np.nan)
    assert "Niet te schatten (regio’s delen dit in te weinig groepen" in " ".join(
        sentences.association_sentences(NL, few)
    )


@pytest.mark.parametrize(
    ("verdict", "part"),
    [
        ("found", "verandert niet: samenhang in alle."),
        ("not_found", "verandert niet: samenhang in geen."),
        ("depends", "hangt ervan af</strong>: samenhang in 7 ervan."),
    ],
)
def test_whether_what_is_said_changes_over_what_is_hidden(verdict: str, part: str):
    (said,) = sentences.open_sentences(NL, hidden(verdict=verdict))
    assert said.startswith("Alfa: in 9 van de 51 regio’s ligt het niveau niet vast")
    assert "Over 40 manieren om ze in te vullen is de odds ratio 1,20 tot 3,40 en de aangepaste p 0,004 tot" in said
    assert " 0,310. " in said and said.endswith(part)
    assert sentences.open_sentences(NL, hidden()[:0]) == []


@pytest.mark.parametrize("changes", [{}, {"difference": np.nan}])
@pytest.mark.parametrize(("language", "part"), [("nl", "het hangt daarvan af of"), ("en", "depends on it")])
def test_a_finding_that_hangs_on_an_open_level_is_told_so_and_no_other(language: str, part: str, changes: dict):
    context, table = named(language, a="Alfa", b="Beta", c="Gamma"), associations(**changes)

    def told(over: pd.DataFrame) -> list[bool]:
        return [part in each for each in _plain(table, over, context)]

    assert told(hidden(verdict="depends")) == [True, False]
    assert not any(told(hidden()) + told(hidden()[:0]) + told(hidden(exposure="b", verdict="depends")))
