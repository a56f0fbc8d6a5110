"""Two people sign a release off before it is packed; a signature is of what the checksums say, and falls with them."""

import datetime
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_analysis.messages import problem, say
from sto_workbench.pages.packed import packed
from sto_workbench.release.facts import read_facts
from sto_workbench.verify.signed import LONGEST, Approvals, Signature, approvals_of, read_approvals
from sto_workbench.verify.sums import SUMS, amiss, digest, files

NEEDED = 2
"""People who sign a release off."""


def releases(wave: str) -> Path:
    """Return the folder of the releases of a wave."""
    return compendium.named(compendium.root() / "releases", wave)


def numbers(wave: str) -> list[int]:
    """Numbers of the releases of a wave, in order."""
    return sorted(int(path.name) for path in releases(wave).glob("*") if path.is_dir() and path.name.isdigit())


def approve(wave: str, name: str, number: int | None = None) -> Iterator[str]:
    """Note that somebody signs a release off; pack it once enough have.

    Parameters
    ----------
    wave : str
        Of the release.
    name : str
        Who signs.
    number : int, optional
        Of the release; default the latest.

    Yields
    ------
    str
        For the user: who has signed what, and where the zip is.

    Raises
    ------
    Problems
        There is no such release, it is not as its checksums say, there is no name, or it has signed already.
    """
    known = numbers(wave)
    number = number or (known[-1] if known else 0)
    folder = releases(wave) / str(number)
    if number not in known:
        raise Problems([problem("release.none", wave=wave, known=", ".join(map(str, known)) or "–", file=folder)])
    whole = folder.with_name(f"{read_facts(folder).name}.zip")
    told = read_approvals(folder)
    if told.approved and (told.sums != digest(folder / SUMS) or any(amiss(folder))):
        whole.unlink(missing_ok=True)
        fallen = ", ".join(each.name for each in told.approved)
        told = _written(folder, "", [], packed=told.packed or len(told.approved) >= NEEDED)
        yield say("release.fallen", names=fallen)
    Problems.raise_if(problem("release.changed", name=each, how=how, file=folder / each) for each, how in amiss(folder))
    name = " ".join(unicodedata.normalize("NFKC", name).split())[:LONGEST]
    if not name or not name.isprintable():
        raise Problems([problem("release.no_name")])
    if any(name.casefold() == each.name.casefold() for each in told.approved):
        raise Problems([problem("release.signed", name=name)])
    signed = [*told.approved, Signature(name=name, date=datetime.date.today().isoformat())]
    packs = len(signed) >= NEEDED
    _written(folder, digest(folder / SUMS), signed, packed=told.packed or packs)
    yield say("release.approved", wave=wave, number=number, name=name, count=len(signed), needed=NEEDED)
    if packs:
        yield say("release.packed", path=_pack(folder, whole))


def _written(folder: Path, sums: str, signed: list[Signature], *, packed: bool) -> Approvals:
    told = Approvals(sums=sums, approved=signed, packed=packed)
    compendium.write_text(approvals_of(folder), told.model_dump_json(indent=1) + "\n")
    return told


def _pack(folder: Path, whole: Path) -> Path:
    content = {f"{whole.stem}/{path}": (folder / path).read_bytes() for path in [SUMS, *files(folder)]}
    content[approvals_of(Path(whole.stem)).name] = approvals_of(folder).read_bytes()  # beside: they sign the checksums
    return compendium.write_whole(whole, lambda part: part.write_bytes(packed(content)))
