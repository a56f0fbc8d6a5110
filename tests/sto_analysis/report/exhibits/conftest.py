"""The published figures as results."""

import pandas as pd
import pytest

from sto_analysis.monitor.published_figures import PublishedFigures


@pytest.fixture
def shares(slides: PublishedFigures) -> pd.DataFrame:
    measures = {"urgency_later": "urgency", "yield_top": "yield_top", "yield_low": "yield_low", "borging": "borging"}
    columns = {name: slides.percentages(measure, 2024) for name, measure in measures.items()}
    columns["urgency_earlier"] = slides.percentages("urgency", 2021)
    found = pd.concat(columns, names=["measure", "concept"]).div(100).rename("share").reset_index()
    return found.assign(result="published_shares:" + found["measure"] + "." + found["concept"])


@pytest.fixture
def gaps(shares: pd.DataFrame) -> pd.DataFrame:
    urgency, top = (
        shares[shares["measure"] == name].set_index("concept")["share"] for name in ("urgency_later", "yield_top")
    )
    found = (urgency - top[urgency.index]).rename("gap").reset_index()
    return found.assign(result="published_gaps:" + found["concept"])
