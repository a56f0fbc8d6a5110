"""What the docs say about results is what the results say."""

import json
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
import yaml
from frictionless import Resource

from sto_analysis import compendium, results
from sto_analysis.report.language import Texts
from sto_workbench.explain.result import Results
from sto_workbench.explain.words import published
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


@pytest.mark.parametrize(
    "name", ["docs/glossary.md", "docs/decisions.md", "docs/results.md", "README.md", "CONTRIBUTING.md"]
)
def test_every_file_that_a_page_of_the_docs_names_exists(name: str):
    named = _files((DOCS.parent / name).read_text())
    assert named
    assert [file for file in named if not (DOCS.parent / file).exists()] == [], f"{name} names what is not there"


def _files(text: str) -> list[str]:
    """Files and folders of the repository that a text names; not patterns, nor what runs make."""
    named = [*re.findall(r"`([\w./-]+/[\w./-]*|[A-Z]+\.md)`", text), *re.findall(r"\]\(([\w./-]+)\)", text)]
    return [each for each in named if not each.startswith((".venv/", "reports/", "data/processed/"))]


RESULTS = (DOCS / "results.md").read_text()
FIELDS = json.loads((DOCS / "results.schema.json").read_text())["fields"]


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _told(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def id_rows() -> list[str]:
    """Of docs/results.md: tables, the ends of their ids, their statistics."""
    rows = []
    for name, table in yaml.safe_load(Path(results.__file__).with_suffix(".yaml").read_text())["tables"].items():
        ends = [table["row"]] if isinstance(table["row"], str) else [e for k, e in table["row"].items() if k != "by"]
        rows.append(_row(f"`{name}`", _told(ends), _told(table["statistics"]), _told(table.get("whole", {}))))
    return rows


def unit_rows() -> list[str]:
    """Of docs/results.md: units, and a number of each as reports print it."""
    texts, rows = Texts("en"), []
    for unit, step in results.units().items():
        value = 31.0 if unit == "count" else 0.31
        numbers = {"value": value, "low": math.nan, "high": math.nan, "n": math.nan}
        printed = published({"statistic": "x", "unit": unit, "text": "as it is", **numbers}, texts)["value"]
        rows.append(
            _row(f"`{unit}`", "" if step is None else step, printed if unit == "text" else f"{value:g}: {printed}")
        )
    return rows


def test_the_page_about_results_has_every_column_unit_and_table_as_they_are():
    lines = RESULTS.splitlines()
    wanted = [_row(f"`{field['name']}`", field["type"], field["description"]) for field in FIELDS]
    for rows in (wanted, unit_rows(), id_rows()):
        start = lines.index(rows[0]) if rows[0] in lines else 0
        assert lines[start : start + len(rows)] == rows, "docs/results.md should have:\n" + "\n".join(rows)
        assert lines[start - 1].startswith("|---")
        assert not lines[start + len(rows)].startswith("|")


def test_the_schema_of_results_has_the_columns_of_the_store_with_their_types():
    assert [field["name"] for field in FIELDS] == list(results.COLUMNS)
    numbers = {field["name"] for field in FIELDS if field["type"] == "number"}
    assert numbers == {*results.PARTS, "precision"}
    by_name = {field["name"]: field for field in FIELDS}
    units = results.units()
    assert by_name["unit"]["constraints"]["enum"] == list(units)
    steps = [float(each) for each in by_name["precision"]["constraints"]["enum"]]
    assert sorted(steps) == sorted({each for each in units.values() if each is not None})


def _wrong(folder: Path, text: str) -> list[str]:
    """What a table schema says of a CSV."""
    (folder / "table.csv").write_text(text, encoding="utf-8")
    schema = json.loads((DOCS / "results.schema.json").read_text())
    told = {"name": "x", "path": "table.csv", "type": "table", "encoding": "utf-8", "schema": schema}
    report = Resource.from_descriptor(told, basepath=str(folder)).validate()
    return [error.message for task in report.tasks for error in task.errors]


@pytest.mark.filterwarnings("ignore::DeprecationWarning:frictionless")
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("visible.planning.borging.51,", "Visible.planning.borging.51,"),
        ("visible.planning.borging.78,", "visible.planning.borging.51,"),
        (",difference,0.01,", ",percent,0.01,"),
        (",difference,0.01,", ",difference,0.02,"),
        (",0.1,", ",much,"),
        ("synthetic-2024", "made-up"),
        ('"{""family""', '"{family'),
        ("id,wave,", "wave,id,"),
    ],
)
def test_the_schema_of_results_takes_what_is_written_and_no_other(copy: Path, tmp_path: Path, right: str, wrong: str):
    table = pd.DataFrame(
        {"family": "borging", "answers": [51, 78], "visible": [0.1, math.inf], "chance": [0.5, math.nan]}
    )
    results.write_result(table.assign(excluded=0.2, relevant=0.2), "synthetic-2024", "planning")
    text = (compendium.results("synthetic-2024") / "planning.csv").read_text(encoding="utf-8")
    assert _wrong(tmp_path, text) == []
    assert right in text
    assert _wrong(tmp_path, text.replace(right, wrong, 1)) != []


@pytest.mark.whole
@pytest.mark.filterwarnings("ignore::DeprecationWarning:frictionless")
def test_all_results_of_a_run_are_as_the_schema_says_and_can_be_read_as_the_page_does(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("STO_ROOT", str(finished))
    monkeypatch.chdir(tmp_path)
    for path in sorted(compendium.results("synthetic-2024").glob("*.csv")):
        assert _wrong(tmp_path, path.read_text(encoding="utf-8")) == [], path.name
    known: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", RESULTS, flags=re.DOTALL):
        exec(code, known)
    assert known["store"]["id"].is_unique
    assert 0 < known["share"]["low"] < known["share"]["value"] < known["share"]["high"] < 1
    assert len(known["shares"]) < len(known["store"]) == len(pd.read_excel("results.xlsx", engine="openpyxl"))
    assert len(pyreadstat.read_sav("results.sav")[0]) == len(known["store"])


@pytest.mark.whole
def test_the_page_about_results_names_the_keys_of_an_explained_number(finished: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STO_ROOT", str(finished))
    told = Results("synthetic-2024").tell(0)
    named = set(
        re.findall(
            r"`([a-z_]+)`", RESULTS[RESULTS.index("## A number explained") : RESULTS.index("Functions are read")]
        )
    )
    assert set(told) - set(results.COLUMNS) <= named
    assert set(results.COLUMNS) - set(told) == {"read"}
    for key in ("functions", "files"):
        assert set(told[key][0]) <= named
