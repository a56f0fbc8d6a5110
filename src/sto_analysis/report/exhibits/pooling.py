"""Which form first, and what a next wave could tell."""

import pandas as pd

from sto_analysis.known import numbers
from sto_analysis.report.columns import columns
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Exhibit


def pooled_table(context: Context, pooled: pd.DataFrame) -> Exhibit:
    """Forms adjusted for each other and partially pooled; `pooled` is what `pooled_table` of the analysis gave."""
    names = "exposure unpooled pooled:odds_ratio interval:odds_interval first ranks"
    return Exhibit(columns(context, pooled, names), numbers(pooled, "regions"))
