"""`sto explain`."""

import json
from pathlib import Path

import click


@click.command()
@click.argument("asked", nargs=-1, metavar="[ID...] [WAVE]")
@click.option("--page", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="All numbers of this page.")
@click.option("--as", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def explain(asked: tuple[str, ...], page: Path | None, form: str) -> None:
    """Say what a number is, which cell and functions made it, of what (confidential).

    An ID may be a pattern, such as 'share.urgency.*', and have :low, :high, :n or :interval behind it.
    """
    from sto_workbench.explain import printed
    from sto_workbench.explain.asked import explained

    rows = explained(asked, page)
    if form == "json":
        click.echo(json.dumps(rows, indent=1, allow_nan=False))
    else:
        for line in printed.told_of_page(rows) if page else printed.told(rows):
            click.echo(line)
