"""What is published of a wave, and so known to everybody before anything is released of it."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sto_analysis.monitor.published_figures import read_published
from sto_workbench.attack.opened import Piece
from sto_workbench.attack.read import Number, Release

PUBLISHED = "published"
"""Source of what everybody knows."""
_COUNTED = ("share", "count")


def published(release: Release) -> Release:
    """Take of a release what was known before it: the published figures of its wave, and of how many they are.

    Parameters
    ----------
    release : Release
        As `sto_workbench.attack.read.read_release` gives.

    Returns
    -------
    Release
        Without a number where nothing is published of its wave.
    """
    figures = list(_figures(release))
    sizes = [each for each in release.numbers if each.part == "n" and each.result.split(".")[0] in _COUNTED]
    known = [replace(each, source=PUBLISHED) for each in (sizes if figures else ())]
    return replace(release, numbers=[*figures, *dict.fromkeys(known)], pieces=[])


def _figures(release: Release) -> Iterator[Number]:
    """The figures of the slides, as shares to a whole per cent."""
    for each in (wave for piece in release.pieces for wave in _waves(piece)):
        with suppress(KeyError):  # a year of which nothing is published
            for measure, figures in read_published().printed(each["published"]).items():
                for concept, figure in figures.items() if measure != "sentence" else ():
                    yield Number(f"share.{measure}.{concept}", "value", figure / 100, 0.005, each["wave"], PUBLISHED)


def _waves(piece: Piece) -> list[dict[str, Any]]:
    """Waves that a release says it is of, with the year of what is published of each; a damaged file says nothing."""
    if not piece.place.endswith("release.json"):
        return []
    with suppress(ValueError, TypeError, AttributeError):
        return [each for each in json.loads(piece.data).get("waves") if _is_published(each)]
    return []


def _is_published(wave: Any) -> bool:
    return isinstance(wave, dict) and isinstance(wave.get("wave"), str) and isinstance(wave.get("published"), int)
