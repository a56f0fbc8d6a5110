"""What the docs say about results is what the results say."""

import re
from pathlib import Path

import pandas as pd
import pytest

from sto_workbench.synthetic.calibration import BOUNDS, SCENARIOS

DOCS = Path(__file__).parents[1] / "docs"


def _calibration() -> pd.DataFrame:
    return pd.read_csv(DOCS / "calibration.csv")


def test_the_tables_of_error_rates_are_those_of_their_csv_with_nothing_left_out():
    rates = _calibration().set_index(["scenario", "regions", "measure"]).sort_index()
    lines, shown, head = (DOCS / "calibration.md").read_text().splitlines(), [], []
    for cells in ([cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")):
        if cells[:3] == ["scenario", "regions", "waves"]:
            head = cells[3:]
            continue
        for measure, cell in zip(head, cells[3:], strict=True):
            if cell:
                key = (cells[0], int(cells[1]), measure)
                assert cell == f"{rates['rate'][key]:.3f} ({rates['MC se'][key]:.3f})", key
                shown.append(key)
        assert cells[2] == f"{rates.loc[(cells[0], int(cells[1])), 'waves'].max():,}"
    assert sorted(shown) == sorted(rates.index[rates["rate"].notna()])


def test_every_scenario_was_scored_and_what_is_promised_holds_within_two_monte_carlo_errors():
    table = _calibration()
    named = {(scenario.name, scenario.world.regions): scenario.promised for scenario in SCENARIOS}
    assert set(table.set_index(["scenario", "regions"]).index) == set(named)
    held = table.dropna(subset=["at least", "at most"], how="all")
    assert len(held) == sum(map(len, named.values()))
    for row in held.to_dict("records"):
        least, most = BOUNDS[row["measure"]]
        assert [row["at least"], row["at most"]] == pytest.approx([least, most], nan_ok=True)
        above = row["rate"] > row["at most"] + 2 * row["MC se"]
        assert not above and not row["rate"] < row["at least"] - 2 * row["MC se"], row


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
