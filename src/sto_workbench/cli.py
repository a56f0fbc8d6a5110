"""`sto`: one thin command per verb."""

import logging
import os
import signal
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click

from sto_analysis import compendium
from sto_analysis.errors import Problems, StoError, shown
from sto_analysis.messages import LANGUAGE, say
from sto_workbench.attack.command import attack
from sto_workbench.context.command import context
from sto_workbench.explain.command import explain
from sto_workbench.handout.command import give
from sto_workbench.release.command import release
from sto_workbench.synthetic.command import calibrate, synthesise
from sto_workbench.verify.command import verify

WRONG_INPUT = 2
INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sto-analysis")
def main_group() -> None:
    """Run the analysis compendium of the STO monitor."""
    compendium.keep_private()


@main_group.command()
@click.argument("wave", required=False)
@click.option("--region", "regions", multiple=True, metavar="ID", help="Only this region's report; repeat for more.")
@click.option("--only", "only", multiple=True, metavar="NOTEBOOK", help="Only this notebook, such as 03_model.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    type=click.Choice(["nl", "en"]),
    help="Of all reports; default: both, and Dutch only for the regions.",
)
@click.option(
    "--format", "forms", multiple=True, type=click.Choice(["html", "pdf", "docx", "pptx"]), help="Default: html."
)
@click.option("--workers", type=click.IntRange(1), help="Notebooks at a time; default: one more than there are cores.")
@click.option("--dask", metavar="ADDRESS", help="Work on this Dask cluster; see docs/cluster.md.")
@click.option("--timeout", type=click.FloatRange(1), default=3600, show_default=True, help="Seconds per notebook.")
@click.option("--plain-kernels", is_flag=True, help="Start an ordinary kernel per notebook (slow).")
@click.option("--force", is_flag=True, help="Make what is up to date too.")
@click.option("--dry-run", is_flag=True, help="Only say what would be made, and why.")
@click.option("--keep", type=click.IntRange(0), default=10, show_default=True, help="Runs to keep for sto diff.")
@click.option("-p", "given", nargs=2, multiple=True, metavar="NAME VALUE", help="A parameter of the notebooks.")
@click.option("-v", "--verbose", is_flag=True, help="Say what is done, when, and why.")
def run(
    wave: str | None,
    regions: tuple[str, ...],
    only: tuple[str, ...],
    languages: tuple[Any, ...],
    forms: tuple[Any, ...],
    workers: int | None,
    dask: str | None,
    timeout: float,
    plain_kernels: bool,
    force: bool,
    dry_run: bool,
    keep: int,
    given: tuple[tuple[str, str], ...],
    verbose: bool,
) -> None:
    """Make what is not up to date of WAVE (default: the latest waves) and the published figures."""
    from sto_workbench.confidential.withdrawal import remove_vanished
    from sto_workbench.pipeline import manifest, session
    from sto_workbench.pipeline.batch import alone
    from sto_workbench.pipeline.plan import latest_waves, plan

    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(relativeCreated)7.0f ms %(message)s"
    )
    waves = [wave] if wave else latest_waves()
    jobs = plan(waves, regions, languages, list(given), only)
    if any((compendium.raw(each) / "wave.yaml.xlsx").is_file() for each in waves):
        from sto_workbench.intake.mapping import unread  # which takes long to load

        Problems.raise_if(problem for each in waves for problem in unread(each))
    if dry_run:
        click.echo("\n".join(session.listed(manifest.states(jobs), everything=False)))
        return
    with alone():
        for told in remove_vanished(jobs):
            click.echo(told)
    others = [form for form in forms if form != "html"]
    how: dict[str, Any] = {"timeout": timeout, "plain": plain_kernels, "force": force}
    ended = session.make(jobs, others, workers=workers, dask=dask, keep=keep, **how)
    failures = list(ended.failures())
    for each in failures:
        click.echo(each, err=True)
    click.echo(ended.summary)
    if failures:
        sys.exit(1)


