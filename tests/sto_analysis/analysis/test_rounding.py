"""One rounding rule: half up."""

import pytest

from sto_analysis.analysis.rounding import percentage, round_half_up


@pytest.mark.parametrize(("value", "digits", "rounded"), [(2.5, 0, 3), (0.5, 0, 1), (2.675, 2, 2.68), (-0.5, 0, -1)])
def test_halves_go_up(value, digits, rounded):
    assert round_half_up(value, digits) == rounded


def test_percentages_are_exact_at_the_half():
    assert percentage(1, 8) == 13
    assert percentage(1, 200) == 1
    assert [percentage(k, 51) for k in (22, 44, 7, 0, 51)] == [43, 86, 14, 0, 100]


@pytest.mark.parametrize(("count", "base"), [(1, 0), (3, 2), (-1, 5)])
def test_what_is_no_share_is_refused(count, base):
    with pytest.raises(ValueError, match="not a share"):
        percentage(count, base)
