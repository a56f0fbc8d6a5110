"""What else could explain a finding."""

import pandas as pd

from sto_analysis.known import numbers, whole
from sto_analysis.report.columns import columns
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Exhibit


def tipping_table(context: Context, tipping: pd.DataFrame) -> Exhibit:
    """Tipping point of each finding beside a measured trait; `tipping` is what `tipping_table` of the analysis gave."""
    names = "exposure slope robustness robustness_interval benchmark with_exposure with_yields times"
    return Exhibit(columns(context, tipping, names), numbers(tipping, "regions"))


def moved_table(context: Context, moved: pd.DataFrame) -> Exhibit:
    """Change on change per form; `moved` holds tables of `change_on_change` with the ``respondents`` of each."""
    names = (
        "form:exposure respondents effect:moved_or_why interval:difference_interval p p_adjusted "
        "found_from:detectable_effect changing base:regions"
    )
    values = {**whole(moved, "permutations"), "waves": max(numbers(moved, "waves"))}
    return Exhibit(columns(context, moved, names), numbers(moved, "regions"), values)


def truth_differences_table(
    context: Context, headline: pd.DataFrame, moved: pd.DataFrame, planted: pd.Series, trait: str
) -> Exhibit:
    """Planted differences of shares beside those of one wave and of change on change.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    headline, moved : DataFrame
        Associations of the wave, and its table of `change_on_change` (the main one).
    planted : Series
        By exposure, as `planted_differences` gives.
    trait : str
        The form that the unmeasured trait goes with.
    """
    fields = ["difference", "difference_low", "difference_high"]
    beside = headline[["exposure", *fields]].assign(planted_difference=headline["exposure"].map(planted))
    beside = beside.merge(moved.set_index("exposure")[fields].add_prefix("moved_"), "left", on="exposure")
    names = "exposure planted_points:planted_difference one_wave:change interval:difference_interval "
    return Exhibit(
        columns(context, beside, names + "moved_difference moved_interval"), None, {"trait": context.short[trait]}
    )
