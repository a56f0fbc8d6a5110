"""Time and memory of `sto new` and `sto check` on surveys of many answering rows: both grow with the rows.

python benchmarks/survey.py            # the table in docs/benchmarks/survey.md; a few minutes
"""

import os

os.environ.update({f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")})

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import pyreadstat
from machine import ROOT, machine, publish, table

from sto_workbench.intake.arrive import new_wave
from sto_workbench.intake.clean import clean_wave

ROWS = (12_500, 25_000, 50_000, 100_000)
WAVE = "synthetic-2024"
FORMS = (".sav", ".csv")
"""Codes with labels, and texts: of these every answer is recoded, and has a row in the log."""


def make(folder: Path, rows: int, form: str) -> Path:
    """A compendium whose wave is still to come in, and its export: every row another region."""
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("processed"))
    raw = folder / "data" / "raw" / WAVE
    codes, meta = pyreadstat.read_sav(raw / f"{WAVE}.sav", user_missing=True)
    regions = [f"S{row:06}" for row in range(rows)]
    big = pd.concat([codes] * (rows // len(codes) + 1)).iloc[:rows].assign(regio=regions)
    frame = pd.read_csv(raw / "frame.csv")
    asked = pd.concat([frame] * (rows // len(frame) + 1)).iloc[:rows].assign(region=regions, name=regions)
    asked.to_csv(folder / "frame.csv", index=False)
    register = pd.DataFrame({"id": regions, "name": regions}).assign(kind="synthetic")
    columns = pd.read_csv(folder / "data" / "regions.csv", dtype="str").columns
    register.reindex(columns=columns).to_csv(folder / "data" / "regions.csv", index=False)
    shutil.rmtree(raw)
    path = folder / f"export{form}"
    labels = meta.column_names_to_labels
    if form == ".sav":
        known = {"variable_value_labels": meta.variable_value_labels, "missing_ranges": meta.missing_ranges}
        pyreadstat.write_sav(big, path, file_label="SYNTHETIC", column_labels=labels, **known)
    else:
        texts = big.assign(**{name: big[name].map(known) for name, known in meta.variable_value_labels.items()})
        texts.rename(columns=labels).to_csv(path, index=False, sep=";")
    return path


def measured(verb: str, root: Path, path: Path) -> tuple[float, float, float]:
    """Seconds, and peak MiB of the process and of its reader, of one verb in a fresh process."""
    done = subprocess.run(
        [sys.executable, __file__, verb, str(path)],
        env={**os.environ, "STO_ROOT": str(root)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds, own, reader = map(float, done.stdout.split())
    return seconds, own, reader


def one(verb: str, path: Path) -> None:
    """Do one verb and print what it took."""
    start = time.perf_counter()
    new_wave(WAVE, path, path.with_name("frame.csv")) if verb == "new" else clean_wave(WAVE)
    seconds = time.perf_counter() - start
    own = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    sys.stdout.write(f"{seconds} {own} {reader}")


def main() -> None:
    """Measure, print, publish."""
    if len(sys.argv) > 1:
        one(sys.argv[1], Path(sys.argv[2]))
        return
    lines = []
    for form in FORMS:
        for rows in ROWS:
            with tempfile.TemporaryDirectory(prefix="sto-") as name:
                path = make(Path(name), rows, form)
                for verb in ("new", "check"):
                    seconds, own, reader = measured(verb, Path(name), path)
                    per = f"{1e6 * seconds / rows:,.0f} µs"
                    peaks = [f"{own:,.0f} MiB", f"{reader:,.0f} MiB"]
                    lines.append([form, f"`sto {verb}`", f"{rows:,}", f"{seconds:.1f} s", per, *peaks])
    note = (
        "One process each on one core, and one that reads the file (`sto_workbench.intake.parse`, at most 2 GiB); "
        "35 columns, every row another region; `sto check` checks and cleans. In the .csv every answer is a text, so "
        "that each is recoded and logged (3.4 million log rows for 100,000 answering rows)."
    )
    head = ["Export", "Command", "Rows", "Time", "Time per row", "Peak memory", "Peak memory of the reader"]
    where = machine(["pandas", "pyreadstat", "pydantic", "rapidfuzz"])
    publish("survey", "Large surveys", where, note, table(head, lines))


if __name__ == "__main__":
    main()
