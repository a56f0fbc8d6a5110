"""Speed and memory of the model, as ratios measured in one run on one core.

python benchmarks/model.py            # the table in docs/benchmarks/model.md; a few minutes
"""

import os

os.environ.update({f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")})

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from machine import machine, publish, table
from statsmodels.miscmodels.ordinal_model import OrderedModel

from sto_analysis.analysis.design import Model, level_indicators, stack_outcomes
from sto_analysis.analysis.family import region_scores
from sto_analysis.analysis.multiverse import Specification, specification_curve
from sto_analysis.analysis.permutation import max_t, permuted_statistics
from sto_analysis.analysis.pooled import associate_all
from sto_analysis.monitor.answers import band_codes, in_band
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.monitor.specifications import read_grid, specifications
from sto_workbench.intake.clean import clean_wave

PERMUTATIONS, SPECIFICATIONS = 10_000, 1_000
WAVE, EARLIER = "synthetic-2024", "synthetic-2021"

COIN = """
suppressMessages(library(coin))
d <- read.csv("wave.csv"); d$stratum <- factor(d$stratum)
y <- paste(grep("^y", names(d), value = TRUE), collapse = " + ")
x <- paste(grep("^x", names(d), value = TRUE), collapse = " + ")
f <- as.formula(paste(y, "~", x, "| stratum"))
times <- replicate(5, system.time(
  pvalue(independence_test(f, data = d, distribution = approximate(nresample = %d)), method = "step-down")
)[["elapsed"]])
cat(median(times))
"""
CLM = """
suppressMessages(library(ordinal))
times <- c()
for (file in sort(Sys.glob("spec*.csv"))) {
  d <- read.csv(file); d$y <- factor(d$y, ordered = TRUE); d$item <- factor(d$item)
  f <- as.formula(paste("y ~", paste(grep("^x", names(d), value = TRUE), collapse = " + ")))
  link <- ifelse(grepl("probit", file), "probit", "logit")
  fit <- function() try(suppressWarnings(clm(f, nominal = ~ item, data = d, link = link)), silent = TRUE)
  times <- c(times, system.time(fit())[["elapsed"]])
}
cat(mean(times))
"""


def seconds(job: Callable[[], object], times: int) -> float:
    """Median time of a job, after one run to warm up."""
    job()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        job()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def declared() -> list[Specification]:
    """All specifications that the grid declares for the synthetic wave."""
    codebook, wave = read_codebook(), clean_wave(WAVE)
    context = wave.regions.loc[wave.answers.index, list(codebook.context_variables)].astype(float)
    found = specifications(read_grid(), codebook, wave.answers, context, clean_wave(EARLIER).answers.index)
    return [Specification(name, choices, Model(*tables)) for name, choices, *tables in found]


def inputs() -> tuple[pd.DataFrame, pd.DataFrame, pd.Series, list[Model]]:
    """Yields, forms and commitment of the synthetic wave, and models of its declared grid, evenly spaced over it."""
    codebook, wave = read_codebook(), clean_wave(WAVE)
    context = wave.regions.loc[wave.answers.index, list(codebook.context_variables)].astype(float)
    forms = in_band(wave.answers, codebook, "borging", "top").astype("Float64").astype(float)
    grid = declared()
    chosen = np.linspace(0, len(grid) - 1, SPECIFICATIONS).astype(int)  # evenly: all outcome codings in their share
    models = [grid[i].model for i in chosen]
    return band_codes(wave.answers, codebook, "yield"), forms, context["commitment"], models


def permute(yields: pd.DataFrame, forms: pd.DataFrame, strata: pd.Series, permutations: int) -> object:
    """The whole exploratory test: scores of 8 items, 7 forms, stratified, step-down max-T over 56."""
    base = level_indicators(strata).to_numpy(float)
    scores = np.column_stack([region_scores(yields[[item]], base) for item in yields])
    rng = np.random.Generator(np.random.PCG64(1))
    codes = pd.factorize(strata, sort=True)[0]
    return max_t(*permuted_statistics(scores, forms.to_numpy(float), codes, permutations, rng))


def ordered_model(y: np.ndarray, x: np.ndarray, link: str) -> float:
    """Seconds of one textbook fit, as exact as ours (its default stops at 1e-5)."""
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some specifications separate; the time is that of trying
        OrderedModel(y, x, distr=link).fit(method="bfgs", gtol=1e-8, maxiter=500, disp=False)
    return time.perf_counter() - start


def single_fits(yields: pd.DataFrame, forms: pd.DataFrame, strata: pd.Series) -> float:
    """Mean seconds of `OrderedModel` for one item and one form, over a sample of 16 cells."""
    base = level_indicators(strata).to_numpy(float)
    cells = [(item, form) for item in yields for form in forms][::4][:16]
    return statistics.mean(
        ordered_model(yields[item].to_numpy(), np.column_stack([forms[form], base]), "logit") for item, form in cells
    )


def stacked(model: Model) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Answers, items and predictors of a model, one row per answer."""
    parts = [model.exposures, *([] if model.adjust is None else [model.adjust])]
    x = np.hstack([part.reindex(model.outcomes.index).to_numpy(float) for part in parts])
    stack, _ = stack_outcomes(model.outcomes, x)
    return stack.y, stack.item, stack.x


def stacked_fits(models: list[Model]) -> float:
    """Mean seconds of `OrderedModel` on a sample of the grid: items as indicators, for it has no item thresholds."""
    taken = []
    for model in models:
        y, item, x = stacked(model)
        indicators = (item[:, None] == np.arange(1, item.max() + 1)).astype(float)
        taken.append(ordered_model(y, np.hstack([x, indicators]), model.link))
    return statistics.mean(taken)


def r(code: str, folder: Path) -> float:
    """Number that a piece of R prints."""
    done = subprocess.run(["Rscript", "-e", code], cwd=folder, capture_output=True, text=True, check=True)
    return float(done.stdout)


def peak(what: str) -> float:
    """Peak memory in MiB of a fresh process that does one of the jobs."""
    done = subprocess.run([sys.executable, __file__, what], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    """Measure, print, publish."""
    yields, forms, strata, models = inputs()
    if len(sys.argv) > 1:
        jobs = {
            "permutations": lambda: permute(yields, forms, strata, 100_000),
            "specifications": lambda: associate_all(models),
            "curve": lambda: specification_curve(declared(), strata, 100_000, 1),
        }
        jobs[sys.argv[1]]()
        status = Path("/proc/self/status").read_text()  # getrusage would count the parent's peak too
        sys.stdout.write(str(int(status.split("VmHWM:")[1].split()[0]) / 1024))
        return
    ours_permuted = seconds(lambda: permute(yields, forms, strata, PERMUTATIONS), 5)
    sample = models[:: len(models) // 40]
    ours, theirs = [], []
    for part in range(4):  # in turns, so that a busy machine slows both
        ours.append(seconds(lambda: associate_all(models), 2))
        theirs.append(stacked_fits(sample[part::4]))
    ours_fitted = statistics.median(ours)
    loop = single_fits(yields, forms, strata) * forms.shape[1] * yields.shape[1] * PERMUTATIONS
    textbook = statistics.mean(theirs) * len(models)
    rows = [
        ["10,000 permutations × 56 statistics, stratified, max-T", f"{ours_permuted:.2f} s", "", ""],
        ["", "`OrderedModel` in a loop", f"{loop / 3600:.1f} h (from 16 fits)", f"{loop / ours_permuted:,.0f}"],
    ]
    fits = [
        [f"{len(models):,} stacked specifications with jackknife", f"{ours_fitted:.2f} s", "", ""],
        [
            "",
            "`OrderedModel`, fits alone",
            f"{textbook:.0f} s (from {len(sample)} fits)",
            f"{textbook / ours_fitted:,.0f}",
        ],
    ]
    with_r = shutil.which("Rscript") is not None
    if with_r:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            wave = yields.add_prefix("y_").join(forms.add_prefix("x_")).assign(stratum=strata)
            wave.to_csv(folder / "wave.csv", index=False)
            coin = r(COIN % PERMUTATIONS, folder)
            for i, model in enumerate(sample):
                y, item, x = stacked(model)
                columns = {f"x{j}": x[:, j] for j in range(x.shape[1])}
                path = folder / f"spec{i:02}_{model.link}.csv"
                pd.DataFrame({"y": y, "item": item, **columns}).to_csv(path, index=False)
            clm = r(CLM, folder) * len(models)
        rows.append(["", "R coin `independence_test`", f"{coin:.2f} s", f"{coin / ours_permuted:.1f}"])
        what = f"{clm:.0f} s (from {len(sample)} fits)"
        fits.append(["", "R `ordinal::clm`, fits alone", what, f"{clm / ours_fitted:.1f}"])
    memory = [
        [f"peak memory, 100,000 permutations × 56: {peak('permutations'):,.0f} MiB", "", "", ""],
        [f"peak memory, {len(models):,} specifications: {peak('specifications'):,.0f} MiB", "", "", ""],
        [f"peak memory, all curves with 100,000 permutations: {peak('curve'):,.0f} MiB", "", "", ""],
    ]
    note = (
        "One core (one BLAS thread); medians of 5 and 8 runs, the fits of both in turns; longer times extrapolated "
        "from the sample that is named, evenly spaced over the declared grid."
    )
    if not with_r:
        note += " R was not installed (Debian: r-base-core, r-cran-coin, r-cran-ordinal): its rows are missing."
    publish(
        "model",
        "Speed and memory of the model",
        machine(["numpy", "scipy", "pandas", "statsmodels"], ["coin", "ordinal"] if with_r else []),
        note,
        table(["Job", "Against", "Time", "Times slower than ours"], [*rows, *fits, *memory]),
    )


if __name__ == "__main__":
    main()
