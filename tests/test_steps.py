"""What the docs tell a user to do with real answers puts none into git; a withdrawn answer is nowhere afterwards."""

import csv
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sto_workbench.confidential.removal import REGISTER
from tests.browsing import needs_browser
from tests.conftest import ROOT, make_copy
from tests.delivered import PLANTED, REGION, WAVE, deliver, describe, text_of
from tests.running import LIGHT, sto
from tests.sto_workbench.confidential.conftest import under_git

DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROGRAMS = "make|sto|papermill|jupyter|nbconvert|conda|pip|python3?|py|pytest|pre-commit|dask|git|Rscript|cp|mv|sh|bash"
COMMAND = re.compile(rf"(?:\$ )?(?:\.venv[/\\](?:bin|Scripts)[/\\])?((?:{PROGRAMS}) +\S.*)")
LIGHTLY = [word for name, value in LIGHT for word in ("-p", name, value)]
RUN = ["run", WAVE, "--region", REGION, *LIGHTLY]
PRINTED = [
    "--only",
    "05_national_report",
    "--only",
    "06_region_report",
    "--format",
    "pdf",
    "--format",
    "docx",
    "--format",
    "pptx",
]
PAPERMILL = "papermill notebooks/06_region_report.ipynb reports/out.ipynb -r wave {} -r region {}".format


def _sto(root: Path, *words: str) -> str:
    code, out, err = sto(root, *words)
    assert code == 0, out + err
    return out


def _python(root: Path, *words: str) -> None:
    done = subprocess.run([sys.executable, "-m", *words], cwd=root, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def _new(root: Path) -> None:
    deliver(root)
    _sto(root, "new", WAVE, "--from", "antwoorden.csv", "--frame", "regions-2026.csv")
    describe(root)


def _lab(root: Path) -> None:
    """What `make lab` does, and a region's notebook run there for this wave."""
    _sto(root, "guard")
    notebook = root / "notebooks" / "06_region_report.ipynb"
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace('\\"synthetic-2024\\"', f'\\"{WAVE}\\"').replace('\\"R07\\"', f'\\"{REGION}\\"'))
    _python(root, "nbconvert", "--to", "notebook", "--execute", "--inplace", str(notebook))
    assert ANSWERED in text_of(notebook)


DONE: dict[str, Callable[[Path], object]] = {
    "sto new 2026 --from antwoorden.csv --frame regions-2026.csv": _new,
    "sto new 2026 --as xlsx": lambda root: _sto(root, "new", WAVE, "--as", "xlsx"),
    "sto new 2026 --read": lambda root: _sto(root, "new", WAVE, "--read"),
    "sto check 2026": lambda root: _sto(root, "check", WAVE),
    "sto check 2026 --page mapping.html": lambda root: _sto(root, "check", WAVE, "--page", str(root / "mapping.html")),
    "sto run 2026": lambda root: _sto(root, *RUN, "--language", "nl", "--language", "en"),
    "sto run --format pdf --format docx": lambda root: _sto(root, *RUN[:4], *PRINTED, "--language", "nl"),
    "sto run --format pptx": lambda root: _sto(root, *RUN[:4], *PRINTED[:4], "--format", "pptx", "--language", "nl"),
    "sto hand-out 2026": lambda root: _sto(
        root, "hand-out", WAVE, *RUN[2:], "--national", "--language", "nl", "--format", "docx"
    ),
    "sto status": lambda root: _sto(root, "status", WAVE),
    "sto export 2026": lambda root: _sto(root, "export", WAVE),
    PAPERMILL("synthetic-2024", "R07"): lambda root: _python(root, *PAPERMILL(WAVE, REGION).split()),
    "make lab": _lab,
    "sto withdraw 2026 R07": lambda root: None,  # below
}
"""Step of the docs → how it is taken here; in this order."""
NOTHING = [
    # the same as one of these
    "make run", "sto run", "sto run -v", "sto run synthetic-2024 .*", "sto run --language nl --language en",
    "sto run --format pptx", "sto run -p permutations 100000", "sto run --keep.*",
    "sto new 2026 --from export.sav", r"sto new 2026 --from \S+ --again", "sto run 2026 --dask .*",
    # tools, and the environment
    "sto guard", "make (quick|test|test-all|check|lock|help)", "conda .*", "(py|python3) -m venv .*", "dask .*",
    "python -m pip install .*", "pre-commit install", "pytest .*", "python -m forked_kernels.*",
    "sto (check|new|export|withdraw|hand-out)( WAVE)?", "sto (explain|diff).*",
    "python from sto_analysis.results import .*",
    "python .*results.sav.*",
    "papermill --engine forked .*", "jupyter nbconvert", "git (rm|add) .*",
    # public files, or made answers only
    "sto context.*",
    # what passed the gate, in a folder that git ignores
    "sto (release|verify|attack).*",
    "make bench", "sto calibrate.*", "sto synthesise --seed 11", "python benchmarks/.*", "python docs/pictures.py",
]  # fmt: skip
"""Steps that write no answers, or what another writes."""
ANSWERED = "hieronder leest u wat u antwoordde"


