"""A region beside all."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.report.sentences import region as sentences
from tests.sto_analysis.report import named
from tests.sto_analysis.report.derived import own as counts
from tests.sto_analysis.report.sentences import associations

NL = named("nl", a="Alfa", b="Beta", f="Form F", g="Form G")
SHARES = {"urgency": pd.Series({"a": 0.9, "b": 0.2}), "yield": pd.Series({"a": 0.3, "b": 0.8})}
GAPS = pd.DataFrame({"concept": ["a", "b"], "gap": [0.6, -0.6]})
FORMS = pd.Series({"f": 2.0, "g": 0.0})


def _high(**changes: list[object]) -> dict[str, pd.Series]:
    given = {"urgency": [True, False], "yield": [False, True], **changes}
    return {q: pd.Series(answers, index=["a", "b"], dtype="boolean") for q, answers in given.items()}


@pytest.mark.parametrize(
    ("changes", "present", "absent"),
    [
        ({}, ["bij 1 van de 2 aspecten is de urgentie hoog en de ervaren opbrengst niet: Alfa"], ["urgenter"]),
        (
            {"yield": [True, True]},
            ["bij geen van de 2", "met (veel) opbrengst:</strong> Alfa"],
            ["regio’s niet:</strong> Beta"],
        ),
        (
            {"yield": [True, False]},
            ["opbrengst dan bij de meeste regio’s:</strong> Beta", "regio’s niet:</strong> Alfa"],
            [],
        ),
        ({"urgency": [True, True]}, ["urgenter dan bij de meeste regio’s:</strong> Beta"], []),
        ({"urgency": [False, False]}, ["minder urgent dan bij de meeste regio’s:</strong> Alfa"], []),
        ({"urgency": [pd.NA, False]}, ["bij geen van de 1 aspecten"], ["Alfa"]),
    ],
)
def test_own_sentences_follow_the_own_answers(changes: dict[str, list[object]], present: list[str], absent: list[str]):
    high = _high(**changes)
    said = " ".join(sentences.own_sentences(NL, high, SHARES, counts(high, FORMS)))
    assert all(part in said for part in present)
    assert not any(part in said for part in absent)


def test_own_borging_is_told_by_level_beside_the_mean():
    shares = pd.DataFrame({"mean_forms": [1.5, 1.5]})
    said = sentences.own_borging_sentence(NL, FORMS, counts(_high(), FORMS), shares)
    assert "aan 1 van de 2 vormen" in said
    assert "(gemiddeld over alle regio’s: 1,5 van 2). Geregeld: Form F. Mee bezig: geen. Niet: Form G." in said
    own = pd.Series({"f": 1.0, "g": np.nan})
    other = sentences.own_borging_sentence(NL, own, counts(_high(), own), shares)
    assert "aan 1 van de 1 vormen" in other
    assert "Mee bezig: Form F. Niet: geen." in other


def test_the_own_level_is_told_where_all_regions_show_an_association():
    levels = {"a": "geregeld", "b": "nee"}
    assert sentences.own_model_sentences(NL, associations(), levels) == ["Deze regio op Alfa: geregeld."]
    assert sentences.own_model_sentences(NL, associations(), {"b": "nee"}) == []


def test_what_to_discuss_follows_the_answers_or_their_absence():
    said = sentences.discuss_sentences(NL, _high(), FORMS, GAPS)
    assert "Bij Alfa is de urgentie hoog en de ervaren opbrengst niet" in said[0]
    assert "Form G" in said[1]
    met = _high(**{"yield": [True, True]})
    assert len(sentences.discuss_sentences(NL, met, FORMS * 0 + 2, GAPS)) == 1
    nobody = _high(urgency=[pd.NA, pd.NA])
    silent = sentences.discuss_sentences(NL, nobody, FORMS * np.nan, GAPS)
    assert "is het grootst bij Alfa: " in silent[0]
    assert len(silent) == 3


def test_the_own_places_are_counted_over_given_answers():
    said = sentences.own_places_sentence(NL, counts(_high(), FORMS))
    assert "Van de 2 aspecten staan er 1 voor urgentie en 1 voor opbrengst" in said
    nobody = _high(urgency=[pd.NA, pd.NA], **{"yield": [pd.NA, pd.NA]})
    assert "antwoordde niet" in sentences.own_places_sentence(NL, counts(nobody, FORMS * np.nan))
