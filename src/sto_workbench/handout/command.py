"""`sto hand-out`."""

import os
from typing import Any

import click


@click.command("hand-out")
@click.argument("wave")
@click.option("--region", "regions", multiple=True, metavar="ID", help="Only this region's folder; repeat for more.")
@click.option("--national", is_flag=True, help="Besides --region: the national folder too.")
@click.option("--language", "languages", multiple=True, type=click.Choice(["nl", "en"]), help="As for sto run.")
@click.option(
    "--format",
    "forms",
    multiple=True,
    type=click.Choice(["html", "pdf", "docx", "pptx"]),
    default=["pdf", "docx", "pptx"],
    help="Besides web page, Excel and CSV; default: all.",
)
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count() or 1, show_default="cores")
@click.option("-p", "given", nargs=2, multiple=True, metavar="NAME VALUE", help="As for sto run.")
def give(
    wave: str,
    regions: tuple[str, ...],
    national: bool,
    languages: tuple[Any, ...],
    forms: tuple[Any, ...],
    workers: int,
    given: tuple[tuple[str, str], ...],
) -> None:
    """Make a folder and a zip per region of WAVE, one of the nation, and a list for the mailing (confidential).

    Only what is up to date is handed out. Later runs say what changed since.
    """
    from sto_workbench.handout.give import hand_out
    from sto_workbench.pipeline.batch import alone

    others, asked = [form for form in forms if form != "html"], (regions, languages)
    with alone():
        told = hand_out(wave, *asked, others, list(given), national=national, workers=workers, done=click.echo)
        for line in told:
            click.echo(line)
