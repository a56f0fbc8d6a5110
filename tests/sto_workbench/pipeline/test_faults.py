"""Whatever breaks, what stands is whole, nothing is left over, and the next run goes on."""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import make_copy

WAVE = "synthetic-2024"
REGIONS = ("R01", "R02", "R03", "R05")
WORDS = (
    "run", WAVE, "--language", "nl", "-p", "permutations", "99", "-p", "simulations", "20",
    *(word for region in REGIONS for word in ("--region", region)),
)  # fmt: skip
MAIN = "from sto_workbench.cli import main; main()"
pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("faults")]


def _start(root: Path, *words: str, **more: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, *words], cwd=root, env={**os.environ, "STO_ROOT": str(root)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, **more,
    )  # type: ignore[call-overload, no-any-return]  # fmt: skip


def _sto(root: Path, *words: str, **more: object) -> tuple[int, str, str]:
    process = _start(root, *words, **more)
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def _files(root: Path) -> dict[str, bytes]:
    """Everything that the runs made, but for the lock; no other normalisation is needed."""
    found = [path for tree in ("reports", "data/processed") for path in (root / tree).rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(found) if path.name != ".lock"}


def _pages(root: Path) -> dict[str, bytes]:
    return {name: content for name, content in _files(root).items() if not name.startswith("reports/index")}


