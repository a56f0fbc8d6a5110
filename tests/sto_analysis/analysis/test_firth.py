"""Firth's logistic regression agrees with R's brglm2, and stays finite under separation."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from sto_analysis.analysis.firth import firth_logistic

REFERENCE = Path(__file__).parents[2] / "reference"


def test_endometrial_agrees_with_brglm2():
    data = pd.read_csv(REFERENCE / "endometrial.csv")
    x = np.column_stack([np.ones(len(data)), data[["NV", "PI", "EH"]]])
    fitted = firth_logistic(data["HG"].to_numpy(), x)
    expected = json.loads((REFERENCE / "expected.json").read_text())["endometrial_firth"]
    np.testing.assert_allclose(fitted, list(expected["coef"].values()), atol=1e-4)
    share = expit(x @ fitted)
    root = x * np.sqrt(share * (1 - share))[:, None]
    leverage = np.einsum("ij,ji->i", root, np.linalg.pinv(root))
    np.testing.assert_allclose(x.T @ (data["HG"] - share + leverage * (0.5 - share)), 0, atol=1e-8)  # it has converged


def test_a_two_by_two_table_gets_half_an_observation_in_every_cell():
    """With one binary predictor Firth's estimate is the log odds ratio after adding 1/2 (Haldane, 1956)."""
    y = np.repeat([1, 0, 1, 0], [9, 0, 4, 7])
    x = np.column_stack([np.ones(20), np.repeat([1, 1, 0, 0], [9, 0, 4, 7])])
    fitted = firth_logistic(y, x)
    assert fitted[1] == pytest.approx(np.log(9.5 * 7.5 / (0.5 * 4.5)), abs=1e-8)
