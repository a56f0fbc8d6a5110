"""What many tests of the intake share: a file is parsed once, whoever reads it again."""

from pathlib import Path
from typing import Any

import pytest

from sto_analysis.monitor.answers import CleanWave
from sto_workbench.intake import readers
from sto_workbench.intake.clean import clean_wave
from sto_workbench.intake.header import Layout

_parse, _parsed = readers._parsed, {}


def _remembered(path: Path, layout: Layout) -> dict[str, Any]:
    key = (path.suffix, path.read_bytes(), layout)
    if key not in _parsed:
        _parsed[key] = _parse(path, layout)
    return dict(_parsed[key])


@pytest.fixture
def parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of the same bytes starts no second process that parses it (test_readers and the mutants do without)."""
    monkeypatch.setattr(readers, "_parsed", _remembered)


@pytest.fixture(scope="session")
def cleaned() -> CleanWave:
    """The shipped wave of 2024, cleaned: to look at, never to change."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STO_ROOT", str(Path(__file__).parents[3]))
        return clean_wave("synthetic-2024")
