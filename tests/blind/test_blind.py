"""The results of a finished run against a second implementation that was written from docs/method.md alone."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sto_analysis.results import read_result
from tests.blind import both_waves, curve, detect, models, permuted, recomputed
from tests.blind.data import ADJUSTER, CONTEXT, FORMS, PLAN, Wave

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("blind")]
WAVE, EARLIER = "synthetic-2024", "synthetic-2021"
ALPHA = 0.05
EXPOSURES = [*FORMS, *CONTEXT]
PERMUTATIONS = 10_000


class Run:
    """What a run left behind."""

    def __init__(self, root: Path) -> None:
        self.root = root / "data" / "processed"
        self.wave, self.earlier = Wave(self.root / WAVE), Wave(self.root / EARLIER)

    def table(self, name: str, key: str | None = None) -> pd.DataFrame:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("STO_ROOT", str(self.root.parents[1]))
            found = read_result(WAVE, name)
        return found.set_index(key) if key else found


@pytest.fixture(scope="module")
def run(finished: Path) -> Run:
    return Run(finished)


@pytest.fixture(scope="module")
def tested(run: Run) -> pd.DataFrame:
    """T, p and adjusted p of every exposure, and the critical value."""
    return permuted.everything(run.wave, PERMUTATIONS, np.random.default_rng(11))


def same(ours: pd.DataFrame, theirs: pd.DataFrame, columns: list[str]) -> None:
    """Equal to six digits and more, where nothing is drawn."""
    pd.testing.assert_frame_equal(
        ours[columns].astype(float),
        theirs.loc[ours.index, columns].astype(float),
        rtol=1e-7,
        atol=1e-9,
        check_names=False,
    )


def drawn(ours: pd.Series, theirs: pd.Series, times: int) -> None:
    """Two p from permutations, four standard errors of their difference apart at most."""
    p = (ours * PERMUTATIONS + theirs * times) / (PERMUTATIONS + times)
    error = np.sqrt(p * (1 - p) * (1 / PERMUTATIONS + 1 / times))
    assert ((ours - theirs).abs() <= 4 * error + 2 / times).all(), pd.DataFrame({"ours": ours, "theirs": theirs})


def critical_as_here(maxima: pd.Series, theirs: float, times: int) -> bool:
    """Whether a critical value from some permutations lies within four standard errors of ours."""
    error = 4 * np.sqrt(ALPHA * (1 - ALPHA) * (1 / PERMUTATIONS + 1 / times))
    return maxima.quantile(1 - ALPHA - error) < theirs < maxima.quantile(min(1 - ALPHA + error, 1))


def test_shares(run: Run):
    ours, theirs = recomputed.shares(run.wave), run.table("shares")
    assert ours[["measure", "concept"]].equals(theirs[["measure", "concept"]])
    same(ours, theirs, ["count", "base", "population", "share", "low", "high", "strata", "effective"])
    same(ours, theirs, ["weighted", "weighted_se", "weighted_low", "weighted_high"])


def test_change(run: Run):
    ours, theirs = recomputed.change(run.earlier, run.wave), run.table("changes")
    assert ours["item"].equals(theirs["item"])
    same(ours, theirs, [c for c in ours if c != "item"])


def test_associations(run: Run):
    rows = {exposure: models.association(run.wave, exposure) for exposure in EXPOSURES}
    ours, theirs = pd.DataFrame(rows).T, run.table("associations", "exposure")
    assert ours.pop("status").tolist() == theirs.loc[ours.index, "status"].tolist()
    same(ours, theirs, list(ours))


def test_levels(run: Run):
    theirs, found = run.table("levels"), run.table("associations", "exposure")
    for exposure in EXPOSURES:
        ours = models.levels(run.wave, exposure)
        rows = theirs[theirs["exposure"] == exposure].reset_index(drop=True)
        same(ours, rows, ["level", "regions", "share"])
        same(ours[1:], rows, ["difference", "difference_low", "difference_high", "df"])
        ends = ours.iloc[[0, -1]].set_axis(["low", "high"])
        row = pd.concat([ends.loc[e, ["level", "share"]].add_suffix(f"_{e}") for e in ends.index])
        last = ends.loc["high", ["difference", "difference_low", "difference_high", "df"]]
        row = pd.concat([row, last.rename({"df": "difference_df"})])
        assert row.tolist() == pytest.approx(found.loc[exposure, row.index].tolist(), rel=1e-7)


def test_p_and_critical_value(run: Run, tested: pd.DataFrame):
    theirs = run.table("associations", "exposure").loc[EXPOSURES]
    times = int(theirs["permutations"].iloc[0])
    drawn(tested["p"], theirs["p"], times)
    drawn(tested["p_adjusted"], theirs["p_adjusted"], times)
    assert critical_as_here(tested.attrs["maxima"], theirs["critical"].iloc[0], times)
    assert len(set(theirs["critical"])) == 1


def test_joint_models(run: Run):
    ours = models.joint(run.wave)
    same(ours, run.table("robustness", "exposure"), list(ours))


def test_partial_pooling(run: Run):
    ours, theirs = models.pooled(run.wave, PLAN["prior_sd"], np.random.default_rng(16)), run.table("pooled", "exposure")
    same(ours, theirs, ["unpooled", "odds_ratio"])
    ends = ["low", "high"]
    assert (np.log(ours[ends]) - np.log(theirs[ends])).abs().max(axis=None) < 0.05  # from 20,000 draws, as the rest
    assert (ours["first"] - theirs["first"]).abs().max() < 4 * np.sqrt(0.5 / 20_000)
    ranks = ["rank", "rank_low", "rank_high"]
    assert (ours[ranks] - theirs[ranks]).abs().max(axis=None) <= 1


def test_shrunken_odds_ratios(run: Run):
    ours = models.shrunken(run.table("associations", "exposure"), PLAN["prior_sd"])
    same(ours.to_frame("shrunken"), run.table("robustness", "exposure"), ["shrunken"])


def test_nothing_is_missing_so_extremes_are_the_estimate(run: Run):
    theirs = run.table("robustness", "exposure")
    assert run.wave.yields.notna().all(axis=None)
    assert run.wave.exposures.notna().all(axis=None)
    assert (theirs["filled"] == 0).all()
    assert theirs["lowest"].equals(theirs["odds_ratio"].rename("lowest"))
    assert theirs["highest"].equals(theirs["odds_ratio"].rename("highest"))


def test_response(run: Run):
    rng = np.random.default_rng(12)
    ours, theirs = (
        recomputed.response(run.wave, PERMUTATIONS, rng).set_index("variable"),
        run.table("response", "variable"),
    )
    same(ours, theirs, ["answering", "silent", "difference"])
    times = int(run.table("associations")["permutations"].iloc[0])
    drawn(ours["p"], theirs["p"], times)
    drawn(ours["p_adjusted"], theirs["p_adjusted"], times)


def test_planning(run: Run):
    """From the run's intervals and critical value, so that nothing of it is drawn."""
    theirs, found = run.table("planning"), run.table("associations", "exposure")
    m, everyone = len(run.wave.answers), len(run.wave.frame)
    sizes = [m, *(n for n in range(0, everyone, 10) if n > m), everyone]
    s = pd.Series(permuted.scores(run.wave.yields.to_numpy(), run.wave.adjuster()), run.wave.answers.index)
    level, of_all = run.wave.frame[ADJUSTER].to_numpy(), s.reindex(run.wave.frame.index).to_numpy()
    names = [v for v in CONTEXT if f"{v}_cluster" in run.wave.frame]
    assert names
    shared = {v: models.less_told(run.wave, of_all, v, level) for v in names}
    ours = models.planning(found, found["critical"].iloc[0], PLAN["smallest_relevant"] / 100, sizes, m, shared)
    assert ours["family"].tolist() == theirs["family"].tolist()
    same(ours, theirs, ["answers", "visible", "chance", "excluded"])


