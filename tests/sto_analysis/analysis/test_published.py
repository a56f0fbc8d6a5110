"""What rounded percentages give away; expected values are those of the fact sheet, found by other means."""

import itertools

import pandas as pd
import pytest

from sto_analysis.analysis import published
from sto_analysis.analysis.rounding import percentage
from sto_analysis.monitor.published_figures import PublishedFigures

BASES = range(30, 91)


def test_possible_counts_are_those_that_print_the_percentage():
    for base in (1, 7, 51, 99, 640):
        for printed in (0, 1, 33, 50, 99, 100):
            by_force = [k for k in range(base + 1) if percentage(k, base) == printed]
            assert published.possible_counts(printed, base) == by_force


@pytest.mark.parametrize(
    ("measure", "wave", "sizes"),
    [
        ("urgency", 2024, [42, 58, 77, 78, 80, 84, 85, 86]),
        ("urgency", 2021, [42, 58, 84, 86, 88, 89]),
        ("yield_top", 2024, [49, 51, 72, 79, 83, 88]),
        ("yield_low", 2024, [49, 51, 81, 83, 84, 90]),
        ("borging", 2024, [49, 51, 78, 83, 84, 85, 88, 90]),
    ],
)
def test_feasible_bases_of_each_column(slides: PublishedFigures, measure, wave, sizes):
    assert published.feasible_bases(slides.percentages(measure, wave), BASES) == sizes


def test_feasible_bases_jointly(slides: PublishedFigures):
    urgency = [*slides.percentages("urgency", 2024), *slides.percentages("urgency", 2021)]
    rest = [p for m in ("yield_top", "yield_low", "borging") for p in slides.percentages(m, 2024)]
    assert published.feasible_bases(urgency, BASES) == [42, 58, 84, 86]
    assert published.feasible_bases(rest, BASES) == [49, 51, 83]


def test_implied_counts(slides: PublishedFigures):
    assert published.implied_counts(slides.percentages("yield_top", 2024), 51).tolist() == [
        22,
        20,
        42,
        32,
        33,
        44,
        42,
        40,
    ]
    assert published.implied_counts(slides.percentages("yield_low", 2024), 51).tolist() == [7, 17, 2, 2, 5, 0, 0, 1]
    assert published.implied_counts(slides.percentages("borging", 2024), 51).tolist() == [44, 42, 37, 35, 35, 34, 34]


def test_a_base_that_does_not_fit_gives_no_counts(slides: PublishedFigures):
    with pytest.raises(ValueError, match="at a base of 51"):
        published.implied_counts(slides.percentages("urgency", 2024), 51)
    with pytest.raises(ValueError, match="not exactly one"):
        published.implied_counts(pd.Series({"a": 50}), 250)


@pytest.mark.parametrize(
    ("earlier", "later", "low", "high"),
    [(24, 37, "0.0002", "0.011"), (31, 37, "0.031", "0.21"), (27, 33, "0.031", "0.31")],
)
def test_mcnemar_ranges_of_the_fact_sheet(earlier, later, low, high):
    found = published.mcnemar_range(earlier, later, 42)
    for p, printed in ((found.p_min, low), (found.p_max, high)):
        assert p == pytest.approx(float(printed), abs=0.5 * 10.0 ** -len(printed.partition(".")[2]))


def test_a_mcnemar_range_covers_every_table_with_the_margins():
    base, earlier, later = 9, 4, 6
    befores, afters = (itertools.combinations(range(base), number) for number in (earlier, later))
    became = {len(set(after) - set(before)) for before, after in itertools.product(befores, afters)}
    p = {published.exact_mcnemar(up, up - (later - earlier)) for up in became}
    found = published.mcnemar_range(earlier, later, base)
    assert (found.p_min, found.p_max) == (min(p), max(p))


def test_impossible_margins_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        published.mcnemar_range(5, 11, 10)


def test_the_printed_stars_agree_paired_but_not_unpaired(slides: PublishedFigures):
    earlier, later = (published.implied_counts(slides.percentages("urgency", year), 42) for year in (2021, 2024))
    stars = published.stars_agree(earlier, later, slides.starred(2024), 42, 0.05)
    assert stars["agrees"].all()
    assert stars.at["mbo_alignment", "p_unpaired"] > 0.05
    others = stars.drop(index=["teachers", "mbo_alignment", "teaching_quality"])
    assert (others["p_min"] > 0.05).all()


def test_a_star_where_no_table_can_give_one_disagrees(slides: PublishedFigures):
    earlier, later = pd.Series({"image": 32}), pd.Series({"image": 36})
    assert not published.stars_agree(earlier, later, pd.Series({"image": True}), 42, 0.05)["agrees"].any()


def test_attainable_totals_of_the_index():
    assert published.attainable_totals(20, 13, 51, 6, 2, 7)[1] == 256
    assert published.attainable_totals(21, 12, 51, 6, 2, 7)[1] == 261


def test_attainable_totals_against_enumeration():
    n, forms = 4, 3
    totals = [
        sum(have)
        for have in itertools.product(range(forms + 1), repeat=n)
        if sum(k >= 3 for k in have) == 1 and sum(k <= 1 for k in have) == 2
    ]
    assert published.attainable_totals(1, 2, n, 3, 1, forms) == (min(totals), max(totals))


@pytest.mark.parametrize("arguments", [(3, 3, 5, 6, 2, 7), (1, 1, 5, 2, 2, 7), (1, 1, 5, 3, 2, 7)])
def test_contradicting_cut_offs_are_refused(arguments):
    with pytest.raises(ValueError, match="cut-offs"):
        published.attainable_totals(*arguments)


def test_counts_in_words():
    assert [published.counts_in_words(a, b, 51) for a, b in ((2, 3), (2, 5), (1, 4))] == [[34], [20, 21], [12, 13]]
