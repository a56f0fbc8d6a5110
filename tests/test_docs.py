"""What the docs say about results is what the results say."""

import re
from pathlib import Path

import pandas as pd

from sto_workbench.synthetic.calibration import SCENARIOS

DOCS = Path(__file__).parents[1] / "docs"


def test_the_table_of_error_rates_is_that_of_its_csv_and_within_bounds():
    table = pd.read_csv(DOCS / "calibration.csv")
    lines = [
        line for line in (DOCS / "calibration.md").read_text().splitlines() if re.match(r"\| .* \| (51|78) \|", line)
    ]
    assert len(lines) == len(table) == len(SCENARIOS)
    for line, row in zip(lines, table.to_dict("records"), strict=True):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        names = ("family-wise error", "coverage", "power", "another form flagged", "separated")
        shown = ["" if pd.isna(row[n]) else f"{row[n]:.3f} ({row[f'{n} (MC se)']:.3f})" for n in names]
        assert cells[3:] == shown
    assert (table["waves"] >= 2000).all()
    assert (table["family-wise error"].dropna() <= 0.06).all()
    assert table["coverage"].between(0.93, 0.97).all()
    assert table.loc[table["scenario"] == "detectable effect", "power"].between(0.78, 0.86).tolist() == [True, True]