def test_tipping_points(run: Run):
    theirs, found = run.table("tipping", "exposure"), run.table("associations", "exposure")
    assert set(theirs.index) == set(found.index[found["p_adjusted"] < ALPHA])
    assert ADJUSTER in theirs.index
    ours = pd.DataFrame({exposure: recomputed.tipping(run.wave, exposure) for exposure in theirs.index}).T
    assert ours.pop("benchmark").tolist() == theirs["benchmark"].tolist()
    same(ours, theirs, list(ours))


def test_minimum_detectable_effect(run: Run, tested: pd.DataFrame):
    """What the run calls detectable four in five waves of ours find, more or less; as shares it is the same."""
    theirs = run.table("associations", "exposure")
    own = detect.Simulator(run.wave, list(tested.index[tested["p_adjusted"] < ALPHA]), np.random.default_rng(13), 100)
    for name in EXPOSURES:
        b = float(np.log(theirs.loc[name, "detectable"]))
        assert own.as_shares(name, b) == pytest.approx(theirs.loc[name, "detectable_effect"], rel=1e-6)
    power = [own.finds(name, np.log(theirs.loc[name, "detectable"]), theirs["critical"].iloc[0]) for name in EXPOSURES]
    assert np.mean(power) == pytest.approx(0.8, abs=3 * 0.4 * np.sqrt(1 / 20 + 1 / 100)), power


