"""The released results as a Frictionless data package, and the checker's list of what was withheld, and why."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sto_analysis.inert import write_csv
from sto_analysis.results import WITHHELD
from sto_workbench.release.exhibits import Exhibit
from sto_workbench.release.facts import Facts
from sto_workbench.release.stored import RELEASED
from sto_workbench.verify.sums import digest

CHECKS = ("wave", "exhibit", "results", "rule", "status", "what", "why")
"""Columns of checks.csv."""


def data_package(facts: Facts, folder: Path, tables: Sequence[str], schema: Path) -> bytes:
    """Describe the results of a release, after Frictionless Data Package 1.0.

    Parameters
    ----------
    facts : Facts
        Of the release.
    folder : Path
        With the CSV files.
    tables : sequence of str
        Their names.
    schema : Path
        docs/results.schema.json.
    """
    made = " SYNTHETIC answers: nothing in it is a finding." if facts.synthetic else ""
    told = {
        "profile": "data-package",
        "name": facts.name,
        "title": f"{'SYNTHETIC ' if facts.synthetic else ''}STO monitor {facts.wave}: released results",
        "description": f"Every number that was released; of what is withheld, that it is.{made}",
        "version": str(facts.number),
        "created": f"{facts.date}T12:00:00Z",
        "licenses": [{"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0"}],
        "resources": [_resource(folder / f"{name}.csv", schema) for name in tables],
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _resource(path: Path, schema: Path) -> dict[str, Any]:
    known = json.loads(schema.read_text(encoding="utf-8"))
    fields = [field for field in known["fields"] if field["name"] in RELEASED]
    return {
        "profile": "tabular-data-resource",
        "name": path.stem.replace("_", "-"),
        "path": path.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest(path)}",
        "schema": known | {"fields": fields},
    }


def checks(facts: Facts, exhibits: Sequence[Exhibit], tables: Mapping[str, pd.DataFrame]) -> bytes:
    """Write checks.csv: per exhibit and table of results how much is shown, and by which rule the rest is not.

    Parameters
    ----------
    facts : Facts
        What each rule withholds of which table.
    exhibits : sequence of Exhibit
        Of the public report.
    tables : mapping of str to DataFrame
        Released rows.
    """
    rows = [(facts.wave, *row) for row in _checked(facts, exhibits, tables)]
    return str(write_csv(pd.DataFrame(rows, columns=[*CHECKS]))).encode()


def _checked(
    facts: Facts, exhibits: Sequence[Exhibit], tables: Mapping[str, pd.DataFrame]
) -> Iterator[tuple[str, ...]]:
    named = {table for exhibit in exhibits for table in exhibit.tables}
    alone = [Exhibit("", "", (table,)) for table in tables if table not in named]
    for exhibit in [*exhibits, *alone]:
        for table in exhibit.tables:
            rules = [each for each in facts.withheld if each.table == table]
            status, what = _state(tables[table], bool(rules))
            shown = "results only" if not exhibit.name else exhibit.place or "not on the page"
            place = f"{exhibit.name} ({shown})" if exhibit.name else shown
            if not rules:
                yield place, table, "", status, what, ""
            for each in rules:
                by = f"{what}; rows or statistics by this rule: {each.count}"
                yield place, table, each.rule, status, by, facts.rules[each.rule]


def _state(rows: pd.DataFrame, part: bool) -> tuple[str, str]:
    """Whether a table is shown, or only part of its rows, and how much of these."""
    gone = int((rows["status"] == WITHHELD).sum())
    status = WITHHELD if gone == len(rows) else "partly withheld" if gone or part else "shown"
    return status, f"{len(rows) - gone} of {len(rows)} statistics shown"


def shown_share(tables: Mapping[str, pd.DataFrame]) -> tuple[int, int]:
    """How many statistics are shown, of how many there are."""
    whole = sum(len(rows) for rows in tables.values())
    return whole - sum(int((rows["status"] == WITHHELD).sum()) for rows in tables.values()), whole
