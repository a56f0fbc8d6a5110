"""Both catalogues say the same things, and numbers are printed as their readers expect."""

import re
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup, Tag
from markupsafe import Markup

from sto_analysis.errors import MissingText
from sto_analysis.known import Known, Source, Told
from sto_analysis.report.language import Texts, catalogue, constants
from sto_analysis.report.plain import plain

ROOT = Path(__file__).parents[3]
NL, EN = Texts("nl"), Texts("en")


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"{([\w.]+)}", text))


def test_every_text_stands_in_both_languages_with_the_same_placeholders():
    nl, en = catalogue("nl"), catalogue("en")
    assert set(nl) - set(en) == set(), "texts in nl.yaml that en.yaml lacks"
    assert set(en) - set(nl) == set(), "texts in en.yaml that nl.yaml lacks"
    assert {key: _placeholders(nl[key]) for key in nl} == {key: _placeholders(en[key]) for key in en}


def test_every_text_is_used():
    inside = [path for path in (ROOT / "src").rglob("*") if path.suffix in {".py", ".j2", ".css"}]
    inside.append(ROOT / "src" / "sto_analysis" / "results.yaml")  # which methods there are
    inside.append(ROOT / "src" / "sto_workbench" / "pages" / "slides.yaml")  # what slides show
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
    alphas = (0.05, 0.1, 0.005)
    assert [Texts("en", alpha, marked=False).level for alpha in alphas] == ["0.05", "0.10", "0.005"]
    assert Texts("nl").level == '<data value="0.05" data-constant="alpha">0,05</data>'


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


HOSTILE = '"><script>alert(1)</script>&'
"""An id that is none, were it not escaped."""


def _known(value: float, part: str = "value", id_: str = "share.urgency.a.top") -> Known:
    return Known(value, Source(id_, part, "shares"))


def _data(html: str) -> Tag:
    """The one element that a text is."""
    page = BeautifulSoup(html, "html.parser")
    (data,) = page.find_all(name=True)
    assert data.get_text() == page.get_text(), "nothing stands beside it"
    return data


FORMS = {
    "number": (lambda t, value: t.number(value, 2), "0,43"),
    "percent": (Texts.percent, "43%"),
    "hundred": (Texts.hundred, "43"),
    "points": (Texts.points, "+43"),
    "bound": (Texts.bound, "+43"),
    "p": (Texts.p, "0,425"),
    "small p": (lambda t, value: t.p(Known(value / 1e4, value.source)), "<0,001"),
    "ratio": (Texts.ratio, "0,43"),
    "ratio beyond": (lambda t, value: t.ratio(Known(1e6 * value, value.source)), ">10.000"),
    "told": (lambda t, value: t.told(Told("2 < 3", value.source)), "2 < 3"),
}
"""How something that knows its source is printed → what is read."""


@pytest.mark.parametrize("form", FORMS)
def test_every_number_that_knows_its_source_says_it_and_is_read_as_before(form: str):
    printed, read = FORMS[form]
    texts = Texts("nl")
    data = _data(printed(texts, _known(0.425)))
    assert (data.name, data.get_text()) == ("data", read)
    assert data["data-result"] == "share.urgency.a.top"
    assert not data.has_attr("data-part")
    assert texts.used == {"share.urgency.a.top": Source("share.urgency.a.top", "value", "shares")}
    for part in ("low", "high", "n"):
        assert _data(printed(texts, _known(0.425, part)))["data-part"] == part


@pytest.mark.parametrize("form", FORMS)
def test_an_id_that_is_markup_stays_an_id(form: str):
    printed, read = FORMS[form]
    data = _data(printed(Texts("nl"), _known(0.425, id_=HOSTILE)))
    assert (data["data-result"], data.get_text()) == (HOSTILE, read)


@pytest.mark.parametrize("form", FORMS)
def test_texts_of_a_figure_have_no_markup_and_use_nothing(form: str):
    printed, read = FORMS[form]
    texts = Texts("nl", marked=False)
    said = printed(texts, _known(0.425))
    assert (said, isinstance(said, Markup), texts.used) == (read, False, {})
    assert not isinstance(texts.constant("interval"), Markup)
    assert texts("sentence.response", answered=_known(51), population=78, share="x").startswith("51 ")


