"""Sentences follow the results."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.report import sentences
from sto_analysis.report.language import Texts

NL = Texts("nl")
LABELS = {"a": "Alfa", "b": "Beta"}


def _associations(**changes: object) -> pd.DataFrame:
    row = {"odds_ratio": 4.6, "low": 1.9, "high": 11.1, "effect": 0.26, "p_adjusted": 0.003, "status": "estimated"}
    row |= {"detectable": 3.2, "detectable_effect": 0.28}
    quiet = {**row, "odds_ratio": 1.2, "p_adjusted": 0.4}
    return pd.DataFrame([{"exposure": "a", **row, **changes}, {"exposure": "b", **quiet}])


def test_what_is_associated_is_said_with_its_interval():
    said = sentences.association_sentences(NL, LABELS, _associations(), 0.05)
    assert (
        "**Alfa** hangt samen met hogere ervaren opbrengst: odds ratio 4,6 (1,9 tot 11,1), +26 procentpunt" in said[0]
    )
    assert said[1].startswith("Geen aanwijzing voor samenhang")
    assert "Beta (odds ratio 3,2, +28 procentpunt)." in said[1]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"odds_ratio": 0.2, "effect": -0.3}, "lagere ervaren opbrengst"),
        ({"p_adjusted": 0.2}, "Alfa (odds ratio 3,2, +28 procentpunt) en Beta (odds"),
        ({"status": "constant", "odds_ratio": np.nan}, "niet te schatten: alle regio’s zijn hierin gelijk"),
        ({"status": "ridge"}, "**Alfa (ridge: de antwoorden scheiden, geschat onder een normale prior)** hangt samen"),
    ],
)
def test_the_sentence_changes_with_the_result(changes, part):
    assert part in " ".join(sentences.association_sentences(NL, LABELS, _associations(**changes), 0.05))


def test_no_sentence_is_causal():
    texts = " ".join(sentences.association_sentences(Texts("en"), LABELS, _associations(), 0.05)).lower()
    assert not any(word in texts for word in ("cause", "effect of", "leads to", "increases", "improves"))


def test_change_is_told_per_aspect_and_after_holm():
    change = pd.DataFrame({"item": ["a", "b"], "p": [0.001, 0.03], "p_holm": [0.002, 0.06]})
    both, left = sentences.change_sentences(NL, LABELS, change, 0.05)
    assert both.endswith("bij: Alfa en Beta.")
    assert left.endswith("blijft over: Alfa.")
    (none,) = sentences.change_sentences(NL, LABELS, change.assign(p=0.5), 0.05)
    assert "Bij geen enkel aspect" in none


def test_the_summary_follows_the_shares():
    rows = [("urgency", "a", 0.9), ("urgency", "b", 0.5), ("yield_top", "a", 0.4), ("yield_top", "b", 0.8)]
    rows += [("index", "borging_active", 0.67), ("index", "index_many", 0.39), ("index", "index_hardly", 0.25)]
    shares = pd.DataFrame(rows, columns=["measure", "concept", "share"])
    regions = pd.DataFrame({"answered": [True, True, False]})
    said = sentences.summary_sentences(NL, LABELS, shares, regions)
    assert said[0] == "2 van de 3 regio’s antwoordden (67%)."
    assert "bij Beta (80%), de minste bij Alfa (40%)" in said[1]
    turned = shares.assign(share=shares["share"].where(shares["measure"] != "yield_top", 1 - shares["share"]))
    assert "bij Alfa (60%), de minste bij Beta (20%)" in sentences.summary_sentences(NL, LABELS, turned, regions)[1]


def test_the_own_answer_is_counted_over_given_answers():
    own = pd.Series([True, False, pd.NA], dtype="boolean")
    assert "bij 1 van de 2 aspecten" in sentences.own_sentence(NL, own)
    assert "antwoordde niet" in sentences.own_sentence(NL, own.iloc[2:])


def test_flagged_and_false_findings_are_named():
    table = _associations().assign(planted=[1.0, 1.0], inside=[False, True])
    assert "Aangepaste p onder 0,05: Alfa." in sentences.flagged_sentence(NL, LABELS, table, 0.05)
    assert "Bij geen enkele" in sentences.flagged_sentence(NL, LABELS, table.assign(p_adjusted=np.nan), 0.05)
    assert sentences.truth_sentence(NL, LABELS, table, 0.05).endswith("onder 0,05: Alfa.")
