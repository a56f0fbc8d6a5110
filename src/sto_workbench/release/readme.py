"""README of a release, after the template of the social-science data editors: data, programs, exhibits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from sto_workbench.release.crate import title
from sto_workbench.release.exhibits import REPORT, Exhibit, programs
from sto_workbench.release.facts import Facts
from sto_workbench.release.package import shown_share

_TEXT = """# {title}

{mark}Version {number} of {date}, made at commit {commit} of the compendium by the rules “{preset}”.
{shown} of {whole} statistics are shown. What is not could tell how one person answered: each region has one respondent.

## Overview

    report/       the national report: HTML, PDF, Word, slides, data of its exhibits; executed notebooks
    results/      every released number: a CSV per table, datapackage.json (Frictionless)
    code/         the code at the commit; its tests stand in the repository
    twin/         a SYNTHETIC TWIN of the wave, and the numbers that the code makes of it
    checks.csv    per exhibit: rule, status, what and why
    disclosure.yaml, release.json, codecheck.yml, ro-crate-metadata.json, CITATION.cff, SHA256SUMS

The replicator should expect all of it to run in about {minutes} minutes.

## Data Availability and Provenance Statements

The answers are a questionnaire among the programme leaders of regional partnerships. {availability}
`data/codebook.yaml` has every question; `data/raw/published/` the figures that were published before.

### Statement about Rights

The authors have legitimate access to and permission to use the data. They may publish what stands in `results/`.

### Summary of Availability

Some data cannot be made publicly available: the answers. A synthetic twin stands in for them: as many regions, the same
questions, margins that were released, nothing else. No finding about the world follows from the twin.

### Dataset list

| Data file | Source | Provided |
|---|---|---|
| `data/raw/{wave}/` (answers, frame) | questionnaire, institute | {provided} |
| `twin/data/` | drawn from `results/` with seed {seed} | yes |
| `code/data/raw/published/` | slides of the institute | yes |
| `results/*.csv` | computed, passed disclosure control | yes |

## Computational requirements

### Software Requirements

Python 3.11 to 3.13; every package with version and hash in `code/requirements.lock`. PDF needs a browser (Chromium).

### Controlled Randomness

The twin has seed {seed}; it is run with {permutations} permutations and {simulations} simulations. The seed of every
released number stands in the column `seed`. Runs give the same numbers on every platform to nine digits.

### Memory, Runtime, Storage Requirements

2 cores, 2 GB of memory, minutes.

## Description of programs/code

`code/notebooks/01_clean` to `04_robustness` compute the results, `{report}` shows them and computes nothing;
`code/src/` holds what they import. `code/docs/method.md` has all formulas.

### License for Code

MIT (`code/LICENSE`); results and texts CC BY 4.0.

## Instructions to Replicators

    sto verify FOLDER                 checksums, environment, twin run again, report rendered again: a certificate
    sto verify FOLDER --data HOME     for whoever holds the answers: run and pass the gate again

By hand: `cp -r twin/data code/`, then `make run` in `code/`; compare with `twin/results.csv`.
Running a release runs its code. Look where it comes from.

## List of tables and programs

| Exhibit | Caption | Shown by | Results | Computed by |
|---|---|---|---|---|
{exhibits}

Results that no exhibit shows:

| Results | Computed by |
|---|---|
{others}

## What is withheld

| Results | Rule | Rows, or statistics of all rows | Why |
|---|---|---|---|
{withheld}

## Plan

What was to be computed, and what may leave, was declared in files of these hashes (SHA-256). A commit's date is what a
machine said; a time stamp (.tsr) is another's word: check it with `openssl ts -verify`.

| File | SHA-256 | Commit | Date | Tags | Time stamp |
|---|---|---|---|---|---|
{plan}

## References

Cite as in CITATION.cff. README after the template of the Social Science Data Editors, https://doi.org/10.5281/zenodo.4319999.
"""


def readme(facts: Facts, exhibits: Sequence[Exhibit], tables: Mapping[str, pd.DataFrame], folder: Path) -> bytes:
    """README.md of a release.

    Parameters
    ----------
    facts : Facts
        Of the release.
    exhibits : sequence of Exhibit
        Of the public report.
    tables : mapping of str to DataFrame
        Released rows.
    folder : Path
        Of the release.
    """
    shown, whole = shown_share(tables)
    provided = "twin only" if facts.synthetic else "no: confidential"
    made_up = "Here they are made up; the same rules are applied." if facts.synthetic else "They are confidential."
    text = _TEXT.format(
        **facts.model_dump(include={"number", "date", "commit", "preset", "wave"}),
        **facts.twin.model_dump(),
        title=title(facts),
        mark="**SYNTHETIC: nothing in it is a finding.** " if facts.synthetic else "",
        shown=shown,
        whole=whole,
        minutes=5,
        report=REPORT,
        provided=provided,
        availability=made_up,
        exhibits=_rows(_shown(exhibits, tables)),
        others=_rows(_others(exhibits, tables)),
        withheld=_rows((w.table, w.rule, w.count, facts.rules[w.rule]) for w in facts.withheld),
        plan=_rows(
            (p.file, p.sha256, p.commit, p.date, ", ".join(p.tags), _stamp(p.file) if p.stamped else "none")
            for p in facts.plan
        ),
    )
    return text.encode()


def _stamp(name: str) -> str:
    return f"plan/{Path(name).name}.tsr"


def _shown(exhibits: Sequence[Exhibit], tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[object, ...]]:
    for each in exhibits:
        made = dict.fromkeys(program for table in each.tables for program in programs(tables[table]))
        caption = each.caption or "not on the page: withheld, or nothing to show"
        yield f"{each.place} {each.name}", caption, f"{REPORT}, cell {each.cell}", _files(each.tables), "; ".join(made)


def _others(exhibits: Sequence[Exhibit], tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[object, ...]]:
    named = {table for each in exhibits for table in each.tables}
    for table, rows in tables.items():
        if table not in named:
            yield _files([table]), "; ".join(programs(rows))


def _files(tables: Sequence[str]) -> str:
    return ", ".join(f"results/{table}.csv" for table in tables)


def _rows(rows: Iterable[tuple[object, ...]]) -> str:
    """Rows of a table in Markdown, in which no text is markup."""
    cells = ([str(cell).replace("\n", " ") for cell in row] for row in rows)
    return "\n".join("| " + " | ".join(map(_inert, row)) + " |" for row in cells) or "| none |"


def _inert(cell: str) -> str:
    return cell.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("[", "\\[").replace("`", "\\`")
