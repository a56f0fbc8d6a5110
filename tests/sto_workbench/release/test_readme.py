import os
import re
import shlex
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest

from sto_analysis.inert import write_csv
from sto_workbench.cli import run
from sto_workbench.verify.again import STEPS, store
from tests.sto_workbench.release.small import small_release

READY = ".venv/.ready"


def test_the_readme_has_the_sections_of_the_template_and_lists_exhibits_programs_and_what_is_withheld(tmp_path: Path):
    text = (small_release(tmp_path) / "README.md").read_text()
    for heading in (
        "Data Availability and Provenance Statements",
        "Computational requirements",
        "Description of programs/code",
        "Instructions to Replicators",
        "List of tables and programs",
    ):
        assert f"## {heading}" in text
    row = next(line for line in text.splitlines() if "fig-1 quadrant" in line)
    assert "05_national_report, cell quadrant" in row
    assert "results/shares.csv" in row
    assert "02_describe, cell shares-table" in row
    assert "Urgency \\| yield" in row
    assert "| shares | small_groups | 1 | a group of few regions would follow |" in text
    assert "SYNTHETIC" in text
    assert "2 of 3 statistics are shown" in text


def test_no_text_of_a_wave_is_markup(tmp_path: Path):
    rules = {"small_groups": "<img src=x onerror=1> [x](y) `z`"}
    text = (small_release(tmp_path, rules=rules) / "README.md").read_text()
    assert "<img" not in text
    assert "[x]" not in text.replace("\\[x]", "")


def commands(folder: Path) -> list[list[str]]:
    """What the README says to run, a command each, as a shell would take it apart."""
    text = (small_release(folder) / "README.md").read_text()
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    lexer = shlex.shlex("".join(blocks), posix=True, punctuation_chars="\n")
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = " ", True, ""
    return [[*words] for end, words in groupby(lexer, lambda word: not word.strip()) if not end]


def test_the_commands_are_those_that_there_are_with_the_numbers_of_the_release(tmp_path: Path):
    said = commands(tmp_path)
    (ran,) = [words[1:] for words in said if words[:2] == [".venv/bin/sto", "run"]]
    given = run.make_context("run", ran[1:]).params
    assert given["wave"] == "synthetic-2024"
    assert given["only"] == STEPS
    assert given["given"] == (("permutations", "99"), ("simulations", "20"))
    (made,) = [words for words in said if words[0] == "make"]
    assert made[1] == READY
    (verified,) = [words for words in said if words[:2] == [".venv/bin/sto", "verify"]]
    at = Path("/here") / next(words[1] for words in said if words[0] == "cd") / verified[2]
    assert Path(os.path.normpath(at)) == Path("/here/sto-synthetic-2024-release-1.zip")


@pytest.mark.whole
@pytest.mark.parametrize(("digit", "says"), [("", False), ("1", True)])
def test_the_comparison_by_hand_says_nothing_unless_a_number_differs(
    finished: Path, tmp_path: Path, digit: str, says: bool
):
    (compare,) = [words for words in commands(tmp_path / "small") if words[0] == ".venv/bin/python"]
    (tmp_path / "code" / "data").mkdir(parents=True)
    (tmp_path / "code" / "data" / "processed").symlink_to(finished / "data" / "processed")
    (tmp_path / "twin").mkdir()
    text = str(write_csv(store(finished, "synthetic-2024")))
    altered = re.sub(r"(\nshare[^\n]*?,0\.)", rf"\g<1>{digit}", text, count=1)
    (tmp_path / "twin" / "results.csv").write_text(altered)
    ended = subprocess.run([sys.executable, *compare[1:]], cwd=tmp_path / "code", capture_output=True, check=False)
    assert bool(ended.returncode) == says, ended.stderr
    assert bool(ended.stderr) == says
