"""Statements of a notebook that a table of results needs, and no others."""

import ast

import pytest

from sto_workbench.explain.slicing import leading_to


def told(cells: dict[str, str], table: str = "t", cell: str = "last") -> list[str]:
    return [ast.unparse(line.node) for line in leading_to(list(cells.items()), cell, table)]


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
        ("x, y = 1, 2", ["x, y = (1, 2)"]),
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


def test_a_cell_that_is_not_there_or_is_no_python_has_no_statements():
    assert told({"first": "x = 1"}) == []
    assert told({"first": "x = 1", "last": "%matplotlib inline"}) == []
    assert told({"first": "!ls", "second": "x = 1", "last": "write_result(x, w, 't')"})[0] == "x = 1"
