"""The public files of a wave's context: what each is, and that each is still the one that was written down."""

import datetime
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems
from sto_analysis.messages import problem
from sto_analysis.monitor.described import Described, FileName, Place
from sto_analysis.names import plain_name
from sto_analysis.outside import outside
from sto_workbench.context.cells import key, named_year

MOST_BYTES = 20_000_000
"""Of a file: more than ten times the largest that is known."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def plain_url(text: str) -> str:
    """Return an address as it is.

    Raises
    ------
    ValueError
        It is not https (or http on this machine itself), or holds a password.
    """
    parts = urlsplit(text)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not safe or parts.username is not None or not text.isprintable():
        raise ValueError(f"{text[:60]!r} is no address that is fetched: https://, without a password")
    return text


OneLine = Annotated[str, AfterValidator(plain_name), Field(min_length=1)]


class Source(Described):
    """One file as it was downloaded."""

    kind: Literal[
        "duo_exams",
        "duo_vestigingen",
        "duo_pupils",
        "cbs_gebieden",
        "cbs_population",
        "uwv_spanning",
        "transcribed",
        "judged",
    ]
    source: OneLine
    """Publisher and title."""
    edition: OneLine
    """School year, table or quarter."""
    date: datetime.date
    """Of the download, the transcript or the judgement."""
    url: Annotated[str, AfterValidator(plain_url)] | None = None
    """None where it is downloaded by hand."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    provisional: bool = False
    year: int | None = None
    """Of the counts, where no column says so; default the first of the edition."""
    small: Literal["<5", "4", "shown"] = "<5"
    """How the edition shows counts of 1 to 4: as ``<5`` (duo.nl), as 4 (the portal), or as they are."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Field of headers.yaml → header of the file, where it is none that is known."""

    @property
    def of_year(self) -> int:
        """Year of the counts, where no column says so; 0 where the edition names none."""
        return self.year or named_year(self.edition)

    @property
    def told(self) -> str:
        """Edition, and whether it is provisional."""
        return f"{self.edition} (provisional)" if self.provisional else self.edition


class Sources(Described):
    """sources.yaml: every file of the folder, and what became of places that no longer exist."""

    files: dict[FileName, Source]
    successors: dict[str, str] = Field(default_factory=dict)
    """Municipality that merged → the one that it is part of; or an old name of a labour-market region → today's."""

    def inconsistencies(self) -> Iterator[tuple[Place, str]]:
        """Yield successors that lead in a circle, and names of files that are not public ones."""
        for old in self.successors:
            if key(self.today(old)) in map(key, self.successors):
                yield ("successors", old), "its successors lead in a circle"
        for name in {"sources.yaml", "region_schools.csv"}.intersection(self.files):
            yield ("files", name), "this is no public file"

    def today(self, place: str) -> str:
        """Place that another is part of now, through all mergers."""
        known = {key(old): new for old, new in self.successors.items()}
        for _ in known:
            place = known.get(key(place), place)
        return place


def context_folder(wave: str) -> Path:
    """Return the folder of a wave's public files."""
    return compendium.raw(wave) / "context"


def amiss(folder: Path, sources: Sources) -> Iterator[Problem]:
    """Yield files that are not there, not written down by their hash, or other than that.

    Parameters
    ----------
    folder : Path
        As `context_folder` gives.
    sources : Sources
        What the files should be.
    """
    for name, source in sources.files.items():
        try:
            path = outside(
                folder / name, "a file of sources.yaml", "Download it, or `sto context --fetch`.", MOST_BYTES
            )
        except Problems as found:
            yield from found.problems
            continue
        if (digest := sha256(path.read_bytes()).hexdigest()) != source.sha256:
            kind = "changed" if source.sha256 else "no_hash"
            yield problem(f"context.{kind}", file=path, name=name, digest=digest, edition=source.edition)
