"""What is associated, what shows no sign, and what cannot be said."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sto_analysis.analysis.pooled import Association
from sto_analysis.report.language import Texts
from sto_analysis.report.rows import reason, records


def association_sentences(
    texts: Texts, labels: Mapping[str, str], associations: pd.DataFrame, alpha: float, *, brief: bool = False
) -> list[str]:
    """Say for a family of exposures what is associated, what shows no sign, and what cannot be tested or estimated.

    Parameters
    ----------
    texts : Texts
        Language.
    labels : mapping
        Exposure → label.
    associations : DataFrame
        Rows of `association_table` of one family.
    alpha : float
        Level for the adjusted p.
    brief : bool
        Whether the smallest effect that would have been seen is said once for all, instead of for each.

    Returns
    -------
    list of str
        Associational wording only.
    """
    said, quiet = [], []
    without: dict[tuple[str, str], list[str]] = {}
    for row in records(associations):
        name = labels[row["exposure"]]
        if row["status"] == "ridge":
            name += f" ({texts('status.ridge')})"
        if pd.isna(row["odds_ratio"]):
            without.setdefault(("not_estimable", reason(texts, labels, row)), []).append(name)
        elif pd.isna(row["p_adjusted"]):
            without.setdefault(("untested", texts(f"tested.{row['tested']}")), []).append(name)
        elif row["p_adjusted"] < alpha:
            key = "associated" if row["odds_ratio"] > 1 else "associated_negative"
            said.append(
                texts(
                    f"sentence.{key}",
                    name=name,
                    odds_ratio=texts.number(row["odds_ratio"], 1),
                    interval=_bounds(texts, row["low"], row["high"]),
                    effect=texts.points(row["effect"]),
                    p=texts.p(row["p_adjusted"]),
                )
            )
        else:
            quiet.append(texts("sentence.detectable", name=name, odds_ratio=_detectable(texts, row)))
    if quiet and brief:
        said.append(quiet_sentence(texts, labels, associations[associations["p_adjusted"] >= alpha]))
    elif quiet:
        said.append(texts("sentence.no_sign", names=texts.both(quiet)))
    said += [texts(f"sentence.{key}", names=texts.both(names), why=why) for (key, why), names in without.items()]
    return said


def quiet_sentence(texts: Texts, labels: Mapping[str, str], quiet: pd.DataFrame) -> str:
    """Name what was tested without a sign of an association, and from which size one would have been seen.

    Parameters
    ----------
    texts : Texts
        Language.
    labels : mapping
        Exposure → label.
    quiet : DataFrame
        Those rows of `association_table`.
    """
    names = texts.both(labels[name] for name in quiet["exposure"])
    seen = quiet["detectable_effect"].dropna()
    if seen.empty:
        return texts("summary.quiet", count=len(quiet), names=names)
    sizes = texts.interval(texts.number(100 * seen.min()), texts.number(100 * seen.max()))
    return texts("summary.quiet_detectable", count=len(quiet), names=names, sizes=sizes)


def _bounds(texts: Texts, low: float, high: float) -> str:
    """Interval of an odds ratio, or that it has none."""
    if np.isnan(low):
        return texts("status.no_interval")
    return texts.interval(texts.number(low, 1), texts.number(high, 1))


def _detectable(texts: Texts, row: Mapping[str, Any]) -> str:
    """Smallest odds ratio that would have been seen, with its percentage points."""
    if np.isnan(row["detectable"]):
        return texts("sentence.detectable_unknown")
    if np.isinf(row["detectable"]):
        return texts("sentence.undetectable")
    points = texts.points(row["detectable_effect"])
    return texts("sentence.detectable_size", odds_ratio=texts.number(row["detectable"], 1), effect=points)


def index_sentence(texts: Texts, label: str, index: Association) -> str:
    """Say how the number of forms goes with the yields, or why that cannot be estimated."""
    if np.isnan(index.odds_ratio):
        return texts("sentence.not_estimable", names=label, why=texts(f"status.{index.status}", names=""))
    interval = texts("status.no_interval")
    if np.isfinite(index.low):
        interval = texts.interval(texts.number(index.low, 2), texts.number(index.high, 2))
    return texts(
        "sentence.index_model",
        odds_ratio=texts.number(index.odds_ratio, 2),
        interval=interval,
        effect=texts.points(index.effect),
    )


def flagged_sentence(texts: Texts, labels: Mapping[str, str], associations: pd.DataFrame, alpha: float) -> str:
    """Name the exposures whose adjusted p lies below `alpha`, for the alt text of the forest plot."""
    names = [labels[name] for name in associations.loc[associations["p_adjusted"] < alpha, "exposure"]]
    tested = associations["p_adjusted"].notna().any()
    key = "flagged" if names else "none_flagged" if tested else "none_tested"
    return texts(f"figure.forest.{key}", alpha=texts.number(alpha, 2), names=texts.both(names))


def plain_sentences(texts: Texts, labels: Mapping[str, str], associations: pd.DataFrame, alpha: float) -> list[str]:
    """Say without odds ratios what the forest plot shows: two groups of regions, out of a hundred answers.

    Parameters
    ----------
    texts : Texts
        Language.
    labels : mapping
        Exposure → label.
    associations : DataFrame
        Rows of `association_table` with ``family``.
    alpha : float
        Level for the adjusted p.
    """
    said = []
    for row in records(associations[associations["p_adjusted"] < alpha]):
        step = texts(f"plain.{'commitment' if row['exposure'] == 'commitment' else row['family']}")
        interval = texts("status.no_interval")
        if np.isfinite(row["effect_low"]):
            interval = texts.interval(texts.points(row["effect_low"]), texts.points(row["effect_high"]))
        said.append(
            texts(
                f"plain.{'more' if row['effect'] > 0 else 'fewer'}",
                name=labels[row["exposure"]],
                step=step,
                size=texts.number(abs(100 * row["effect"])),
                interval=interval,
            )
        )
    if said:
        return said
    return [texts("plain.nothing" if associations["p_adjusted"].notna().any() else "plain.untested")]
