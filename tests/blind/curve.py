"""The specification curve of docs/method.md."""

from itertools import product

import numpy as np
import pandas as pd

from tests.blind.data import ADJUSTER, ASPECTS, FORMS, PLAN, Array, Wave, codes, indicators, named, under_later_ids
from tests.blind.models import effect
from tests.blind.permuted import exchanges, scores, standardised, step_down
from tests.blind.recomputed import index
from tests.blind.stacked import fit, freedom, interval, refitted

KEYS = ["outcome", "adjust", "sample", "link", "coding"]


class Curve:
    """Everything that the specifications choose from."""

    def __init__(self, earlier: Wave, later: Wave) -> None:
        self.wave = later
        points = codes(later.answers, named("yield", ASPECTS)).to_numpy()
        band = later.yields.to_numpy()
        missing = np.isnan(band)
        self.outcomes = {"bands": band, "points": points}
        self.outcomes |= {"top": np.where(missing, np.nan, band == 2), "not_low": np.where(missing, np.nan, band > 0)}
        self.panel = later.answers.index.isin(under_later_ids(earlier.answers, later.frame.index).index)
        self.strata = later.context[ADJUSTER].to_numpy() * 2 + self.panel
        self.samples = {"all": np.ones(len(band), dtype=bool), "panel": self.panel}

    def exposure(self, form: str, coding: str) -> Array:
        """A form at or above a level, or the number of forms, or at least so many of them."""
        if coding.startswith("at_least"):
            return (index(self.wave) >= int(coding[-1])).to_numpy(dtype=float)
        there = self.wave.levels >= (1 if coding.endswith("working_on_it") else 2)
        return (there.sum(axis=1) if coding.startswith("count") else there[form]).to_numpy(dtype=float)

    def adjusters(self, formula: str, rows: Array) -> Array:
        """Columns of a formula."""
        columns = []
        for term in formula.split(" + "):
            x = self.wave.context[term.removeprefix("C(").removesuffix(")")].to_numpy()[rows]
            columns.append(indicators(x) if term.startswith("C(") else x[:, None])
        return np.hstack(columns)

    def tables(self, row: dict[str, str], form: str) -> tuple[Array, Array]:
        """Answers, and exposure and adjusters, of a specification."""
        rows = self.samples[row["sample"]]
        x = self.exposure(form, row["coding"])[rows]
        return self.outcomes[row["outcome"]][rows], np.column_stack([x, self.adjusters(row["adjust"], rows)])

    def effect(self, row: dict[str, str], form: str) -> float:
        """The effect alone."""
        Y, X = self.tables(row, form)
        return effect(fit(Y, X, row["link"]), X, row["link"])

    def whole(self, row: dict[str, str], form: str) -> dict[str, float | str]:
        """A row of the curve, with its interval."""
        Y, X = self.tables(row, form)
        full, refits, status = refitted(Y, X, 0, row["link"])
        found = {"log_odds": full.b[0], "effect": effect(full, X, row["link"]), "status": status}
        if status == "ridge":
            return found
        df, b = freedom(X[:, 1:], X[:, 0]), np.array([f.b[0] for f in refits])
        each = np.array([effect(f, np.delete(X, i, 0), row["link"]) for i, f in enumerate(refits)])
        ends, odds = interval(found["effect"], each, df), np.exp(interval(full.b[0], b, df))
        return found | {"df": df} | dict(zip(["effect_low", "effect_high", "low", "high"], [*ends, *odds], strict=True))


def specifications(coding: list[str]) -> list[dict[str, str]]:
    """Every combination as declared, but for the rule of missing answers: no answer is missing."""
    chosen = (PLAN["outcome"], PLAN["adjust"], PLAN["sample"], PLAN["link"], coding)
    return [dict(zip(KEYS, each, strict=True)) for each in product(*chosen)]


CURVES = dict.fromkeys(FORMS, PLAN["form_from"])
CURVES["borging_index"] = [f"count:{level}" for level in PLAN["form_from"]]
CURVES["borging_index_cut"] = [f"at_least:{least}" for least in PLAN["index"][1:]]


class Null:
    """Score residuals of a specification, and what is taken out of them and of an exposure."""

    def __init__(self, curve: Curve, row: dict[str, str]) -> None:
        self.rows = curve.samples[row["sample"]]
        self.strata = curve.strata[self.rows]
        z, own = (
            curve.adjusters(row["adjust"], self.rows),
            (self.strata[:, None] == np.unique(self.strata)).astype(float),
        )
        first = np.shape(curve.adjusters(row["adjust"].split(" + ")[0], self.rows))[1]
        self.out = np.hstack([own, z[:, first:]])
        self.s = self.left(scores(curve.outcomes[row["outcome"]][self.rows], z))
        n = len(self.strata)
        self.lost = np.sqrt((n - np.linalg.matrix_rank(self.out)) / (n - own.shape[1]))

    def left(self, v: Array) -> Array:
        return v - self.out @ np.linalg.lstsq(self.out, v)[0]

    def statistic(self, x: Array, orders: Array) -> tuple[float, Array]:
        """T, and T of each exchange, which loses nothing to the further adjusters."""
        x, root = standardised(self.s, self.left(x[self.rows]), self.strata)
        within = (np.cumsum(self.rows) - 1)[orders[:, self.rows]]
        return float(self.s @ x / root * self.lost), self.s[within] @ x / root


def tested(curve: Curve, times: int, rng: np.random.Generator) -> tuple[pd.Series, pd.Series]:
    """T of every specification (the same for both links), and adjusted p of the curves."""
    orders, T, medians, drawn = exchanges(curve.strata, times, rng), {}, [], []
    every = [row for row in specifications([""]) if row["link"] == PLAN["link"][0]]
    nulls = [(row, Null(curve, row)) for row in every]
    for form, codings in CURVES.items():
        found = []
        for coding in codings:
            x = curve.exposure(form, coding)
            for row, null in nulls:
                found.append(null.statistic(x, orders))
                T |= {(form, *(row | {"link": link, "coding": coding}).values()): found[-1][0] for link in PLAN["link"]}
        each = np.median([d for _, d in found], axis=0)
        medians.append(np.median([t for t, _ in found]) / each.std())
        drawn.append(each / each.std())
    return pd.Series(T), pd.Series(step_down(np.array(medians), np.array(drawn).T)[1], index=list(CURVES))
