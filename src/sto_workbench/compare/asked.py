"""`sto diff`: what the user asked for, as text, JSON, page or Word."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from sto_analysis.errors import Problems, UnknownRun
from sto_analysis.monitor.scales import Language
from sto_analysis.monitor.wave import known_waves
from sto_workbench.compare import named, told
from sto_workbench.compare.difference import difference
from sto_workbench.compare.run import Run
from sto_workbench.pipeline.plan import latest_waves


def diff(
    before: str | None, after: str | None, form: str, files: Mapping[str, Path | None], language: Language
) -> Iterator[str]:
    """Compare two runs and tell it.

    Parameters
    ----------
    before, after : str, optional
        As the user calls them (see `sto_workbench.compare.named.run`).
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
    found = difference(*_runs(before, after))
    if form == "json":
        yield told.as_json(found)
    else:
        yield from told.terminal(found, language)


def _runs(before: str | None, after: str | None) -> tuple[Run, Run]:
    if before and after:
        return named.run(before), named.run(after)
    if before and before not in known_waves():
        other = named.run(before)
        return other, named.standing(other.wave)
    waves = [before] if before else latest_waves()
    if len(waves) != 1:
        what = "there is more than one latest wave."
        raise Problems([UnknownRun(what, "Name one.", expected=f"one of {', '.join(waves)}")])
    now = named.standing(waves[0])
    return named.earlier(waves[0], now), now
