"""Time per region report and peak memory of a wave of 78, 1,000 and 5,000 regions, run whole.

python benchmarks/scale.py             # the table in docs/benchmarks/scale.md; half an hour
"""

import os

os.environ.update({f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")})

import argparse
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pandas as pd
import psutil
import pyreadstat
from machine import ROOT, machine, publish, table

WAVE = "synthetic-2024"
REGIONS = (78, 1000, 5000)
NATIONAL = ("01_clean", "02_describe", "03_model", "04_robustness", "05_national_report")
COMMAND = [sys.executable, "-c", "from sto_workbench.cli import main; main()", "run", WAVE]


def make(root: Path, regions: int) -> None:
    """A compendium whose wave has so many regions: those of the synthetic wave again and again, without an earlier."""
    shutil.copytree(ROOT / "data", root / "data", ignore=shutil.ignore_patterns("processed", "synthetic-2021"))
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    shutil.copy(ROOT / "requirements.lock", root)
    (root / "reports").mkdir()
    raw = root / "data" / "raw" / WAVE
    path = raw / f"{WAVE}.sav"
    codes, meta = pyreadstat.read_sav(path, user_missing=True)
    frame = pd.read_csv(raw / "frame.csv")
    names = [f"S{number:05}" for number in range(regions)]
    asked = pd.concat([frame] * (regions // len(frame) + 1)).iloc[:regions]
    again = pd.DataFrame({"regio": asked["region"].tolist(), "new": names}).merge(codes, on="regio")
    again["regio"] = again.pop("new")
    known = {"variable_value_labels": meta.variable_value_labels, "missing_ranges": meta.missing_ranges}
    labels = meta.column_names_to_labels
    pyreadstat.write_sav(again[codes.columns], path, file_label=meta.file_label, column_labels=labels, **known)
    asked.assign(region=names, name=names).to_csv(raw / "frame.csv", index=False)
    text = (raw / "wave.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^(earlier_wave|published): .*\n", "", text, flags=re.MULTILINE)
    (raw / "wave.yaml").write_text(text, encoding="utf-8")


def run(root: Path, *said: str) -> tuple[float, float, float]:
    """Seconds, CPU seconds, and peak MiB of the largest process."""
    start, before, peak = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN), 0.0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.1):
            for process in psutil.process_iter(["name"]):
                if "python" in process.info["name"]:
                    peak = max(peak, _peak(process, root))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        subprocess.run([*COMMAND, *said], env={**os.environ, "STO_ROOT": str(root)}, check=True, capture_output=True)
    finally:
        done.set()
        watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, busy, peak


def _peak(process: psutil.Process, root: Path) -> float:
    try:
        if process.environ().get("STO_ROOT") != str(root):
            return 0.0
        return int(Path(f"/proc/{process.pid}/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    except (psutil.Error, OSError, IndexError):
        return 0.0


def measured(regions: int) -> list[str]:
    """A row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make(root, regions)
        cells = [f"{regions:,}"]
        for notebook in NATIONAL:
            seconds, _, peak = run(root, "--only", notebook, "--language", "nl")
            cells.append(f"{seconds:.0f} s, {peak:.0f} MiB")
        seconds, busy, peak = run(root, "--only", "06_region_report")
        nothing, _, _ = run(root, "--only", "06_region_report")
        each = f"{seconds / regions * 1000:.0f} ms ({busy / regions * 1000:.0f} ms CPU)"
        return [*cells, f"{seconds:.0f} s, {peak:.0f} MiB", each, f"{nothing:.1f} s"]


def main() -> None:
    """Measure, print, publish."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=max(REGIONS), help="regions at most")
    most = parser.parse_args().most
    rows = [measured(regions) for regions in REGIONS if regions <= most]
    head = ["regions", *NATIONAL, "all region reports", "per region report", "nothing to make"]
    told = (
        "Each notebook alone, from a cold start (about 4 s of it): seconds, and peak memory of the largest process. "
        "Permutations and simulations are as a report has them. Between rows compare CPU time: what else the machine "
        "does in half an hour lengthens the seconds."
    )
    publish("scale", "Waves of many regions", machine(["pandas", "papermill"]), told, table(head, rows))


if __name__ == "__main__":
    main()
