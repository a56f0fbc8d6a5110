"""What is not explicitly ours is never markup, and what cannot be seen steers nothing."""

import pytest
from markupsafe import Markup

from sto_analysis.report.plain import inert, ours


@pytest.mark.parametrize(
    "steers", ["\x00", "\x1b", "\r", "\x7f", "\x9b", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800"]
)
def test_what_steers_the_text_beside_it_is_replaced(steers: str):
    assert inert(f"a{steers}b") == "a\ufffdb"


def test_text_in_any_script_stays_as_it_is():
    text = "’s-Hertogenbosch – Fryslân\t½ €\n北京 עברית ❤\ufe0f"
    assert inert(text) == text


def test_bold_of_a_catalogue_is_markup_and_what_fills_it_is_not():
    said = ours("**{name}** is < {size}.").format(name="<b>**R&D**</b>", size=3)
    assert isinstance(said, Markup)
    assert said == "<strong>&lt;b&gt;**R&amp;D**&lt;/b&gt;</strong> is &lt; 3."


def test_a_plain_text_stays_plain_until_it_is_shown():
    said = ours("{name} < {size}").format(name="<b>", size=3)
    assert not isinstance(said, Markup)
    assert Markup(" ").join([said, Markup("<br>")]) == "&lt;b&gt; &lt; 3 <br>"
