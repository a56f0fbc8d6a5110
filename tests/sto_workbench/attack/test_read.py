"""Numbers are read with the result that they are of, and with what they are rounded to."""

from pathlib import Path

import pytest

from sto_workbench.attack.read import half_step, read_release


def test_pages_tables_and_outputs_of_notebooks_give_their_numbers(tmp_path: Path):
    page = (
        '<meta name="sto-wave" content="2024"><data data-result="share.x.a.top" data-part="interval" value="0.1/0.25">'
    )
    (tmp_path / "a.html").write_text(page)
    (tmp_path / "b.ipynb").write_text(
        '{"cells": [{"outputs": [{"data": {"text/html": ["<data data-result=\\"share.x.b.top\\" value=\\"0.5\\">"]}}]}]}'  # noqa: E501
    )
    (tmp_path / "c.csv").write_text("row,result,part,value\nA,share.x.c.top,n,51.0\n")
    for folder in ("code", "twin"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "d.csv").write_text("id,value\nshare.x.d.top,0.3\n")
    release = read_release(tmp_path)
    found = {(number.result, number.part): (number.value, number.half) for number in release.numbers}
    assert found == {
        ("share.x.a.top", "low"): (0.1, 0.05), ("share.x.a.top", "high"): (0.25, 0.005),
        ("share.x.b.top", "value"): (0.5, 0.05), ("share.x.c.top", "n"): (51.0, 0.05),
    }  # fmt: skip
    assert release.wave == "2024"


@pytest.mark.parametrize(("text", "half"), [("12", 0.5), ("0.04", 0.005), ("1.5e-3", 0.00005)])
def test_a_number_is_known_to_half_of_its_last_digit(text: str, half: float):
    assert half_step(text) == pytest.approx(half)
