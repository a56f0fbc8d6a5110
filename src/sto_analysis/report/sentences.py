"""Sentences that the results choose."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sto_analysis.analysis.pooled import Association
from sto_analysis.analysis.published import stand_out
from sto_analysis.report.figures import reason, records
from sto_analysis.report.language import Texts
from sto_analysis.survey.specifications import Grid
from sto_analysis.survey.wave import Fieldwork


def association_sentences(
    texts: Texts, labels: Mapping[str, str], associations: pd.DataFrame, alpha: float
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
    if quiet:
        said.append(texts("sentence.no_sign", names=texts.both(quiet)))
    said += [texts(f"sentence.{key}", names=texts.both(names), why=why) for (key, why), names in without.items()]
    return said


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


def registration_sentence(
    texts: Texts, grid: Grid, fieldwork: Fieldwork | None, *, synthetic: bool, same: bool | None = None
) -> str:
    """Say when the specifications were registered, and what that is worth for this wave.

    Parameters
    ----------
    texts : Texts
        Language.
    grid : Grid
        The declared specifications.
    fieldwork : Fieldwork or None
        When the questionnaire was open.
    synthetic : bool
        Whether the wave is simulated.
    same : bool, optional
        Whether the headline of the wave's model is the registered one, where that was checked.
    """
    if synthetic:
        worth = texts("registration.synthetic")
    elif fieldwork is None:
        worth = texts("registration.unknown")
    else:
        early = grid.registered <= fieldwork.end
        worth = texts(f"registration.{'before' if early else 'after'}", end=texts.date(fieldwork.end))
    deviations = [f"{texts.date(deviation.date)}: {deviation.label(texts.language)}" for deviation in grid.deviations]
    said = [texts("sentence.registered", date=texts.date(grid.registered)), worth]
    if same is not None:
        said.append(texts("sentence.as_registered" if same else "sentence.not_as_registered"))
    said.append(texts("sentence.deviations", deviations=texts.both(deviations) or texts("status.none")))
    return " ".join(said)


def robustness_sentences(texts: Texts, labels: Mapping[str, str], robustness: pd.DataFrame, alpha: float) -> list[str]:
    """Say how every flagged exposure fares in the checks, and which others only the curves flag.

    Parameters
    ----------
    texts : Texts
        Language.
    labels : mapping
        Exposure → label.
    robustness : DataFrame
        A row per exposure: the headline (``odds_ratio``, ``status``, ``tested``, ``p_adjusted``, ``least``, ``most``),
        the mutually adjusted model (``joint_`` with ``odds_ratio``, ``low``, ``high``, ``status``, ``alias``) and, for
        forms, its curve (``specifications``, ``positive``, ``curve_p_adjusted``).
    alpha : float
        Level for the adjusted p.
    """
    said = []
    for row in records(robustness[robustness["p_adjusted"] < alpha]):
        name, up = labels[row["exposure"]], row["odds_ratio"] > 1
        said.append(
            texts(
                "sentence.left_out",
                name=name,
                least=texts.number(row["least"], 1),
                most=texts.number(row["most"], 1),
            )
        )
        if np.isfinite(row["positive"]):
            said[-1] += " " + texts(
                "sentence.curve",
                share=texts.percent(row["positive"] if up else 1 - row["positive"]),
                count=texts.number(row["specifications"]),
                p=texts.p(row["curve_p_adjusted"]),
            )
        joint = {key.removeprefix("joint_"): value for key, value in row.items() if key.startswith("joint_")}
        if np.isnan(joint["odds_ratio"]):
            said[-1] += " " + texts("sentence.joint_not_estimable", why=reason(texts, labels, joint))
        elif joint["status"] == "ridge":
            said[-1] += " " + texts("sentence.joint_ridge", odds_ratio=texts.number(joint["odds_ratio"], 1))
        else:
            apart = joint["low"] > 1 if up else joint["high"] < 1
            said[-1] += " " + texts(
                "sentence.joint_apart" if apart else "sentence.joint_not_separable",
                odds_ratio=texts.number(joint["odds_ratio"], 1),
                low=texts.number(joint["low"], 1),
                high=texts.number(joint["high"], 1),
            )
    others = robustness[~(robustness["p_adjusted"] < alpha) & (robustness["curve_p_adjusted"] < alpha)]
    if len(others):
        said.append(texts("sentence.curve_only", names=texts.both(labels[name] for name in others["exposure"])))
    if said or robustness["p_adjusted"].notna().any():
        return said or [texts("sentence.nothing_flagged")]
    why = {
        reason(texts, labels, row) if np.isnan(row["odds_ratio"]) else texts(f"tested.{row['tested']}")
        for row in records(robustness)
    }
    return [texts("sentence.nothing_tested", why=texts.both(sorted(why)))]


def fieldwork_sentence(texts: Texts, fieldwork: Fieldwork | None) -> str:
    """When the questionnaire was open, or that nobody wrote it down."""
    if fieldwork is None:
        return texts("sentence.no_fieldwork")
    return texts("sentence.fieldwork", start=texts.date(fieldwork.start), end=texts.date(fieldwork.end))


def response_sentence(texts: Texts, labels: Mapping[str, str], response: pd.DataFrame, alpha: float) -> str:
    """Say whether answering regions differ from silent ones in context; `response` is what `compare_response` gave."""
    known = response.dropna(subset="p_adjusted").reset_index(drop=True)
    if known.empty:
        return texts("sentence.response_unknown")
    differing = known.loc[known["p_adjusted"] < alpha, "variable"]
    largest = known.iloc[int(known["difference"].abs().fillna(0).argmax())]
    return texts(
        "sentence.response_differs" if len(differing) else "sentence.response_alike",
        names=texts.both(labels[name] for name in differing),
        name=labels[str(largest["variable"])],
        size=texts.number(float(largest["difference"]), 2),
        p=texts.p(float(largest["p_adjusted"])),
    )


def missing_sentence(texts: Texts, labels: Mapping[str, str], robustness: pd.DataFrame, alpha: float) -> str:
    """Say how many answers are missing, and which flagged exposure would change its direction in an extreme case."""
    missing = int(robustness["filled"].max())
    if not missing:
        return texts("sentence.none_missing")
    flagged = robustness[robustness["p_adjusted"] < alpha]
    if flagged.empty:
        return texts("sentence.extremes_nothing", count=texts.number(missing))
    turned = flagged[(flagged["lowest"] < 1) & (flagged["highest"] > 1)]
    key = "sentence.extremes_turn" if len(turned) else "sentence.extremes_hold"
    return texts(key, count=texts.number(missing), names=texts.both(labels[name] for name in turned["exposure"]))


def change_sentences(texts: Texts, labels: Mapping[str, str], change: pd.DataFrame, alpha: float) -> list[str]:
    """Say on which aspects the paired change is detectable, per aspect and after Holm."""
    found = [labels[item] for item in change.loc[change["p"] < alpha, "item"]]
    if not found:
        return [texts("sentence.not_changed", alpha=texts.number(alpha, 2))]
    left = [labels[item] for item in change.loc[change["p_holm"] < alpha, "item"]]
    return [
        texts("sentence.changed", alpha=texts.number(alpha, 2), names=texts.both(found)),
        texts("sentence.changed_holm", count=len(change), names=texts.both(left) or texts("status.none")),
    ]


def summary_sentences(
    texts: Texts, labels: Mapping[str, str], shares: pd.DataFrame, regions: pd.DataFrame
) -> list[str]:
    """Say in a few sentences who answered, where yield is high and low, and how borging stands.

    Parameters
    ----------
    texts : Texts
        Language.
    labels : mapping
        Aspect → label.
    shares : DataFrame
        All measures: ``measure``, ``concept``, ``share``.
    regions : DataFrame
        The frame with ``answered``.
    """
    by = {measure: rows.set_index("concept")["share"] for measure, rows in shares.groupby("measure")}
    top, gaps = by["yield_top"], by["urgency"] - by["yield_top"]
    answered = int(regions["answered"].sum())
    widest = stand_out(gaps)
    best, worst = str(top.idxmax()), str(top.idxmin())
    borging = {key: texts.percent(share) for key, share in by["index"].items()}
    share = texts.percent(answered / len(regions))
    return [
        texts("sentence.response", answered=answered, population=len(regions), share=share),
        texts(
            "sentence.top_yield",
            first=labels[best],
            high=texts.percent(top[best]),
            last=labels[worst],
            low=texts.percent(top[worst]),
        ),
        texts("sentence.top_gap", names=texts.both(labels[a] for a in widest)),
        texts(
            "sentence.borging",
            active=borging["borging_active"],
            many=borging["index_many"],
            hardly=borging["index_hardly"],
        ),
    ]


def flagged_sentence(texts: Texts, labels: Mapping[str, str], associations: pd.DataFrame, alpha: float) -> str:
    """Name the exposures whose adjusted p lies below `alpha`, for the alt text of the forest plot."""
    names = [labels[name] for name in associations.loc[associations["p_adjusted"] < alpha, "exposure"]]
    tested = associations["p_adjusted"].notna().any()
    key = "flagged" if names else "none_flagged" if tested else "none_tested"
    return texts(f"figure.forest.{key}", alpha=texts.number(alpha, 2), names=texts.both(names))


def own_sentence(texts: Texts, own: pd.Series) -> str:
    """Say for how many aspects a region's own answer stands in the highest band, for the alt text of its profile.

    Parameters
    ----------
    texts : Texts
        Language.
    own : Series of nullable boolean
        Whether the answer is in the top band, by aspect; all missing when the region did not answer.
    """
    given = own.dropna()
    if given.empty:
        return texts("figure.no_answers")
    return texts("figure.own_answers", top=int(given.sum()), count=len(given))


def cells_sentence(
    texts: Texts, items: Mapping[str, str], labels: Mapping[str, str], cells: pd.DataFrame, alpha: float
) -> str:
    """Say which cell has the largest odds ratio and which are framed, for the alt text of their figure."""
    if cells["odds_ratio"].isna().all():
        why = {reason(texts, labels, row) for row in records(cells)}
        return texts("figure.cells.no_estimate", why=texts.both(sorted(why)))
    most = records(cells.sort_values("odds_ratio", ascending=False))[0]
    pairs = cells.loc[cells["p_adjusted"] < alpha, ["exposure", "item"]].itertuples(index=False)
    framed = texts.both(f"{labels[form]} – {items[item]}" for form, item in pairs)
    largest = texts(
        "figure.cells.largest",
        ratio=texts.number(most["odds_ratio"], 1),
        form=labels[most["exposure"]],
        aspect=items[most["item"]],
    )
    return f"{largest} {texts('figure.cells.flagged' if framed else 'figure.cells.none_flagged', names=framed)}"


def truth_sentence(texts: Texts, labels: Mapping[str, str], truth: pd.DataFrame, alpha: float) -> str:
    """Count the planted effects inside their intervals and name the nulls that are flagged nevertheless."""
    known = truth[truth["inside"].notna() & (truth["planted"] != 1)]
    null = truth[(truth["planted"] == 1) & (truth["p_adjusted"] < alpha)]
    return texts(
        "sentence.truth",
        inside=int(known["inside"].sum()),
        count=len(known),
        alpha=texts.number(alpha, 2),
        false=texts.both(labels[name] for name in null["exposure"]) or texts("status.none"),
    )