@main_group.command()
@click.argument("wave", required=False)
@click.option("--all", "all_of_them", is_flag=True, help="Name what is up to date too.")
@click.option("-p", "given", nargs=2, multiple=True, metavar="NAME VALUE", help="A parameter of the notebooks.")
def status(wave: str | None, all_of_them: bool, given: tuple[tuple[str, str], ...]) -> None:
    """Say of every page of WAVE whether it is up to date, stale (because of what) or failed (where)."""
    from sto_workbench.pipeline import manifest, session
    from sto_workbench.pipeline.plan import latest_waves, plan

    states = manifest.states(plan([wave] if wave else latest_waves(), (), (), list(given)))
    click.echo("\n".join(session.listed(states, everything=all_of_them)))


@main_group.command()
@click.argument("runs", nargs=-1, metavar="[BEFORE] [AFTER]")
@click.option("--as", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--page", type=click.Path(dir_okay=False, path_type=Path), help="Write all of it as a page.")
@click.option("--word", type=click.Path(dir_okay=False, path_type=Path), help="The report with tracked changes.")
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
def diff(runs: tuple[str, ...], form: str, page: Path | None, word: Path | None, language: Any) -> None:
    """Say which results and sentences differ between two runs, and because of what.

    A run is WAVE as it stands, WAVE@3, WAVE@last, WAVE@handed-out, or the file of one. Default: the one handed out,
    or else the newest other, against WAVE.
    """
    from sto_workbench.compare import asked

    click.echo("\n".join(asked.diff(runs, form, {"page": page, "word": word}, language)))


def _of_machine() -> str:
    """Language that the machine speaks."""
    named = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "nl" if named.startswith("nl") else "en"


def _speak(context: click.Context, _: click.Parameter, language: Any) -> None:
    token = LANGUAGE.set(language)
    context.call_on_close(lambda: LANGUAGE.reset(token))


_in_language = click.option(
    "--language",
    type=click.Choice(["nl", "en"]),
    default=_of_machine,
    show_default="that of the machine",
    expose_value=False,
    is_eager=True,
    callback=_speak,
    help="Of what is told.",
)


@main_group.command()
@click.argument("wave")
@click.option("--from", "file", type=click.Path(dir_okay=False, path_type=Path), help="The export.")
@click.option("--frame", type=click.Path(dir_okay=False, path_type=Path), help="CSV of all regions that were asked.")
@click.option("--again", is_flag=True, help="A second delivery of WAVE: keep the mapping, say what differs.")
@click.option("--as", "form", type=click.Choice(["yaml", "xlsx"]), default="yaml", help="xlsx: fill in a workbook.")
@click.option("--read", is_flag=True, help="Write into wave.yaml what the filled in workbook says.")
@_in_language
def new(wave: str, file: Path | None, frame: Path | None, again: bool, form: str, read: bool) -> None:
    """Make data/raw/WAVE from an export, with a proposed wave.yaml, and that as a workbook, which is read back."""
    from sto_workbench.intake import again as second
    from sto_workbench.intake import arrive, mapping, printed
    from sto_workbench.intake.delivery import read_reading
    from sto_workbench.pipeline.batch import alone

    with alone():
        try:
            if not file and not read and form == "yaml":
                raise click.UsageError("Missing option '--from'.")
            if file:
                made: Any = second.deliver_again(wave, file) if again else arrive.new_wave(wave, file, frame)
                click.echo("\n".join(printed.again(wave, made) if again else printed.proposal(wave, made)))
            if read:
                click.echo(say("mapping.read", wave=wave, count=mapping.read_workbook(wave)))
            elif form == "xlsx":
                click.echo(say("mapping.written", wave=wave, path=mapping.write_workbook(read_reading(wave))))
        except Problems as found:
            click.echo("\n".join(printed.on_two_screens(found.problems)), err=True)
            sys.exit(WRONG_INPUT)


@main_group.command()
@click.argument("wave")
@click.option("--as", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True)
@click.option("--page", type=click.Path(dir_okay=False, path_type=Path), help="Write the mapping and its problems.")
@_in_language
def check(wave: str, form: str, page: Path | None) -> None:
    """Say every problem of WAVE's files; writes nothing, exit code 1 when there are any."""
    from sto_analysis.inert import write_csv
    from sto_workbench.confidential.modes import readable_by_others
    from sto_workbench.confidential.tracked import answers_in_git, answers_in_history
    from sto_workbench.intake import printed
    from sto_workbench.intake.clean import check_wave

    problems, clean = answers_in_git(), None
    try:
        clean = check_wave(wave)
    except Problems as found:
        problems = [*found.problems, *(each for each in problems if each not in found.problems)]
    if page:
        from sto_workbench.intake.page import write_page

        write_page(wave, page, problems)
    rows = printed.problem_rows(problems)
    if form == "csv":
        click.echo(write_csv(rows), nl=False)
    elif form == "json":
        click.echo(rows.to_json(orient="records", force_ascii=False, indent=1))
    elif problems or clean is None:
        click.echo("\n".join(printed.on_two_screens(problems)))
    else:
        for notice in (*clean.notices, *readable_by_others(wave), *answers_in_history()):
            click.echo(say("printed.note", notice=shown(notice)))
        counts = {"answered": len(clean.answers), "regions": len(clean.regions), "gone": clean.left_out}
        click.echo(say("printed.fine", wave=wave, **counts))
    sys.exit(1 if problems else 0)


@main_group.command()
@click.argument("wave")
@click.option("--as", "forms", multiple=True, type=click.Choice(["sav", "xlsx", "csv"]), help="Default: all three.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Default: data/processed/WAVE/export.")
def export(wave: str, forms: tuple[Any, ...], out: Path | None) -> None:
    """Write WAVE's cleaned answers as SPSS, Excel and CSV with a data package (confidential)."""
    from sto_workbench.intake.export import FORMS, export_wave
    from sto_workbench.pipeline.batch import alone

    with alone():
        written = export_wave(wave, out, forms or FORMS)
    for path in written:
        click.echo(path)


@main_group.command()
@click.argument("wave")
@click.argument("region")
def withdraw(wave: str, region: str) -> None:
    """Leave REGION's answers out of WAVE, remove what was made of them, and say what has to be called back."""
    from sto_workbench.confidential import withdrawal
    from sto_workbench.pipeline.batch import alone

    with alone():
        for told in withdrawal.withdraw(wave, region):
            click.echo(told)


@main_group.command()
@click.option("--staged", is_flag=True, help="Only look at what the next commit would hold; exit code 1 for answers.")
def guard(staged: bool) -> None:
    """Let git strip notebooks as it adds them, and look for answers before each commit."""
    from sto_workbench.confidential import tracked

    for told in [] if staged else tracked.guard():
        click.echo(told)
    problems = tracked.answers_in_git(staged=staged)
    for problem in problems:
        click.echo(problem, err=True)
    if staged and problems:
        sys.exit(1)


for elsewhere in (attack, context, give, explain, release, synthesise, calibrate, verify):
    main_group.add_command(elsewhere)


def main() -> None:
    """Run the command line; what a user got wrong ends in a message and exit code 2, not in a traceback."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that lacks a letter shows its number
            stream.reconfigure(errors="backslashreplace")
    try:
        main_group(standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:  # who reads our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; what was made stands, the next run goes on from there.", err=True)
        sys.exit(INTERRUPTED)
    except (StoError, FileNotFoundError) as error:
        click.echo(error, err=True)
        sys.exit(WRONG_INPUT)
    except OSError as error:
        click.echo(f"Cannot go on: {error}. What was made stands; mend this and run again.", err=True)
        sys.exit(1)
