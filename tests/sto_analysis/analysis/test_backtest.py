"""A computed share that prints otherwise than published is seen."""

import pandas as pd
import pytest

from sto_analysis.analysis.backtest import backtest, backtest_wave, backtest_words


def test_a_backtest_sees_one_answer_too_many():
    counts, bases = pd.Series({"a": 22, "b": 21}), pd.Series({"a": 51, "b": 51})
    table = backtest(counts, bases, pd.Series({"a": 43, "b": 39}))
    assert table["equal"].tolist() == [True, False]


def test_a_backtest_in_words_compares_with_the_nearest_fraction():
    counts, bases = pd.Series({"a": 20, "b": 16}), pd.Series({"a": 51, "b": 51})
    table = backtest_words(counts, bases, pd.Series({"a": 2, "b": 1}), pd.Series({"a": 5, "b": 4}))
    assert table["computed"].tolist() == ["2/5", "1/4"]
    assert table["equal"].tolist() == [True, True]
    worse = backtest_words(counts + 10, bases, pd.Series({"a": 2}), pd.Series({"a": 5}))
    assert worse["equal"].tolist() == [False]


def test_what_nobody_answered_is_not_equal():
    counts, bases = pd.Series({"a": 0}), pd.Series({"a": 0})
    assert backtest(counts, bases, pd.Series({"a": 0, "b": 0}))["computed"].tolist() == ["-", "-"]
    assert not backtest_words(counts, bases, pd.Series({"a": 0}), pd.Series({"a": 4}))["equal"].any()


@pytest.fixture
def wave() -> tuple[pd.DataFrame, pd.DataFrame, dict[str, pd.Series]]:
    """Shares and change of one aspect, one form and one sentence, and what is printed about them."""
    rows = [("yield_top", "a", 22, 51), ("borging", "f", 30, 50), ("index", "many", 20, 51)]
    change = pd.DataFrame({"item": ["a"], "base": [42], "earlier": [21], "later": [30]})
    printed = {"urgency_earlier": 50, "urgency_later": 71, "yield_top": 43}
    figures = {measure: pd.Series({"a": percent}) for measure, percent in printed.items()}
    figures |= {"borging": pd.Series({"f": 60}), "sentence": pd.Series({"many": (2, 5)})}
    return pd.DataFrame(rows, columns=["measure", "concept", "count", "base"]), change, figures


def test_a_wave_is_held_against_everything_that_is_published_about_it(wave):
    table = backtest_wave(*wave).set_index("measure")
    assert table["equal"].all()
    assert table["computed"].to_dict() == {
        "urgency_earlier": "50%", "urgency_later": "71%", "yield_top": "43%", "borging": "60%", "sentence": "2/5"
    }  # fmt: skip
    assert table["base"].to_dict() == {
        "urgency_earlier": 42, "urgency_later": 42, "yield_top": 51, "borging": 50, "sentence": 51
    }  # fmt: skip


def test_one_answer_more_is_seen_in_the_measure_that_it_touches(wave):
    shares, change, printed = wave
    table = backtest_wave(shares, change.assign(later=31), printed)
    assert table.loc[~table["equal"], "measure"].tolist() == ["urgency_later"]
    assert backtest_wave(shares, change, {}).empty
