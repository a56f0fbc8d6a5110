"""What else could explain a finding."""

import pandas as pd

from sto_analysis.report.columns import columns
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Exhibit


def tipping_table(context: Context, tipping: pd.DataFrame) -> Exhibit:
    """Tipping point of each finding beside a measured trait; `tipping` is what `tipping_table` of the analysis gave."""
    names = "exposure slope robustness robustness_interval benchmark with_exposure with_yields times"
    return Exhibit(columns(context, tipping, names), tipping["regions"])
