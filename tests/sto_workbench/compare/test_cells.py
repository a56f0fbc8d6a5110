"""Statements of a notebook that a table comes of, and no others."""

import ast
import json

import pytest

from sto_workbench.compare.cells import behind, pieces

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
