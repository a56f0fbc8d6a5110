"""What a region's own answers say, beside those of all regions."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sto_analysis.analysis.published import stand_out
from sto_analysis.report.language import Texts

_HALF = 0.5


def own_sentences(
    texts: Texts, labels: Mapping[str, str], high: Mapping[str, pd.Series], shares: Mapping[str, pd.Series]
) -> list[str]:
    """Say where a region's urgency and yield meet, part, and differ from what most regions answered.

    Parameters
    ----------
    texts : Texts
        Language.
    labels : mapping
        Aspect → short label.
    high : mapping
        ``urgency`` and ``yield`` → whether the region's answer is in the top band, by aspect; missing where it gave
        none.
    shares : mapping
        ``urgency`` and ``yield`` → share of all regions in the top band, by aspect.
    """
    both = pd.DataFrame(dict(high)).dropna().astype(bool)
    urgent, much = both["urgency"], both["yield"]
    gap, met = [_names(texts, labels, which) for which in (both[urgent & ~much], both[urgent & much])]
    count, total = int((urgent & ~much).sum()), len(both)
    said = [texts("own.gap" if gap else "own.no_gap", count=count, total=total, names=gap)]
    if met:
        said.append(texts("own.met", names=met))
    for question, answers in high.items():
        given = answers.dropna().astype(bool)
        most = shares[question].reindex(given.index) >= _HALF
        for key, which in (("more", given & ~most), ("less", ~given & most)):
            if which.any():
                said.append(texts(f"own.{question}.{key}", names=_names(texts, labels, given[which])))
    return said


def _names(texts: Texts, labels: Mapping[str, str], of: pd.DataFrame | pd.Series) -> str:
    return texts.both(labels[str(concept)] for concept in of.index)


def own_borging_sentence(texts: Texts, labels: Mapping[str, str], own: pd.Series, shares: pd.Series) -> str:
    """Say which forms a region has arranged, works on, or lacks, beside the mean number of all regions.

    Parameters
    ----------
    texts : Texts
        Language.
    labels : mapping
        Form → short label.
    own : Series
        Position of the region's answer by form: 0 no, 1 working on it, 2 arranged; NaN where it gave none.
    shares : Series
        Share of all regions that work on a form or have it arranged.
    """
    levels = [texts.both(labels[str(form)] for form in own.index[own == level]) for level in (2, 1, 0)]
    arranged, working, lacking = (names or texts("status.none") for names in levels)
    mean = texts.number(float(shares.sum()), 1)
    own_count, count = int((own > 0).sum()), int(own.notna().sum())
    return texts(
        "own.borging",
        own=own_count, count=count, mean=mean, total=len(shares), arranged=arranged, working=working, lacking=lacking,
    )  # fmt: skip


def own_model_sentences(
    texts: Texts, labels: Mapping[str, str], associations: pd.DataFrame, levels: Mapping[str, str], alpha: float
) -> list[str]:
    """Say where a region stands on what is associated with yield in all regions.

    Parameters
    ----------
    texts : Texts
        Language.
    labels : mapping
        Form or context variable → short label.
    associations : DataFrame
        Rows of `association_table`.
    levels : mapping
        Form or context variable → the region's own level in words, where it is known.
    alpha : float
        Level for the adjusted p.
    """
    flagged = associations.loc[associations["p_adjusted"] < alpha, "exposure"]
    return [texts("own.level", name=labels[name], level=levels[name]) for name in flagged if name in levels]


def discuss_sentences(
    texts: Texts,
    labels: Mapping[str, str],
    high: Mapping[str, pd.Series],
    own: pd.Series,
    shares: Mapping[str, pd.Series],
) -> list[str]:
    """Questions for the steering group, chosen by the region's answers or, without them, by those of all regions.

    Parameters
    ----------
    texts : Texts
        Language.
    labels : mapping
        Aspect or form → short label.
    high, shares : mapping
        As `own_sentences` takes.
    own : Series
        As `own_borging_sentence` takes.
    """
    both = pd.DataFrame(dict(high)).dropna().astype(bool)
    if both.empty:
        gaps = (shares["urgency"] - shares["yield"]).dropna()
        widest = texts.both(labels[aspect] for aspect in stand_out(gaps))
        return [texts("discuss.recognise", names=widest), texts("discuss.which_forms"), texts("discuss.next_time")]
    gap = both[both["urgency"] & ~both["yield"]]
    lacking = own.index[own == 0]
    said = [texts("discuss.gap", names=_names(texts, labels, gap))] if len(gap) else []
    if len(lacking):
        said.append(texts("discuss.lacking", names=texts.both(labels[str(form)] for form in lacking)))
    return [*said, texts("discuss.evidence")]


def own_places_sentence(texts: Texts, high: Mapping[str, pd.Series]) -> str:
    """Say for how many aspects a region's answers stand in the highest band, for the alt text of its profile.

    Parameters
    ----------
    texts : Texts
        Language.
    high : mapping
        As `own_sentences` takes.
    """
    given = {question: answers.dropna() for question, answers in high.items()}
    if not any(map(len, given.values())):
        return texts("figure.no_answers")
    counts = {f"{question}_top": int(answers.sum()) for question, answers in given.items()}
    return texts("figure.own_answers", **counts, count=int(np.max([len(answers) for answers in given.values()])))
