"""What the notebooks would say of a simulated wave, held against its truth: one function per kind of claim."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from sto_analysis.analysis.change import paired_change
from sto_analysis.analysis.change_on_change import change_on_change
from sto_analysis.analysis.design import Model, level_indicators
from sto_analysis.analysis.family import association_table
from sto_analysis.analysis.multiverse import Specification, specification_curve
from sto_analysis.analysis.partial_pooling import pooled_table, shrunken
from sto_analysis.analysis.pooled import associate, associate_all
from sto_analysis.analysis.poststratification import poststratified
from sto_analysis.analysis.power import minimum_detectable
from sto_analysis.analysis.shares import shares
from sto_analysis.analysis.standardised import outer_levels, share_table
from sto_analysis.report.sentences.associations import verdicts
from sto_workbench.synthetic.worlds import (
    COMMITMENT,
    PLANTED,
    SECOND,
    SHARED,
    Given,
    World,
    draw_answers,
    draw_exposures,
    draw_regions,
    draw_wave,
    true_difference,
)

ALPHA, PERMUTATIONS = 0.05, 999
PANEL = 42
"""Regions that answer two waves."""

_ROUNDING = 1e-9

Scores = dict[str, float]
"""Measure → its value in one wave; NaN where the wave has none."""


def source(seed: int, world: World) -> np.random.Generator:
    """Return the source of random numbers of a wave: the same for the same seed and size."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, world.regions])))


def headline(outcomes: pd.DataFrame, exposures: pd.DataFrame, given: Given, seed: int) -> pd.DataFrame:
    """Notebook 03: all exposures tested together, shares by level, and what may be said of each (``verdict``)."""
    adjuster = exposures[COMMITMENT]
    table = association_table(outcomes, exposures, adjuster, PERMUTATIONS, seed, ALPHA)
    top = (outcomes == 2).astype(float).where(outcomes.notna())
    levels = outer_levels(share_table(top, exposures, adjuster))
    return verdicts(table.merge(levels, on="exposure", how="left").assign(relevant=given.relevant), ALPHA)


def score_associations(world: World, given: Given, seed: int) -> Scores:
    """Score the headline of one wave.

    Returns
    -------
    dict
        ``false finding``: any exposure without effect is called associated. ``odds ratio covered``, ``difference
        covered``: share of the intervals that hold the truth, of all exposures, or, where `PLANTED` has an effect, of
        that one only, because the others then stand for what goes with it. ``no interval``: share of the exposures
        without one for the odds ratio. ``nothing relevant, rightly``: share of the exposures without effect of which
        that is said. Where `PLANTED` has an effect: ``found``, ``nothing relevant, wrongly``, and, where it was found,
        ``estimate over truth`` of its log odds ratio and ``shrunken over truth`` of the one pulled towards none.
    """
    table = headline(*draw_wave(source(seed, world), world, given), given, seed).set_index("exposure")
    truth = _log_odds(world, table.index)
    null, about = truth == 0, table.index if PLANTED not in world.effects else pd.Index([PLANTED])
    difference = [true_difference(world, given, name) if truth[name] else 0.0 for name in about]
    row = table.loc[about]
    scores = {
        "false finding": float((null & (table["verdict"] == "found")).any()),
        "odds ratio covered": covered(row["low"], np.exp(truth[about]), row["high"]),
        "difference covered": covered(row["difference_low"], difference, row["difference_high"]),
        "no interval": float(table["low"].isna().mean()),
        "nothing relevant, rightly": float((table["verdict"] == "not_relevant")[null].mean()),
    }
    return scores | (_of_planted(table, truth[PLANTED], given) if PLANTED in world.effects else {})


def _log_odds(world: World, names: pd.Index) -> pd.Series:
    """True log odds ratios at the upper cut."""
    acting = {COMMITMENT: world.confounding} | {name: effect[1] for name, effect in world.effects.items()}
    return pd.Series({name: acting.get(name, 0.0) for name in names})


