"""Every item of the questionnaire with its answers."""

import numpy as np
import pandas as pd

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.report.language import DASH, Texts
from sto_analysis.report.rows import by_position
from sto_analysis.report.tables.named import named

BANDS = ("low", "middle", "top")


def items_table(texts: Texts, codebook: Codebook, spread: pd.DataFrame) -> pd.DataFrame:
    """All items as asked, in Dutch, with the share of answers in each band and the base; glossed in English reports.

    Parameters
    ----------
    texts, codebook
        Language; questions, items and bands.
    spread : DataFrame
        `distribution` of every question: ``question``, ``concept``, ``position``, ``share``, ``base``.
    """
    rows: dict[str, list[str]] = {name: [] for name in ("item", "gloss", "question", *BANDS, "base")}
    for (question, concept), found in spread.groupby(["question", "concept"], sort=False):
        item = codebook.items[codebook.asked(str(question))[str(concept)]]
        bands = [level.band for level in item.scale.levels]
        shares = found.sort_values("position")["share"].groupby(bands).sum(min_count=1)
        rows["item"].append(item.label("nl"))
        rows["gloss"].append(item.label("en"))
        rows["question"].append(texts(f"question.{question}"))
        for band in BANDS:
            rows[band].append(texts.percent(shares.get(band, np.nan)) if band in bands else DASH)
        rows["base"].append(str(found["base"].iloc[0]))
    if texts.language == "nl":
        del rows["gloss"]
    return named(texts, rows)


def distribution_table(texts: Texts, codebook: Codebook, spread: pd.DataFrame) -> pd.DataFrame:
    """Share of every answer to one question, with the base; `spread` holds the rows of that question."""
    (question,) = set(spread["question"])
    shares = by_position(spread)
    labels = {concept: codebook.items[item].label(texts.language) for concept, item in codebook.asked(question).items()}
    table = named(texts, {"item": [labels[concept] for concept in shares.index]})
    for position, level in enumerate(codebook.level_labels(question, texts.language)):
        table[level] = [texts.percent(share) for share in shares[position]]
    bases = spread.drop_duplicates("concept").set_index("concept")["base"]
    return table.join(named(texts, {"base": [str(bases[concept]) for concept in shares.index]}))
