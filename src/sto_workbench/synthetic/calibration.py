"""The error rates of what the reports claim, on simulated waves whose truth is known."""

import multiprocessing
import os
from collections.abc import Callable, Collection
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from sto_workbench.synthetic import scoring
from sto_workbench.synthetic.scoring import Scores
from sto_workbench.synthetic.worlds import PLANTED, SECOND, SHARED, Given, World, read_given

BOUNDS = {
    "false finding": (np.nan, 0.05),
    "odds ratio covered": (0.93, np.nan),
    "difference covered": (0.93, np.nan),
    "shared: odds ratio covered": (0.93, np.nan),
    "plain share covered": (0.93, np.nan),
    "post-stratified share covered": (0.93, np.nan),
    "nothing relevant, wrongly": (np.nan, 0.05),
    "within regions: false finding": (np.nan, 0.05),
    "pooled less 4/9 of the other": (np.nan, 0.0),
    "found at the detectable effect": (0.75, 0.85),
}
"""Measure → at least and at most, where a scenario promises it; two Monte Carlo errors are allowed for."""


@dataclass(frozen=True)
class Scenario:
    """A kind of simulated wave, and what is scored on it.

    Parameters
    ----------
    name : str
        For the table.
    world : World
        What is true.
    score : callable
        From world, what is given, and seed to `Scores`.
    promised : tuple of str
        Measures that `BOUNDS` hold for here.
    relevant : bool
        Whether `PLANTED` has the effect of which the difference of shares is exactly the smallest relevant one.
    """

    name: str
    world: World
    score: Callable[[World, Given, int], Scores] = scoring.score_associations
    promised: tuple[str, ...] = ()
    relevant: bool = False


NULL = ("false finding", "odds ratio covered", "difference covered")
EFFECT = {PLANTED: (float(np.log(4.6)),) * 2}
THREE = {PLANTED: (1.2, 1.2), "communication": (0.6, 0.6), "joint_offer": (-0.3, -0.3)}
SHAPES = {"proportional": (1.0, 1.0), "crossing": (-0.5, 1.5), "top only": (0.0, 1.2)}
"""Log odds ratios at the lower and the upper cut."""


def _scenarios() -> list[Scenario]:
    null = [
        Scenario(f"{name}{gaps}", World(regions, confounding, missing=missing), promised=NULL)
        for regions in (51, 78)
        for name, confounding in (("no effect", 0.0), ("confounding, no effect", 0.7))
        for gaps, missing in (("", 0.0), (", 5 % missing", 0.05))
        if regions == 51 or not missing
    ]
    planted = [
        Scenario("confounding, planted effect", World(regions, 0.7, EFFECT), promised=NULL[1:]) for regions in (51, 78)
    ]
    smallest = [
        Scenario("smallest relevant difference", World(n, 0.7), promised=("nothing relevant, wrongly",), relevant=True)
        for n in (51, 78)
    ]
    edges = [
        Scenario(
            f"{without} without the form, {shape}",
            World(51, 0.7, {PLANTED: effect}, without),
            scoring.score_prevalence,
            () if not 5 <= without <= 46 else NULL[1:] if shape == "proportional" else NULL[2:],
        )
        for shape, effect in SHAPES.items()
        for without in (3, 5, 7, 12, 25, 39, 46, 48)
    ]
    return [*null, *planted, *smallest, *edges, *_others()]


