"""`sto`: one thin command per verb."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from sto_analysis import compendium
from sto_analysis.errors import StoError

WRONG_INPUT = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sto-analysis")
def main_group() -> None:
    """Run the analysis compendium of the STO monitor."""


@main_group.command()
@click.argument("wave", required=False)
@click.option("--region", "regions", multiple=True, metavar="ID", help="Only this region's report; repeat for more.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    type=click.Choice(["nl", "en"]),
    help="Of all reports; default: both, and Dutch only for the regions.",
)
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count() or 1, show_default="cores")
@click.option("-p", "given", nargs=2, multiple=True, metavar="NAME VALUE", help="A parameter of the notebooks.")
def run(
    wave: str | None,
    regions: tuple[str, ...],
    languages: tuple[Any, ...],
    workers: int,
    given: tuple[tuple[str, str], ...],
) -> None:
    """Clean, describe, model and report WAVE (default: the latest waves) and the published figures."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from sto_analysis.pipeline.batch import NOT_RUN
    from sto_analysis.pipeline.batch import run as run_jobs
    from sto_analysis.pipeline.execute import Outcome
    from sto_analysis.pipeline.plan import latest_waves, plan
    from sto_analysis.pipeline.site import write_index

    jobs = plan([wave] if wave else latest_waves(), regions, languages, list(given))
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("notebooks", total=len(jobs))

        def done(outcome: Outcome) -> None:
            progress.advance(task)
            if outcome.failure and not outcome.failure.startswith(NOT_RUN):
                progress.console.print(f"failed: {outcome.key}", style="red", highlight=False)

        outcomes = run_jobs(jobs, workers, done)
    index = write_index(outcomes)
    failed = [outcome for outcome in outcomes if outcome.failure]
    causes = [outcome for outcome in failed if not str(outcome.failure).startswith(NOT_RUN)]
    for outcome in causes:
        click.echo(f"\n{outcome.key}\n{outcome.failure}", err=True)
    if len(failed) > len(causes):
        click.echo(f"\n{len(failed) - len(causes)} more pages were not made, because they read from these.", err=True)
    click.echo(f"{len(jobs) - len(failed)} of {len(jobs)} pages made. Open {index}")
    if failed:
        sys.exit(1)


@main_group.command()
@click.option("--seed", type=int, help="Default: the seed of data/synthetic.yaml.")
def synthesise(seed: int | None) -> None:
    """Write the synthetic waves again, byte for byte the same for the same seed."""
    from sto_analysis.synthetic.delivery import synthesise as write

    for path in write(seed):
        click.echo(path)


@main_group.command()
@click.option("--full", is_flag=True, help="2,000 waves per scenario (about half an hour) instead of 200.")
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count() or 1, show_default="cores")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the table as CSV too.")
def calibrate(full: bool, workers: int, out: Path | None) -> None:
    """Score the headline model on simulated waves: family-wise error, coverage, power, separation."""
    from sto_analysis.pipeline.calibrate import calibration_table

    table = calibration_table(2000 if full else 200, workers)
    click.echo(table.to_string(index=False, float_format="%.3f"))
    if out:
        compendium.write_whole(out, lambda part: table.to_csv(part, index=False, float_format="%.4f"))


def main() -> None:
    """Run the command line; what a user got wrong ends in a message and exit code 2, not in a traceback."""
    try:
        main_group()
    except (StoError, FileNotFoundError) as error:
        click.echo(error, err=True)
        sys.exit(WRONG_INPUT)
