"""The cleaning log: one row per changed value, in little memory."""

from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

LOG_COLUMNS = ["region", "row", "column", "item", "before", "after", "rule"]


class Log:
    """Changes, as they are made.

    Parameters
    ----------
    regions : Series of categorical
        Region of each row of the export.
    """

    def __init__(self, regions: pd.Series) -> None:
        self._regions = regions
        self._rows: list[np.ndarray] = []
        self._texts: list[dict[str, pd.Categorical]] = []

    def add(self, cells: pd.Series, rule: pd.Series, column: str, item: str, after: pd.Series | None) -> None:
        """Add the rows that have a rule.

        Parameters
        ----------
        cells : Series of str
            The column, before.
        rule : Series of str
            What was done; missing where nothing.
        column, item : str
            Of the export and of the codebook.
        after : Series of str, optional
            What it became; blank where None.
        """
        at = rule.index[rule.notna()]
        if at.empty:
            return
        blank = _constant("", len(at))
        texts = {
            "column": _constant(column, len(at)), "item": _constant(item, len(at)), "before": _plain(cells.loc[at]),
            "after": blank if after is None else _plain(after.loc[at]), "rule": _plain(rule.loc[at]),
            "region": _plain(self._regions.loc[at]),
        }  # fmt: skip
        self._texts.append(texts)
        self._rows.append(at.to_numpy(np.int64))

    def table(self) -> pd.DataFrame:
        """All rows, by region, item and row of the export; texts as categoricals."""
        if not self._rows:
            none = {name: pd.Series(dtype="int64" if name == "row" else "category") for name in LOG_COLUMNS}
            return pd.DataFrame(none)
        joined: dict[str, Any] = {"row": np.concatenate(self._rows)}
        for name in LOG_COLUMNS:
            if name != "row":
                joined[name] = union_categoricals([texts[name] for texts in self._texts], sort_categories=True)
        table = pd.DataFrame(joined, columns=LOG_COLUMNS)
        return table.sort_values(["region", "item", "row"], ignore_index=True)


def _constant(text: str, count: int) -> pd.Categorical:
    return pd.Categorical.from_codes(np.zeros(count, dtype=np.int8), categories=pd.Index([text], dtype="str"))


def _plain(found: pd.Series) -> pd.Categorical:
    """The texts as a categorical of those that occur."""
    used = found.astype("category").cat.remove_unused_categories().cat
    return pd.Categorical.from_codes(used.codes.to_numpy(), categories=pd.Index(used.categories, dtype="str"))
