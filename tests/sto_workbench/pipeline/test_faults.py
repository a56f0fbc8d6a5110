"""Whatever breaks, what stands is whole, nothing is left over, and the next run goes on."""

import os
import re
import resource
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
import pytest

from sto_workbench.pipeline.batch import alone
from sto_workbench.pipeline.failure import log_of
from tests.running import WAVE, files, put_first, start, sto, unswitched, words

LIGHT = words(("R01", "R03"), "nl")
NATIONAL = 7
"""Pages of a run besides those of its regions: published, five notebooks, national."""
REPORT = Path("notebooks/06_region_report.ipynb")
pytestmark = pytest.mark.whole
needs_proc = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")


def _pages(root: Path) -> dict[str, bytes]:
    """What a run made, but for the files that tell of other runs too."""
    own = {name: content for name, content in files(root).items() if not name.startswith("reports/index")}
    return {name: unswitched(content) for name, content in own.items() if not name.endswith("manifest.json")}


def _is_as_undisturbed(root: Path, finished: Path, regions: int, light: list[str]) -> None:
    """Everything that a run makes stands there, is known to be up to date, and is what another run made too."""
    made, there = _pages(root), _pages(finished)
    assert [name for name in made if made[name] != there.get(name)] == []
    code, out, _ = sto(root, *light)
    assert code == 0
    assert f"0 of {NATIONAL + regions} pages made, {NATIONAL + regions} were up to date" in out


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


@needs_proc
@pytest.mark.parametrize("times", [4, pytest.param(20, marks=pytest.mark.wide)])
def test_a_run_that_is_killed_again_and_again_ends_like_an_undisturbed_one(copy: Path, finished: Path, times: int):
    random, killed = np.random.default_rng(times), 0
    while killed < times:
        process = start(copy, *LIGHT)
        try:
            process.wait(float(random.uniform(0.3, 6)))
            for folder in ("reports", "data/processed"):  # it was done before the kill: begin anew
                shutil.rmtree(copy / folder, ignore_errors=True)
        except subprocess.TimeoutExpired:
            process.kill()
            killed += 1
        process.communicate()
        _none_left(copy)
        for name, content in files(copy).items():
            assert "/.parts/" in name or content, f"{name} is empty"
            if name.endswith((".html", ".ipynb")) and "/.parts/" not in name:
                assert content.rstrip().endswith((b"</html>", b"}")), f"{name} is half"
    code, _, err = sto(copy, *LIGHT)
    assert code == 0, err
    assert not list(copy.rglob(".parts"))
    _none_left(copy)
    _is_as_undisturbed(copy, finished, 2, LIGHT)


def _preloaded(root: Path) -> list[psutil.Process]:
    """The preloaded process of a run, without what it forked."""
    found = []
    for pid in _processes(root):
        with suppress(psutil.NoSuchProcess):  # it may end while it is looked at
            process = psutil.Process(int(pid))
            if "forkserver" in " ".join(process.cmdline()) and _is_run(process.parent()):
                found.append(process)
    return found


def _is_run(process: psutil.Process | None) -> bool:
    return process is not None and "sto_workbench.cli" in " ".join(process.cmdline())


@needs_proc
@pytest.mark.parametrize("times", [2, pytest.param(20, marks=pytest.mark.wide)])
def test_a_run_whose_preloaded_process_is_killed_makes_every_page(copy: Path, finished: Path, times: int):
    random, killed = np.random.default_rng(times), 0
    while killed < times:
        process, here = start(copy, *LIGHT, "--force"), 0
        while process.poll() is None and here < 3 and killed < times:
            time.sleep(float(random.uniform(0.5, 6)))
            for server in _preloaded(copy):
                with suppress(psutil.NoSuchProcess):
                    server.kill()
                    here, killed = here + 1, killed + 1
        _, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        _is_as_undisturbed(copy, finished, 2, LIGHT)
    _none_left(copy)


def _heed_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # which a shell lets those ignore that it starts in the background


@needs_proc
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_everything_and_the_next_run_goes_on(finished_copy: Path, finished: Path, how: signal.Signals):
    waits = "while region == 'R03' and not pathlib.Path('go').exists(): time.sleep(0.05)"
    put_first(finished_copy / REPORT, "import pathlib, time", waits)
    journal = finished_copy / "reports" / WAVE / "manifest.journal"
    process = start(finished_copy, *LIGHT, preexec_fn=_heed_ctrl_c)
    while not journal.exists():  # until R01 is made; R03 waits for longer than that
        time.sleep(0.05)
        assert process.poll() is None
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.strip().endswith("the next run goes on from there.")
    assert "Traceback" not in err
    _none_left(finished_copy)
    (finished_copy / "go").touch()
    code, out, _ = sto(finished_copy, *LIGHT)
    assert code == 0
    assert "1 of 9 pages made, 8 were up to date" in out
    made, there = _pages(finished_copy), _pages(finished)
    assert [name for name in made if made[name] != there.get(name) and "/regions/" not in name] == []


