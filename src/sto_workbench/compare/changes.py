"""Which results differ between two runs, by how much, and whether as they are published."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sto_analysis.analysis.rounding import round_half_up
from sto_analysis.declared import PARTS
from sto_workbench.compare.run import Run

_LARGEST, _MOST_DIGITS = 1e15, 12
_SAID = ("text", "status", "reason")
_ABOUT = ("id", "table", "labels", "statistic", "wave", "notebook", "cell", "unit")


@dataclass(frozen=True)
class Changes:
    """The results of two runs beside each other.

    Parameters
    ----------
    both : DataFrame
        A row per result of either: ``id``, ``table``, ``labels``, ``statistic``, ``wave``, ``notebook``, ``cell``,
        ``unit``, ``precision``; each part as ``<part>_before`` and ``<part>_after``; ``what``: ``same``, ``changed``,
        ``added`` or ``gone``; ``rounded``: whether it differs as it is published.
    """

    both: pd.DataFrame

    @property
    def changed(self) -> pd.DataFrame:
        """Those that differ; what is seen first."""
        found = self.both[self.both["what"] != "same"]
        return found.sort_values("rounded", ascending=False, kind="stable")


def compare(before: Run, after: Run) -> Changes:
    """Hold the results of two runs against each other, by their ids; tables that are the same are left out."""
    names = {**dict.fromkeys(before.tables), **dict.fromkeys(after.tables)}
    differ = [name for name in names if _other(name, before, after)]
    old, new = (run.results(name for name in differ if name in run.files) for run in (before, after))
    index = new.index.union(old.index, sort=False)
    both = new.reindex(index)[[*_ABOUT, "precision"]].combine_first(old[[*_ABOUT, "precision"]]).reindex(index)
    there = {"before": old.reindex(index), "after": new.reindex(index)}
    both = both.assign(**{f"{part}_{side}": t[part] for part in (*PARTS, *_SAID) for side, t in there.items()})
    exact = [_differs(both[f"{part}_before"], both[f"{part}_after"]) for part in PARTS]
    rounds = [_rounded(both, part, differs) for part, differs in zip(PARTS, exact, strict=True)]
    words = [_differs(both[f"{part}_before"].fillna(""), both[f"{part}_after"].fillna("")) for part in _SAID]
    come, gone = ~index.isin(old.index), ~index.isin(new.index)
    differs = np.logical_or.reduce([*exact, *words, come, gone])
    what = np.select([come, gone, differs], ["added", "gone", "changed"], "same")
    return Changes(both.assign(what=what, rounded=np.logical_or.reduce([*rounds, *words, come, gone])))


def _other(name: str, *runs: Run) -> bool:
    """Whether a table is not byte for byte the same: what is, need not be read."""
    first, second = (run.files[name]() if name in run.files else b"" for run in runs)
    return first != second


def _differs(before: pd.Series, after: pd.Series) -> np.ndarray:
    differs: np.ndarray = ((before != after) & ~(before.isna() & after.isna())).to_numpy(bool)
    return differs


def _rounded(both: pd.DataFrame, part: str, differs: np.ndarray) -> np.ndarray:
    """Of the numbers that differ, those that do as they are published."""
    columns = [both.loc[differs, name].to_numpy(float) for name in (f"{part}_before", f"{part}_after", "precision")]
    out = differs.copy()
    out[differs] = [
        _published(before, step) != _published(after, step) for before, after, step in zip(*columns, strict=True)
    ]
    return out


def _published(value: float, step: float) -> float | None:
    """A number half up to a power of ten; as it is where there is no such step, none where it is missing."""
    if not math.isfinite(value) or not step > 0 or not abs(value) < _LARGEST:
        return None if math.isnan(value) else value
    digits = round(-math.log10(step))
    return round_half_up(value, digits) if abs(digits) <= _MOST_DIGITS else value
