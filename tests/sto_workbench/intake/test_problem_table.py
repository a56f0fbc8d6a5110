"""Problems of one kind are told together, and a file cannot speak to the terminal."""

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from sto_analysis.errors import UnknownCode
from sto_workbench.cli import main_group
from sto_workbench.intake.problem_table import grouped, problem_rows

pytestmark = pytest.mark.usefixtures("parsed_once")


def test_problems_that_differ_in_their_row_are_one_line():
    found = [UnknownCode("what", "todo", row=row, column="v", value="7") for row in range(1, 816)]
    rows = grouped(problem_rows([*found, UnknownCode("what", "todo", row=3, column="w", value="7")]))
    assert rows["row"].tolist() == ["1, 2, 3, 4, 5, 6, 7, 8 and 807 more", "3"]


@pytest.mark.parametrize("column", ["[/b] raar", "[link=x]y", ":smile:"])
def test_a_column_is_shown_as_it_is_called(copy: Path, monkeypatch: pytest.MonkeyPatch, column: str):
    monkeypatch.setenv("COLUMNS", "300")
    path = copy / "export.csv"
    pd.DataFrame({"regio": ["R01", "R02"], column: ["1", "2"]}).to_csv(path, index=False)
    runner = CliRunner()
    assert runner.invoke(main_group, ["new", "synthetic-2026", "--from", str(path)]).exit_code == 0
    wave = copy / "data" / "raw" / "synthetic-2026" / "wave.yaml"
    text = wave.read_text()
    wave.write_text(text[: text.index("drop:")])
    shown = runner.invoke(main_group, ["check", "synthetic-2026"])
    assert shown.exit_code == 1
    assert f"column {column}" in shown.output
