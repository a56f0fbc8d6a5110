"""Broken forms of good exports: what the mail, a disk or a bad day does to a file; and what must hold of each."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

from sto_analysis.errors import Problems
from sto_workbench.intake.arrive import new_wave
from sto_workbench.intake.clean import clean_wave

FILES = Path(__file__).parent / "files"
WAVE = "synthetic-2024"
ENDINGS = (".sav", ".zsav", ".por", ".xlsx", ".csv")
WIDE = 100_000


def good_files(folder: Path, sav: Path) -> list[Path]:
    """One good export of every kind, made from an SPSS file; those of `files` beside them."""
    codes, meta = pyreadstat.read_sav(sav, user_missing=True)
    labels = {"column_labels": meta.column_names_to_labels, "variable_value_labels": meta.variable_value_labels}
    made = [folder / f"good{ending}" for ending in ENDINGS]
    shutil.copy(sav, made[0])
    pyreadstat.write_sav(codes, made[1], compress=True, **labels)
    pyreadstat.write_por(codes, made[2], column_labels=meta.column_names_to_labels)
    codes.to_excel(made[3], index=False)
    codes.rename(columns=meta.column_names_to_labels).to_csv(made[4], index=False, sep=";", encoding="utf-8-sig")
    return [*made, *sorted(path for path in FILES.iterdir() if path.suffix != ".md")]


def mutants(good: list[Path], folder: Path, seed: int, count: int) -> Iterator[tuple[str, Path]]:
    """Yield `count` broken files, one at a time: what was done, and the file, which is removed afterwards."""
    random = np.random.default_rng(seed)
    kinds = [_flip, _flip, _flip, _truncate, _truncate, _zeros, _repeat, _ending, _header, _empty]
    for number in range(count):
        path = good[number % len(good)]
        kind = kinds[(number + number // len(good)) % len(kinds)]  # in ten rounds each file in every way
        content = kind(bytearray(path.read_bytes()), random)
        ending = str(random.choice(ENDINGS)) if kind is _ending else path.suffix
        broken = folder / f"mutant{ending}"
        broken.write_bytes(content)
        yield f"{number} {kind.__name__.strip('_')} of {path.name}", broken
        broken.unlink()


def wide_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield files with 100,000 columns, as text and as SPSS."""
    names = [f"v{place}" for place in range(WIDE)]
    text = folder / "wide.csv"
    text.write_text(f"regio,{','.join(names)}\nR01{',1' * WIDE}\n")
    yield "100,000 columns of text", text
    text.unlink()
    spss = folder / "wide.sav"
    pyreadstat.write_sav(pd.DataFrame(np.ones((2, WIDE)), columns=names), spss)
    yield "100,000 columns of SPSS", spss
    spss.unlink()


def _flip(content: bytearray, random: np.random.Generator) -> bytes:
    for place in random.integers(0, len(content), int(random.integers(1, 40))):
        content[place] = int(random.integers(0, 256))
    return bytes(content)


def _truncate(content: bytearray, random: np.random.Generator) -> bytes:
    return bytes(content[: int(random.integers(1, len(content)))])


def _zeros(content: bytearray, random: np.random.Generator) -> bytes:
    start = int(random.integers(0, len(content)))
    length = min(int(random.integers(1, 2000)), len(content) - start)
    content[start : start + length] = bytes(length)
    return bytes(content)


def _repeat(content: bytearray, random: np.random.Generator) -> bytes:
    start, stop = sorted(random.integers(0, len(content), 2))
    return bytes(content[:stop]) + bytes(content[start:])


def _ending(content: bytearray, random: np.random.Generator) -> bytes:
    return bytes(content)


def _header(content: bytearray, random: np.random.Generator) -> bytes:
    return bytes(content[:200]) + b"x" * 3_000_000 + bytes(content[200:])


def _empty(content: bytearray, random: np.random.Generator) -> bytes:
    return b""


def try_one(broken: Path, root: Path) -> bool:
    """`sto check` with the file in the place of the export, then `sto new` of it, in the compendium at `root`.

    Returns whether it could be read. Anything but a named problem is raised; so is a file written where none may be.
    """
    folder = root / "data" / "raw" / WAVE
    export, description = folder / broken.name, folder / "wave.yaml"
    before = description.read_text(encoding="utf-8")
    description.write_text(before.replace(f"file: {WAVE}.sav", f"file: {broken.name}"), encoding="utf-8")
    shutil.copy(broken, export)
    there = sorted(folder.iterdir())
    with suppress(Problems):
        clean_wave(WAVE)
    assert sorted(folder.iterdir()) == there
    assert not any((root / "data").glob("processed/*"))
    export.unlink()
    description.write_text(before, encoding="utf-8")
    made = root / "data" / "raw" / "synthetic-2030"
    try:
        new_wave(made.name, broken)
    except Problems:
        assert not made.exists()
        return False
    assert {path.name for path in made.iterdir()} == {"wave.yaml", "frame.csv", broken.name}
    shutil.rmtree(made)
    return True
