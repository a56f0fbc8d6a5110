"""`sto release`."""

import datetime

import click

from sto_analysis import compendium


@click.command("release")
@click.argument("wave")
@click.option("--preset", metavar="NAME", help="Rules of data/disclosure.yaml; default: those that it names for WAVE.")
@click.option(
    "--date", "on", type=click.DateTime(["%Y-%m-%d"]), help="That the release bears; default: today.", metavar="DATE"
)
@click.option("--approve", "name", metavar="NAME", help="Sign the release off; two people do, then it is packed.")
@click.option("--release", "number", type=click.IntRange(1), help="Which one to sign off; default: the latest.")
@click.option(
    "--discard",
    "draft",
    type=click.IntRange(1),
    metavar="N",
    help="Take draft N back, with its entry in the ledger: only one that nobody outside has seen. Refused once packed.",
)
def release(
    wave: str,
    preset: str | None,
    on: datetime.datetime | None,
    name: str | None,
    number: int | None,
    draft: int | None,
) -> None:
    """Make what may leave of WAVE: results that passed the gate, rendered anew, with all that others need to verify it.

    It is refused, with all reasons, while anything of WAVE is not up to date.
    """
    if draft is not None:
        if name is not None:
            raise click.UsageError("--discard and --approve do not go together.")
        from sto_workbench.release.discard import discard

        for told in discard(wave, draft):
            click.echo(told)
        return
    if name is not None:
        from sto_workbench.release.approve import approve

        for told in approve(wave, name, number):
            click.echo(told)
        return

    from sto_workbench.pipeline.batch import preloading
    from sto_workbench.pipeline.execute import Setting

    with preloading(Setting(str(compendium.root()))):  # first: it loads beside what is loaded here
        from sto_workbench.release.make import release as make

        for told in make(wave, preset, (on or datetime.datetime.now()).date()):
            click.echo(told)
