"""What stands out."""

import pandas as pd
import pytest

from sto_analysis.analysis.gaps import stand_out
from sto_analysis.monitor.published_figures import PublishedFigures


def test_what_stands_out_is_before_the_largest_drop(slides: PublishedFigures):
    gaps = slides.percentages("urgency", 2024) - slides.percentages("yield_top", 2024)
    assert stand_out(gaps) == ["mbo_alignment", "teachers"]


@pytest.mark.parametrize(
    ("gaps", "apart"),
    [
        ([10, 9, 8, 7, 6, 5, 4, -20], 0),  # the drop is at the bottom: seven do not stand apart
        ([20, 9, 8, 7, 6, 5, 4, 3], 1),
        ([20, 19, 9, 8, 7, 6, 5, 4], 2),
        ([20, 19, 18, 17, 7, 6, 5, 4], 4),
        ([20, 19, 18, 17, 16, 6, 5, 4], 0),  # most of them
        ([20, 10, 0, -1], 0),  # two drops alike
        ([20, 10, 4, 0], 0),  # not twice the next drop
        ([5, 5, 5], 0),
        ([5, 3], 1),
        ([5], 0),
        ([], 0),
        ([-1, -9, -10], 1),
    ],
)
def test_few_at_the_top_stand_out_or_none(gaps: list[int], apart: int):
    values = pd.Series(gaps, index=[f"c{place}" for place in range(len(gaps))], dtype=float)
    assert stand_out(values.sample(frac=1, random_state=1)) == [f"c{place}" for place in range(apart)]
