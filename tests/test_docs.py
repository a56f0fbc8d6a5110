"""What the docs say about results is what the results say."""

import re
from pathlib import Path

import pandas as pd
import pytest

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


def test_every_term_of_the_glossary_is_listed_once_in_order_and_with_its_file():
    entries = re.split(r"^- ", (DOCS / "glossary.md").read_text(), flags=re.MULTILINE)[1:]
    terms = [re.match(r"\*\*(.+?)\*\*: ", entry)[1].casefold() for entry in entries]
    assert terms == sorted(set(terms))
    assert len(terms) > 80
    assert [term for term, entry in zip(terms, entries, strict=True) if not _files(entry)] == []


@pytest.mark.parametrize("name", ["docs/glossary.md", "docs/decisions.md", "README.md", "CONTRIBUTING.md"])
def test_every_file_that_a_page_of_the_docs_names_exists(name: str):
    named = _files((DOCS.parent / name).read_text())
    assert named
    assert [file for file in named if not (DOCS.parent / file).exists()] == [], f"{name} names what is not there"


def _files(text: str) -> list[str]:
    """Files and folders of the repository that a text names; not patterns, nor what runs make."""
    named = [*re.findall(r"`([\w./-]+/[\w./-]*|[A-Z]+\.md)`", text), *re.findall(r"\]\(([\w./-]+)\)", text)]
    return [each for each in named if not each.startswith((".venv/", "reports/", "data/processed/"))]
