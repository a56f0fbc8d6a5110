"""What a release says of itself, in release.json: what its other descriptions are made of, and the plan's proof."""

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from sto_analysis import compendium
from sto_analysis.errors import Problem
from sto_analysis.messages import problem
from sto_workbench.confidential.tracked import git
from sto_workbench.release.twin import Asked
from sto_workbench.verify.sums import digest

FACTS = "release.json"
SOURCE = "report/source"
"""Folder of what the public report is rendered from, besides results and code."""
PLAN = ("data/multiverse.yaml", "data/disclosure.yaml")
"""Files of the plan: the specifications, and the thresholds of what may leave."""
STAMP = ".tsr"
"""Ending of an RFC 3161 answer beside a file of the plan."""
_IMPRINT = re.compile(rb"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01(?:\x05\x00)?\x04\x20(.{32})", re.DOTALL)
"""A SHA-256 as DER writes it in a message imprint: its name, and 32 bytes."""


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Drawn(_Said):
    """How the twin is drawn and run."""

    seed: int
    permutations: int
    simulations: int


class Planned(_Said):
    """A file of the plan, and since when it stands as it is."""

    file: str
    sha256: str
    commit: str
    date: str
    tags: list[str]
    stamped: bool


class Withheld(_Said):
    """How many rows, and statistics, of a table a rule withholds."""

    table: str
    rule: str
    count: int


class Facts(_Said):
    """What release.json holds: which release this is, and what its other descriptions are made of."""

    wave: str
    number: int
    date: str
    commit: str
    preset: str
    rules: dict[str, str]
    """Rule of the gate → why it withholds."""
    waves: list[Asked]
    """Earliest first."""
    earlier: list[tuple[str, int]]
    """Wave and number of every release that its gate had to look at."""
    twin: Drawn
    columns: dict[str, dict[str, str]]
    """Table of results → column of its view → type."""
    withheld: list[Withheld]
    plan: list[Planned]

    @property
    def synthetic(self) -> bool:
        """Whether the answers are made up."""
        return self.wave.startswith("synthetic-")

    @property
    def name(self) -> str:
        """Of the release, as a folder or a package can be called."""
        return f"sto-{self.wave}-release-{self.number}"


def read_facts(folder: Path) -> Facts:
    """Read release.json of the folder of a release."""
    return Facts.model_validate_json((folder / FACTS).read_text(encoding="utf-8"))


def planned() -> list[Planned]:
    """Say of each file of the plan its SHA-256, and the commit, its date and the tags that hold it as it is."""
    return [_planned(name) for name in PLAN if (compendium.root() / name).is_file()]


def _planned(name: str) -> Planned:
    commit, date = (git("log", "-1", "--format=%H %cI", "--", name) or "").split() or ("", "")
    tags = (git("tag", "--contains", commit) or "").split() if commit else []
    path = compendium.root() / name
    stamped = path.with_name(path.name + STAMP).is_file()
    return Planned(file=name, sha256=digest(path), commit=commit, date=date, tags=sorted(tags), stamped=stamped)


def imprints(stamp: bytes) -> list[str]:
    """SHA-256 digests that a time stamp (RFC 3161) is about, as hexadecimal; its signature is not looked at."""
    return [found.hex() for found in _IMPRINT.findall(stamp)]


def stamps_amiss(top: Path) -> Iterator[Problem]:
    """Yield the time stamps below a folder that are of other words than the file beside them.

    Parameters
    ----------
    top : Path
        With the files of `PLAN`.
    """
    for name in PLAN:
        path, stamp = top / name, top / f"{name}{STAMP}"
        if stamp.is_file() and digest(path) not in imprints(stamp.read_bytes()):
            yield problem("release.stamp", name=name, file=stamp)