def _processes(root: Path) -> list[str]:
    """Processes that work on this compendium."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            about = (folder / "environ").read_bytes()
            state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if f"STO_ROOT={root}\0".encode() in about and state != "Z" and int(folder.name) != os.getpid():
            found.append(folder.name)
    return found


def _none_left(root: Path) -> None:
    end = time.monotonic() + 10
    while _processes(root) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _processes(root)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_copy(tmp_path_factory.mktemp("undisturbed"))
    code, out, err = _sto(root, *WORDS)
    assert code == 0, err
    assert "11 of 11 pages made" in out
    return root


@pytest.fixture
def fresh(undisturbed: Path, tmp_path: Path) -> Path:
    """A compendium in which nothing ran yet."""
    root = tmp_path / "fresh"
    shutil.copytree(undisturbed, root, ignore=lambda folder, _: ["processed"] if folder.endswith("data") else [])
    shutil.rmtree(root / "reports")
    (root / "reports").mkdir()
    return root


@pytest.fixture
def finished(undisturbed: Path, tmp_path: Path) -> Path:
    root = tmp_path / "finished"
    shutil.copytree(undisturbed, root)
    return root


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_a_run_that_is_killed_twenty_times_ends_like_an_undisturbed_one(fresh: Path, undisturbed: Path):
    random, killed, finished = np.random.default_rng(20), 0, 0
    while killed < 20:
        process = _start(fresh, *WORDS)
        try:
            process.wait(float(random.uniform(0.3, 6)))
            finished += 1
            for folder in ("reports", "data/processed"):  # it was done before the kill: begin anew
                shutil.rmtree(fresh / folder, ignore_errors=True)
        except subprocess.TimeoutExpired:
            process.kill()
            killed += 1
        process.communicate()
        _none_left(fresh)
        for name, content in _files(fresh).items():
            assert "/.parts/" in name or content, f"{name} is empty"
            if name.endswith((".html", ".ipynb")) and "/.parts/" not in name:
                assert content.rstrip().endswith((b"</html>", b"}")), f"{name} is half"
    code, _, err = _sto(fresh, *WORDS)
    assert code == 0, err
    assert _pages(fresh) == _pages(undisturbed)
    assert not list(fresh.rglob(".parts"))
    _none_left(fresh)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_ctrl_c_ends_everything_and_the_next_run_goes_on(fresh: Path, undisturbed: Path):
    process = _start(fresh, *WORDS)
    while not list((fresh / "reports").glob("*/manifest.json")):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err.strip().endswith("the next run goes on from there.")
    assert "Traceback" not in err
    _none_left(fresh)
    code, out, _ = _sto(fresh, *WORDS)
    assert code == 0
    assert int(re.findall(r"(\d+) were up to date", out)[0]) > 0
    assert _pages(fresh) == _pages(undisturbed)


def test_a_second_run_at_the_same_time_is_told_so(fresh: Path):
    first = _start(fresh, *WORDS)
    while not (fresh / "reports" / ".parts").exists():
        time.sleep(0.02)
    code, _, err = _sto(fresh, *WORDS)
    first.kill()
    first.communicate()
    assert code == 2
    assert "RunsAlready" in err


@pytest.mark.parametrize("provisioner", ["local-provisioner", "forked"])
def test_kernels_give_the_same_pages_as_cells_run_directly(
    fresh: Path, undisturbed: Path, provisioner: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", provisioner)
    code, _, err = _sto(fresh, *WORDS, "--plain-kernels")
    assert code == 0, err
    assert _pages(fresh) == _pages(undisturbed)


def _break(root: Path, cell: str) -> Path:
    """Put a line before the first output of the region notebook."""
    path = root / "notebooks" / "06_region_report.ipynb"
    text = path.read_text(encoding="utf-8")
    mark = '"page.say(\\"sentence.answered\\"'
    assert mark in text
    path.write_text(text.replace(mark, f'"{cell}\\n",\n    {mark}'), encoding="utf-8")
    return path


BREAKS = {
    "raises": ("1 / (region != 'R03')", "ZeroDivisionError: division by zero"),
    "dies": ("import os; region != 'R03' or os._exit(7)", "its process died (exit code 7"),
    "is killed": ("import os; region != 'R03' or os.kill(os.getpid(), 9)", "out of memory, or killed"),
    "hangs": ("import time; time.sleep(600 * (region == 'R03'))", "it took longer than 8 seconds"),
}


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("plain", [False, True])
def test_one_region_that_fails_leaves_the_others_new_and_its_own_page_as_it_was(finished: Path, how: str, plain: bool):
    if plain and how != "raises":
        pytest.skip("an ordinary kernel ends alike: tests/forked_kernels/test_provisioner.py")
    cell, said = BREAKS[how]
    before = _files(finished)
    _break(finished, cell)
    more = ("--plain-kernels",) if plain else ("--timeout", "8") if how == "hangs" else ()
    code, out, err = _sto(finished, *WORDS, *more)
    assert code == 1
    assert "3 of 11 pages made, 7 were up to date" in out
    assert said in err
    assert cell in err
    after, own = _files(finished), f"reports/{WAVE}/regions/R03.{WAVE}.nl.html"
    new = {name for name in after if name.endswith("nl.html") and before.get(name) != after[name]}
    assert new == {name for name in after if "/regions/R0" in name and name.endswith(".html")} - {own}
    index = after["reports/index.html"].decode()
    assert "ZeroDivisionError" in index or "its process died" in index or "it took longer" in index
    status = _sto(finished, "status", WAVE, *WORDS[4:10])[1]
    assert re.search(rf"^failed  {WAVE}/regions/R03", status, re.MULTILINE)


def test_what_failed_for_a_reason_outside_is_the_only_thing_made_next(finished: Path):
    _break(finished, "import pathlib; assert region != 'R03' or not pathlib.Path('weather').exists()")
    (finished / "weather").touch()
    code, out, _ = _sto(finished, *WORDS)
    assert code == 1
    assert "3 of 11 pages made, 7 were up to date" in out
    (finished / "weather").unlink()
    code, out, _ = _sto(finished, *WORDS)
    assert code == 0
    assert "1 of 11 pages made, 10 were up to date" in out


def _small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))


def test_a_disk_that_is_full_is_told_and_nothing_half_written_stands(fresh: Path, undisturbed: Path):
    code, _, err = _sto(fresh, *WORDS, preexec_fn=_small_files)
    assert code == 1
    assert "File too large" in err
    assert "Traceback" not in err
    made, whole = _pages(fresh), _pages(undisturbed)
    assert all(whole[name] == content for name, content in made.items() if name.endswith((".html", ".ipynb", ".csv")))
    code, _, err = _sto(fresh, *WORDS)
    assert code == 0, err
    assert _pages(fresh) == whole
