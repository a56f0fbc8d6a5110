"""What the published figures say, in a few sentences."""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

import pandas as pd
from markupsafe import Markup

from sto_analysis.known import records
from sto_analysis.report.context import Context
from sto_analysis.report.ties import at_end, furthest_behind

_FRACTIONS = {"quarter": 1 / 4, "third": 1 / 3, "half": 1 / 2, "two_thirds": 2 / 3, "three_quarters": 3 / 4}
_NEAR = 0.01
"""So near to a fraction a share is told as one, in words."""


def _rows(shares: pd.DataFrame, measure: str) -> list[dict[str, Any]]:
    return records(shares[shares["measure"] == measure])


def _apart(context: Context, shares: pd.DataFrame, gaps: pd.DataFrame) -> list[str]:
    """Aspects whose yield lags furthest behind their urgency, in the order of their urgency."""
    apart = furthest_behind(context.texts, gaps)
    return [row["concept"] for row in _rows(shares, "urgency_later") if row["concept"] in apart]


def callouts(context: Context, shares: pd.DataFrame, gaps: pd.DataFrame) -> list[str]:
    """Urgency, yield and attention of the aspects that lag furthest behind, each with its number or word first.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    shares, gaps : DataFrame
        The results ``published_shares`` and ``published_gaps``.
    """
    t, apart = context.texts, _apart(context, shares, gaps)
    found = {name: [row for row in _rows(shares, of) if row["concept"] in apart] for name, of in _SIDES.items()}
    spans = {name: _span(context, (row["share"] for row in rows)) for name, rows in found.items()}
    told = [t(f"published.{name}", share=share, names=context.names(apart)) for name, share in spans.items()]
    topics = context.codebook.attention_topics.values()
    ways = {topic.direction for topic in topics if set(topic.aspects) & set(apart)}
    return told + [t(f"published.attention.{way}") for way in ways if len(ways) == 1]


_SIDES = {"urgent": "urgency_later", "yield": "yield_top"}


def _span(context: Context, shares: Iterable[float]) -> str:
    """The least and the most of some shares."""
    known = list(shares)
    return context.texts.span(context.texts.percent, min(known), max(known))


def main_points(
    context: Context,
    shares: pd.DataFrame,
    gaps: pd.DataFrame,
    starred: Iterable[str],
    said: Mapping[str, float],
    active: float,
) -> list[str]:
    """What else a reader takes away: the least and the most yield, what rose, borging, the talks.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    shares, gaps : DataFrame
        The results ``published_shares`` and ``published_gaps``.
    starred : iterable of str
        Aspects that the slide marks with an asterisk.
    said : mapping
        Counts of ``published_said`` by kind.
    active : float
        Share that works on borging.
    """
    t, rose, apart = context.texts, context.names(starred), _apart(context, shares, gaps)
    points = [_end(context, "low", _rows(shares, "yield_low")), _end(context, "most", _rows(shares, "yield_top"))]
    if rose:
        points.append(t("published.rose", names=rose))
    share = _fraction(context, active) or t.percent(active)
    points.append(t("published.borging", share=share[:1].upper() + share[1:]))
    themes = [theme.aspects for theme in context.codebook.interview_themes.values() if theme.sign == "attention"]
    names = context.names(aspect for aspect in apart if any(aspect in aspects for aspects in themes))
    talks = [t("published.talks", **{name: t.number(said[name]) for name in ("positive", "attention")})]
    talks += [t("published.talks_too", names=names)] if names else []
    return [*points, Markup(" ").join(talks)]


def _end(context: Context, key: str, rows: list[dict[str, Any]]) -> str:
    """Name the aspects with the most of something, ties included."""
    found = at_end(rows, itemgetter("share"), context.texts.percent)
    names = context.names(row["concept"] for row in found)
    return context.texts(f"published.{key}", names=names, share=in_words(context, found[0]["share"]))


def in_words(context: Context, share: float) -> str:
    """A share as the fraction that it nearly is, with its percentage; as a percentage only where it is none."""
    told, words = context.texts.percent(share), _fraction(context, share)
    return context.texts("fraction.told", words=words, share=told) if words else told


def _fraction(context: Context, share: float) -> str:
    return next((context.texts(f"fraction.{name}") for name, of in _FRACTIONS.items() if abs(share - of) <= _NEAR), "")