def test_a_second_run_at_the_same_time_is_told_so(copy: Path):
    with alone():
        code, _, err = sto(copy, *LIGHT)
    assert code == 2
    assert "RunsAlready" in err


def test_an_ordinary_kernel_gives_the_same_page_as_cells_run_directly(finished_copy: Path, finished: Path):
    one = ("run", WAVE, "--region", "R01", "--language", "nl", "--only", REPORT.stem)
    code, out, err = sto(finished_copy, *one, "--plain-kernels", "--force")
    assert code == 0, err
    assert "1 of 1 pages made" in out
    assert _pages(finished_copy) == _pages(finished)


@pytest.mark.wide
@pytest.mark.parametrize("provisioner", ["local-provisioner", "forked"])
def test_kernels_give_the_same_pages_as_cells_run_directly(
    copy: Path, finished: Path, provisioner: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", provisioner)
    light = words(("R01",), "nl")
    code, _, err = sto(copy, *light, "--plain-kernels")
    assert code == 0, err
    _is_as_undisturbed(copy, finished, 1, light)


BREAKS = {
    "raises": ("1 / (region != 'R03')", "ZeroDivisionError: division by zero"),
    "dies": ("import os; region != 'R03' or os._exit(7)", "its process died (exit code 7"),
    "is killed": ("import os; region != 'R03' or os.kill(os.getpid(), 9)", "out of memory, or killed"),
    "hangs": ("import time; time.sleep(600 * (region == 'R03'))", "it took longer than 12 seconds"),
}


@pytest.mark.parametrize(("how", "plain"), [*((how, False) for how in BREAKS), ("raises", True)])
def test_one_region_that_fails_leaves_the_others_new_and_its_own_page_as_it_was(
    finished_copy: Path, how: str, plain: bool
):
    """An ordinary kernel ends alike, however it ends: tests/forked_kernels/test_provisioner.py."""
    cell, said = BREAKS[how]
    before = files(finished_copy)
    put_first(finished_copy / REPORT, cell)
    more = ("--plain-kernels",) if plain else ("--timeout", "12") if how == "hangs" else ()
    code, out, err = sto(finished_copy, *LIGHT, *more)
    assert code == 1
    assert "1 of 9 pages made, 7 were up to date" in out
    assert said in err
    assert cell in err
    assert cell in log_of(f"{WAVE}/regions/R03.{WAVE}.nl").read_text(encoding="utf-8")
    after = files(finished_copy)
    new = {name for name in after if name.endswith("html") and "index" not in name and before[name] != after[name]}
    assert new == {f"reports/{WAVE}/regions/R01.{WAVE}.nl.html"}
    index, told = after["reports/index.html"].decode(), after[f"reports/{WAVE}/manifest.json"].decode()
    assert re.search(r"06_region_report, cell \d+ \([\w-]+\): (ZeroDiv|its process died|it took longer)", told)
    assert 'role="alert"' in index
    assert cell not in index + told
    status = sto(finished_copy, "status", WAVE, *words(())[2:])[1]
    assert re.search(rf"^failed  {WAVE}/regions/R03", status, re.MULTILINE)


def test_what_failed_for_a_reason_outside_is_the_only_thing_made_next(finished_copy: Path):
    put_first(finished_copy / REPORT, "import pathlib; assert region != 'R03' or not pathlib.Path('weather').exists()")
    (finished_copy / "weather").touch()
    code, out, _ = sto(finished_copy, *LIGHT)
    assert code == 1
    assert "1 of 9 pages made, 7 were up to date" in out
    (finished_copy / "weather").unlink()
    code, out, _ = sto(finished_copy, *LIGHT)
    assert code == 0
    assert "1 of 9 pages made, 8 were up to date" in out


def _small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))


def test_a_disk_that_is_full_is_told_and_nothing_half_written_stands(copy: Path, finished: Path):
    light = words(("R01",), "nl")
    code, _, err = sto(copy, *light, preexec_fn=_small_files)
    assert code == 1
    assert "File too large" in err
    assert "Traceback" not in err
    made, whole = _pages(copy), _pages(finished)
    assert all(whole[name] == content for name, content in made.items() if name.endswith((".html", ".ipynb", ".csv")))
    code, _, err = sto(copy, *light)
    assert code == 0, err
    _is_as_undisturbed(copy, finished, 1, light)
