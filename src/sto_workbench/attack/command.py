"""`sto attack`."""

import json
import sys
from pathlib import Path

import click


@click.command("attack")
@click.argument("releases", nargs=-1, required=True, metavar="RELEASE...", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--knows", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV of the answers of one region (columns item, answer, wave): what an insider knows.",
)  # fmt: skip
@click.option("--minimum", type=click.IntRange(1), help="Regions that a group must have more of; default: as released.")
@click.option(
    "--answers", is_flag=True, help="Judge by the answers here (confidential), and try every region as insider."
)
@click.option("--all", "all_of_them", is_flag=True, help="Tell of every group, not only of those that are found out.")
@click.option("--as", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def attack(
    releases: tuple[Path, ...], knows: Path | None, minimum: int | None, answers: bool, all_of_them: bool, form: str
) -> None:
    """Try to find out what RELEASE (folders or zips, earliest first) does not say; exit code 1 if it succeeds."""
    from sto_workbench.attack.asked import asked

    found = asked(releases, knows, minimum, judged=answers, everything=all_of_them)
    click.echo(json.dumps(found.rows(), indent=1) if form == "json" else "\n".join(found.lines()))
    sys.exit(1 if found.findings else 0)
