"""What some code uses of ours: by names, annotations and assignments."""

import ast

import pytest

from sto_workbench.explain.modules import found
from sto_workbench.explain.reader import Reader, member

A, M = "sto_analysis.analysis", "sto_analysis.monitor"


@pytest.mark.parametrize(
    ("imported", "code", "used"),
    [
        ({"f": f"{A}.shares.shares"}, "x = f(1, 2)", ["shares.shares"]),
        ({"f": f"{A}.shares.shares"}, "x = map(f, y)", ["shares.shares"]),
        ({"m": f"{A}.shares"}, "x = m.shares(m.wilson)", ["shares.shares", "shares.wilson"]),
        ({"pd": "pandas"}, "x = pd.concat(y)", []),
        ({"f": f"{A}.shares.shares"}, "f = 1\nx = f(2)", []),
        ({"f": f"{A}.shares.shares"}, "x = [f for f in y]", []),
        ({"f": f"{A}.shares.shares"}, "raise f(1)", []),
        ({"f": f"{A}.shares.shares"}, "x = [f(y) for y in z if f]", ["shares.shares", "shares.shares"]),
        ({"r": f"{M}.codebook.read_codebook"}, "x = r().asked('a')", ["read_codebook", "Codebook.asked"]),
        ({"r": f"{M}.codebook.read_codebook"}, "c, d = r(), 1\nx = c.asked(d)", ["read_codebook", "Codebook.asked"]),
        ({"c": f"{M}.wave.chain"}, "a, *b = c('x')\ny = [e.synthetic for e in b]", ["wave.chain", "Wave.synthetic"]),
        ({"P": "sto_analysis.report.page.Page"}, "c = P('x').context.codebook\nc.items", ["Page", "Codebook.items"]),
        ({"L": f"{A}.links.LINKS"}, "x = L", ["links.Link", "links.Link"]),
    ],
)
def test_functions_and_classes_that_code_uses(imported: dict[str, str], code: str, used: list[str]):
    reader = Reader(imported)
    reader.run(ast.parse(code))
    names = [thing.qualified for thing in reader.taken()]
    for name in used:
        assert any(got.endswith(name) for got in names), (name, names)
    assert len([name for name in names if not name.startswith(f"{A}.links._")]) == len(used), names


def test_a_function_is_read_with_what_its_annotations_say():
    reader = Reader({}, f"{M}.answers")
    reader.enter(found(f"{M}.answers.in_band"))
    assert f"{M}.codebook.Codebook.asked" in [thing.qualified for thing in reader.taken()]
    assert reader.taken() == []


def test_a_method_is_found_in_the_class_that_it_comes_from():
    aspect = found(f"{M}.codebook.Topic")
    assert member(aspect, "kind").qualified == f"{M}.codebook.Topic.kind"
    assert member(aspect, "label").qualified == f"{M}.scales.Labelled.label"
    assert member(aspect, "gone") is None
    assert member(found(f"{M}.codebook.read_codebook"), "x") is None