def _steps() -> set[str]:
    """Commands in blocks, fenced or indented, and in sentences of the docs; without what is said about them."""
    found = set()
    for path in DOCS:
        text = path.read_text(encoding="utf-8")
        inline = [" ".join(each.split()) for each in re.findall(r"`([^`]+)`", text)]
        blocks = [line.strip() for line in re.findall(r"^(?: {4,}|\t)(.+)$", text, re.MULTILINE)]
        blocks += [
            line for block in re.findall(r"^```.*\n([^`]*)```", text, re.MULTILINE) for line in block.splitlines()
        ]
        for line in (*inline, *blocks):
            if command := COMMAND.fullmatch(line.strip()):
                found.add(re.split(r" {2,}| # ", command[1])[0].strip())
    return found


def test_every_step_of_the_docs_is_known_here():
    steps = _steps()
    assert steps >= set(DONE), "a step that no page of the docs names any more: take it out"
    unknown = [step for step in steps - set(DONE) if not any(re.fullmatch(each, step) for each in NOTHING)]
    assert unknown == [], "take these steps here too, or say that they write no answers"


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A compendium in which every step was taken with a wave named as real; what git would have added after each."""
    needs_browser()
    root = make_copy(tmp_path_factory.mktemp("steps"))
    git = under_git(root)
    added = {}
    for step, take in DONE.items():
        take(root)
        added[step] = git("add", "--all", "--dry-run")
    return root, added


@pytest.mark.whole
@pytest.mark.xdist_group("steps")
def test_git_would_add_no_answers_after_any_step(taken: tuple[Path, dict[str, str]]):
    root, added = taken
    changed = {step: said for step, said in added.items() if said}
    assert set(changed) <= {"make lab", "sto withdraw 2026 R07"}, "the notebook's default parameters"
    assert set(changed.values()) == {"add 'notebooks/06_region_report.ipynb'\n"}
    git = under_git(root)
    staged = git("show", "HEAD:notebooks/06_region_report.ipynb")
    assert f'\\"{WAVE}\\"' in staged
    assert '"outputs": []' in staged
    assert not any(each in staged for each in (*PLANTED, ANSWERED, '"output_type"'))


def _holding(root: Path, *words: str) -> list[str]:
    """Files of runs, exports and notebooks that hold one of these words, however the file is made."""
    tops = (root / "reports", root / "data" / "processed", root / "notebooks")
    paths = [path for top in tops for path in sorted(top.rglob("*")) if path.is_file()]
    said = {path: " ".join(text_of(path).split()) for path in paths}
    return [path.relative_to(root).as_posix() for path, text in said.items() if any(word in text for word in words)]


@pytest.mark.whole
@pytest.mark.xdist_group("steps")
def test_a_withdrawn_answer_is_in_no_file_and_what_was_handed_out_is_told(taken: tuple[Path, dict[str, str]]):
    root, _ = taken
    page, national = f"reports/{WAVE}/regions/{REGION}.{WAVE}", f"reports/{WAVE}/national.{WAVE}"
    before = set(_holding(root, *PLANTED, ANSWERED, "below you read what you answered"))
    assert {f"{page}.nl.html", f"{page}.nl.pdf", f"{page}.nl.docx", f"{page}.en.html",
            "reports/out.ipynb",
            f"data/processed/{WAVE}/cleaning_log.csv", "notebooks/06_region_report.ipynb"} <= before  # fmt: skip
    old = {path: path.read_bytes() for path in (root / "reports" / WAVE).rglob("*.*") if path.is_file()}
    (root / f"{page}.en.html").unlink()  # handed out, and not kept here
    said = _sto(root, "withdraw", WAVE, REGION)
    assert _holding(root, *PLANTED, ANSWERED) == []
    assert not (root / "data" / "processed" / WAVE).exists()
    for name in (f"{page}.nl.pdf", f"{page}.nl.pptx", f"{page}.en.html", f"{national}.nl.docx"):
        assert name in said
    with (root / "data" / "raw" / WAVE / REGISTER).open(encoding="utf-8", newline="") as file:
        told = {row["file"]: row["held"] for row in csv.DictReader(file)}
    assert told[f"{page}.nl.pdf"] == told[f"{page}.en.html"] == "its own answers"
    assert told[f"data/processed/{WAVE}/export/{WAVE}.sav"] == "its own answers"
    assert (
        told[f"{national}.en.html"] == told[f"reports/{WAVE}/notebooks/02_describe.{WAVE}.html"] == "counts its answers"
    )
    assert not any(word in (root / "data" / "raw" / WAVE / REGISTER).read_text() for word in PLANTED)

    notebooks = [word for path in (root / "notebooks").glob("0[1-4]*.ipynb") for word in ("--only", path.stem)]
    _sto(root, *RUN, *notebooks, *PRINTED, "--language", "nl")
    _sto(root, "export", WAVE)
    assert _holding(root, *PLANTED, ANSWERED) == []
    assert len(_holding(root, "antwoordde niet in deze ronde")) == 4, "page, notebook, PDF and Word"
    pages = {path: content for path, content in old.items() if "exhibits" not in path.parts}  # some count no answer
    kept = [path for path, content in pages.items() if path.is_file() and path.read_bytes() == content]
    assert kept == [], "pages that counted it"
    assert "51 of 78" not in _sto(root, "check", WAVE)
    assert "rows left out: 1" in _sto(root, "check", WAVE)
