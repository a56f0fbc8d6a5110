"""What `sto new` and `sto check` print: a value of a file is shown, never obeyed."""

from pathlib import Path
from typing import Any

import click
import pandas as pd
from rich.console import Console
from rich.table import Table

from sto_analysis.errors import shown
from sto_analysis.monitor.item_column import TODO
from sto_workbench.intake.again import Again
from sto_workbench.intake.problem_table import grouped, problem_rows
from sto_workbench.intake.scaffold import Proposal

_MOST = 100
"""Kinds of problems of one cause that are printed."""


def print_proposal(wave: str, made: Proposal) -> None:
    """Print what a person should look at in a proposed wave.yaml, and how much of it is open."""
    rows = []
    for match in made.matches:
        if match.unsure or match.column == TODO:
            sure = [f"{match.confidence:.0f}%", match.wording] if match.confidence else ["", "no column found"]
            rows.append([match.item, match.column, *sure])
    if rows:
        _print("Look at", ("item", "column", "alike", "wording in the export"), rows)
    for notice in made.notices:
        click.echo(f"Note: {shown(notice)}")
    unsure, counted = sum(match.column == TODO for match in made.matches), len(made.matches)
    click.echo(f"{counted - unsure} of {counted} items found; {unsure} {'is' if unsure == 1 else 'are'} TODO.")
    known, named = made.rows
    rest = f" ({known} of {named} rows are in the frame)." if named else "."
    click.echo(f"Regions: {shown(made.region, 120)}{rest}")
    unknown = sum(reason == TODO for reason in made.drop.values())
    click.echo(f"{len(made.drop)} columns are dropped, of which {unknown} are TODO.")
    click.echo(f"Look at data/raw/{wave}/wave.yaml, then run: sto check {wave}")


def print_again(wave: str, made: Again) -> None:
    """Print what a second delivery changed, region by region, and what of the mapping no longer fits."""
    for region, rows in made.differences.groupby("region"):
        told = [
            f"{item} {before} → {after}" if item else after for _, item, before, after in rows.itertuples(index=False)
        ]
        click.echo(f"{region}: {shown('; '.join(told))}")
    regions = made.differences["region"].nunique()
    click.echo(
        f"{regions} {'region differs' if regions == 1 else 'regions differ'}; the first delivery stays as {made.kept}."
    )
    if made.problems:
        print_problems(problem_rows(made.problems))
    else:
        click.echo(f"The mapping fits. Run: sto run {wave}")


def print_problems(rows: pd.DataFrame) -> None:
    """Print problems grouped by cause; those that differ only in their row together."""
    for cause, group in rows.groupby("cause"):
        told = [name for name in ("value", "what", "expected", "todo") if group[name].any()]
        kinds = grouped(group)
        cells = [[_place(row), *(row[name] for name in told)] for row in kinds.head(_MOST).to_dict("records")]
        _print(f"{cause}: {len(group)}", ("place", *told), cells)
        if len(kinds) > _MOST:
            click.echo(f"... and {len(kinds) - _MOST} more; `--as csv` names all.")
    click.echo(f"{len(rows)} problem{'' if len(rows) == 1 else 's'}. Mend them and run this again.")


def _place(row: dict[Any, Any]) -> str:
    place = ", ".join(f"{name} {row[name]}" for name in ("sheet", "line", "row", "column") if row[name])
    return f"{'/'.join(Path(row['file']).parts[-2:])}: {place}" if row["file"] else place


def _print(title: str, heads: tuple[str, ...], rows: list[list[str]]) -> None:
    table = Table(*heads, title=title, title_justify="left")
    for row in rows:
        table.add_row(*map(shown, row))
    Console(markup=False, highlight=False, emoji=False).print(table)
