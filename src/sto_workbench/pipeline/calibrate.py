"""The calibration over parallel processes, with the margins of the published figures."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import pandas as pd

from sto_analysis import compendium
from sto_analysis.analysis.calibration import SCENARIOS, score_wave, summarise
from sto_analysis.monitor.published_figures import read_published
from sto_workbench.pipeline.batch import environment
from sto_workbench.pipeline.execute import Setting

PERMUTATIONS = 999
LATEST = 2024


def calibration_table(waves: int, workers: int) -> pd.DataFrame:
    """Score `waves` simulated waves per scenario.

    Parameters
    ----------
    waves : int
        Simulated waves per scenario; their seeds are 0, 1, 2, ...
    workers : int
        Processes.

    Returns
    -------
    DataFrame
        One row per scenario, as `sto_analysis.analysis.calibration.summarise` gives.
    """
    slides = read_published()
    top, low, forms = (slides.percentages(measure, LATEST) / 100 for measure in ("yield_top", "yield_low", "borging"))
    rows = []
    with (
        environment(Setting(str(compendium.root()), "{}")),
        ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool,
    ):
        for scenario in SCENARIOS:
            score = partial(score_wave, scenario, top, low, forms, PERMUTATIONS)
            scores = pd.DataFrame(pool.map(score, range(waves), chunksize=10))
            rows.append(summarise(scenario, scores))
    return pd.DataFrame(rows)
