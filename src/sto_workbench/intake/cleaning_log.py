"""The cleaning log: one row per changed value, in little memory."""

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
        self._regions = regions.astype("category")
        self._parts: list[pd.DataFrame] = []

    def add(self, rule: pd.Series, cells: pd.Series, column: str, item: str = "", after: pd.Series | str = "") -> None:
        """Add the rows that have a rule.

        Parameters
        ----------
        rule : Series of str
            What was done; missing where nothing.
        cells : Series of str
            The column, before.
        column, item : str
            Of the export and of the codebook.
        after : Series of str or str
            What it became.
        """
        rule = rule.dropna()
        told = {"column": column, "item": item, "before": cells, "after": after, "rule": rule}
        if not rule.empty:
            series = {name: pd.Series(texts, index=rule.index, dtype="str") for name, texts in told.items()}
            self._parts.append(pd.DataFrame(series).astype("category"))

    def table(self) -> pd.DataFrame:
        """All rows, by region, item and row of the export; texts as categoricals."""
        if not self._parts:
            return pd.DataFrame(columns=LOG_COLUMNS, dtype="category").astype({"row": "int64"})
        rows = np.concatenate([part.index for part in self._parts])
        texts = {
            name: union_categoricals([part[name] for part in self._parts], sort_categories=True)
            for name in self._parts[0]
        }
        found = {"region": self._regions[rows].array, "row": rows, **texts}
        return pd.DataFrame(found).sort_values(["region", "item", "row"], ignore_index=True)
