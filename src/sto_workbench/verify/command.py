"""`sto verify`."""

import datetime
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from sto_analysis.messages import LANGUAGE


@click.command("verify")
@click.argument("release", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The compendium that holds the answers.",
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="For the certificate; default: beside RELEASE."
)
@click.option(
    "--language", type=click.Choice(["nl", "en"]), default="en", show_default=True, help="Of the certificate."
)
def verify(release: Path, data: Path | None, out: Path | None, language: Any) -> None:
    """Verify RELEASE, a folder or zip: checksums, environment, its twin run and its report rendered again.

    Runs the code of the release: look where it comes from. Exit code 1 where something differs.
    """
    from sto_analysis import compendium
    from sto_analysis.errors import shown
    from sto_analysis.messages import say
    from sto_workbench.verify.certificate import passed, write_certificate
    from sto_workbench.verify.checked import checked
    from sto_workbench.verify.opened import opened

    compendium.root()  # outside of it nothing could be written: better told now than in two minutes
    token = LANGUAGE.set(language)
    try:
        with tempfile.TemporaryDirectory(prefix="sto-", ignore_cleanup_errors=True) as work:
            (Path(work) / "in").mkdir()
            folder = opened(release.resolve(), Path(work) / "in")
            found = list(checked(folder, Path(work), data.resolve() if data else None))
            place = out or release.resolve().parent / f"{release.resolve().name.removesuffix('.zip')}.certificate"
            written = write_certificate(folder, found, place, datetime.date.today().isoformat())
        for each in found:
            if each.word == "different":
                click.echo(shown(f"{each.word}: {each.what}: {each.why}"), err=True)
        click.echo(say("verify.fine" if passed(found) else "verify.differs"))
        for path in written:
            click.echo(path)
    finally:
        LANGUAGE.reset(token)
    sys.exit(0 if passed(found) else 1)
