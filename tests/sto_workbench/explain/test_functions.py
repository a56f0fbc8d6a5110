"""The functions that a result comes from, held against the notebooks as they are."""

import json
from itertools import pairwise

import pytest

from sto_analysis import compendium
from sto_workbench.explain.functions import Called, functions
from sto_workbench.explain.statements import pieces

A, M = "sto_analysis.analysis", "sto_analysis.monitor"


def told(notebook: str, cell: str, table: str) -> list[Called]:
    return functions(pieces(compendium.notebook(notebook).read_bytes()), cell, table)


@pytest.mark.parametrize(
    ("place", "some", "none"),
    [
        (
            ("02_describe", "shares-table", "shares"),
            [f"{A}.shares.shares", f"{A}.shares.wilson", f"{A}.poststratification.poststratified",
             f"{M}.answers.in_band"],
            ["sto_analysis.report.page.Page.table", f"{A}.change.paired_change", f"{A}.shares.distribution"],
        ),
        (
            ("02_describe", "change", "changes"),
            [f"{A}.change.paired_change", f"{M}.measures.pairs", f"{M}.register.Panel.follow"],
            [f"{A}.shares.shares", f"{M}.measures.trend"],
        ),
        (
            ("03_model", "levels-result", "associations"),
            [f"{A}.family.association_table", f"{A}.pooled.associate_all", f"{A}.newton.Newton.run",
             f"{A}.permutation.max_t", f"{A}.power.minimum_detectable", f"{A}.standardised.share_table"],
            [f"{A}.pooled.associate", f"{M}.measures.measures"],
        ),
        (
            ("03_model", "levels-result", "levels"),
            [f"{A}.standardised.share_table"],
            [f"{A}.family.association_table", f"{A}.standardised.outer_levels"],
        ),
        (
            ("04_robustness", "tipping", "tipping"),
            [f"{A}.tipping.tipping_table", "sto_analysis.results.read_result"],
            [f"{A}.multiverse.specification_curve", "sto_analysis.report.sentences.causes.tipping_sentences"],
        ),
        (
            ("04_robustness", "curves", "multiverse"),
            [f"{A}.multiverse.specification_curve", f"{M}.specifications.specifications", f"{A}.links.Link"],
            [f"{A}.tipping.tipping_table"],
        ),
    ],
)  # fmt: skip
def test_a_result_comes_from_the_functions_that_its_cell_needs_and_no_others(
    place: tuple[str, str, str], some: list[str], none: list[str]
):
    names = [each.name for each in told(*place)]
    assert set(some) - set(names) == set()
    assert set(none) & set(names) == set()
    assert len(names) == len(set(names))


def test_the_functions_are_a_tree_with_the_place_of_each():
    calls = told("03_model", "levels-result", "associations")
    assert (calls[0].cell, calls[0].depth) == ("levels-result", 0)
    assert list(dict.fromkeys(each.cell for each in calls)) == [
        "levels-result", "detectable-effects", "fits", "variables", "data"
    ]  # fmt: skip
    for before, after in pairwise(calls):
        assert after.depth <= before.depth + 1
        assert before.cell == after.cell or after.depth == 0
    fits = next(each for each in calls if each.name == f"{A}.pooled.associate_all")
    assert (fits.cell, fits.depth, fits.file) == ("fits", 1, "sto_analysis/analysis/pooled.py")
    lines = (compendium.root() / "src" / fits.file).read_text().splitlines()
    assert lines[fits.line - 1].startswith("def associate_all(")


def test_what_notes_and_writes_is_named_where_a_cell_calls_it_and_not_followed():
    calls = told("02_describe", "shares-table", "shares")
    aside = [each for each in calls if each.name.startswith(("sto_analysis.results", "sto_analysis.provenance"))]
    assert [(each.name, each.depth) for each in aside] == [("sto_analysis.results.write_result", 0)]


def test_a_cell_that_calls_nothing_of_ours_has_no_functions():
    cell = {"cell_type": "code", "id": "a", "source": ["x = print(1)"]}
    assert functions(pieces(json.dumps({"cells": [cell]}).encode()), "a", "t") == []
    assert functions([], "a", "t") == []
