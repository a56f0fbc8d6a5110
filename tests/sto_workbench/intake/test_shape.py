"""A long or a turned sheet is one named problem, in `sto new` and in `sto check`, and nothing is written."""

from pathlib import Path

import pandas as pd
import pytest

from sto_analysis.errors import Problems
from sto_analysis.monitor.codebook import read_codebook
from sto_workbench.intake.arrive import new_wave
from sto_workbench.intake.clean import clean_wave

WAVE = "synthetic-2024"


def _wide(spoken: str) -> pd.DataFrame:
    items = read_codebook().items
    asked = {"wording": lambda item: item.wording, "leaf": lambda item: f"{item.id}. {item.nl}", "id": lambda i: i.id}
    columns = [asked[spoken](item) for item in items.values()]
    rows = [[str(1 + (row + place) % 4) for place in range(len(columns))] for row in range(6)]
    return pd.DataFrame(rows, columns=columns, index=pd.Index([f"R0{row + 1}" for row in range(6)], name="regio"))


@pytest.mark.parametrize("spoken", ["wording", "leaf", "id"])
@pytest.mark.parametrize("shape", ["long", "transposed"])
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@pytest.mark.usefixtures("parsed_once")
def test_a_sheet_of_another_shape_is_told_once(copy: Path, spoken: str, shape: str, ending: str):
    wide = _wide(spoken)
    long = wide.reset_index().melt("regio", var_name="vraag", value_name="antwoord")
    table = long if shape == "long" else wide.T.rename_axis("vraag").reset_index()
    path = copy / f"delivered{ending}"
    table.to_csv(path, sep=";", index=False) if ending == ".csv" else table.to_excel(path, index=False)
    with pytest.raises(Problems) as found:
        new_wave("synthetic-2030", path)
    assert [(problem.name, problem.column) for problem in found.value.problems] == [(f"shape.{shape}", "vraag")]
    assert not (copy / "data" / "raw" / "synthetic-2030").exists()


@pytest.mark.usefixtures("parsed_once")
def test_a_wave_that_is_delivered_in_another_shape_has_one_problem_of_columns(copy: Path):
    folder = copy / "data" / "raw" / WAVE
    path = folder / f"{WAVE}.csv"
    _wide("wording").T.rename_axis("vraag").reset_index().to_csv(path, sep=";", index=False)
    described = folder / "wave.yaml"
    text = described.read_text(encoding="utf-8")
    described.write_text(text.replace(f"file: {WAVE}.sav", f"file: {path.name}"), encoding="utf-8")
    with pytest.raises(Problems) as found:
        clean_wave(WAVE)
    assert [problem.name for problem in found.value.problems] == ["shape.transposed"]
