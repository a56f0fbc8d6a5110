"""Statements of a notebook that a table comes of, and no others."""

import ast
import json

import pytest

from sto_workbench.explain.statements import behind, pieces, source

CELLS = {
    "parameters": "wave: str = 'x'\nseed: int = 1\nalpha: float = 0.05",
    "data": "answers, regions = read_answers(wave), read_regions(wave)",
    "one": "table = [x for seed in answers]\ntable['more'] = 1\nwrite_result(table, wave, 'one')",
    "shown": "page.table('one', table)\nother = 3",
    "two": "other = f(regions, seed)\nother.add(2)\nwrite_result(other, wave, 'two')",
}


def notebook(cells: dict[str, str]) -> bytes:
    found = [
        {"cell_type": "code", "id": name, "source": [source], "metadata": {"tags": [name]}}
        for name, source in cells.items()
    ]
    return json.dumps({"cells": [{"cell_type": "markdown", "id": "m", "source": "# x"}, *found]}).encode()


def said(table: str, cell: str = "") -> list[str]:
    return [ast.unparse(piece.node) for piece in behind(pieces(notebook(CELLS)), table, cell)]


def test_only_what_a_table_needs_is_behind_it():
    assert said("one") == [
        "write_result(table, wave, 'one')",
        "table['more'] = 1",
        "table = [x for seed in answers]",
        "answers = read_answers(wave)",
        "wave: str = 'x'",
    ]
    assert said("two") == [
        "write_result(other, wave, 'two')",
        "other.add(2)",
        "other = f(regions, seed)",
        "regions = read_regions(wave)",
        "seed: int = 1",
        "wave: str = 'x'",
    ]


def test_parameters_are_known_as_such():
    assert {name for piece in pieces(notebook(CELLS)) if piece.parameter for name in piece.binds} == {
        "wave",
        "seed",
        "alpha",
    }


def test_where_no_statement_names_the_table_its_cell_counts_or_everything():
    assert said("gone", "shown")[0] == "other = 3"
    assert len(said("gone")) == len(pieces(notebook(CELLS)))
    assert [text for text in said("") if "write_" in text] == [
        "write_result(other, wave, 'two')",
        "write_result(table, wave, 'one')",
    ]


@pytest.mark.parametrize("content", [None, b"", b"[]", b'{"cells": [1]}', b'{"cells": [{"cell_type": "code"}]}'])
def test_what_is_no_notebook_has_no_statements(content: bytes | None):
    assert pieces(content) == []


def test_a_cell_that_is_no_python_is_passed_over():
    assert [piece.cell for piece in pieces(notebook({"a": "%magic", "b": "x = 1"}))] == ["b"]


def told(cells: dict[str, str], table: str = "t", cell: str = "last") -> list[str]:
    return [ast.unparse(piece.node) for piece in behind(pieces(notebook(cells)), table, cell)][::-1]


@pytest.mark.parametrize(
    ("before", "needed"),
    [
        ("a = 1\nb = 2\nx = a", ["a = 1", "x = a"]),
        ("x = 1\nx = 2", ["x = 2"]),
        ("x = 1\nx += 2", ["x = 1", "x += 2"]),
        ("x = {}\nx['a'] = 1\ny = x", ["x = {}", "x['a'] = 1"]),
        ("x = f()\nx.a.b = 1", ["x = f()", "x.a.b = 1"]),
        ("x = []\nx.append(1)\ny = []\ny.append(2)", ["x = []", "x.append(1)"]),
        ("import m\nx = []\nm.shuffle(x)\nm.seed(1)", ["import m", "x = []", "m.shuffle(x)"]),
        ("page = P()\nx = 1\npage.table('t', x)", ["x = 1"]),
        ("n = 1\nz = 3\nx = [n for z in range(2)]", ["n = 1", "x = [n for z in range(2)]"]),
        ("if a:\n    x = 1", ["if a:\n    x = 1"]),
        ("x = 0\nfor i in r:\n    x = i", ["x = 0", "for i in r:\n    x = i"]),
        ("x, y = 1, 2", ["x = 1"]),
        ("with f() as x:\n    pass", ["with f() as x:\n    pass"]),
        ("x = 1\ndel x['a']", ["x = 1", "del x['a']"]),
    ],
)
def test_what_a_variable_is_made_of(before: str, needed: list[str]):
    write = "write_result(x, wave, 't')"
    assert told({"first": before, "last": write}) == [*needed, write]
    assert told({"last": f"{before}\n{write}\nx = 9\n"}) == [*needed, write]


def test_of_two_tables_of_a_cell_each_has_its_own_statements():
    cell = "p = 1\nq = 2\na = results.write_result(p, wave, 'a')\nwrite_result(q, wave, name='b')"
    assert told({"last": cell}, "a") == ["p = 1", "a = results.write_result(p, wave, 'a')"]
    assert told({"last": cell}, "b") == ["q = 2", "write_result(q, wave, name='b')"]


def test_where_no_statement_names_the_table_all_of_the_cell_counts():
    assert told({"first": "p = 1\nr = 2", "last": "for t in p:\n    save(t)\nshow(p)"}) == [
        "p = 1",
        "for t in p:\n    save(t)",
        "show(p)",
    ]


def test_the_code_of_a_cell_is_known_by_its_id():
    assert source(notebook(CELLS), "shown") == CELLS["shown"]
    assert source(notebook(CELLS), "gone") == source(None, "shown") == ""