def _of_planted(table: pd.DataFrame, truth: float, given: Given) -> Scores:
    """What is said of `PLANTED`, and how large its estimates are where it was found."""
    verdict, pulled = table["verdict"][PLANTED], shrunken(table.reset_index(), given.prior_sd)
    found = verdict == "found"
    return {
        "found": float(found),
        "estimate over truth": float(table["log_odds"][PLANTED] / truth) if found else np.nan,
        "shrunken over truth": float(np.log(pulled[PLANTED]) / truth) if found else np.nan,
        "nothing relevant, wrongly": float(verdict == "not_relevant"),
    }


def score_prevalence(world: World, given: Given, seed: int) -> Scores:
    """Score the intervals of `PLANTED` alone; the odds ratio only where odds are proportional."""
    outcomes, exposures = draw_wave(source(seed, world), world, given)
    adjuster, effect = exposures[COMMITMENT], world.effects[PLANTED]
    found = outer_levels(share_table((outcomes == 2).astype(float), exposures[[PLANTED]], adjuster))
    low, high = found["difference_low"], found["difference_high"]
    scores = {
        "difference covered": covered(low, true_difference(world, given, PLANTED), high),
        "no interval": float(not low.notna().any()),
    }
    if effect[0] == effect[1]:
        ratio = associate(outcomes, exposures[PLANTED], level_indicators(adjuster))
        scores["odds ratio covered"] = covered(ratio.low, np.exp(effect[0]), ratio.high)
    return scores


def score_detectable(world: World, given: Given, seed: int) -> Scores:
    """Score a new wave of the same regions, in which `PLANTED` has the effect that a wave prints as detectable.

    NaN where no effect is detectable.
    """
    rng = source(seed, world)
    exposures = draw_exposures(rng, world, given, draw_regions(rng, world, given))
    adjuster = exposures[COMMITMENT]
    outcomes = draw_answers(rng, world, given, draw_regions(rng, world, given), exposures)
    table = association_table(outcomes, exposures, adjuster, PERMUTATIONS, seed, ALPHA)
    flagged = table["exposure"][table["p_adjusted"] < ALPHA]
    asked = exposures[list(dict.fromkeys([PLANTED, *flagged[flagged != COMMITMENT]]))]
    printed = minimum_detectable(outcomes, asked, adjuster, table["critical"].max(), flagged, seed=seed)
    size = printed[PLANTED].log_odds if PLANTED in printed else np.inf
    if np.isinf(size):
        return {"found at the detectable effect": np.nan}
    there = replace(world, effects={**world.effects, PLANTED: (size, size)})
    outcomes = draw_answers(rng, there, given, draw_regions(rng, there, given), exposures)
    table = association_table(outcomes, exposures, adjuster, PERMUTATIONS, seed, ALPHA).set_index("exposure")
    return {"found at the detectable effect": float(table["p_adjusted"][PLANTED] < ALPHA)}


def score_shared(world: World, given: Given, seed: int) -> Scores:
    """Score the headline where regions of an arbeidsmarktregio share values of `SHARED`, told of that and not told.

    Returns
    -------
    dict
        ``false finding``: any exposure without effect is called associated, as for `score_associations`. ``shared: p
        alone below .05``: share of those of `SHARED` without effect that have it. ``shared: odds ratio covered``: share
        of the intervals of `SHARED` that hold the truth. Where an exposure has an effect: ``found``. The same after
        ``not told,`` where the model takes every region for one of its own.
    """
    rng = source(seed, world)
    regions = draw_regions(rng, world, given)
    exposures = draw_exposures(rng, world, given, regions)
    outcomes = draw_answers(rng, world, given, regions, exposures)
    told = pd.DataFrame(dict.fromkeys(SHARED, regions.clusters))
    scores = {}
    for name, clusters in (("", told), ("not told, ", None)):
        table = association_table(outcomes, exposures, exposures[COMMITMENT], PERMUTATIONS, seed, ALPHA, clusters)
        table = table.set_index("exposure")
        truth, found, row = _log_odds(world, table.index), table["p_adjusted"] < ALPHA, table.loc[list(SHARED)]
        scores[f"{name}false finding"] = float((found & (truth == 0)).any())
        scores[f"{name}shared: p alone below .05"] = float((row["p"] < ALPHA)[truth[list(SHARED)] == 0].mean())
        scores[f"{name}shared: odds ratio covered"] = covered(row["low"], np.exp(truth[list(SHARED)]), row["high"])
        scores |= {f"{name}found": float(found[list(world.effects)].all())} if world.effects else {}
    return scores


