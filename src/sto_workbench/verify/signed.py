"""Who says to have signed a release off, in a file beside its folder: nobody can check that from the release."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from sto_workbench.verify.compared import Compared
from sto_workbench.verify.sums import SUMS, digest

LONGEST = 120
"""Letters of a name."""


class Signature(BaseModel):
    """Who signed, and when."""

    model_config = ConfigDict(frozen=True)
    name: str = Field(max_length=LONGEST)
    date: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")


class Approvals(BaseModel):
    """What `NAME.approvals.json` holds."""

    sums: str = ""
    """SHA-256 of the SHA256SUMS that they signed."""
    approved: list[Signature] = []
    packed: bool = False
    """Whether the release was ever packed, also if what was signed has changed since."""


def approvals_of(folder: Path) -> Path:
    """Return where the signatures of a release stand: beside its folder."""
    return folder.with_name(f"{folder.name}.approvals.json")


def read_approvals(folder: Path) -> Approvals:
    """Read the signatures of a release; none where there is no such file."""
    path = approvals_of(folder)
    return Approvals.model_validate_json(path.read_text(encoding="utf-8")) if path.is_file() else Approvals()


def signed(folder: Path) -> Iterator[Compared]:
    """Say who is said to have signed a release off."""
    told = read_approvals(folder)
    if not told.approved:
        yield Compared("approvals", "not checkable", "no signatures stand beside the release")
    elif told.sums != digest(folder / SUMS):
        yield Compared("approvals", "different", "those who signed did not sign these checksums")
    else:
        names = ", ".join(f"{each.name} ({each.date})" for each in told.approved)
        yield Compared("approvals", "not checkable", f"stated, not proved: {names} signed these checksums")
