"""What is urgent, yields little and gets less attention than most: by rule, wherever the answers say so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from sto_analysis.known import records
from sto_analysis.report.context import Context
from sto_analysis.report.shown import all_shown
from sto_analysis.report.ties import at_end, furthest_behind, verb

Shares = list[float]
_BIG = Markup("<strong>{}</strong> {}")


@dataclass(frozen=True)
class Focus:
    """The aspects whose yield lags behind, and the attention that they get.

    Parameters
    ----------
    aspects : list of str
        Their ids.
    urgency, yields : list of float
        Shares of regions that find them (very) urgent, and that see (much) yield, as known numbers.
    ends : bool
        Whether they are the most urgent of all and yield least of all.
    neglected : list of str
        Those of them that get less attention than most.
    less, others : list of float
        Shares of regions that give less attention to the topics of `neglected`, and to all other topics.
    """

    aspects: list[str]
    urgency: Shares
    yields: Shares
    ends: bool
    neglected: list[str]
    less: Shares
    others: Shares


def find_focus(context: Context, results: Mapping[str, pd.DataFrame]) -> Focus | None:
    """Find the aspects whose urgency stands furthest above their yield, if these are urgent and yield little.

    Parameters
    ----------
    context : Context
        Its codebook says which topic of attention belongs to which aspect.
    results : mapping
        ``shares``, ``gaps`` and ``bands``.

    Returns
    -------
    Focus or None
        Above the median urgency and below the median yield, each of them; None where that does not hold. One that is
        neglected has topics, and of each of them more regions than for the median topic say that it gets less
        attention.
    """
    frames = _read(results)
    if not all(map(all_shown, frames, ("share", "gap", "share"))):
        return None
    urgency, yields = (_by_concept(results["shares"], measure) for measure in ("urgency", "yield_top"))
    aspects = furthest_behind(context.texts, results["gaps"])
    middle = [np.median([*side.values()] or [np.nan]) for side in (urgency, yields)]
    if not aspects or not all(urgency[each] > middle[0] and yields[each] < middle[1] for each in aspects):
        return None
    others = [[side[each] for each in side if each not in aspects] for side in (urgency, yields)]
    ends = min(urgency[each] for each in aspects) >= max(others[0], default=0)
    ends &= max(yields[each] for each in aspects) <= min(others[1], default=1)
    attention = _attention(context, results["bands"], aspects)
    return Focus(aspects, [urgency[each] for each in aspects], [yields[each] for each in aspects], ends, *attention)


def _read(results: Mapping[str, pd.DataFrame]) -> list[pd.DataFrame]:
    """Rows that `find_focus` looks at."""
    shares, bands = results["shares"], results["bands"]
    less = bands[(bands["question"] == "attention") & (bands["band"] == "low")]
    return [shares[shares["measure"].isin(["urgency", "yield_top"])], results["gaps"], less]


def _by_concept(shares: pd.DataFrame, measure: str) -> dict[str, float]:
    """Known shares of one measure."""
    return {
        row["concept"]: row["share"]
        for row in records(shares[(shares["measure"] == measure) & shares["share"].notna()])
    }


def _attention(context: Context, bands: pd.DataFrame, aspects: list[str]) -> tuple[list[str], Shares, Shares]:
    """Which aspects get less attention than most, and the shares that say so."""
    found = records(bands[(bands["question"] == "attention") & (bands["band"] == "low") & bands["share"].notna()])
    less, topics = {row["concept"]: row["share"] for row in found}, context.codebook.attention_topics
    middle = np.median([*less.values()] or [np.nan])
    of = {each: [topic for topic in less if each in topics[topic].aspects] for each in aspects}
    neglected = [each for each, its in of.items() if its and all(less[topic] > middle for topic in its)]
    its = {topic for each in neglected for topic in of[each]}
    return neglected, [less[topic] for topic in less if topic in its], [less[each] for each in less if each not in its]


def focus_sentence(context: Context, focus: Focus) -> str:
    """Say which aspects are urgent and yield little, and that they get less attention, where that is so."""
    t, names = context.texts, context.names(focus.aspects)
    said = [t(f"focus.{'ends' if focus.ends else 'high'}", names=names, verb=verb(t, len(focus.aspects)))]
    if focus.neglected == focus.aspects:
        said.append(t("focus.less"))
    elif focus.neglected:
        said.append(t("focus.less_for", names=context.names(focus.neglected)))
    return Markup(" ").join(said)


def span(context: Context, shares: Iterable[float]) -> str:
    """The lowest and the highest of some shares in per cent; one where they are printed equal."""
    return context.texts.span(context.texts.percent, min(shares), max(shares))


def callouts(context: Context, results: Mapping[str, pd.DataFrame]) -> list[str]:
    """Give the three numbers that the report opens with, each with its line: chosen by the results.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    results : mapping
        ``shares``, ``gaps`` and ``bands``.

    Returns
    -------
    list of str
        Urgency, yield and attention of the `Focus`, which `focus_sentence` names; without one, the highest urgency,
        the lowest yield and how many work on borging. What nobody answered is left out.
    """
    t, shares, focus = context.texts, results["shares"], find_focus(context, results)
    if not focus:
        return [*_ends(context, shares), *_active(context, shares)]
    told = [
        _BIG.format(span(context, focus.urgency), t("callout.urgency")),
        _BIG.format(span(context, focus.yields), t("callout.yields")),
    ]
    if focus.neglected != focus.aspects or not focus.others:
        return [*told, *_active(context, shares)]
    return [*told, _BIG.format(span(context, focus.less), t("callout.less", others=span(context, focus.others)))]


def _ends(context: Context, shares: pd.DataFrame) -> list[str]:
    """The highest urgency and the lowest yield."""
    t, told = context.texts, list[str]()
    for measure, key, least in (("urgency", "urgency_of", False), ("yield_top", "yields_of", True)):
        of_it = shares[shares["measure"] == measure]
        rows: list[Any] = records(of_it) if all_shown(of_it, "share") else []
        if found := at_end(rows, itemgetter("share"), t.percent, least=least):
            names = context.names(row["concept"] for row in found)
            told.append(_BIG.format(t.percent(found[0]["share"]), t(f"callout.{key}", names=names)))
    return told


def _active(context: Context, shares: pd.DataFrame) -> list[str]:
    """How many regions work on borging."""
    found = [row["share"] for row in records(shares[shares["concept"] == "borging_active"]) if row["share"] >= 0]
    return [_BIG.format(context.texts.percent(share), context.texts("callout.active")) for share in found]