def score_two_adjusters(world: World, given: Given, seed: int) -> Scores:
    """Score the test of curves with one specification each: levels of commitment and `SECOND` as adjusters."""
    outcomes, exposures = draw_wave(source(seed, world), world, given)
    adjuster = exposures[COMMITMENT]
    adjust = level_indicators(adjuster).join(exposures[SECOND])
    asked = [Specification(name, {}, Model(outcomes, exposures[[name]], adjust)) for name in given.forms.index]
    _, curves = specification_curve(asked, adjuster, PERMUTATIONS, seed)
    return {"false finding": float((curves["p_adjusted"] < ALPHA).any())}


def score_one_form(world: World, given: Given, seed: int) -> Scores:
    """Score the p of `PLANTED` alone, which has no effect, and the family's adjusted p."""
    outcomes, exposures = draw_wave(source(seed, world), world, given)
    table = association_table(outcomes, exposures, exposures[COMMITMENT], PERMUTATIONS, seed, ALPHA)
    alone = table.set_index("exposure")["p"][PLANTED] < ALPHA
    return {"p of the form alone below .05": float(alone), "false finding": float((table["p_adjusted"] < ALPHA).any())}


def score_response(world: World, given: Given, seed: int, response: Sequence[float]) -> Scores:
    """Score the intervals of shares about all regions of the frame, plain and post-stratified, over the aspects.

    A region answers with the chance that `response` has for its level of commitment.
    """
    rng = source(seed, world)
    outcomes, exposures = draw_wave(rng, world, given)
    chance = np.array(response)[exposures[COMMITMENT].astype(int)]
    answered = (outcomes == 2)[rng.random(world.regions) < chance].astype("boolean")
    truth = (outcomes == 2).mean().to_numpy()
    plain, weighted = shares(answered, world.regions), poststratified(answered, exposures[COMMITMENT])
    return {
        "plain share covered": covered(plain["low"], truth, plain["high"]),
        "plain share minus truth": float((plain["share"] - truth).mean()),
        "post-stratified share covered": covered(weighted["weighted_low"], truth, weighted["weighted_high"]),
        "post-stratified share minus truth": float((weighted["weighted"] - truth).mean()),
    }


def score_change(world: World, given: Given, seed: int) -> Scores:
    """Score the tests of eight items of the panel that did not change but by chance."""
    rng = source(seed, world)
    regions = draw_regions(rng, world, given)
    exposures = draw_exposures(rng, world, given, regions)
    early, late = ((draw_answers(rng, world, given, regions, exposures) == 2).astype("boolean") for _ in range(2))
    change = paired_change(early.iloc[:PANEL], late.iloc[:PANEL])
    return {
        "false finding": float((change["p_holm"] < ALPHA).any()),
        "any uncorrected p below .05": float((change["p"] < ALPHA).any()),
    }


