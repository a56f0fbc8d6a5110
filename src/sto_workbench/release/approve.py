"""Two people sign a release off before it is packed; a signature is of what the checksums say, and falls with them."""

import datetime
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_analysis.messages import problem, say
from sto_workbench.pages.packed import packed
from sto_workbench.release.facts import read_facts
from sto_workbench.verify.sums import SUMS, amiss, digest, files

NEEDED = 2
"""People who sign a release off."""
_LONGEST = 120


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
    said = folder.with_name(f"{number}.approvals.json")
    whole = folder.with_name(f"{read_facts(folder).name}.zip")
    signed, fallen = _signed(said, folder)
    if fallen:
        whole.unlink(missing_ok=True)
        compendium.write_text(said, json.dumps({"sums": "", "approved": []}))
        yield say("release.fallen", names=", ".join(fallen))
    Problems.raise_if(problem("release.changed", name=each, how=how, file=folder / each) for each, how in amiss(folder))
    name = " ".join(unicodedata.normalize("NFKC", name).split())[:_LONGEST]
    if not name or not name.isprintable():
        raise Problems([problem("release.no_name")])
    if any(name.casefold() == each["name"].casefold() for each in signed):
        raise Problems([problem("release.signed", name=name)])
    signed.append({"name": name, "date": datetime.date.today().isoformat()})
    told = {"sums": digest(folder / SUMS), "approved": signed}
    compendium.write_text(said, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    yield say("release.approved", wave=wave, number=number, name=name, count=len(signed), needed=NEEDED)
    if len(signed) >= NEEDED:
        yield say("release.packed", path=_pack(folder, whole))


def _signed(said: Path, folder: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Signatures that stand, and names of those that fell because the checksums are others, or the files are."""
    if not said.is_file():
        return [], []
    told = json.loads(said.read_text(encoding="utf-8"))
    if told["sums"] == digest(folder / SUMS) and not [*amiss(folder)]:
        return told["approved"], []
    return [], [each["name"] for each in told["approved"]]


def _pack(folder: Path, whole: Path) -> Path:
    content = {f"{whole.stem}/{path}": (folder / path).read_bytes() for path in [SUMS, *files(folder)]}
    return compendium.write_whole(whole, lambda part: part.write_bytes(packed(content)))