def test_change_on_change(run: Run):
    ours = both_waves.change_on_change(run.earlier, run.wave, PERMUTATIONS, np.random.default_rng(14))
    theirs = run.table("change_on_change", "exposure")
    same(ours, theirs, ["regions", "changing", "difference", "difference_low", "difference_high", "df"])
    times = int(theirs["permutations"].iloc[0])
    drawn(ours["p"], theirs["p"], times)
    drawn(ours["p_adjusted"], theirs["p_adjusted"], times)
    critical = ours.attrs["maxima"].quantile(1 - ALPHA)
    for form, b in theirs["detectable_effect"].dropna().items():  # four in five, by a critical value that is drawn too
        X, Y = ours.attrs["exchanged"][form]
        found = np.mean(np.abs(both_waves.studentised(X, Y + b * X)) > critical)
        assert found == pytest.approx(0.8, abs=0.3), form


@pytest.fixture(scope="module")
def own_curve(run: Run) -> curve.Curve:
    return curve.Curve(run.earlier, run.wave)


def test_specification_curve(run: Run, own_curve: curve.Curve):
    """Every effect of every curve, and the medians and ranges of the forms."""
    theirs = run.table("multiverse", "exposure").set_index(curve.KEYS, append=True)
    for form, codings in curve.CURVES.items():
        rows = curve.specifications(codings)
        found = theirs.loc[form].loc[[tuple(row.values()) for row in rows]]
        assert len(found) == len(theirs.loc[form])
        ridge = found["status"].to_numpy() == "ridge"
        effects = np.array([own_curve.effect(row, form) for row in rows])
        for at in np.flatnonzero(ridge):
            whole = own_curve.whole(rows[at], form)
            assert whole["status"] == "ridge"
            effects[at] = whole["effect"]
        assert effects == pytest.approx(found["effect"].to_numpy(), rel=1e-6, abs=1e-8)
        if form in FORMS:
            row = run.table("robustness", "exposure").loc[form]
            top = effects[[row["outcome"] in ("bands", "top") for row in rows]]
            ours = [len(top), np.median(top), top.min(), top.max(), np.sum(effects > 0)]
            names = ["top_count", "top_median", "top_min", "top_max", "positives"]
            assert ours == pytest.approx(row[names].astype(float).tolist(), rel=1e-6, abs=1e-8)


def test_rows_of_a_specification_curve_with_their_intervals(run: Run, own_curve: curve.Curve):
    """Of one form, in the panel: where the answers separate without some region, and where they do not."""
    theirs = run.table("multiverse", "exposure").loc["structures_systems"].set_index(curve.KEYS)
    for row in curve.specifications(["arranged"]):
        if row["sample"] == "panel" and row["outcome"] in ("bands", "not_low"):
            ours = own_curve.whole(row, "structures_systems")
            found = theirs.loc[tuple(row.values())]
            assert ours.pop("status") == found["status"]
            assert list(ours.values()) == pytest.approx(found[list(ours)].astype(float).tolist(), rel=1e-6)


def test_p_of_the_curves(run: Run, own_curve: curve.Curve):
    T, p = curve.tested(own_curve, PERMUTATIONS, np.random.default_rng(15))
    theirs = run.table("multiverse").set_index(["exposure", *curve.KEYS])["statistic"]
    assert T.to_numpy() == pytest.approx(theirs.loc[T.index].to_numpy(), rel=1e-6, abs=1e-8)
    times = int(run.table("change_on_change")["permutations"].iloc[0])
    drawn(p[FORMS], run.table("robustness", "exposure").loc[FORMS, "curve_p_adjusted"], times)
