"""Words are explained where they stand, once per text, and never inside something else."""

import pytest
from bs4 import BeautifulSoup
from markupsafe import Markup, escape

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.report.context import Context
from sto_analysis.report.glossary import Glossary


def _soup(glossary: Glossary, html: str) -> BeautifulSoup:
    return BeautifulSoup(glossary.explained(Markup(html)), "html.parser")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_form_and_general_word_opens_its_meaning(codebook: Codebook, language: str):
    for form in codebook.labels("borging_forms", language, short=True).values():
        page = _soup(Glossary(Context(language, codebook)), f"<p>Met {escape(form)} en Borging, borging.</p>")
        assert [each.get_text() for each in page.select("button")] == [form, "Borging"]
        for button in page.select("button"):
            assert button.find_next_sibling()["id"] == button["popovertarget"]
    assert page.select(".meaning")[0].get_text().startswith(" (in ")


def test_the_first_of_a_page_is_told_on_paper_and_all_have_ids_of_their_own(codebook: Codebook):
    glossary = Glossary(Context("nl", codebook))
    texts = [glossary.explained(Markup("borging")) for _ in range(10)]
    meanings = BeautifulSoup(Markup().join(texts), "html.parser").select(".meaning")
    assert ["first" in each["class"] for each in meanings] == [True, False]
    assert len({each["id"] for each in meanings}) == 2


@pytest.mark.parametrize(
    "html", ["<button>borging</button>", '<a href="#borging">borging</a>', "borgingsvorm", "mee-borging"]
)
def test_what_opens_something_else_or_is_another_word_is_left_alone(codebook: Codebook, html: str):
    assert Glossary(Context("nl", codebook)).explained(Markup(html)) == html
