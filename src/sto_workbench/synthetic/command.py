"""`sto synthesise`, `sto calibrate`."""

import os
from pathlib import Path

import click

from sto_analysis import compendium


@click.command()
@click.option("--seed", type=int, help="Default: the seed of data/synthetic.yaml.")
def synthesise(seed: int | None) -> None:
    """Write the synthetic waves again, byte for byte the same for the same seed."""
    from sto_workbench.synthetic.delivery import synthesise as write

    for path in write(seed):
        click.echo(path)


@click.command()
@click.option("--full", is_flag=True, help="2,000 waves per scenario, not 100 (forty minutes on two cores).")
@click.option("--only", multiple=True, metavar="NAME", help="This scenario; may be repeated.")
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count() or 1, show_default="cores")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the table as CSV too.")
def calibrate(full: bool, only: tuple[str, ...], workers: int, out: Path | None) -> None:
    """Score what the reports claim on simulated waves whose truth is known: error rates, coverage, power."""
    from sto_workbench.synthetic.calibration import SCENARIOS, calibration_table

    names = list(dict.fromkeys(each.name for each in SCENARIOS))
    if unknown := [each for each in only if each not in names]:
        raise click.UsageError(f"--only: there is no scenario {unknown[0]!r}; there are: {'; '.join(names)}.")
    table = calibration_table(2000 if full else 100, workers, only)
    click.echo(table.to_string(index=False, float_format="%.3f", na_rep=""))
    if out:
        compendium.write_whole(out, lambda part: table.to_csv(part, index=False, float_format="%.4f"))
