"""The published figures, examined."""

from collections.abc import Mapping, Sequence

import pandas as pd

from sto_analysis.monitor.codebook import Codebook, Theme, Topic
from sto_analysis.report.language import DASH, Texts
from sto_analysis.report.rows import records
from sto_analysis.report.tables.named import named


def gap_table(
    texts: Texts, labels: Mapping[str, str], urgency: pd.Series, top: pd.Series, low: pd.Series
) -> pd.DataFrame:
    """Published urgency beside yield, sorted by the difference."""
    gaps = (urgency - top[urgency.index]).sort_values(ascending=False, kind="stable")
    return named(texts, {
        "aspect": [labels[a] for a in gaps.index],
        "urgency": [f"{urgency[a]}%" for a in gaps.index],
        "much_yield": [f"{top[a]}%" for a in gaps.index],
        "little_yield": [f"{low[a]}%" for a in gaps.index],
        "gap": [texts.points(gap / 100) for gap in gaps],
    })  # fmt: skip


def stars_table(texts: Texts, labels: Mapping[str, str], stars: pd.DataFrame) -> pd.DataFrame:
    """Counts, attainable p and printed asterisk per aspect; `stars` is what `stars_agree` gave."""
    answer = {True: texts("answer.yes"), False: texts("answer.no")}
    rows = records(stars)
    return named(texts, {
        "aspect": [labels[a] for a in stars.index],
        "counts": [f"{row['earlier']} → {row['later']}" for row in rows],
        "p_range": [texts.interval(texts.p(row["p_min"]), texts.p(row["p_max"])) for row in rows],
        "p_unpaired": [texts.p(row["p_unpaired"]) for row in rows],
        "star": [answer[row["starred"]] for row in rows],
        "agrees": [answer[row["agrees"]] for row in rows],
    })  # fmt: skip


def triangulation_table(texts: Texts, codebook: Codebook, urgency: pd.Series, top: pd.Series) -> pd.DataFrame:
    """Aspects in rows; questionnaire, attention, interviews and theory of change in columns."""
    language = texts.language

    def found_in(concepts: Mapping[str, Topic | Theme], aspect: str) -> str:
        found = [
            f"{concept.label(language).rstrip('.')} ({texts(f'kind.{concept.kind}')})"
            for concept in concepts.values()
            if aspect in concept.aspects
        ]
        return "\n".join(found) or DASH

    order = (urgency - top).sort_values(ascending=False, kind="stable").index
    stage = {aspect: stage.label(language) for stage in codebook.theory_of_change for aspect in stage.aspects}
    return named(texts, {
        "aspect": [codebook.aspects[a].short(language) for a in order],
        "urgency": [f"{urgency[a]}%" for a in order],
        "much_yield": [f"{top[a]}%" for a in order],
        "attention": [found_in(codebook.attention_topics, a) for a in order],
        "interviews": [found_in(codebook.interview_themes, a) for a in order],
        "theory": [stage.get(a, DASH) for a in order],
    })  # fmt: skip


def sizes_table(texts: Texts, sizes: Mapping[str, Sequence[int]]) -> pd.DataFrame:
    """Feasible sample sizes per column or group of columns."""
    return named(texts, {"figures": list(sizes), "sizes": [", ".join(map(str, found)) for found in sizes.values()]})


def index_table(texts: Texts, totals: pd.DataFrame, total: int) -> pd.DataFrame:
    """Attainable totals of forms per pair of cut-offs (columns many, hardly, least, greatest)."""
    rows = records(totals)
    return named(texts, {
        "many_cut": [str(row["many"]) for row in rows],
        "hardly_cut": [str(row["hardly"]) for row in rows],
        "total": [texts.interval(str(row["least"]), str(row["greatest"])) for row in rows],
        "fits": [texts("answer.yes" if row["least"] <= total <= row["greatest"] else "answer.no") for row in rows],
    }, total=total)  # fmt: skip


def grades_table(texts: Texts, codebook: Codebook, grades: pd.DataFrame) -> pd.DataFrame:
    """Every cell of the damaged slide as printed, with its state."""
    known = codebook.impact_statements
    return named(texts, {
        "statement": [known[i].label(texts.language) if i in known else "?" for i in grades["id"]],
        "printed": grades["printed"].astype(str).tolist(),
        "value": [texts.number(value, 1) for value in grades["value"]],
        "state": [texts(f"state.{state}") for state in grades["state"]],
    })  # fmt: skip
