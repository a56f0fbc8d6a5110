"""What is withheld is empty; what is shown is rounded, over no edge."""

import json

import pandas as pd
import pyarrow as pa
import pytest

from sto_workbench.release.blank import WITHHELD, Shown, blanked, published, rowed

ROWS = [
    ("odds_ratio.image", "odds_ratio", 2.4432, 0.3, "ratio", "estimated", {"exposure": "image", "status": "estimated"}),
    ("odds_ratio.other", "odds_ratio", 1.0004, 0.9, "ratio", "ridge", {"exposure": "other", "status": "ridge", "x": 1}),
    ("p.image", "p", 0.04996, None, "p", "yes", {"exposure": "image", "tested": "yes"}),
    ("p.other", "p", 0.3, None, "p", "no", {"exposure": "other", "tested": "no"}),
]


def table() -> Shown:
    names = ["id", "statistic", "value", "low", "unit", "status", "labels"]
    rows = pd.DataFrame(ROWS, columns=names).assign(high=None, n=51.0, text=None, reason="so", read="x", table="pooled")
    rows["labels"] = [json.dumps(each) for each in rows["labels"]]
    return Shown(rows.astype({"low": float, "high": float}), {"odds_ratio": "float64", "n": "int64"}, pa.schema([]))


def test_rows_are_named_as_the_view_names_them():
    assert rowed("associations", table().rows)[:2] == ["associations:image", "associations:other"]


def test_a_withheld_row_tells_nothing_but_its_name():
    edges = {"p": (0.05,), "ratio": (1.0,)}
    rows = blanked("associations", table(), ["associations:other"], ["nothing"], edges).rows
    gone = rows[rows["id"].str.endswith("other")]
    assert gone[["value", "low", "high", "n", "text", "reason", "read"]].isna().all(axis=None)
    assert set(gone["status"]) == {WITHHELD}
    told = [json.loads(labels) for labels in gone["labels"]]
    assert told == [{"exposure": "other", "status": WITHHELD, "x": None}, {"exposure": "other", "tested": WITHHELD}]
    assert rows.loc[0, ["value", "n", "status"]].tolist() == [2.44, 51, "estimated"]


def test_a_withheld_statistic_is_empty_in_all_rows():
    rows = blanked("associations", table(), [], ["p"], {}).rows
    assert rows["value"].notna().tolist() == [True, True, False, False]
    assert rows["status"].tolist() == ["estimated", "ridge", WITHHELD, WITHHELD]


def test_a_row_that_is_shown_does_not_tell_the_state_of_a_withheld_statistic():
    labels = {"exposure": "image", "joint_status": "estimated", "joint_alias": "", "extremes": "ridge"}
    one, other = ({"id": f"{name}.image", "statistic": name} for name in ("joint_odds_ratio", "extreme"))
    rows = pd.DataFrame([one, other]).assign(value=1.5, low=1.0, high=2.0, n=51.0, unit="ratio", status="estimated")
    rows = rows.assign(text=None, reason="", read="x", labels=json.dumps(labels))
    found = blanked("robustness", Shown(rows, {}, pa.schema([])), [], ["filled", "extreme"], {}).rows
    assert [json.loads(each) for each in found["labels"]] == [labels | {"extremes": WITHHELD}] * 2
    assert found["status"].tolist() == ["estimated", WITHHELD]


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (0.31372549, "share", 0.31),
        (0.04996, "p", 0.04996),
        (0.05, "p", 0.05),
        (1.0004, "ratio", 1.0004),
        (0.00312, "ratio", 0.0031),
        (-0.2004, "difference", -0.2004),
        (-0.0001, "difference", -0.0001),
        (17.0, "count", 17.0),
        (float("inf"), "ratio", float("inf")),
    ],
)
def test_numbers_are_rounded_to_their_step_and_over_no_edge(value: float, unit: str, told: float):
    assert published(value, unit, {"p": (0.05,), "ratio": (1.0,), "difference": (0.0, 0.2, -0.2)}) == told
