"""One run, wherever it comes from: what it found, and what it was made of. Nothing in a foreign one is trusted."""

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow
import pyarrow.parquet
from pydantic import TypeAdapter

from sto_analysis.declared import PARTS
from sto_analysis.errors import Problems, UnreadableRun
from sto_analysis.provenance import Record
from sto_analysis.results import COLUMNS

LARGEST = 60_000_000
"""Bytes that a file of a run may have, unpacked."""
_MOST, _ALL = 5_000, 400_000_000
"""Files that a run may have, and bytes in all."""
_TEXTS = tuple(name for name in COLUMNS[:-1] if name not in (*PARTS, "precision", "seed"))
_BROKEN = (OSError, zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, EOFError)
_RECORD = TypeAdapter(Record)
_TODO = "Take a run that `sto run` kept, or make it again."


@dataclass(frozen=True)
class Run:
    """A run as a set of files (see `sto_workbench.compare.kept`).

    Parameters
    ----------
    name : str
        As the user called it.
    wave : str
        Id of the wave.
    files : mapping
        Name → function that gives the content.
    """

    name: str
    wave: str
    files: Mapping[str, Callable[[], bytes]]

    @cached_property
    def told(self) -> dict[str, Any]:
        """What run.json says; empty where there is none.

        Raises
        ------
        Problems
            It is no JSON object.
        """
        if "run.json" not in self.files:
            return {}
        try:
            told = json.loads(self.files["run.json"]())
        except (ValueError, RecursionError) as error:
            raise Problems([UnreadableRun(f"run.json of {self.name} is no JSON.", _TODO)]) from error
        return told if isinstance(told, dict) else {}

    @cached_property
    def records(self) -> dict[str, Record]:
        """Key of a job → what its result was made of; records of another form are left out."""
        found = {}
        for key, record in dict(self.told.get("records") or {}).items():
            try:
                found[str(key)] = _RECORD.validate_python(record)
            except ValueError:
                continue
        return found

    def content(self, known: str | None) -> bytes | None:
        """Give the file of a digest, where the run has it."""
        give = self.files.get(f"files/{known}")
        return give() if give else None

    @property
    def tables(self) -> list[str]:
        """Names of the files that hold results."""
        return sorted(name for name in self.files if name.startswith("results/") and name.endswith(".parquet"))

    def results(self, names: Iterable[str]) -> pd.DataFrame:
        """Read tables of the store: a row per statistic, indexed by its id.

        Parameters
        ----------
        names : iterable of str
            Of `tables`.

        Raises
        ------
        Problems
            A table cannot be read, is too large, or is none of the store.
        """
        tables = [self._table(name) for name in names]
        found = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=[*_TEXTS, *PARTS, "precision"])
        return found.drop_duplicates("id").set_index("id", drop=False)

    def _table(self, name: str) -> pd.DataFrame:
        table = read_parquet(self.files[name](), f"{name} of {self.name}")
        if missing := [column for column in (*_TEXTS, *PARTS, "precision") if column not in table]:
            what = f"{name} of {self.name} has no column {missing[0]!r}."
            raise Problems([UnreadableRun(what, _TODO)])
        try:
            numbers = table[[*PARTS, "precision"]].astype(float)
        except (ValueError, TypeError) as error:
            raise Problems([UnreadableRun(f"{name} of {self.name} holds a number that is none.", _TODO)]) from error
        return table[list(_TEXTS)].astype("str").join(numbers)


def read_parquet(content: bytes, name: str) -> pd.DataFrame:
    """Read a table that somebody else may have made.

    Raises
    ------
    Problems
        It is no parquet file, or larger than `LARGEST`.
    """
    try:
        file = pyarrow.parquet.ParquetFile(io.BytesIO(content))
        groups = [file.metadata.row_group(place) for place in range(file.metadata.num_row_groups)]
        cells = file.metadata.num_rows * file.metadata.num_columns
        if cells > LARGEST / 8 or sum(group.total_byte_size for group in groups) > LARGEST:
            raise Problems([UnreadableRun(f"{name} is larger than a run can be.", _TODO)])
        frame: pd.DataFrame = file.read().to_pandas()
        return frame
    except (pyarrow.ArrowException, OSError, ValueError, TypeError, KeyError) as error:
        raise Problems([UnreadableRun(f"{name} is no table that can be read.", _TODO)]) from error


def in_memory(name: str, wave: str, files: Mapping[str, bytes]) -> Run:
    """Make a run of contents."""
    return Run(name, wave, {each: lambda content=content: content for each, content in files.items()})  # type: ignore[misc]


def zipped(name: str, path: Path) -> Run:
    """Open a kept run, from here or from elsewhere.

    Raises
    ------
    Problems
        It is no zip, has too many files or too large ones, or is none of `sto run`.
    """
    try:
        whole = zipfile.ZipFile(path)
        listed = {each.filename: each for each in whole.infolist() if not each.is_dir()}
    except _BROKEN as error:
        raise Problems([UnreadableRun("this is no zip file that can be read.", _TODO, file=path)]) from error
    if _too_large([each.file_size for each in listed.values()]):
        raise Problems([UnreadableRun("it holds more, or larger files, than a run does.", _TODO, file=path)])

    def giver(each: zipfile.ZipInfo) -> Callable[[], bytes]:
        def give() -> bytes:
            try:
                with whole.open(each) as file:
                    content = file.read(LARGEST)
            except _BROKEN as e:
                raise Problems([UnreadableRun(f"{each.filename!r} in it is damaged.", _TODO, file=path)]) from e
            return content

        return give

    return _named(name, {each: giver(info) for each, info in listed.items()}, path)


def in_folder(name: str, folder: Path) -> Run:
    """Open a folder: an unpacked run, or data/processed/<wave> of some compendium.

    Raises
    ------
    Problems
        There are no results in it, too many files, or too large ones.
    """
    found = [path for tree in (".", "results", "pages", "files") for path in (folder / tree).glob("*")]
    inside = [path for path in found if path.is_file() and path.resolve().is_relative_to(folder.resolve())]
    files = {path.relative_to(folder).as_posix(): path for path in inside}
    if _too_large([path.stat().st_size for path in files.values()]):
        raise Problems([UnreadableRun("it holds more, or larger files, than a run does.", _TODO, file=folder)])
    return _named(name, {each: path.read_bytes for each, path in files.items()}, folder)


def _too_large(sizes: list[int]) -> bool:
    return len(sizes) > _MOST or sum(sizes) > _ALL or max(sizes, default=0) > LARGEST


def _named(name: str, files: Mapping[str, Callable[[], bytes]], path: Path) -> Run:
    """Take the wave from run.json, or from the store itself."""
    run = Run(name, "", files)
    if not run.tables:
        raise Problems([UnreadableRun("there are no results in it.", _TODO, file=path)])
    waves = [str(run.told["wave"])] if "wave" in run.told else sorted(set(run.results(run.tables)["wave"]))
    return Run(name, waves[0] if waves else "", files)
