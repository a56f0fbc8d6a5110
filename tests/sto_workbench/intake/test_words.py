"""An answer is known by its words in either language; grades have none."""

from sto_analysis.monitor.codebook import Codebook
from sto_workbench.intake.words import has_words, label_key, levels_in_words, reasons_in_words


def test_an_answer_is_known_by_its_words(codebook: Codebook):
    scale = codebook.items["yield_teachers"].scale
    last, words = scale.levels[-1], levels_in_words(scale)
    assert {word for word, level in words.items() if level is last} >= {"veel opbrengst", last.en.casefold()}
    assert reasons_in_words(codebook.missing)["geen idee"] == "dont_know"


def test_grades_are_no_more_than_their_codes(codebook: Codebook):
    assert has_words(codebook.items["yield_teachers"].scale)
    grade = next(item for item in codebook.items.values() if item.question == "grade")
    assert not has_words(grade.scale)


def test_a_code_before_its_label_is_left_out():
    assert label_key("4 - Urgent", "4") == label_key("04. urgent", "4") == "urgent"
    assert label_key("3 - urgent", "4") == "3 - urgent"
