"""The cleaning log: one row per changed value."""

import pandas as pd

LOG_COLUMNS = ["region", "row", "column", "item", "before", "after", "rule"]


class Log:
    """Changes, as they are made.

    Parameters
    ----------
    regions : Series of str
        Region of each row of the export.
    """

    def __init__(self, regions: pd.Series) -> None:
        self._regions = regions
        self._parts: list[pd.DataFrame] = [pd.DataFrame(columns=LOG_COLUMNS[2:], dtype="str")]

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
        self._parts.append(pd.DataFrame(told, index=rule.index, dtype="str"))

    def table(self) -> pd.DataFrame:
        """All rows, by region, item and row of the export."""
        found = pd.concat(self._parts).rename_axis("row").reset_index().astype({"row": "int64"})
        found.insert(0, "region", found["row"].map(self._regions).astype("str"))
        return found.sort_values(["region", "item", "row"], ignore_index=True)
