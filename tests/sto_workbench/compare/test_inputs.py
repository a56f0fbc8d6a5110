"""Inputs are compared key by key and cell by cell."""

import io

import pandas as pd

from sto_workbench.compare.inputs import Cause, answers, contexts, settings, texts

NAME = "data/codebook.yaml"


def _parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    return buffer.getvalue()


def _table(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame(columns, index=pd.Index(["R1", "R2", "R3"], name="region"))


def test_keys_of_yaml_are_named_and_parts_of_lists_go_by_their_id():
    before = b"a: {b: 1, c: [1, 2]}\nlevels:\n- {id: x, code: 1}\n- {id: y, code: 2}\n"
    after = b"# said\nlevels:\n- {id: y, code: 3}\n- {id: x, code: 1}\na: {b: 1, c: [1, 3], d: 4}\n"
    assert settings(NAME, before, after) == [
        Cause("setting", NAME, "a.c", "1, 2", "1, 3"),
        Cause("setting", NAME, "levels.y.code", "2", "3"),
        Cause("setting", NAME, "a.d", "–", "4"),
    ]


def test_rows_of_a_csv_go_by_the_columns_that_tell_them_apart():
    before, after = b"kind,id,x\nreal,R1,1\nreal,R2,2\n", b"kind,id,x\nreal,R2,2\nreal,R3,3\nreal,R1,9\n"
    found = {cause.what: (cause.before, cause.after) for cause in settings("data/regions.csv", before, after)}
    assert found["real R1.x"] == ("1", "9")
    assert found["real R3.x"] == ("–", "3")
    assert "real R2.x" not in found


def test_what_cannot_be_read_differs_as_a_file():
    for content in (b"a: *x", b"a: !t 1", b"\xff", b"a: [", b"[" * 9000):
        assert settings(NAME, b"a: 1", content) == [Cause("file", NAME)]
    assert texts(None) == texts(b"a: [") == {}
    assert texts(b"a: {b: c}") == {"a.b": "c"}


def test_answers_are_compared_by_region_and_item():
    old = _table(q=pd.Categorical(["a", None, "b"], ["a", "b"], ordered=True), r=["x", "y", "z"])
    new = old.rename(index={"R3": "R4"}).iloc[::-1].assign(q=pd.Categorical(["a", "b", "b"], ["a", "b"], ordered=True))
    assert answers("w", _parquet(old), _parquet(new)) == [
        Cause("came", "w", "R4"),
        Cause("left", "w", "R3"),
        Cause("answers", "w", "q", cells=(("R1", "a", "b"), ("R2", "", "b"))),
    ]


def test_nothing_but_another_order_is_said_as_such():
    old = _table(q=["a", "b", "c"])
    assert answers("w", _parquet(old), _parquet(old.iloc[::-1])) == [Cause("order", "w")]
    assert answers("w", _parquet(old), _parquet(old)) == []


def test_contexts_are_compared_without_names_and_who_answered():
    old = _table(name=["a", "b", "c"], answered=[True, True, False], size=[1.0, 2.0, float("nan")])
    new = old.assign(name="x", answered=False, size=[1.0, 3.0, 4.0])
    assert contexts("w", _parquet(old), _parquet(new)) == [
        Cause("context", "w", "size", cells=(("R2", "2", "3"), ("R3", "", "4"))),
    ]
    assert [cause.kind for cause in contexts("w", _parquet(old), _parquet(old.iloc[:2]))] == ["not_asked"]
    assert [cause.kind for cause in contexts("w", _parquet(old.iloc[:2]), _parquet(old))] == ["asked"]
