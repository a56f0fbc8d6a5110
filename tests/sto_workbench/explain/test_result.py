"""Results are found by id and told whole."""

import json

import pytest

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_workbench.explain.result import Results, latest
from tests.sto_workbench.explain.conftest import WAVE

ID = "share.urgency.teachers.top"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["share.urgency.teachers.top"], [(ID, "value")]),
        ([f"{ID}:low", f"{ID}:n", ID, ID], [(ID, "low"), (ID, "n"), (ID, "value")]),
        (["share.yield.image.*"], [("share.yield.image.top", "value"), ("share.yield.image.low", "value")]),
        (["share.*.top:high"], [(ID, "high"), ("share.yield.image.top", "high")]),
        ([f"{ID}:interval"], [(ID, "interval")]),
        (["crit?cal.*"], [("critical.associations", "value")]),
    ],
)
def test_a_result_is_found_by_its_id_with_a_part_or_a_pattern(store: Results, asked: list[str], found: list[object]):
    assert [(store.tell(*each)["id"], each[1]) for each in store.find(asked)] == found


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("share.urgency.teacher.top", "Nearest: share.urgency.teachers.top"),
        ("share.urgency.teacher.top:low", "Nearest: share.urgency.teachers.top"),
        (f"{ID}:median", "no part 'median'. Take one of: value, low, high, n, interval"),
        ("nothing.like.it.*", "'nothing.like.it.*'"),
        ("\x1b[31mred", r"\\x1b\[31mred"),
        ("", "sto explain '\\*'"),
    ],
)
def test_what_is_not_there_is_an_error_that_names_the_nearest(store: Results, asked: str, told: str):
    with pytest.raises(Problems, match=told.replace("*", ".") if "nothing" in told else told) as found:
        store.find([ID, asked])
    assert len(found.value.problems) == 1
    assert str(found.value).isprintable() or "\x1b" not in str(found.value)


def test_a_result_is_told_with_its_numbers_in_full_and_as_published(store: Results):
    told = store.tell(*store.find([f"{ID}:low"])[0])
    names = ("id", "part", "wave", "table", "statistic", "unit", "method", "synthetic")
    expected = (ID, "low", WAVE, "shares", "share", "share", "wilson", True)
    assert tuple(told[name] for name in names) == expected
    assert [told[part] for part in ("value", "low", "high", "n", "precision")] == [0.8823529412, 0.82, 0.925, 51, 0.01]
    assert told["published"] == {"value": "88%", "low": "82%", "high": "93%", "n": "51"}
    assert told["labels"] == {"measure": "urgency", "concept": "teachers", "weighted_by": "commitment"}
    assert (told["notebook"], told["page"], told["functions"]) == ("", "", [])
    assert [row["region"] for row in told["cleaning"]] == ["R01", "R05"]


def test_what_is_missing_infinite_a_text_or_not_estimated_is_told_too(store: Results):
    tell = {each["id"]: each for each in (store.tell(*place) for place in store.find(["*"]))}
    assert json.loads(json.dumps(list(tell.values()), allow_nan=False)) == list(tell.values())
    moved = tell["difference.urgency.teachers.synthetic-2021"]
    assert (moved["high"], moved["published"]["high"], moved["published"]["low"]) == (
        "inf",
        "–",
        "−0.1 percentage points",
    )
    assert tell["p.urgency.teachers.synthetic-2021"]["published"]["value"] == "<0.001"
    assert (tell["computed.urgency_earlier.teachers"]["value"], tell["computed.urgency_earlier.teachers"]["text"]) == (
        None, "57%",
    )  # fmt: skip
    assert tell["computed.urgency_earlier.teachers"]["published"]["value"] == "57%"
    ridge = tell["odds_ratio.commitment"]
    assert (ridge["value"], ridge["status"], ridge["reason"], ridge["seed"]) == (None, "ridge", "too few", 7)
    assert tell["seed.associations"]["published"]["value"] == "7"


def test_a_wave_without_results_says_what_to_run(store: Results):
    assert latest() == WAVE
    with pytest.raises(Problems, match=r"no results of 'synthetic-2021'. Run `sto run synthetic-2021`"):
        Results("synthetic-2021")
    with pytest.raises(Problems, match="Choose one of: synthetic-2021, synthetic-2024"):
        Results("1999")
    for path in compendium.results(WAVE).glob("*"):
        path.unlink()
    with pytest.raises(Problems, match="Run `sto run`"):
        latest()


def test_the_results_of_a_single_region_are_found_too_with_its_own_changes(store: Results):
    rows = store.store[store.store["table"] == "shares"].head(1).drop(columns="inputs")
    told = rows.assign(id="forms.own.R03", table="own.R03", statistic="forms", labels='{"region": "R03"}', unit="count")
    told.to_parquet(compendium.results(WAVE) / "own.R03.parquet", index=False)
    (place,) = Results(WAVE).find(["forms.own.*"])
    own = Results(WAVE).tell(*place)
    assert (own["table"], own["inputs"], [row["region"] for row in own["cleaning"]]) == ("own.R03", None, ["R03"])
