"""What stands out in a delivery: planted, and nothing where nothing was planted."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from sto_analysis.analysis.came_in import agreements, signs
from sto_analysis.analysis.misplaced import LEAST, Sign, spearman

ITEMS = {f"{question}_{n}": question for question in ("urgency", "yield") for n in range(6)}
RANGES = dict.fromkeys(ITEMS, 4)


def waves(seed: int, regions: int = 51, both: int = 42) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two waves of answers 0 to 4, in which regions and questions have a level of their own that stays."""
    draw = np.random.default_rng(seed)
    index = pd.Index([f"R{n:02}" for n in range(regions)], name="region")
    level = {question: draw.normal(size=regions) for question in dict.fromkeys(ITEMS.values())}

    def answers() -> pd.DataFrame:
        each = {item: np.clip(np.round(2.3 + level[q] + draw.normal(size=regions)), 0, 4) for item, q in ITEMS.items()}
        return pd.DataFrame(each, index)

    return answers(), answers().iloc[:both]


def kinds(now: pd.DataFrame, earlier: pd.DataFrame) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(sign.kind, sign.question, sign.items) for sign in signs(now, earlier, ITEMS, RANGES, 1)]


@pytest.mark.parametrize("seed", range(20))
def test_a_good_delivery_has_no_signs(seed: int):
    assert kinds(*waves(seed)) == []


@pytest.mark.parametrize("by", [-2, -1, 1, 3])
def test_shifted_rows_are_told_with_by_how_many(by: int):
    now, earlier = waves(1)
    moved = pd.DataFrame(np.roll(now, -by, axis=0), now.index, now.columns)
    assert signs(moved, earlier, ITEMS, RANGES, 1) == [Sign("shifted", "", value=by)]


def test_a_question_whose_rows_alone_are_shifted():
    now, earlier = waves(20, both=51)
    moved = now.copy()
    moved.iloc[:, :6] = np.roll(now.iloc[:, :6], -1, axis=0)
    assert signs(moved, earlier, ITEMS, RANGES, 1) == [Sign("shifted", "urgency", value=1)]


def test_rows_in_another_order_go_with_nothing_before():
    now, earlier = waves(2)
    mixed = now.sample(frac=1, random_state=1).set_axis(now.index)
    assert kinds(mixed, earlier) == [("unrelated", "", ())]
    one = mixed.assign(**{item: now[item] for item, q in ITEMS.items() if q == "yield"})
    assert kinds(one, earlier) == [("unrelated", "urgency", ())]


def test_a_question_whose_items_do_not_go_together_need_not_go_with_the_earlier_wave():
    now, earlier = waves(8)
    chance = np.random.default_rng(1).integers(0, 5, (51, 6)).astype(float)
    loose = now.assign(**{f"urgency_{n}": chance[:, n] for n in range(6)})
    assert kinds(loose, earlier) == []


def test_a_reversed_item_and_a_reversed_question():
    now, earlier = waves(3)
    one = now.assign(urgency_2=4 - now["urgency_2"])
    assert kinds(one, earlier) == [("reversed", "urgency", ("urgency_2",))]
    every = now.assign(**{item: 4 - now[item] for item, q in ITEMS.items() if q == "yield"})
    assert ("opposite", "yield", ()) in kinds(every, earlier)


def test_a_block_that_stands_twice():
    now, earlier = waves(4)
    twice = now.assign(**{item.replace("urgency", "yield"): now[item] for item, q in ITEMS.items() if q == "urgency"})
    told = kinds(twice, earlier)
    assert [items for kind, _, items in told if kind == "copied"] == [(f"urgency_{n}", f"yield_{n}") for n in range(6)]


def test_a_question_that_moved_an_item_that_is_constant_and_one_that_few_answered():
    now, earlier = waves(5)
    told = kinds(now.assign(urgency_1=3.0), earlier)
    assert ("constant", "urgency", ("urgency_1",)) in told
    high = now.assign(**{item: np.minimum(now[item] + 2, 4) for item, q in ITEMS.items() if q == "yield"})
    assert ("moved", "yield", ()) in kinds(high, earlier)
    few = now.assign(yield_0=now["yield_0"].where(np.arange(51) % 3 == 0))
    assert ("scarce", "yield", ("yield_0",)) in kinds(few, earlier)


def test_an_item_that_moved_alone_a_level_that_nobody_uses_and_an_item_that_is_gone():
    now, earlier = waves(9)
    low = now.assign(urgency_1=np.maximum(now["urgency_1"] - 2, 0))
    assert ("moved", "urgency", ("urgency_1",)) in kinds(low, earlier)
    merged = now.assign(**{item: now[item].replace(3, 4) for item, q in ITEMS.items() if q == "yield"})
    assert Sign("unused", "yield", value=3.0) in signs(merged, earlier, ITEMS, RANGES, 1)
    fewer = {item: q for item, q in ITEMS.items() if item != "yield_2"}
    assert Sign("dropped", "", ("yield_2",)) in signs(now, earlier, fewer, RANGES, 1)


def test_without_an_earlier_wave_only_the_wave_itself_is_looked_at():
    now, _ = waves(6)
    none = pd.DataFrame(index=pd.Index([], name="region"))
    assert kinds(now, none) == []
    table = agreements(now, none, ITEMS)
    assert table["with_earlier"].isna().all()
    assert table["with_rest"].notna().all()


def test_correlations_are_those_of_scipy():
    now, earlier = waves(7)
    table = agreements(now, earlier, ITEMS)
    both = earlier.index
    for item in ITEMS:
        assert table.loc[item, "with_earlier"] == pytest.approx(
            spearmanr(now.loc[both, item], earlier[item]).statistic, abs=1e-12
        )
    assert np.isnan(spearman(pd.Series(range(LEAST - 1)), pd.Series(range(LEAST - 1))))
    assert np.isnan(spearman(pd.Series([1.0] * 20), pd.Series(range(20))))
