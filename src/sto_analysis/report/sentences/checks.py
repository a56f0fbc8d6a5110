"""How firm the answer is."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sto_analysis.monitor.specifications import Grid
from sto_analysis.monitor.wave import Fieldwork
from sto_analysis.report.language import Texts
from sto_analysis.report.rows import reason, records


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
