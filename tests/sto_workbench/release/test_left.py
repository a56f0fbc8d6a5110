"""What a coarser question would add."""

import numpy as np
import pandas as pd

from sto_workbench.release.cells import Counted, counted, part
from sto_workbench.release.left import coarser


def item(codes: list[int], then: list[int] | None = None) -> Counted:
    """An item with three positions, each a band."""
    found = counted("urgency.image", pd.DataFrame({"a": then, "b": codes} if then else {"b": codes}), 3)
    now = found.states[:, -1]
    for place, band in enumerate(("low", "middle", "top")):
        found.sums.append(part(now == place, now >= 0, f"distribution:urgency.image.{place}"))
        found.sums.append(part(now == place, now >= 0, f"bands:urgency.image.band.{band}"))
    if then:
        found.sums.append(part((now == 2) & (found.states[:, 0] >= 0), now >= 0, "changes:urgency.image.a"))
    return found


def one(found: pd.DataFrame) -> dict[str, int]:
    (row,) = found.drop(columns="question").to_dict("records")
    return {str(key): int(value) for key, value in row.items() if value}


BANDS = {f"bands:urgency.image.band.{band}" for band in ("low", "middle", "top")}
POSITIONS = {f"distribution:urgency.image.{place}" for place in range(3)}


def test_how_finely_an_item_is_told():
    codes = [0] * 20 + [1] * 10 + [2] * 20
    assert one(coarser([item(codes)], [], lambda _: [], 3)) == {"items": 1, "positions": 1}
    assert one(coarser([item(codes)], POSITIONS, lambda _: [], 3)) == {"items": 1, "bands": 1}
    left = POSITIONS | {"bands:urgency.image.band.low"}
    assert one(coarser([item(codes)], left, lambda _: [], 3)) == {"items": 1, "one_band": 1, "two_groups": 1}


def test_a_coarser_question_is_computed():
    even, skew = [0] * 20 + [1] * 10 + [2] * 20, [0, 0] + [1] + [2] * 47
    assert one(coarser([item(skew)], POSITIONS | BANDS, lambda _: [], 3)) == {"items": 1, "none": 1}
    both = item(even, list(np.roll(even, 3)))
    told = coarser([both], POSITIONS | BANDS, lambda each: POSITIONS if len(each.sums) < len(both.sums) else BANDS, 3)
    assert one(told) == {"items": 1, "none": 1, "without_change": 1, "two_groups": 1}
