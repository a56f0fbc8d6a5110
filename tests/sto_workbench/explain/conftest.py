"""A small store of results: quick to make, with a number of each kind."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sto_analysis import compendium
from sto_analysis.results import write_result
from sto_workbench.explain.result import Results

WAVE, EARLIER = "synthetic-2024", "synthetic-2021"
LOG = [
    ("R01", "urgency_teachers", "99", "missing: dont_know"),
    ("R02", "urgency_image", "98", "missing: refused"),
    ("R03", "yield_image", "7", "recoded"),
    ("R04", "borging_communication", "8", "recoded"),
    ("R05", "", "R5", "no answer: empty"),
]


def write_log(wave: str, rows: list[tuple[str, str, str, str]]) -> None:
    lines = [f"{wave},{region},1,v1,{item},{before},,{rule}" for region, item, before, rule in rows]
    text = "\n".join(["wave,region,row,column,item,before,after,rule", *lines, ""])
    compendium.write_text(compendium.processed(wave) / "cleaning_log.csv", text)


def shares(*rows: tuple[str, str], **more: object) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["measure", "concept"])
    told = {"weighted_by": "commitment", "share": 0.8823529412, "low": 0.82, "high": 0.925, "base": 51.0, "count": 45.0}
    return table.assign(**(told | {"weighted": np.nan, "weighted_low": np.nan, "weighted_high": np.nan} | more))


@pytest.fixture
def store(copy: Path) -> Results:
    rows = ("urgency", "teachers"), ("yield_top", "image"), ("yield_low", "image"), ("index", "index_many")
    write_result(shares(*rows, population=78), WAVE, "shares")
    moved = {"item": ["teachers"], "since": [EARLIER], "difference": [0.31], "low": [-0.001], "high": [np.inf]}
    write_result(pd.DataFrame(moved).assign(base=42.0, p=0.0004), WAVE, "changes")
    odds = {"exposure": ["communication", "commitment"], "odds_ratio": [2.44, np.nan], "status": ["estimated", "ridge"]}
    write_result(pd.DataFrame(odds).assign(alias=["", "too few"], critical=2.9, seed=7), WAVE, "associations")
    backtest = {"measure": "urgency_earlier", "concept": "teachers", "computed": "57%", "published": "57%"}
    write_result(pd.DataFrame([backtest]), WAVE, "backtest")
    write_log(WAVE, LOG)
    write_log(EARLIER, LOG[:1])
    return Results(WAVE)
