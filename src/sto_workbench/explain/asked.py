"""What `sto explain` was asked: ids, a page, a wave."""

import re
from collections.abc import Sequence
from pathlib import Path

from sto_analysis import compendium
from sto_analysis.errors import Problems, UnknownResult
from sto_analysis.monitor.wave import known_waves
from sto_workbench.explain.page import explain_page, wave_of
from sto_workbench.explain.result import Explained, Results, latest

_PUBLISHED = "published"
_WAVE = re.compile(rf"(synthetic-)?\d{{4}}|{_PUBLISHED}")


def explained(asked: Sequence[str], page: Path | None = None) -> list[Explained]:
    """Explain numbers.

    Parameters
    ----------
    asked : sequence of str
        Ids or patterns of ids (see `Results.find`); the last may be a wave. Default: that of the page, else the latest.
    page : Path, optional
        All its numbers, instead of ids.

    Returns
    -------
    list of dict
        As `Results.tell` gives; of a page as `explain_page` gives.

    Raises
    ------
    Problems
        Unknown results, waves without results, ids and a page or neither.
    """
    *ids, last = asked or ("",)
    wave = last if _WAVE.fullmatch(last) or last in known_waves() else None
    ids = ids if wave or not last else [*ids, last]
    if bool(ids) == bool(page):
        what = "ids or a page: one of them is needed, not both."
        raise Problems([UnknownResult(what, "Such as: sto explain share.urgency.teachers.top.")])
    if page:
        folders = compendium.root() / "data" / "processed"
        wave = wave or wave_of(page, [*known_waves(), *(each.name for each in folders.glob("*"))])
    results = Results(wave or latest())
    return explain_page(page, results) if page else [results.tell(*each) for each in results.find(ids)]
