"""Because of what results differ: candidates from what the runs are made of, narrowed where that can be done."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from sto_workbench.compare import inputs, reads
from sto_workbench.compare.changes import Changes
from sto_workbench.compare.inputs import Cause
from sto_workbench.compare.run import Run
from sto_workbench.compare.step import Side, Step

_CLEAN, _REPORT = "01_clean", "05_national_report"
_CODEBOOK = "data/codebook.yaml"
_FILES = {"answers.parquet": inputs.answers, "regions.parquet": inputs.contexts}
_DATA = {"answers", "context", "came", "left", "asked", "not_asked", "order"}


Candidate = tuple[Cause, tuple[str, ...]]
"""A cause, and the items that it is about (patterns; none: all)."""


@dataclass(frozen=True)
class Because:
    """What a result differs because of.

    Parameters
    ----------
    causes : tuple of Cause
        All that it can be.
    certain : bool
        Whether it is the only one; otherwise it is one or more of them.
    """

    causes: tuple[Cause, ...]
    certain: bool


class Between:
    """Two runs, and everything that differs between what they are made of.

    Parameters
    ----------
    before, after : Run
        The runs.
    changes : Changes
        Their results.
    """

    def __init__(self, before: Run, after: Run, changes: Changes) -> None:
        self.runs, self.changes = (before, after), changes
        self.other_wave = before.wave != after.wave
        self._known: dict[str, dict[str, Because]] = {}

    @cached_property
    def steps(self) -> dict[str, Step]:
        """Notebook → it in both runs; cleaning apart for each wave."""
        old, new = ({_step(key, run.wave): record for key, record in run.records.items()} for run in self.runs)
        sides = {name: (Side(old[name], self._content), Side(new[name], self._content)) for name in old if name in new}
        return {name: Step(_REPORT if _is_report(name) else name.split(" ")[0], *both) for name, both in sides.items()}

    def _same(self, notebook: str) -> bool:
        """Whether a notebook ran on the very same in both runs."""
        step = self.steps.get(notebook)
        return step is not None and step.sides[0].record == step.sides[1].record

    def _content(self, known: str | None) -> bytes | None:
        found = (run.content(known) for run in self.runs)
        return next((content for content in found if content is not None), None)

    @cached_property
    def _data(self) -> dict[str, list[Cause]]:
        """Notebook → answers and contexts that differ in what it read."""
        notebooks = sorted(set(self.changes.both["notebook"]))
        return {} if self.other_wave else {notebook: list(self._differing(notebook)) for notebook in notebooks}

    def _differing(self, notebook: str) -> Iterator[Cause]:
        old, new = (_read(run, notebook) for run in self.runs)
        for name in sorted(old.keys() & new.keys()):
            if old[name] != new[name]:
                wave, file = name.split("/")
                yield from _FILES[file](wave, old[name], new[name])

    @cached_property
    def everything(self) -> list[Cause]:
        """All that differs, whether or not a result does because of it."""
        steps = [cause for step in self.steps.values() for cause in step.differences]
        return list(dict.fromkeys([*self.data, *steps, *([self._wave] if self.other_wave else [])]))

    @cached_property
    def data(self) -> list[Cause]:
        """Answers and contexts that differ."""
        return list(dict.fromkeys(cause for found in self._data.values() for cause in found))

    @property
    def _wave(self) -> Cause:
        return Cause("wave", self.runs[1].wave, "", self.runs[0].wave, self.runs[1].wave)

    def _candidates(self, notebook: str, table: str, cell: str) -> list[Candidate]:
        """What a table can differ because of."""
        by_hand: list[Candidate] = [
            (Cause("by_hand", table), ()) for run in self.runs if table in run.told.get("by_hand", ())
        ]
        if self._same(notebook):
            return by_hand
        step, data = self.steps.get(notebook), self._data.get(notebook, [])
        above = [name for name in self.changed_tables if self.changed_tables[name] < notebook]
        behind = step.behind(table, cell) if step and (step.differences or data or above) else None
        wide = [] if step is None else [each for each in step.differences if not (self.other_wave and _of_wave(each))]
        near = [each for each in wide if step and behind and step.touches(each, behind, table)]
        seen = [each for each in data if not (step and behind) or step.reads(_file(each), behind)]
        upstream = {name: [] if behind and name not in behind.texts else self._of_table(name) for name in above}
        return [
            *([(self._wave, ())] if self.other_wave else []),
            *((each, ()) for each in seen),
            *((each, self._about(each)) for each in near),
            *((each, ()) for causes in upstream.values() for each in causes),
            *by_hand,
        ]

    @cached_property
    def changed_tables(self) -> dict[str, str]:
        """Table that differs → its notebook."""
        found = self.changes.changed
        return dict(zip(found["table"], found["notebook"], strict=True))

    def tables_of(self, results: Collection[str]) -> dict[str, str]:
        """Id → table, of those of some results that differ."""
        found = self.changes.changed
        here = found[found["id"].isin(list(results))]
        return dict(zip(here["id"], here["table"], strict=True))

    def _of_table(self, table: str) -> list[Cause]:
        """All that a table differs because of."""
        return list(dict.fromkeys(cause for each in self.of(table).values() for cause in each.causes))

    def of(self, table: str) -> dict[str, Because]:
        """Say because of what the results of a table differ.

        Parameters
        ----------
        table : str
            Of the store.

        Returns
        -------
        dict of Because
            Id → causes, of those that differ.
        """
        if table not in self._known:
            self._known[table] = {}
            here = self.changes.both[self.changes.both["table"] == table]
            if (here["what"] != "same").any():
                self._known[table] = dict(self._explain(here))
        return self._known[table]

    def _explain(self, here: pd.DataFrame) -> Iterator[tuple[str, Because]]:
        found = self._candidates(*here.iloc[0][["notebook", "table", "cell"]])
        found = list(dict.fromkeys(found))
        changed = (here["what"] != "same").to_numpy()
        names = here[["table", "statistic", "labels", "wave"]]
        known: dict[tuple[str, ...], np.ndarray] = {}
        touched = np.zeros((len(here), len(found)), bool)
        for place, row in enumerate(names.itertuples(index=False, name=None)):
            read = reads.patterns(*row)
            if read not in known:
                known[read] = np.array([reads.touches(each, about, read) for each, about in found], bool)
            touched[place] = known[read]
        for places in here.groupby("statistic", sort=False).indices.values():
            touched[places] = _specific(touched[places], changed[places])
        for result, reached in zip(here["id"][changed], touched[changed], strict=True):
            causes = [found[each][0] for each in np.flatnonzero(reached)]
            yield result, self._because(causes or [each for each, _ in found])

    def _because(self, causes: list[Cause]) -> Because:
        roots = [self.roots(cause) for cause in causes]
        found = tuple(dict.fromkeys(root for each in roots for root in each)) or (Cause("unknown", ""),)
        return Because(found, len(found) == 1)

    def roots(self, cause: Cause) -> list[Cause]:
        """Say why answers or contexts differ: another delivery, or how it is read; anything else is its own cause."""
        step = self.steps.get(f"{_CLEAN} {cause.where}")
        if cause.kind not in _DATA or step is None:
            return [cause]
        behind = step.behind("", "")
        found = [each for each in step.differences if step.touches(each, behind, "")]
        pattern = (f"{cause.where}:{'context:' if cause.kind == 'context' else ''}{cause.what}",)
        how = [each for each in found if not delivered(each) and reads.overlap(self._about(each), pattern)]
        return how if how and not any(map(delivered, found)) else [cause, *how]

    def _about(self, cause: Cause) -> tuple[str, ...]:
        """Items that a setting is about (patterns); none where it is about all."""
        file, parts = PurePosixPath(cause.where).name, cause.what.split(".")
        if cause.kind != "setting" or len(parts) < 2:
            return ()
        if file == "wave.yaml" and parts[0] == "items":
            return (parts[1],)
        if file != "codebook.yaml":
            return ()
        if parts[0] == "scales":
            return tuple(f"{name}*" for name, scale in self._scales.items() if scale == parts[1])
        kinds = {"questions": f"{parts[1]}*", "context_variables": f"context:{parts[1]}"}
        asked = ("aspects", "borging_forms", "attention_topics", "impact_statements")
        return (kinds[parts[0]],) if parts[0] in kinds else (f"*_{parts[1]}",) if parts[0] in asked else ()

    @cached_property
    def _scales(self) -> dict[str, str]:
        """Question → its scale."""
        known = {record.data.get(_CODEBOOK) for run in self.runs for record in run.records.values()}
        told = {key: text for each in known for key, text in inputs.texts(self._content(each)).items()}
        return {key.split(".")[1]: told[key] for key in told if key.startswith("questions.") and key.endswith(".scale")}


def _specific(touched: np.ndarray, changed: np.ndarray) -> np.ndarray:
    """Leave out what could change many rows of a statistic and changed none but those that something nearer did."""
    out, many = touched.copy(), touched.sum(axis=0)
    for each in range(touched.shape[1]):
        mine = touched[:, each] & changed
        nearer = touched[:, (many < many[each])]
        if mine.any() and nearer[mine].any(axis=1).all():
            out[:, each] = False
    return out


def _is_report(name: str) -> bool:
    return name.startswith("national.")


def delivered(cause: Cause) -> bool:
    """Whether a cause is the file that came with the answers of a wave: it differs wherever one of them does."""
    return cause.kind == "file" and cause.where.startswith("data/raw/")


def _of_wave(cause: Cause) -> bool:
    """Whether a difference only says that the waves are two."""
    return cause.where.startswith("data/raw/") or (cause.kind == "parameter" and cause.what == "wave")


def _file(cause: Cause) -> str:
    return "answers.parquet" if cause.kind in ("answers", "came", "left") else "regions.parquet"


def _step(key: str, wave: str) -> str:
    """Name of a step from the key of its job: waves are told apart only where they are cleaned."""
    name = PurePosixPath(key).name
    notebook, _, of = name.partition(".")
    return f"{notebook} {of}" if notebook == _CLEAN else name.replace(f".{wave}", "")


def _read(run: Run, notebook: str) -> dict[str, bytes]:
    """Answers and regions as a notebook read them: wave and file → content."""
    record = next((record for key, record in run.records.items() if _step(key, run.wave) == notebook), None)
    if record is None:
        return {f"{run.wave}/{file}": run.files[file]() for file in _FILES if file in run.files}
    places = {name: PurePosixPath(name) for name in record.data}
    known = {
        f"{path.parent.name}/{path.name}": record.data[name] for name, path in places.items() if path.name in _FILES
    }
    contents = {name: run.content(digest) for name, digest in known.items()}
    return {name: content for name, content in contents.items() if content is not None}
