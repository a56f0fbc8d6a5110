"""A notebook reads nothing but what `READS` says, and writes what `WRITES` says."""

import shutil
from pathlib import Path

import nbformat
import pytest

from sto_analysis import compendium
from sto_workbench.pipeline.recipe import READS, WRITES, files, places

WAVE, EARLIER = "synthetic-2024", "synthetic-2021"
GIVEN = {"permutations": 99, "simulations": 20, "region": "R01", "language": "nl"}
pytestmark = pytest.mark.filterwarnings("ignore:The set_bad:PendingDeprecationWarning")


def _run(name: str, wave: str) -> None:
    space: dict[str, object] = {}
    for cell in nbformat.read(compendium.notebook(name), as_version=4).cells:
        if cell.cell_type == "code":
            exec(cell.source, space)
            if "parameters" in cell.metadata.get("tags", []):
                space |= {key: value for key, value in {**GIVEN, "wave": wave}.items() if key in space}


def test_every_notebook_lives_on_what_it_declares(copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for place, (name, wave) in enumerate([("01_clean", EARLIER), *((name, WAVE) for name in READS)]):
        whole, alone = copy, tmp_path / f"alone-{place}"
        parameters = {**GIVEN, "wave": wave}
        for path in [*files(READS[name], parameters), whole / "requirements.lock", *(whole / "notebooks").iterdir()]:
            target = alone / path.relative_to(whole)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        monkeypatch.setenv("STO_ROOT", str(alone))
        before = {path for path in (alone / "data").rglob("*") if path.is_file()}
        _run(name, wave)
        written = {path for path in (alone / "data").rglob("*") if path.is_file()} - before
        declared = places(WRITES.get(name, ()), parameters)
        assert {path for path in declared if not path.exists()} == set(), name
        monkeypatch.setenv("STO_ROOT", str(whole))
        for path in written:
            target = whole / path.relative_to(alone)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
