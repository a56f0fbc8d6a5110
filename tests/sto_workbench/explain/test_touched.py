"""Rows of the cleaning log are those of the answers that a result counts."""

import pytest

from sto_analysis.monitor.codebook import Codebook
from sto_workbench.explain.result import Results
from sto_workbench.explain.touched import items
from tests.sto_workbench.explain.conftest import EARLIER, WAVE


def rows(store: Results, asked: str) -> list[tuple[str, str]]:
    (place,) = store.find([asked])
    return [(row["wave"], row["region"]) for row in store.tell(*place)["cleaning"]]


@pytest.mark.parametrize(
    ("asked", "touched"),
    [
        ("share.urgency.teachers.top", [(WAVE, "R01"), (WAVE, "R05")]),
        ("share.yield.image.low", [(WAVE, "R03"), (WAVE, "R05")]),
        ("share.index.index_many", [(WAVE, "R04"), (WAVE, "R05")]),
        ("odds_ratio.communication", [(WAVE, "R03"), (WAVE, "R04"), (WAVE, "R05")]),
        ("odds_ratio.commitment", [(WAVE, "R03"), (WAVE, "R05")]),
        ("difference.urgency.teachers.synthetic-2021", [(EARLIER, "R01"), (WAVE, "R01"), (WAVE, "R05")]),
        ("critical.associations", [(WAVE, "R03"), (WAVE, "R04"), (WAVE, "R05")]),
        ("population.shares", [(WAVE, "R01"), (WAVE, "R03"), (WAVE, "R04"), (WAVE, "R05")]),
    ],
)
def test_changes_are_those_of_the_items_behind_a_result_and_of_whole_rows(
    store: Results, asked: str, touched: list[tuple[str, str]]
):
    assert rows(store, asked) == touched


@pytest.mark.parametrize(
    ("result", "labels", "found"),
    [
        ("share.urgency.image.2", '{"question": "urgency", "concept": "image", "position": 2}', ["urgency_image"]),
        ("share.borging_active.borging_active.1", '{"question": "borging_active", "concept": "borging_active"}',
         ["borging_active"]),
        ("share.frame.commitment.0", '{"concept": "commitment", "position": 0}', []),
        ("answering.response.commitment", '{"variable": "commitment"}', []),
        ("gap.teachers", '{"concept": "teachers"}', ["urgency_teachers", "yield_teachers"]),
        ("share.attention.monitoring.top", '{"measure": "attention", "concept": "monitoring"}',
         ["attention_monitoring"]),
        ("share.borging.communication.1999", '{"measure": "borging", "concept": "communication", "in_wave": "1999"}',
         ["borging_communication"]),
    ],
)  # fmt: skip
def test_the_items_behind_a_result_follow_from_its_labels(
    store: Results, codebook: Codebook, result: str, labels: str, found: list[str]
):
    row = {"id": result, "table": "x", "labels": labels, "wave": WAVE, "read": ""}
    assert items(row, store.store, codebook) == found


def test_an_index_in_a_model_counts_all_forms_and_all_yields(store: Results, codebook: Codebook):
    row = {"id": "odds_ratio.borging_index.top", "table": "x", "labels": '{"exposure": "borging_index"}'}
    named = items(row, store.store, codebook)
    assert set(named) == {*codebook.asked("yield").values(), *codebook.asked("borging").values()}
    row = {"id": "visible.planning.context.51", "table": "x", "labels": '{"family": "context", "answers": 51}'}
    assert items(row, store.store, codebook) == list(codebook.asked("yield").values())
