"""Git takes no answers: not where they are dropped, not where runs put them, not in notebooks."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from sto_analysis import compendium
from sto_workbench.cli import main_group
from sto_workbench.confidential import tracked
from sto_workbench.confidential.tracked import answers_in_git, answers_in_history, would_take
from tests.conftest import ROOT
from tests.sto_workbench.confidential.conftest import Git

KINDS = ("sav", "zsav", "por", "xlsx", "xls", "ods", "csv", "tsv", "dta", "parquet", "sas7bdat", "rds", "feather", "gz",
         "zip", "html", "pdf", "docx", "ipynb", "json", "txt", "log", "png", "pkl", "md~", "db", "svg")  # fmt: skip
FOLDERS = ("", "data/", "data/raw/", "data/raw/2026/", "data/raw/synthetic-2026/", "data/raw/synthetic-2024/",
           "data/raw/published/", "data/raw/.new-x/2026/", "data/processed/2026/own/", "data/processed/.parts/",
           "reports/2026/", "reports/2026/regions/notebooks/", "reports/.parts/", "notebooks/", "notebooks/x_files/",
           "notebooks/.ipynb_checkpoints/", ".ipynb_checkpoints/", "docs/", "tests/", "tests/reference/", "src/",
           "src/sto_analysis/", "benchmarks/", "export/", "a folder/deeper/")  # fmt: skip


def test_answers_are_ignored_of_every_kind_and_in_every_folder(copy: Path, git: Git):
    places = [copy / folder / f"out.{kind}" for folder in FOLDERS for kind in KINDS]
    places += [copy / folder / name for folder in ("data/raw/2026", "data/raw/synthetic-2026") for name in
               ("wave.yaml", "frame.csv", "notes.md", "read.py", "synthetic-2024.sav")]  # fmt: skip
    places += [copy / "reports" / "a.py", copy / "data/processed/2026/a.yaml", copy / "notebooks" / "02_describe.md",
               copy / "notebooks" / "02_describe.nbconvert.ipynb", copy / "antwoorden 2026"]  # fmt: skip
    for place in places:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("answers")
    assert git("add", "--all", "--dry-run") == ""
    assert answers_in_git() == []


def test_all_that_is_tracked_here_is_named_in_gitignore():
    said = subprocess.run(["git", "ls-files", "-ci", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True)
    assert said.stdout == b""
    assert answers_in_git(staged=True) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("data/raw/2026/wave.yaml", "real answers in git"),
        ("data/raw/synthetic-2026/answers.csv", "real answers in git"),
        ("data/processed/2026/answers.parquet", "what runs made of answers"),
        ("reports/2026/regions/R01.2026.nl.html", "what runs made of answers"),
        ("answers.csv", ".gitignore does not allow"),
    ],
)
def test_what_was_forced_in_is_named_with_what_to_do(copy: Path, git: Git, name: str, told: str):
    compendium.write_text(copy / name, "answers")
    git("add", "--force", name)
    for staged in (False, True):
        (problem,) = answers_in_git(staged=staged)
        assert told in str(problem)
        assert f"`git rm -r --cached -- {name}`" in problem.todo
        assert "data protection officer" in problem.todo
        assert Path(str(problem.file)) == copy / name
    git("rm", "-r", "--cached", "--", name)
    assert answers_in_git() == []


def test_what_was_committed_once_stays_told(copy: Path, git: Git):
    assert answers_in_history() == []
    for name in ("a b.csv", "wave.yaml"):
        compendium.write_text(copy / "data" / "raw" / "2026" / name, "answers")
    git("add", "--force", "data/raw/2026")
    git("commit", "--quiet", "--message", "a mistake")
    git("rm", "-r", "--quiet", "--cached", "data/raw/2026")
    git("commit", "--quiet", "--message", "taken out")
    assert answers_in_git() == []
    (told,) = answers_in_history()
    assert told.startswith("the history of this repository holds answers (data/raw/2026/a b.csv and 1 more).")
    assert "Note: the history" in CliRunner().invoke(main_group, ["check", "synthetic-2024"]).output


def test_many_files_of_a_folder_are_one_problem(copy: Path, git: Git):
    for number in range(5):
        compendium.write_text(copy / "data" / "raw" / "2026" / f"{number} a.csv", "answers")
    git("add", "--force", "data/raw/2026")
    (problem,) = answers_in_git()
    assert "(5 files of this folder)" in problem.what
    assert "-- data/raw/2026`" in problem.todo


def test_a_weakened_gitignore_does_not_help(copy: Path, git: Git):
    (copy / ".gitignore").write_text("")
    compendium.write_text(copy / "data" / "raw" / "2026" / "a.csv", "answers")
    compendium.write_text(copy / "reports" / "2026" / "national.html", "answers")
    assert len(answers_in_git()) == 2
    assert answers_in_git(staged=True) == [], "not before they are added"
    git("add", "--all")
    assert len(answers_in_git(staged=True)) == 2


def test_real_answers_under_a_made_name_are_named(copy: Path, git: Git):
    path = copy / "data" / "raw" / "synthetic-2024" / "synthetic-2024.sav"
    path.write_bytes(path.read_bytes().replace(b"SYNTHETIC", b"THE REAL."))
    (problem,) = answers_in_git()
    assert "do not call themselves synthetic" in problem.what
    assert answers_in_git(staged=True) == []
    git("add", "--all")
    assert len(answers_in_git(staged=True)) == 1


def _run_in_place(notebook: Path, answer: str = "PLANTED-ANSWER") -> None:
    run = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in run["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [{"output_type": "stream", "name": "a", "text": answer}], 1
    notebook.write_text(json.dumps(run), encoding="utf-8")


def test_notebooks_are_stripped_as_they_are_added(copy: Path, git: Git):
    notebook = copy / "notebooks" / "06_region_report.ipynb"
    _run_in_place(notebook)
    (problem,) = answers_in_git()
    assert "holds what running it has left" in problem.what
    assert "Run `sto guard`" in problem.todo
    assert CliRunner().invoke(main_group, ["guard"]).exit_code == 0, "so that `make lab` goes on"
    assert answers_in_git() == []
    git("add", "--all")
    assert git("diff", "--cached", "--stat") == ""
    assert "PLANTED" not in git("show", ":notebooks/06_region_report.ipynb")
    assert "PLANTED" in notebook.read_text(), "whoever looks at it keeps it"
    assert git("show", ":notebooks/06_region_report.ipynb") == (ROOT / "notebooks" / notebook.name).read_text()


def test_outputs_that_were_added_before_are_named(copy: Path, git: Git):
    _run_in_place(copy / "notebooks" / "02_describe.ipynb")
    git("add", "--all")
    tracked.guard()
    assert [Path(str(each.file)).name for each in answers_in_git()] == ["02_describe.ipynb"]
    assert [Path(str(each.file)).name for each in answers_in_git(staged=True)] == ["02_describe.ipynb"]
    git("add", "--renormalize", "notebooks")
    assert answers_in_git(staged=True) == []


def test_a_notebook_that_cannot_be_stripped_is_not_added(copy: Path, git: Git):
    tracked.guard()
    (copy / "notebooks" / "02_describe.ipynb").write_text('{"cells": "PLANTED-ANSWER"')
    assert "no notebook whose outputs can be taken out" in git("add", "--all", fine=False)
    git("config", "filter.sto-notebook.clean", "/gone/python -m x || { echo gone >&2; exit 1; }")
    assert "gone" in git("add", "--all", fine=False)


def test_the_hook_refuses_answers_and_lets_the_rest_pass(copy: Path, git: Git):
    assert "looks for answers" in CliRunner().invoke(main_group, ["guard"]).output
    hook = copy / ".git" / "hooks" / "pre-commit"
    assert hook.stat().st_mode & 0o111
    (copy / "data" / "multiverse.yaml").write_text("other: 1\n")
    git("commit", "--all", "--message", "fine")
    compendium.write_text(copy / "data" / "raw" / "2026" / "a.csv", "answers")
    git("add", "--force", "data/raw/2026/a.csv")
    said = git("commit", "--message", "answers", fine=False)
    assert "ConfidentialInGit: data/raw/2026/a.csv: real answers in git." in said
    hook.write_text("#!/bin/sh\nexit 0\n")
    assert "let it run `sto guard --staged` too" in tracked.guard()[0]
    hook.write_text("#!/bin/sh\n# File generated by pre-commit\n")
    tracked.guard()
    assert "generated by pre-commit" in hook.read_text()


def test_outside_git_there_is_nothing_to_say(copy: Path, monkeypatch: pytest.MonkeyPatch):
    assert answers_in_git() == []
    assert tracked.guard() == []
    assert CliRunner().invoke(main_group, ["guard"]).output == ""
    assert not would_take(copy / "a.csv")
    monkeypatch.setenv("PATH", str(copy))
    assert answers_in_git() == []
    assert not would_take(copy / "a.csv")


def test_what_git_would_take_is_told_before_it_stands_there(copy: Path, git: Git):
    assert not would_take(copy / "export" / "2026.csv")
    assert would_take(copy / "data" / "regions.csv")
    other = copy / "other"
    shutil.copytree(copy / ".git", other / ".git")
    assert would_take(other / "export" / "2026.csv"), "another repository takes everything"


def test_check_tells_and_fails(copy: Path, git: Git):
    assert CliRunner().invoke(main_group, ["check", "synthetic-2024"]).exit_code == 0
    compendium.write_text(copy / "answers.csv", "answers")
    git("add", "--force", "answers.csv")
    done = CliRunner().invoke(main_group, ["check", "synthetic-2024", "--as", "csv"])
    assert done.exit_code == 1
    assert done.output.count("ConfidentialInGit") == 1
    assert os.fspath(copy / "answers.csv") in done.output
