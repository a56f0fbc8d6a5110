"""What a column asks, without what stands around it."""

import pandas as pd
import pytest

from sto_workbench.intake.readers import Export
from sto_workbench.intake.texts import alike, asked_of, core, plain_question, question_of


def _raw(*columns: str) -> Export:
    return Export(pd.DataFrame(columns=list(columns)), {name: name for name in columns})


@pytest.mark.parametrize(
    "columns",
    [
        ("Hoe urgent is dit? [Voldoende docenten]", "Hoe urgent is dit? [De beeldvorming]"),
        ("G01Q02[SQ001]. Hoe urgent? [Voldoende docenten]", "G01Q02[SQ002]. Hoe urgent? [De beeldvorming]"),
        ("Hoe urgent is dit? - Voldoende docenten", "Hoe urgent is dit? - De beeldvorming"),
        ("Hoe urgent vindt u voldoende docenten", "Hoe urgent vindt u de beeldvorming"),
        ("Voldoende docenten (urgentie)", "De beeldvorming (urgentie)"),
        ("Voldoende docenten: hoe urgent?", "De beeldvorming: hoe urgent?"),
        ("Voldoende docenten", "Voldoende docenten2"),
    ],
)
def test_what_is_asked_is_found_whatever_stands_around_it(columns: tuple[str, ...]):
    first = asked_of(_raw(*columns), columns)[0]
    assert core("Voldoende docenten") in first


def test_little_words_and_their_order_do_not_count_but_a_text_of_nothing_else_stays():
    assert core("De aansluiting op het mbo") == core("aansluiting mbo")
    assert core("met en zonder") != ""
    assert core("is er") == "er is"


def test_texts_are_compared_by_the_nearest_of_several():
    scores = alike([{"aansluiting mbo"}, {"iets", "docenten"}], [{"docenten"}, {"aansluiting mbo", "urgentie"}])
    assert scores[0, 1] == scores[1, 0] == 100
    assert scores[0, 0] < 60


def test_a_code_before_a_question_is_no_part_of_it():
    assert question_of("G01Q02[SQ003]. Hoe  urgent?\n") == "Hoe urgent?"
    assert plain_question("v1_1. Hoe urgent?") == "hoe urgent"
