"""What is printed equal is told as equal: fifty planted ties, in sentence, table and alt text alike."""

import random
import re

import pandas as pd
import pytest

from sto_analysis.report import figures
from sto_analysis.report.exhibits import shares, waves
from sto_analysis.report.plain import plain
from sto_analysis.report.sentences import wave as sentences
from sto_analysis.report.ties import at_end, told
from tests.sto_analysis.report import named
from tests.sto_analysis.report.derived import compared

NAMES = {f"c{place}": f"Aspect met een lange naam {chr(65 + place)}" for place in range(12)}
NUMBERS = {"nl": {4: "vier", 5: "vijf"}, "en": {4: "four", 5: "five"}}


def _planted(seed: int) -> tuple[list[float], int, int]:
    """Numbers of which some are printed equal at either end though they differ, and how many at each."""
    draw = random.Random(seed)
    high, low = draw.randint(2, 5), draw.randint(1, 5)
    between = [round(draw.uniform(0.3, 0.6), 2) for _ in range(draw.randint(1, 2))]
    ends = [0.8 + draw.uniform(-0.004, 0.004) for _ in range(high)], [0.1 + draw.uniform(-0.004, 0.004)] * low
    return [*ends[0], *between, *ends[1]], high, low


def _frame(seed: int, column: str) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Rows in any order; the names that tie at the top and at the bottom."""
    values, high, low = _planted(seed)
    names, order = list(NAMES)[: len(values)], list(range(len(values)))
    random.Random(-seed).shuffle(order)
    frame = pd.DataFrame({"concept": names, column: values}).iloc[order].reset_index(drop=True)
    return frame, [NAMES[name] for name in names[:high]], [NAMES[name] for name in names[-low:]]


def _names(said: str) -> set[str]:
    return {name for name in NAMES.values() if re.search(rf"{name}\b", said)}


def _told_as_tied(language: str, said: str, tied: list[str], value: str) -> bool:
    """Whether what names the ties, and nothing else, says of each, or of all with their number, what they have."""
    several = {"nl": f"elk {value}", "en": f"{value} each"}[language]
    if len(tied) > 3:
        several = f"{'alle' if language == 'nl' else 'all'} {NUMBERS[language][len(tied)]} {value}"
    return _names(said) == set(tied) and (several if len(tied) > 1 else f"({value}") in said


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("seed", range(50))
def test_a_planted_tie_is_told_as_one(language: str, seed: int, monkeypatch: pytest.MonkeyPatch):
    for name in ("intervals", "dumbbell"):
        monkeypatch.setattr(figures, name, lambda *_: None)
    context, (rows, first, last) = named(language, **NAMES), _frame(seed, "share")
    rows = rows.assign(measure="yield_top", base=51, low=0.1, high=0.9, population=78)
    said = sentences.ends_sentence(context, "top_urgency", rows.assign(measure="urgency"))
    drawn = shares.yields_figure(context, rows)
    alt = plain(context.texts("figure.yields.alt", **drawn.words)).split(". ", 1)[1]
    for text in (said, alt):
        high, low = text.split(". ", 1)
        assert _told_as_tied(language, high, first, "80%"), text
        assert _told_as_tied(language, low, last, "10%"), text
    assert ("zijn" if language == "nl" else "are") in said
    assert _names(drawn.words["finding"]) == {*first, *last}
    printed = dict(drawn.table.iloc[:, :2].itertuples(index=False))
    assert {printed[name] for name in first} == {"80%"}

    change = rows.rename(columns={"concept": "item", "share": "difference"}).assign(p_holm=0.01, earlier=1, later=1)
    signs = [-1 if place % 2 else 1 for place in range(len(change))]
    change = compared(change.assign(difference=change["difference"] * signs))
    alt = context.texts("figure.change.alt", **waves.change_figure(context, change, ("a", "b")).words)
    for text in (alt, sentences.largest_change_sentence(context, change)):
        assert _names(text) == set(first)
        assert len(re.findall("[+−]80 ", text)) == len(first)


@pytest.mark.parametrize("seed", range(10))
def test_a_planted_tie_of_the_gap_is_told_as_one(seed: int):
    context, (rows, first, _) = named("nl", **NAMES), _frame(seed, "gap")
    said = sentences.gap_sentence(context, rows)
    assert set(first) <= _names(said)
    if "loopt zonder" in said:
        assert _told_as_tied("nl", said, first, "+80")


def test_of_many_that_tie_the_number_is_left_out_where_no_word_is_declared_and_nothing_has_no_end():
    texts = named("nl").texts
    assert [told(texts, count, "8") for count in (1, 2, 3, 4, 99)] == [
        "8",
        "elk 8",
        "elk 8",
        "alle vier 8",
        "alle deze 8",
    ]
    assert at_end([{"x": float("nan")}], lambda row: row["x"], str) == []
