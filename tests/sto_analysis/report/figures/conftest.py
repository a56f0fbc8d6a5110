"""Figures of pyplot do not outlive their test; their concepts are those of the codebook."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import pytest

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.report.context import Context


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture(scope="session")
def context(codebook: Codebook) -> Context:
    return Context("nl", codebook)
