"""Rows, columns and frames that stand where they do not belong: planted, and nothing where nothing was planted."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.misplaced import Sign, by_gravity, column_signs, frame_signs, row_signs

from .test_came_in import ITEMS, RANGES, waves

NONE = pd.DataFrame(index=pd.Index([], name="region"))


def wide(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two waves of twice as many items."""
    both = zip(waves(seed), waves(seed + 100), strict=True)
    one, other = (pd.concat([left, right.add_prefix("more_")], axis="columns") for left, right in both)
    return one, other


def frame(seed: int = 1, regions: int = 20) -> pd.DataFrame:
    draw, ids = np.random.default_rng(seed), [f"R{n:02}" for n in range(regions)]
    codes = {"krimp": draw.integers(0, 2, regions), "shortage": draw.integers(0, 3, regions)}
    return pd.DataFrame({"name": [f"Regio {region}" for region in ids], **codes}, pd.Index(ids, name="region"))


def register(*frames: pd.DataFrame) -> pd.Series:
    return pd.concat([each["name"] for each in frames])


def test_two_rows_that_say_the_same_under_two_regions():
    now, _ = wide(1)
    twice = now.copy()
    twice.iloc[7] = now.iloc[20]
    assert list(row_signs(now, [])) == []
    assert list(row_signs(twice, [])) == [Sign("twins", "", value=2.0)]


def test_rows_of_an_earlier_wave_whatever_the_region():
    now, earlier = wide(2)
    mixed = now.copy()
    mixed.iloc[:10] = earlier.iloc[20:30].to_numpy()
    assert list(row_signs(now, [earlier])) == []
    assert list(row_signs(mixed, [now * np.nan, earlier])) == [Sign("repeated", "", value=10.0)]


def test_rows_that_answer_all_alike_are_no_twins():
    now, _ = wide(3)
    now.iloc[:2] = 3.0
    assert list(row_signs(now, [])) == []


def test_a_column_that_was_sorted_alone():
    now, _ = waves(4)
    alone = now.assign(yield_2=np.sort(now["yield_2"])[::-1])
    assert list(column_signs(alone, NONE, ITEMS, RANGES)) == [Sign("sorted", "", ("yield_2",))]


def test_columns_that_changed_places():
    draw = np.random.default_rng(5)
    own = {item: draw.normal(size=51) for item in ITEMS}

    def answers() -> pd.DataFrame:
        made = {item: np.clip(np.round(2 + own[item] + draw.normal(size=51) / 2), 0, 4) for item in ITEMS}
        return pd.DataFrame(made, [f"R{n:02}" for n in range(51)])

    now, earlier = answers(), answers()
    swapped = now.assign(urgency_1=now["yield_3"], yield_3=now["urgency_1"])
    assert list(column_signs(now, earlier, ITEMS, RANGES)) == []
    assert list(column_signs(swapped, earlier, ITEMS, RANGES)) == [Sign("swapped", "", ("urgency_1", "yield_3"))]


def test_a_frame_with_the_names_of_other_regions():
    before = frame()
    now = before.assign(name=np.roll(before["name"], 1))
    (sign,) = frame_signs(now, before, registered=register(before))
    assert (sign.kind, len(sign.items)) == ("names", 20)
    renamed = before.assign(name=["Nieuw", *before["name"][1:]])
    assert list(frame_signs(renamed, before, registered=register(before))) == []


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        (lambda table: table.iloc[:12], Sign("fewer", "", value=8.0)),
        (lambda table: table.assign(krimp=1 - table["krimp"]), Sign("context", "", ("krimp",))),
        (lambda table: table.assign(shortage=2 - table["shortage"]), Sign("context", "", ("shortage",))),
        (lambda table: table.assign(shortage=np.nan), Sign("context", "", ("shortage",))),
    ],
)
def test_a_frame_that_shrank_or_changed(change, sign: Sign):
    before = frame()
    assert list(frame_signs(before, before, registered=register(before))) == []
    assert list(frame_signs(change(before), before, registered=register(before))) == [sign]


def test_the_gravest_comes_first():
    found = [Sign("constant", "urgency"), Sign("copied", "yield"), Sign("repeated", "")]
    assert [sign.kind for sign in by_gravity(found)] == ["repeated", "copied", "constant"]