def test_the_value_of_a_number_is_not_rounded_as_it_is_printed():
    assert _data(NL.percent(_known(0.42571)))["value"] == "0.4257"
    assert _data(NL.told(Told("39%", Source("computed.a", table="backtest"))))["value"] == "39%"


def test_a_number_without_a_source_and_a_missing_one_are_plain():
    assert [isinstance(NL.percent(value), Markup) for value in (0.425, np.float64(0.425), 1)] == [False] * 3
    texts = Texts("nl")
    missing = [form(_known(np.nan)) for form in (texts.number, texts.percent, texts.points, texts.p, texts.ratio)]
    assert missing == ["–"] * 5
    assert not any(isinstance(each, Markup) for each in missing)
    assert texts.used == {}


def test_both_ends_of_one_result_are_one_number_of_the_page():
    texts = Texts("nl")
    data = _data(texts.span(texts.percent, _known(0.35, "low"), _known(0.51, "high")))
    assert data.attrs == {"value": "0.35/0.51", "data-result": "share.urgency.a.top", "data-part": "interval"}
    assert data.get_text() == "35% tot 51%"
    assert set(texts.used) == {"share.urgency.a.top"}
    assert _data(texts.ratios(_known(1.2, "low"), _known(5.5, "high")))["data-part"] == "interval"
    assert texts.span(texts.percent, _known(np.nan, "low"), _known(np.nan, "high")) == "–"


def test_ends_that_are_printed_alike_are_still_one_interval():
    data = _data(NL.span(NL.percent, _known(0.351, "low"), _known(0.352, "high")))
    assert (data.get_text(), data["data-part"]) == ("35%", "interval")


def test_the_least_and_the_most_of_several_results_are_two_numbers():
    told = NL.numbers(_known(42, "n"), _known(51, "n", "share.urgency.b.top"), 0)
    page = BeautifulSoup(told, "html.parser")
    assert page.get_text() == "42 tot 51"
    assert [data["data-result"] for data in page.select("data")] == ["share.urgency.a.top", "share.urgency.b.top"]
    assert _data(NL.numbers(_known(42, "n"), _known(42, "n", "share.urgency.b.top"), 0)).get_text() == "42"


def test_a_number_that_fills_a_text_is_printed_and_marked_in_it():
    said = NL("sentence.response", answered=_known(1234), population="<78>", share="x")
    data = BeautifulSoup(said, "html.parser").data
    assert (data.get_text(), data["data-result"]) == ("1.234", "share.urgency.a.top")
    assert "&lt;78&gt;" in said
    told = NL(
        "sentence.response", answered=Told("vele", Source("computed.a", table="backtest")), population=1, share="x"
    )
    assert BeautifulSoup(told, "html.parser").data["data-result"] == "computed.a"


def test_a_constant_is_marked_as_one_and_is_no_result():
    texts = Texts("nl")
    data = _data(texts.constant("interval"))
    assert data.attrs == {"value": "0.95", "data-constant": "interval"}
    assert data.get_text() == "95%"
    assert texts.used == {}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_constant_of_a_text_is_marked_in_it(language: str):
    key = next(key for key, text in catalogue(language).items() if text.count("{c.interval}") == text.count("{") == 1)
    said = Texts(language)(key)
    assert isinstance(said, Markup)
    assert BeautifulSoup(said, "html.parser").select_one("data[data-constant=interval]").get_text() == "95%"
    plainly = Texts(language, marked=False)(key)
    assert plainly == plain(said)
    assert "95%" in plainly


def test_a_constant_has_the_decimal_mark_of_the_language_and_a_value_that_is_what_is_printed():
    assert plain(NL.constant("alpha")) == "0,05"
    assert plain(EN.constant("alpha")) == "0.05"
    for name, (value, printed) in constants().items():
        first = re.match(r"[\d.]+", printed)
        assert first, name
        assert float(first[0]) in (value, pytest.approx(100 * value)), name


def test_every_constant_of_a_text_is_declared():
    for language in ("nl", "en"):
        named = {name for text in catalogue(language).values() for name in re.findall(r"{c\.(\w+)}", text)}
        assert named
        assert named <= set(constants())


def test_a_list_of_marked_numbers_is_markup():
    listed = NL.both([NL.percent(_known(0.5)), "b < c"])
    page = BeautifulSoup(listed, "html.parser")
    assert page.get_text() == "50% en b < c"
    assert len(page.select("data")) == 1
