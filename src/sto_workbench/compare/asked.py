"""`sto diff`: what the user asked for, as text, JSON, page or Word."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sto_analysis import compendium
from sto_analysis.errors import Problems, UnknownRun, UnreadableRun
from sto_analysis.monitor.scales import Language
from sto_analysis.monitor.wave import known_waves
from sto_workbench.compare import named, told
from sto_workbench.compare.difference import Difference, difference
from sto_workbench.compare.run import Run
from sto_workbench.confidential.elsewhere import misplaced, note
from sto_workbench.pipeline.plan import latest_waves

_ELSEWHERE = "Name a folder that no repository takes up."


def diff(runs: Sequence[str], form: str, files: Mapping[str, Path | None], language: Language) -> Iterator[str]:
    """Compare two runs and tell it.

    Parameters
    ----------
    runs : sequence of str
        As the user calls them (see `sto_workbench.compare.named.run`): both, the earlier one, a wave, or none.
    form : {"text", "json"}
        Of what is yielded.
    files : mapping
        ``page`` and ``word`` → where to write these, or None.
    language : {"nl", "en"}
        Of sentences, page and Word file.

    Yields
    ------
    str
        For the terminal.
    """
    found = difference(*_runs(runs))
    _write(found, {kind: path for kind, path in files.items() if path}, language)
    if form == "json":
        yield told.as_json(found)
    else:
        yield from told.terminal(found, language)


def _write(found: Difference, files: Mapping[str, Path], language: Language) -> None:
    """Write page and Word file; they hold answers, and are noted as such."""
    from sto_workbench.compare.page import page  # what is slow to import

    waves = [run.wave for run in (found.before, found.after) if run.wave in known_waves()]
    Problems.raise_if(each for wave in waves for each in misplaced(files.values(), wave, _ELSEWHERE))
    report = f"pages/{language}.html"
    if "word" in files and not all(report in run.files for run in (found.before, found.after)):
        what = f"one of the runs has no national report in this language ({language})."
        raise Problems([UnreadableRun(what, "Choose the other with --language.")])
    for wave in dict.fromkeys(waves if files else ()):
        note(wave, files.values())
    if path := files.get("page"):
        compendium.write_text(path, page(found, language))
    if path := files.get("word"):
        from sto_workbench.compare.word import tracked

        tracked(found.before.files[report](), found.after.files[report](), path, path.name)


def _runs(names: Sequence[str]) -> tuple[Run, Run]:
    if len(names) > 1:
        before, after = (named.run(name) for name in names[:2])
        Problems.raise_if(UnknownRun(f"{name!r} is one run too many.", "Name two.") for name in names[2:])
        return before, after
    if names and names[0] not in known_waves():
        other = named.run(names[0])
        return other, named.standing(other.wave)
    waves = [*names] or latest_waves()
    if len(waves) != 1:
        what = "there is more than one latest wave."
        raise Problems([UnknownRun(what, "Name one.", expected=f"one of {', '.join(waves)}")])
    now = named.standing(waves[0])
    return named.earlier(waves[0], now), now
