"""Results as tables of finished texts, ready for `Page.table`."""

from sto_analysis.report.tables.answers import distribution_table, items_table
from sto_analysis.report.tables.models import (
    associations_table,
    cells_table,
    curves_table,
    forest_table,
    proportionality_table,
    robustness_table,
    textbook_table,
    truth_table,
)
from sto_analysis.report.tables.published import (
    gap_table,
    grades_table,
    index_table,
    sizes_table,
    stars_table,
    triangulation_table,
)
from sto_analysis.report.tables.region import context_table, forms_table, own_levels, own_table
from sto_analysis.report.tables.shares import (
    backtest_table,
    contrast_table,
    counts_table,
    percentages_table,
    response_table,
    share_table,
    shares_table,
)
from sto_analysis.report.tables.waves import change_table, moves_table, panel_table, trend_table

__all__ = [
    "associations_table", "backtest_table", "cells_table", "change_table", "context_table", "contrast_table",
    "counts_table", "curves_table", "distribution_table", "forest_table", "forms_table", "gap_table", "grades_table",
    "index_table", "items_table", "moves_table", "own_levels", "own_table", "panel_table", "percentages_table",
    "proportionality_table", "response_table", "robustness_table", "share_table", "shares_table", "sizes_table",
    "stars_table", "textbook_table", "trend_table", "triangulation_table", "truth_table",
]  # fmt: skip
