"""A scale knows its answers by code and id, and a concept its words in either language."""

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.scales import Labelled


def test_a_short_label_falls_back_on_the_full_one():
    both = Labelled(nl="Voldoende docenten", en="Enough teachers", short_nl="Docenten")
    assert [both.label("nl"), both.label("en")] == ["Voldoende docenten", "Enough teachers"]
    assert [both.short("nl"), both.short("en")] == ["Docenten", "Enough teachers"]


def test_an_answer_is_known_by_its_code_and_its_id(codebook: Codebook):
    scale = codebook.items["yield_teachers"].scale
    last = scale.levels[-1]
    assert scale.ids[last.code] == scale.ids[last.id] == last.id
