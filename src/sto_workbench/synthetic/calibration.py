"""The error rates of the headline analysis, on simulated waves whose truth is known."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import logit, ndtr

from sto_analysis.analysis.family import association_table
from sto_analysis.monitor.published_figures import read_published
from sto_workbench.synthetic.generator import YEARS


@dataclass(frozen=True)
class Scenario:
    """What a kind of simulated wave is made of.

    Parameters
    ----------
    name : str
        For the table.
    regions : int
        Answering regions.
    confounding : float
        How strongly commitment (three levels) acts on forms (latent standard deviations per step) and on yields (log
        odds per step).
    effect : float
        True log odds ratio of the third form on all yields; the others have none.
    """

    name: str
    regions: int
    confounding: float = 0.0
    effect: float = 0.0


SCENARIOS = (
    *(
        Scenario(name, regions, confounding, effect)
        for regions in (51, 78)
        for name, confounding, effect in (
            ("no effect", 0.0, 0.0),
            ("confounding, no effect", 0.7, 0.0),
            ("confounding, planted effect", 0.7, float(np.log(4.6))),
        )
    ),
    Scenario("detectable effect", 51, 0.0, float(np.log(4.6))),
    Scenario("detectable effect", 78, 0.0, float(np.log(3.2))),
)
"""The last two are those for which the method study found a power of 80 %."""
PLANTED = 2
"""Position of the form that carries the effect."""
PERMUTATIONS = 999


def simulate(
    rng: np.random.Generator, scenario: Scenario, top: pd.Series, low: pd.Series, prevalence: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Draw one wave from the model: a Gaussian copula inside a region, logistic margins.

    Parameters
    ----------
    rng : Generator
        Source.
    scenario : Scenario
        Size and truth.
    top, low : Series
        Shares in the top and the low band by aspect (thresholds where nothing acts).
    prevalence : Series
        Share of regions with each form.

    Returns
    -------
    outcomes : DataFrame
        Band codes 0, 1, 2 by region and aspect.
    forms : DataFrame
        0/1 by region and form.
    commitment : Series
        0, 1, 2 by region.
    """
    n, k = scenario.regions, len(prevalence)
    commitment = rng.choice([0.0, 1.0, 2.0], size=n, p=[0.3, 0.4, 0.3])
    shared, noise = rng.standard_normal((n, 1)), rng.standard_normal((n, k))
    latent = np.sqrt(0.4) * shared + np.sqrt(0.6) * noise + scenario.confounding * (commitment[:, None] - 1)
    spread = np.sqrt(1 + 0.6 * scenario.confounding**2)
    forms = (ndtr(latent / spread) > 1 - prevalence.to_numpy()).astype(float)
    within = np.sqrt(0.4) * rng.standard_normal((n, 1)) + np.sqrt(0.6) * rng.standard_normal((n, len(top)))
    eta = scenario.confounding * (commitment - 1) + scenario.effect * (forms[:, PLANTED] - prevalence.iloc[PLANTED])
    answers = logit(ndtr(within)) + eta[:, None]
    bounds = logit(np.clip([low.to_numpy(), 1 - top.to_numpy()], 1e-9, 1 - 1e-9))
    codes = (answers > bounds[0]).astype(float) + (answers > bounds[1])
    index = pd.RangeIndex(n)
    return (
        pd.DataFrame(codes, index=index, columns=top.index),
        pd.DataFrame(forms, index=index, columns=prevalence.index),
        pd.Series(commitment, index=index, name="commitment"),
    )


def score_wave(
    scenario: Scenario, top: pd.Series, low: pd.Series, prevalence: pd.Series, permutations: int, seed: int
) -> dict[str, float]:
    """Run the headline model on one simulated wave and hold it against the truth.

    Parameters
    ----------
    scenario, top, low, prevalence
        As for `simulate`.
    permutations, seed : int
        Of the max-T test; the seed also draws the wave.

    Returns
    -------
    dict
        ``false`` (1 when any null form is flagged at .05 after max-T), ``found`` (the planted one is),
        ``covered`` (share of forms whose interval holds the truth; of the planted form only where there is one,
        because the others then stand for what goes with it), ``ridge`` (share separated).
    """
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, scenario.regions])))
    outcomes, forms, commitment = simulate(rng, scenario, top, low, prevalence)
    table = association_table(outcomes, forms, commitment, permutations, seed, 0.05)
    truth = np.zeros(len(table))
    truth[PLANTED] = scenario.effect
    flagged = (table["p_adjusted"] < 0.05).to_numpy()
    known = table["low"].notna().to_numpy()
    inside = (np.log(table["low"]) <= truth) & (truth <= np.log(table["high"]))
    null = truth == 0
    if scenario.effect:
        known = known & ~null
    return {
        "false": float((flagged & null).any()),
        "found": float(flagged[PLANTED]),
        "covered": float(inside[known].mean()) if known.any() else np.nan,
        "ridge": float((table["status"] == "ridge").mean()),
    }


def summarise(scenario: Scenario, scores: pd.DataFrame) -> dict[str, object]:
    """Turn the scores of many waves into rates with their Monte Carlo standard errors.

    Parameters
    ----------
    scenario : Scenario
        What was simulated.
    scores : DataFrame
        A row of `score_wave` per wave.

    Returns
    -------
    dict
        One row of the table of error rates; power only where an effect was planted.
    """
    error = scores.std(ddof=1) / np.sqrt(len(scores))
    row: dict[str, object] = {"scenario": scenario.name, "regions": scenario.regions, "waves": len(scores)}
    wrong = "another form flagged" if scenario.effect else "family-wise error"
    for name, column in ((wrong, "false"), ("coverage", "covered"), ("power", "found"), ("separated", "ridge")):
        if column != "found" or scenario.effect:
            row |= {name: scores[column].mean(), f"{name} (MC se)": error[column]}
    return row


def calibration_table(waves: int, workers: int) -> pd.DataFrame:
    """Score `waves` simulated waves per scenario, with the margins of the published figures.

    Parameters
    ----------
    waves : int
        Simulated waves per scenario; their seeds are 0, 1, 2, ...
    workers : int
        Processes.

    Returns
    -------
    DataFrame
        One row per scenario, as `summarise` gives.
    """
    slides, rows = read_published(), []
    top, low, forms = (slides.percentages(measure, YEARS[1]) / 100 for measure in ("yield_top", "yield_low", "borging"))
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # read when a worker loads numpy
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for scenario in SCENARIOS:
            score = partial(score_wave, scenario, top, low, forms, PERMUTATIONS)
            rows.append(summarise(scenario, pd.DataFrame(pool.map(score, range(waves), chunksize=10))))
    return pd.DataFrame(rows)
