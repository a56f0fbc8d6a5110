"""One region beside all."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.report.language import DASH, Texts
from sto_analysis.report.rows import by_position
from sto_analysis.report.tables.named import named


def own_table(
    texts: Texts, codebook: Codebook, own: pd.Series | None, shares: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """One region's answers on urgency and yield beside the share of all regions in the top band.

    Parameters
    ----------
    texts, codebook
        Language and labels.
    own : Series or None
        The region's row of the answers; None when it did not answer: its columns are left out.
    shares : mapping
        ``urgency`` and ``yield`` → ``concept``, ``share``, ``base`` of the top band.
    """
    labels = codebook.labels("aspects", texts.language)
    columns: dict[str, list[str]] = {"aspect": list(labels.values())}
    names = {"urgency": ("own_urgency", "urgency"), "yield": ("own_yield", "much_yield")}
    for question, table in shares.items():
        rows = table.set_index("concept").loc[list(labels)]
        mine, all_regions = names[question]
        if own is not None:
            columns[mine] = _answers(texts, codebook, question, own)
        columns[all_regions] = [texts.percent(share) for share in rows["share"]]
        columns[f"base.{question}"] = [str(base) for base in rows["base"]]
    return named(texts, columns)


def _answers(texts: Texts, codebook: Codebook, question: str, own: pd.Series) -> list[str]:
    """One region's answers in words."""
    words = []
    for item in codebook.asked(question).values():
        scale = {level.id: level.label(texts.language) for level in codebook.items[item].scale.levels}
        words.append(texts("answer.none") if pd.isna(own[item]) else scale[str(own[item])])
    return words


def forms_table(texts: Texts, codebook: Codebook, own: pd.Series | None, spread: pd.DataFrame) -> pd.DataFrame:
    """One region's forms of borging beside the levels of all regions.

    Parameters
    ----------
    texts, codebook
        Language and labels.
    own : Series or None
        The region's row of the answers; None when it did not answer: its column is left out.
    spread : DataFrame
        Rows of `distribution` for ``borging``.
    """
    labels = codebook.labels("borging_forms", texts.language)
    mine = {} if own is None else {"own": _answers(texts, codebook, "borging", own)}
    table = named(texts, {"form": list(labels.values()), **mine})
    shares = by_position(spread).loc[list(labels)]
    for position, level in enumerate(codebook.level_labels("borging", texts.language)):
        table[texts("column.regions_with", level=level)] = [texts.percent(share) for share in shares[position]]
    bases = spread.drop_duplicates("concept").set_index("concept")["base"]
    return table.join(named(texts, {"base": [str(bases[form]) for form in labels]}))


def own_levels(texts: Texts, codebook: Codebook, region: pd.Series, own: pd.Series | None) -> dict[str, str]:
    """Level of a region in words, by context variable and, when it answered, by form of borging."""
    levels = {}
    for name, variable in codebook.context_variables.items():
        words = {level.code: level.label(texts.language) for level in variable.levels}
        levels[name] = DASH if np.isnan(region[name]) else words[int(region[name])]
    if own is not None:
        levels |= dict(zip(codebook.borging_forms, _answers(texts, codebook, "borging", own), strict=True))
    return levels


def context_table(texts: Texts, codebook: Codebook, region: pd.Series, spread: pd.DataFrame) -> pd.DataFrame:
    """A region's context in words, and how many regions of the frame have the same.

    Parameters
    ----------
    texts, codebook
        Language and labels.
    region : Series
        Its context codes.
    spread : DataFrame
        `distribution` of the codes over all regions of the frame.
    """
    labels, levels = codebook.labels("context_variables", texts.language), own_levels(texts, codebook, region, None)
    shares = spread.set_index(["concept", "position"])["share"].to_dict()
    bases = spread.drop_duplicates("concept").set_index("concept")["base"]
    return named(texts, {
        "context": list(labels.values()),
        "level": [levels[name] for name in labels],
        "alike": [texts.percent(shares.get((name, region[name]), np.nan)) for name in labels],
        "base": [str(bases[name]) for name in labels],
    })  # fmt: skip
