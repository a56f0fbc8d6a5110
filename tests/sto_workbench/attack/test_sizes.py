"""Tables of models state how many regions they compare: small groups of them are found, others are not."""

import pytest

from sto_analysis.monitor.codebook import read_codebook
from sto_workbench.attack.read import Number, Release
from sto_workbench.attack.sizes import stated

Rows = dict[tuple[str, str], float]
CLEAN: Rows = {
    ("share_low.line_organisation", "n"): 38, ("share_high.line_organisation", "n"): 13,
    ("odds_ratio.line_organisation", "n"): 51, ("share.commitment.0", "n"): 14, ("share.commitment.0", "value"): 0.49,
    ("share.krimp.1", "n"): 17, ("share.krimp.1", "value"): 1.0,
    ("answered.shares", "value"): 51, ("population.shares", "value"): 78, ("silent.response.krimp", "value"): 0.52,
}  # fmt: skip
SMALL: dict[str, tuple[Rows, str, int]] = {
    "a group": ({("share_high.line_organisation", "n"): 2}, "regions compared by share_high.line_organisation", 2),
    "the rest": ({("share_low.line_organisation", "n"): 49}, "regions left over by share_low.line_organisation", 2),
    "a level": ({("share.krimp.1", "n"): 3}, "regions compared by share.krimp.1", 3),
    "one that is silent": ({("answered.shares", "value"): 77}, "traits of silent regions by silent.response.krimp", 1),
    "who answered": ({("answered.shares", "value"): 3}, "traits of answering regions by silent.response.krimp", 3),
    "answers": ({("share.commitment.0", "value"): 0.99}, "other answers of share.commitment.0", 1),
}  # fmt: skip


def _found(rows: Rows) -> dict[str, int]:
    numbers = [
        Number(id_, part, value, 0.005 if part == "value" and id_.startswith("share") else 0.5, "2024", "a.csv")
        for (id_, part), value in rows.items()
    ]
    return {
        each.name: each.high for each in stated(Release("1", "2024", numbers, [], {}), read_codebook(), "commitment", 3)
    }


def test_groups_that_are_large_are_none():
    assert _found(CLEAN) == {}
    assert _found({("share_low.commitment", "n"): 14, ("share_high.commitment", "n"): 17}) == {}


@pytest.mark.parametrize("hole", SMALL)
def test_a_small_group_that_a_model_states_is_found(hole: str):
    more, name, count = SMALL[hole]
    assert _found(CLEAN | more)[f"2024: {name}"] == count
