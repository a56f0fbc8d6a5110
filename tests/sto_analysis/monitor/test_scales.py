"""A scale knows its answers by code, id and words, in either language."""

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.scales import Labelled


def test_a_short_label_falls_back_on_the_full_one():
    both = Labelled(nl="Voldoende docenten", en="Enough teachers", short_nl="Docenten")
    assert [both.label("nl"), both.label("en")] == ["Voldoende docenten", "Enough teachers"]
    assert [both.short("nl"), both.short("en")] == ["Docenten", "Enough teachers"]


def test_an_answer_is_known_by_its_code_its_id_and_its_words(codebook: Codebook):
    scale = codebook.items["yield_teachers"].scale
    last = scale.levels[-1]
    assert scale.ids[last.code] == scale.ids[last.id] == last.id
    assert scale.words["veel opbrengst"] is last
    assert {word for word, level in scale.words.items() if level is last} >= {"veel opbrengst", last.en.casefold()}


def test_grades_are_no_more_than_their_codes(codebook: Codebook):
    assert codebook.items["yield_teachers"].scale.labelled
    grade = next(item for item in codebook.items.values() if item.question == "grade")
    assert not grade.scale.labelled
