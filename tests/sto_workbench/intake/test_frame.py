"""A frame that is not right is told by its row, and nothing that a file can be ends in a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.register import read_register
from sto_analysis.monitor.wave import read_wave
from sto_workbench.intake.frame import frame_ids, read_frame

HEAD = "region,name,commitment,krimp,employment,technology,teacher_shortage\n"
GOOD = HEAD + "R01,Noord,0,0,1,1,2\nR02,Zuid,1,0,1,0,0\n"


def _read(tmp_path: Path, codebook: Codebook, content: bytes, name: str = "frame.csv"):
    (tmp_path / name).write_bytes(content)
    return read_frame(tmp_path / name, codebook)


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_frame_is_read_with_any_separator_and_encoding(tmp_path: Path, codebook: Codebook, separator, encoding):
    text = GOOD.replace("Zuid", "Fryslân").replace(",", separator)
    assert _read(tmp_path, codebook, text.encode(encoding)).at["R02", "name"] == "Fryslân"


@pytest.mark.parametrize(
    ("content", "message", "row"),
    [
        (b"", "lacks this column", None),
        (HEAD.encode(), "has no regions", None),
        (GOOD.replace("R02", "R01").encode(), "stands in the frame already, in row 2", 3),
        (GOOD.replace("Zuid", " noord").encode(), "this name stands in the frame already, in row 2", 3),
        (GOOD.replace("R02", "").encode(), "a region without an id", 3),
        (GOOD.replace("Zuid,", "Zuid").encode(), "has 6 cells, its column names 7", 3),
        (GOOD.replace("1,2\n", "1,7\n").encode(), "does not know this context code", 2),
        (b"PK\x03\x04\x00\x00\xff\xfe", "not readable as CSV", None),
    ],
)
def test_a_broken_frame_is_told_by_its_row(tmp_path: Path, codebook: Codebook, content, message, row):
    with pytest.raises(Problems, match=message) as caught:
        _read(tmp_path, codebook, content)
    assert row in {problem.row for problem in caught.value.problems}


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a,b\n1\n", b"kind;id\n", b"\x00\x01"])
def test_a_broken_register_ends_in_named_problems(copy: Path, content: bytes):
    (copy / "data" / "regions.csv").write_bytes(content)
    with pytest.raises(Problems):
        read_register("real")


def test_the_ids_are_those_of_the_frame(codebook: Codebook):
    wave = read_wave("synthetic-2024")
    assert frame_ids(wave) == read_frame(compendium.raw(wave.wave) / wave.frame, codebook).index.tolist()


def test_the_ids_are_read_without_pandas():
    script = """
import sys
from sto_analysis.monitor.codebook import read_codebook
from sto_workbench.intake.frame import frame_ids
from sto_analysis.monitor.wave import chain
assert read_codebook().items and len(frame_ids(chain("synthetic-2024")[-1])) == 78
sys.exit(", ".join({"numpy", "pandas", "scipy"} & sys.modules.keys()) or 0)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
