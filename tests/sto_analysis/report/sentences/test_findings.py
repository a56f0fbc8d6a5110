"""The title of a picture says what the results say, and names all that tie."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.report.sentences import findings
from tests.sto_analysis.report import named

NL = named("nl", a="Alfa", b="Beta", c="Gamma", d="Delta")


def _by(column: str, values: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"concept": list("abcd")[: len(values)], column: np.array(values, float)})


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([0.6, 0.4, 0.5], "bij Alfa (60%), de minste bij Beta (40%)."),
        ([0.6, 0.6, 0.4, 0.4], "bij Alfa en Beta (elk 60%), de minste bij Gamma en Delta (elk 40%)."),
        ([0.6, np.nan, 0.4], "bij Alfa (60%), de minste bij Gamma (40%)."),
        ([0.5, 0.5], "Er is geen verschil: overal 50%."),
        ([np.nan], ""),
        ([], ""),
    ],
)
def test_ends_name_all_that_tie(shares: list[float], said: str):
    found = findings.ends_finding(NL, "yields", _by("share", shares))
    assert found.endswith(said)
    assert bool(found) == bool(said)


@pytest.mark.parametrize(
    ("gaps", "top", "said"),
    [
        ([0.5, 0.48, 0.1, 0.1], [0.1, 0.2, 0.8, 0.9], "Urgent, maar de opbrengst blijft achter: Alfa en Beta."),
        ([0.5, 0.48, 0.1, 0.1], [0.9, 0.2, 0.8, 0.1], "is het grootst bij Alfa en Beta."),
        ([0.3, 0.3, 0.2, 0.1], [0.9, 0.8, 0.1, 0.1], "is het grootst bij Alfa en Beta."),
        ([0.3, 0.3], [0.5, 0.5], "is overal even groot: +30 procentpunt."),
        ([-0.1, -0.3], [0.9, 0.9], "Nergens is het aandeel urgent groter"),
        ([np.nan], [0.9], ""),
    ],
)
def test_a_gap_is_urgent_only_where_it_is(gaps: list[float], top: list[float], said: str):
    yields = _by("share", top).set_index("concept")["share"]
    urgency = yields + _by("gap", gaps).set_index("concept")["gap"] + np.arange(len(gaps), 0, -1)
    assert said in (found := findings.gap_finding(NL, _by("gap", gaps), urgency, yields))
    assert bool(found) == bool(said)


@pytest.mark.parametrize(
    ("p", "difference", "said"),
    [
        ([0.01, 0.01, 0.2], [0.3, 0.2, 0.1], "Vaker urgent dan in de vorige ronde: Alfa en Beta."),
        ([0.01, 0.01], [0.3, -0.2], "ronde: Alfa. Minder vaak urgent dan in de vorige ronde: Beta."),
        ([0.2, 0.05], [0.3, -0.2], "Bij geen enkel aspect veranderde de urgentie aantoonbaar."),
        ([np.nan, np.nan], [0.3, -0.2], ""),
    ],
)
def test_only_a_detectable_change_is_told(p: list[float], difference: list[float], said: str):
    change = _by("difference", difference).assign(p_holm=p).rename(columns={"concept": "item"})
    assert findings.change_finding(NL, change).endswith(said)


def test_a_link_is_told_with_its_direction():
    rows = _by("odds_ratio", [3, 0.4, np.nan]).assign(p_adjusted=[0.01, 0.02, np.nan])
    rows = rows.rename(columns={"concept": "exposure"})
    both = "samenhang met meer opbrengst is er alleen bij Alfa. Een duidelijke samenhang met minder opbrengst is er"
    assert both in findings.link_finding(NL, rows)
    assert findings.link_finding(NL, rows.assign(p_adjusted=0.05)).startswith("Bij geen enkele vorm")
    assert findings.link_finding(NL, rows.assign(p_adjusted=np.nan)) == ""


def test_a_rise_names_all_that_rose_most_or_that_none_did():
    earlier, later = pd.Series({"a": 0.5, "b": 0.4, "c": 0.3}), pd.Series({"a": 0.6, "b": 0.5, "c": 0.2})
    assert findings.rise_finding(NL, earlier, later) == "De urgentie steeg het meest bij Alfa en Beta."
    assert findings.rise_finding(NL, later, later) == "Bij geen enkel aspect steeg de urgentie."
    assert findings.rise_finding(NL, earlier * np.nan, later) == ""
