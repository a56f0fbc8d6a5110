"""What a questionnaire export may call a region."""

from collections.abc import Mapping

import pandas as pd
from rapidfuzz import fuzz, process, utils

from sto_analysis.monitor.register import successors
from sto_analysis.monitor.spelling import answer_key

MERGED = "region: merged into "
BY_NUMBER = "region: by its DUS-I number"
_RESEMBLES = 70.0
"""Least similarity (0 to 100) at which a region is named as the one that was meant."""
_SCORER = fuzz.token_sort_ratio
_COMMON = {"regio", "region", "sto"}
"""Words that any region may be called."""


def _words(text: str) -> str:
    words = utils.default_process(text).split()
    return " ".join([word for word in words if word not in _COMMON] or words)


class RegionNames:
    """All that a cell of the region column may call a region.

    Parameters
    ----------
    named : mapping
        Names that the export uses → id (``regions`` of wave.yaml).
    frame : DataFrame
        Regions by id, with their ``name``.
    register : DataFrame
        As `sto_analysis.monitor.register.read_register` gives: names, DUS-I numbers and mergers.

    Attributes
    ----------
    frame, register : DataFrame
        As given.
    spoken : dict
        Region → its id and name, as a message shows it.
    """

    def __init__(self, named: Mapping[str, str], frame: pd.DataFrame, register: pd.DataFrame) -> None:
        self.frame, self.register = frame, register
        self.spoken = {str(region): f"{region} ({name})" for region, name in frame["name"].items()}
        self._stated = {answer_key(name) for name in named}
        merged = {region: into for region, into in successors(register).items() if region not in frame.index}
        self._known: dict[str, tuple[str, str]] = {}
        for rule, names in (
            ("region: as wave.yaml says", {answer_key(name): region for name, region in named.items()}),
            ("", {answer_key(region): region for region in [*frame.index, *merged]}),
            ("region: by its name", _by(register["name"]) | _by(frame["name"])),
            (BY_NUMBER, _by(register["dusi"])),
        ):
            for key, region in names.items():
                now = merged.get(region, region)
                if now in frame.index:
                    self._known.setdefault(key, (now, rule if now == region else f"{MERGED}{now}"))
        names = {key: _words(key) for key, (_, rule) in self._known.items() if rule != BY_NUMBER}
        short = _by(pd.Series(names, dtype="str"))
        self._short = {text: self._known[key][0] for text, key in short.items() if not text.isdecimal()}

    def alike(self, text: str) -> str | None:
        """Id of the region that a text resembles most, with or without its id; None where it resembles none."""
        texts = [*self.spoken.values(), *self.frame["name"]]
        found = process.extractOne(text, texts, scorer=_SCORER, processor=_words, score_cutoff=_RESEMBLES)
        return str(self.frame.index[found[2] % len(self.frame)]) if found else None

    def find(self, cells: pd.Series, labels: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """Find the region that each cell means.

        Where the file labels a code, the label says which region it is. Where the label names none, the code does: a
        number if the label resembles its region, another id if the label does not resemble another region.

        Parameters
        ----------
        cells : Series of str
            The column.
        labels : mapping
            What the file calls its codes (SPSS).

        Returns
        -------
        ids : dict
            Cell → id of the frame; cells that mean none are absent.
        rules : dict
            Cell → how it was found, where it is not the id itself.
        """
        ids: dict[str, str] = {}
        rules: dict[str, str] = {}
        for cell in cells.dropna().unique():
            key, label = answer_key(cell), answer_key(labels.get(cell, cell))
            found, rule = self._known.get(key) or (self._short.get(_words(key), ""), "region: by its name")
            if label != key and key not in self._stated:
                called, how = self._known.get(label, ("", ""))
                if called:
                    found, rule = called, how if how.startswith(MERGED) else "region: by its label"
                elif found and self.alike(label) not in ({found} if cell.isdecimal() else {found, None}):
                    found = ""
            if found:
                ids[cell] = found
                if rule or cell != found:
                    rules[cell] = rule or "region: spelling"
        return ids, rules


def _by(texts: pd.Series) -> dict[str, str]:
    """What one region alone is called → the region."""
    keys = texts.dropna().astype("str").map(answer_key)
    alone = keys[~keys.duplicated(keep=False)]
    return {key: str(region) for region, key in alone.items()}
