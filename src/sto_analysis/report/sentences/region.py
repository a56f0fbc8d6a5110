"""What a region's own answers say, beside those of all regions."""

from collections.abc import Mapping

import pandas as pd

from sto_analysis.known import whole
from sto_analysis.report.context import Context
from sto_analysis.report.sentences.wave import gap_sentence

_HALF = 0.5


def own_sentences(
    context: Context, high: Mapping[str, pd.Series], shares: Mapping[str, pd.Series], counts: pd.DataFrame
) -> list[str]:
    """Say where a region's urgency and yield meet, part, and differ from what most regions answered.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    high : mapping
        ``urgency`` and ``yield`` → whether the region's answer is in the top band, by aspect; missing where it gave
        none.
    shares : mapping
        ``urgency`` and ``yield`` → share of all regions in the top band, by aspect.
    counts : DataFrame
        The result ``own`` of the region.
    """
    t, both = context.texts, _both(high)
    gap, met = both.index[both["urgency"] & ~both["yield"]], both.index[both["urgency"] & both["yield"]]
    told = whole(counts, "gap", "compared")
    said = [t("own.gap" if len(gap) else "own.no_gap", names=context.names(gap), **told)]
    if len(met):
        said.append(t("own.met", names=context.names(met)))
    for question, answers in high.items():
        given = answers.dropna().astype(bool)
        most = shares[question].reindex(given.index) >= _HALF
        for key, which in (("more", given & ~most), ("less", ~given & most)):
            if which.any():
                said.append(t(f"own.{question}.{key}", names=context.names(given.index[which])))
    return said


def _both(high: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Whether the answers are in the top band, for the aspects on which both were given."""
    return pd.DataFrame(dict(high)).dropna().astype(bool)


def own_borging_sentence(context: Context, own: pd.Series, counts: pd.DataFrame, shares: pd.DataFrame) -> str:
    """Say which forms a region has arranged, works on, or lacks, beside the mean number of all regions.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    own : Series
        Position of the region's answer by form: 0 no, 1 working on it, 2 arranged; NaN where it gave none.
    counts : DataFrame
        The result ``own`` of the region.
    shares : DataFrame
        The result of that name, with ``mean_forms``.
    """
    t = context.texts
    levels = {
        name: context.names(own.index[own == level]) or t("status.none")
        for level, name in enumerate(("lacking", "working", "arranged"))
    }
    told = whole(counts, "forms", "forms_answered", "forms_asked")
    mean = t.number(whole(shares, "mean_forms")["mean_forms"], 1)
    return t("own.borging", mean=mean, **told, **levels)


def own_model_sentences(context: Context, associations: pd.DataFrame, levels: Mapping[str, str]) -> list[str]:
    """Say where a region stands on what is associated with yield in all regions.

    Parameters
    ----------
    context : Context
        Language, names and level of the page.
    associations : DataFrame
        Rows of `association_table`.
    levels : mapping
        Form or context variable → the region's own level in words, where it is known.
    """
    flagged = associations.loc[associations["p_adjusted"] < context.alpha, "exposure"]
    known = [name for name in flagged if name in levels]
    return [context.texts("own.level", name=context.short[name], level=levels[name]) for name in known]


def discuss_sentences(context: Context, high: Mapping[str, pd.Series], own: pd.Series, gaps: pd.DataFrame) -> list[str]:
    """Questions for the steering group, chosen by the region's answers or, without them, by those of all regions.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    high : mapping
        As `own_sentences` takes.
    own : Series
        As `own_borging_sentence` takes.
    gaps : DataFrame
        ``concept``, ``gap``, of all regions.
    """
    t, both = context.texts, _both(high)
    if both.empty:
        told = gap_sentence(context, gaps)
        return [t("discuss.recognise", told=told), t("discuss.which_forms"), t("discuss.next_time")]
    gap, lacking = both.index[both["urgency"] & ~both["yield"]], own.index[own == 0]
    named = {"discuss.gap": context.names(gap), "discuss.lacking": context.names(lacking)}
    return [*(t(key, names=names) for key, names in named.items() if names), t("discuss.evidence")]


def own_places_sentence(context: Context, counts: pd.DataFrame) -> str:
    """Say for how many aspects a region's answers stand in the highest band, for the alt text of its profile.

    Parameters
    ----------
    context : Context
        Language of the page.
    counts : DataFrame
        The result ``own`` of the region; without a row where it did not answer.
    """
    told = whole(counts, "urgency_top", "yield_top", "aspects")
    return context.texts("figure.own_answers" if told["aspects"] > 0 else "figure.no_answers", **told)