def score_two_waves(world: World, given: Given, seed: int) -> Scores:
    """Score the headline of the later of two waves beside change on change of the panel, forms without effect.

    Returns
    -------
    dict
        ``across regions: false finding`` and ``within regions: false finding``; where `PLANTED` has an effect, how
        often each of the two finds it.
    """
    rng, found, top, forms = source(seed, world), {}, {}, {name: pd.DataFrame() for name in given.forms.index}
    regions = draw_regions(rng, world, given)
    for wave in range(2):
        exposures = draw_exposures(rng, world, given, regions)
        outcomes = draw_answers(rng, world, given, regions, exposures)
        top[wave] = (outcomes == 2).mean(axis="columns").iloc[:PANEL]
        for name, form in forms.items():
            form[wave] = exposures[name].iloc[:PANEL]
    found["across"] = association_table(outcomes, exposures, exposures[COMMITMENT], PERMUTATIONS, seed, ALPHA)
    found["within"] = change_on_change(pd.DataFrame(top), forms, PERMUTATIONS, seed, ALPHA)
    scores = {}
    for way, table in found.items():
        flagged = set(table["exposure"][table["p_adjusted"] < ALPHA])
        scores[f"{way} regions: false finding"] = float(bool(flagged - set(world.effects)))
        if PLANTED in world.effects:
            scores[f"{way} regions: found"] = float(PLANTED in flagged)
    return scores


def score_pooled(world: World, given: Given, seed: int) -> Scores:
    """Score the log odds ratios of the forms with an effect and without: one at a time, and pooled.

    Returns
    -------
    dict
        ``squared error, one at a time`` and ``squared error, pooled``: means over the forms; ``pooled less 4/9 of the
        other``: at most 0 on average if the root mean square is at most two thirds. ``pooled interval covered``: share
        of the forms. ``nothing pooled``, because the answers separate: nothing else then has a value. Where forms
        differ, how often each of the two has the largest first.
    """
    outcomes, exposures = draw_wave(source(seed, world), world, given)
    forms, levels = exposures[given.forms.index], level_indicators(exposures[COMMITMENT])
    found = associate_all([Model(outcomes, forms[[name]], levels) for name in forms])
    alone = np.array([each.log_odds for (each,) in found])
    pooled = pooled_table(Model(outcomes, forms, levels), given.prior_sd, seed)
    truth = np.array([world.effects.get(str(name), (0.0, 0.0))[1] for name in forms])
    log = np.log(pooled[["odds_ratio", "low", "high"]].to_numpy(float))
    known = np.isfinite(alone) & np.isfinite(log[:, 0])
    one, pulled = (pd.Series((each - truth)[known] ** 2).mean() for each in (alone, log[:, 0]))
    scores = {
        "nothing pooled": float(not known.any()),
        "squared error, one at a time": float(one),
        "squared error, pooled": float(pulled),
        "pooled less 4/9 of the other": float(pulled - 4 / 9 * one),
        "pooled interval covered": covered(log[:, 1], truth, log[:, 2]),
    }
    if truth.any():
        for name, estimates in (("one at a time", alone), ("pooled", log[:, 0])):
            first = np.where(known, estimates, -np.inf).argmax() == truth.argmax()
            scores[f"largest first, {name}"] = float(first) if known.any() else np.nan
    return scores


def covered(low: ArrayLike, truth: ArrayLike, high: ArrayLike) -> float:
    """Share of the intervals that hold the truth, but for rounding; NaN where there is none."""
    lower, true, upper = np.broadcast_arrays(*(np.asarray(each, dtype=float) for each in (low, truth, high)))
    known = ~np.isnan(lower) & ~np.isnan(upper)
    return float(((lower <= true + _ROUNDING) & (true <= upper + _ROUNDING))[known].mean()) if known.any() else np.nan


def log_odds_of(difference: float, world: World, given: Given) -> float:
    """Log odds ratio of `PLANTED` whose true difference of shares is the one asked for."""

    def excess(log_odds: float) -> float:
        there = replace(world, effects={PLANTED: (log_odds, log_odds)})
        return true_difference(there, given, PLANTED) - difference

    return float(brentq(excess, 0, 10))
