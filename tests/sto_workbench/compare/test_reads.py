"""Which cells a result can come of; that this holds for what notebook 02 really does: test_causes.py."""

import json

from sto_workbench.compare.inputs import Cause
from sto_workbench.compare.reads import EVERYTHING, comes_of, overlap, patterns, touches

CELL = Cause("answers", "w", "urgency_teachers", cells=(("R1", "a", "b"),))


def _read(table: str, statistic: str, **labels: str) -> tuple[str, ...]:
    return patterns(table, statistic, json.dumps(labels), "w")


def test_a_share_comes_of_its_own_item_and_a_weighted_one_of_the_context_too():
    read = _read("shares", "share", measure="urgency", concept="teachers")
    assert read == ("w:urgency_teachers",)
    assert comes_of(CELL, read)
    assert not comes_of(Cause("answers", "v", "urgency_teachers"), read)
    assert not comes_of(Cause("answers", "w", "yield_teachers"), read)
    assert not comes_of(Cause("context", "w", "size"), read)
    assert comes_of(Cause("context", "w", "size"), _read("shares", "weighted", measure="urgency", concept="teachers"))


def test_a_change_comes_of_both_waves():
    read = _read("changes", "difference", item="teachers", since="v")
    assert read == ("w:urgency_teachers", "v:urgency_teachers")
    assert _read("changes", "p_holm", item="teachers", since="v") == EVERYTHING


def test_a_region_that_came_touches_all_of_its_wave():
    assert comes_of(Cause("came", "w", "R1"), ("w:urgency_teachers",))
    assert not comes_of(Cause("came", "v", "R1"), ("w:urgency_teachers",))
    assert comes_of(Cause("function", "a.py", "f"), ("w:urgency_teachers",))


def test_what_is_not_declared_reads_everything():
    assert _read("nothing", "x") == _read("shares", "share", measure="new") == EVERYTHING
    assert patterns("shares", "share", "no json", "w") == EVERYTHING
    assert comes_of(CELL, EVERYTHING)
    assert comes_of(Cause("context", "w", "size"), EVERYTHING)


def test_a_setting_about_one_item_touches_results_of_that_item_only():
    read = ("w:urgency_teachers",)
    assert overlap(("urgency*",), read)
    assert overlap((), read)
    assert not overlap(("yield*",), read)
    assert not touches(Cause("setting", "f", "scales.yield"), ("yield*",), read)
    assert overlap(("yield*",), EVERYTHING)
