"""Both catalogues say the same things, and numbers are printed as their readers expect."""

import re
from pathlib import Path

import numpy as np
import pytest
from markupsafe import Markup

from sto_analysis.errors import MissingText
from sto_analysis.report.language import Texts, catalogue

ROOT = Path(__file__).parents[3]
NL, EN = Texts("nl"), Texts("en")


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def test_every_text_stands_in_both_languages_with_the_same_placeholders():
    nl, en = catalogue("nl"), catalogue("en")
    assert set(nl) - set(en) == set(), "texts in nl.yaml that en.yaml lacks"
    assert set(en) - set(nl) == set(), "texts in en.yaml that nl.yaml lacks"
    assert {key: _placeholders(nl[key]) for key in nl} == {key: _placeholders(en[key]) for key in en}


def test_every_text_is_used():
    inside = [path for path in (ROOT / "src").rglob("*") if path.suffix in {".py", ".j2", ".css"}]
    sources = [*inside, *(ROOT / "notebooks").glob("*.ipynb")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    for key in catalogue("nl"):
        name = key.rsplit(".", 1)[-1] if not key.startswith(("figure.", "table.")) else key.split(".")[1]
        assert re.search(rf"\b{re.escape(name)}\b", code), f"nobody uses the text {key}"


def test_a_missing_text_or_value_is_an_error():
    with pytest.raises(MissingText, match=r"no text 'sentence.nothing'. Add it to nl.yaml and en.yaml"):
        NL("sentence.nothing")
    with pytest.raises(MissingText, match=r"'sentence.response' has a placeholder 'population'"):
        NL("sentence.response", answered=1)
    assert "sentence.response" in NL
    assert "sentence.nothing" not in NL


def test_numbers_follow_the_language():
    assert (NL.number(1234.5, 1), EN.number(1234.5, 1)) == ("1.234,5", "1,234.5")
    assert (NL.percent(0.425), EN.percent(1 / 3, 1)) == ("43%", "33.3%")
    assert (NL.p(0.0306), NL.p(0.0004), EN.p(0.0004)) == ("0,031", "<0,001", "<0.001")
    assert (NL.points(0.123), NL.points(-0.05), NL.points(-0.001)) == ("+12", "−5", "0")
    assert NL.number(7.35, 1) == "7,4"


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        *[(4.613, "4,61"), (11.13, "11,1"), (9.996, "10,00"), (123.4, "123"), (2, "2,00"), (1, "1,00")],
        *[(0.974, "0,97"), (0.0412, "0,041"), (0.3, "0,30"), (0.0004, "0,00040")],
        *[(0.996, "0,996"), (0.99996, "0,99996"), (1.0004, "1,0004"), (1.006, "1,01")],
    ],
)
def test_an_odds_ratio_keeps_its_size_and_its_side_of_one(value: float, printed: str):
    assert NL.ratio(value) == printed


@pytest.mark.parametrize(
    ("value", "alpha", "printed"),
    [
        *[(0.0496, 0.05, "0.0496"), (0.0504, 0.05, "0.0504"), (0.05, 0.05, "0.050"), (0.049, 0.05, "0.049")],
        *[(0.04999996, 0.05, "0.04999996"), (0.0096, 0.01, "0.0096"), (0.0096, 0.05, "0.010")],
        *[(0.0006, 0.0005, "0.001"), (0.0004, 0.0005, "<0.0005"), (0.0004, 0.05, "<0.001"), (1.0, 0.05, "1.000")],
    ],
)
def test_no_p_is_rounded_over_the_level(value: float, alpha: float, printed: str):
    assert Texts("en", alpha).p(value) == printed


@pytest.mark.parametrize(
    ("value", "printed"),
    [(0.004, "+0,4"), (-0.0004, "−0,04"), (0.0, "0"), (0.123, "+12"), (-0.2, "−20"), (0.006, "+1"), (np.nan, "–")],
)
def test_an_end_of_an_interval_stays_on_its_side_of_none(value: float, printed: str):
    assert NL.bound(value) == printed


def test_the_level_is_printed_as_it_is():
    assert [Texts("en", alpha).level for alpha in (0.05, 0.1, 0.005)] == ["0.05", "0.10", "0.005"]


def test_what_is_missing_is_a_dash():
    assert {NL.number(np.nan), NL.percent(np.nan), NL.points(np.nan), NL.p(np.nan), NL.ratio(np.nan)} == {"–"}
    assert NL.ratio(np.inf) == "–"


@pytest.mark.parametrize(
    ("value", "printed"),
    [(1e4, "10.000"), (1.1e9, ">10.000"), (1e-4, "0,00010"), (5.3e-9, "<0,0001"), (0.0, "<0,0001")],
)
def test_an_odds_ratio_that_says_nothing_has_no_digits(value: float, printed: str):
    assert NL.ratio(value) == printed
    assert NL.interval("–", "–") == "–"
    assert NL.interval("1,0", "1,0") == "1,0"
    assert NL.numbers(0.5, 1.25, 1) == "0,5 tot 1,3"
    assert NL.span(NL.points, -0.1, 0.2) == "−10 tot +20"


def test_lists_are_written_as_in_a_sentence():
    assert NL.both(["a", "b", "c"]) == "a, b en c"
    assert EN.both(["a", "b"]) == "a and b"
    assert NL.both([]) == ""


def test_what_is_ours_stays_markup_in_a_list_and_in_another_text():
    listed = EN.both([Markup("<strong>a</strong>"), "b < c"])
    assert listed == Markup("<strong>a</strong> and b &lt; c")
    assert EN("summary.changed_by", name=listed, points="<5") == Markup(f"{listed} (&lt;5 percentage points)")
    assert isinstance(EN("summary.answer", answer=EN("summary.changed_by", name=listed, points="1")), Markup)
    assert not isinstance(EN("summary.changed_by", name="<b>", points="1"), Markup)
