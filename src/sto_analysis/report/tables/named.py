"""A table whose columns have names of the catalogue."""

from collections.abc import Mapping, Sequence

import pandas as pd

from sto_analysis.report.language import Texts


def named(texts: Texts, columns: Mapping[str, Sequence[str]], **values: object) -> pd.DataFrame:
    """Name the columns in the language of the page; keys of `columns` may carry a suffix after a dot."""
    frames = [pd.Series(list(cells), dtype=object) for cells in columns.values()]
    table = pd.concat(frames, axis="columns") if frames else pd.DataFrame()
    table.columns = pd.Index([texts(f"column.{name.split('.')[0]}", **values) for name in columns])
    return table