def _others() -> list[Scenario]:
    pooled = ("pooled less 4/9 of the other",)
    found, acting = ("found at the detectable effect",), {SECOND: (1.2, 1.2)}
    within = ("within regions: false finding",)
    shared, kept = scoring.score_shared, ("false finding", "shared: odds ratio covered")
    return [
        Scenario("detectable effect", World(51), scoring.score_detectable, found),
        Scenario("detectable effect, others act", World(51, 0.7, acting), scoring.score_detectable, found),
        Scenario("forms pooled, no effect", World(51, 0.7), scoring.score_pooled, pooled),
        Scenario("forms pooled, one effect", World(51, 0.7, EFFECT), scoring.score_pooled, pooled),
        Scenario("forms pooled, three effects", World(51, 0.7, THREE), scoring.score_pooled, pooled),
        Scenario("two adjusters", World(51, 0.7, {SECOND: (0.7, 0.7)}, second=0.7), scoring.score_two_adjusters),
        Scenario("unequal correlation", World(51, without=7, correlation=(0.8, 0.1)), scoring.score_one_form),
        *(
            Scenario(name, World(78, 0.7), partial(scoring.score_response, response=response), promised)
            for name, response, promised in (
                ("response by lot", (0.65, 0.65, 0.65), ("plain share covered", "post-stratified share covered")),
                ("response follows commitment", (0.45, 0.65, 0.85), ("post-stratified share covered",)),
            )
        ),
        Scenario("unmeasured trait, no effect", World(trait=True), scoring.score_two_waves, within),
        Scenario("two waves, planted effect", World(effects=EFFECT), scoring.score_two_waves),
        *(
            Scenario(
                f"neighbours share, {name}",
                World(51, 0.7, effect, clusters=30, alike=alike),
                shared,
                kept[bool(effect) :],
            )
            for name, effect, alike in (
                ("no effect", {}, 0.5),
                ("and are much alike, no effect", {}, 1.0),
                ("planted effect", {SHARED[0]: (1.2, 1.2)}, 0.5),
            )
        ),
        Scenario("eight items unchanged", World(51), scoring.score_change, ("false finding",)),
    ]


SCENARIOS = tuple(_scenarios())


def summarise(scenario: Scenario, scores: pd.DataFrame) -> pd.DataFrame:
    """Turn the scores of many waves into rates with their Monte Carlo standard errors.

    Parameters
    ----------
    scenario : Scenario
        What was simulated.
    scores : DataFrame
        A row of scores per wave.

    Returns
    -------
    DataFrame
        A row per measure: ``scenario``, ``regions``, ``measure``, ``waves`` (that have it), ``rate`` (mean), ``MC se``,
        and ``at least``, ``at most`` where the scenario promises something.
    """
    bounds = [BOUNDS[name] if name in scenario.promised else (np.nan, np.nan) for name in scores.columns]
    waves = scores.notna().sum()
    return pd.DataFrame(
        {
            "scenario": scenario.name, "regions": scenario.world.regions, "measure": scores.columns,
            "waves": waves.to_numpy(), "rate": scores.mean().to_numpy(),
            "MC se": (scores.std(ddof=1) / np.sqrt(waves)).to_numpy(),
            "at least": [each[0] for each in bounds], "at most": [each[1] for each in bounds],
        }
    )  # fmt: skip


def score_wave(scenario: Scenario, given: Given, seed: int) -> Scores:
    """Score one wave of a scenario; the same for the same seed."""
    world = scenario.world
    if scenario.relevant:
        size = scoring.log_odds_of(given.relevant, world, given)
        world = replace(world, effects={PLANTED: (size, size)})
    return scenario.score(world, given, seed)


def calibration_table(waves: int, workers: int, only: Collection[str] = ()) -> pd.DataFrame:
    """Score simulated waves of every scenario.

    Parameters
    ----------
    waves : int
        Simulated waves per scenario; their seeds are 0, 1, 2, ...
    workers : int
        Processes; the table does not depend on them.
    only : collection of str
        Names of scenarios; all where empty.

    Returns
    -------
    DataFrame
        As `summarise` gives, in the order of `SCENARIOS`.
    """
    given, chosen = read_given(), [each for each in SCENARIOS if not only or each.name in only]
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # read when a worker loads numpy
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            scored = [pool.map(partial(score_wave, each, given), range(waves), chunksize=10) for each in chosen]
            tables = [summarise(each, pd.DataFrame(scores)) for each, scores in zip(chosen, scored, strict=True)]
        finally:  # an interrupt would otherwise wait for all waves
            pool.shutdown(cancel_futures=True)
    return pd.concat(tables, ignore_index=True)
