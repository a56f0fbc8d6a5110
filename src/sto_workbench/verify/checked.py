"""A release verified: checksums, environment, twin, report, descriptions, and for who holds them the answers."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from hashlib import sha1
from pathlib import Path

import pandas as pd

from sto_workbench.confidential.tracked import git
from sto_workbench.pages.pdf import browser
from sto_workbench.verify.again import RunFailed, compendium_of, compute, python
from sto_workbench.verify.compared import Compared, contents, numbers
from sto_workbench.verify.environment import environment
from sto_workbench.verify.signed import signed
from sto_workbench.verify.sums import amiss, digest, files

_AGAIN = "sto_workbench.release.derived"
_GIVEN = re.compile(r"code/|report/source/|release\.json$|plan/|results/.*\.csv$")
"""What everything else of a release is made of."""
_TEXTS = {"text": "str", "status": "str"}


def checked(folder: Path, work: Path, data: Path | None = None) -> Iterator[Compared]:
    """Verify a release.

    Parameters
    ----------
    folder : Path
        Of the release.
    work : Path
        An empty folder to run it in.
    data : Path, optional
        The compendium of whoever holds the answers.

    Yields
    ------
    Compared
        Every file and number that was looked at.
    """
    yield from _sums(folder)
    yield from _tried(lambda: signed(folder), "approvals")
    yield from _tried(lambda: environment(folder / "code"), "environment")
    yield from _commit(folder)
    yield from _tried(lambda: _plan(folder), "plan")
    yield from _tried(lambda: _package(folder / "results"), "results/datapackage.json")
    yield from _tried(lambda: _again(folder, work), "report and descriptions made again")
    yield from _tried(lambda: _twin(folder, work), "twin/results.csv")
    if data is None:
        yield Compared("results/ of the answers", "not checkable", "the answers are confidential: --data FOLDER")
    else:
        yield from _tried(lambda: _answers(folder, work, data), "results/ of the answers")


def _tried(run: Callable[[], Iterator[Compared]], what: str) -> Iterator[Compared]:
    try:
        yield from run()
    except (RunFailed, OSError, ValueError, KeyError, TypeError) as error:
        yield Compared(what, "different", f"could not be made again: {str(error)[-300:]}")


def _sums(folder: Path) -> Iterator[Compared]:
    wrong = dict(amiss(folder))
    yield from (Compared(name, "different", f"checksum: {how}") for name, how in wrong.items())
    whole = len(files(folder))
    yield Compared(f"SHA256SUMS: {whole - len(wrong)} of {whole} files", "different" if wrong else "equal")


def _commit(folder: Path) -> Iterator[Compared]:
    """The code against the commit that the release names, where the repository here has it."""
    found = re.search(r'"commit":\s*"([0-9a-f]{40})"', (folder / "release.json").read_text(encoding="utf-8"))
    listed = git("ls-tree", "-r", "-z", found[1]) if found else None
    if not listed:
        why = "no repository here holds the commit that it names: whether this is the code of the authors is not known"
        yield Compared("code/ against its commit", "not checkable", why)
        return
    known = {line.split("\t", 1)[1]: line.split()[2] for line in listed.split("\0") if line}
    for name in files(folder / "code"):
        content = (folder / "code" / name).read_bytes()
        same = known.get(name) == _blob(content)
        yield Compared(f"code/{name}", "equal" if same else "different", "" if same else "not as in the commit")


def _plan(folder: Path) -> Iterator[Compared]:
    """Files of the plan against the hashes that the release names."""
    for each in json.loads((folder / "release.json").read_text(encoding="utf-8"))["plan"]:
        path = folder / "code" / each["file"]
        same = path.is_file() and digest(path) == each["sha256"]
        why = "" if same else "not of the hash that release.json names"
        yield Compared(f"code/{each['file']}: plan", "equal" if same else "different", why)


def _package(results: Path) -> Iterator[Compared]:
    """Results against the hashes of their data package."""
    for each in json.loads((results / "datapackage.json").read_text(encoding="utf-8"))["resources"]:
        path = results / Path(each["path"]).name
        if not path.is_file() or each["hash"] != f"sha256:{digest(path)}":
            yield Compared(f"results/{path.name}", "different", "not of the hash that results/datapackage.json names")


def _blob(content: bytes) -> str:
    """Name that git gives to a content."""
    return sha1(b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()


def _again(folder: Path, work: Path) -> Iterator[Compared]:
    """Everything that follows from the results, made again by the code of the release."""
    home = shutil.copytree(folder / "code", work / "home")
    python(home, home, "-m", _AGAIN, str(folder), str(work / "made"), "--report")
    made = work / "made"
    there = {name for name in files(folder) if not _GIVEN.match(name) and name != "twin/results.csv"}
    new = {name for name in files(made) if not name.startswith("root/")}
    for name in sorted(there - new):
        unmade = name.endswith(".pdf") and browser() is None
        told = "no browser here that prints it" if unmade else "not made again"
        yield Compared(name, "not checkable" if unmade else "different", told)
    yield from (Compared(name, "different", "made again, and not in the release") for name in sorted(new - there))
    for name in sorted(there & new):
        yield contents(name, (folder / name).read_bytes(), (made / name).read_bytes())


def _twin(folder: Path, work: Path) -> Iterator[Compared]:
    root = compendium_of(folder / "code", folder / "twin" / "data", work / "twin")
    waves = sorted(path.name for path in (folder / "twin" / "data" / "raw").iterdir())
    drawn = json.loads((folder / "release.json").read_text(encoding="utf-8"))["twin"]
    given = [(name, int(drawn[name])) for name in ("permutations", "simulations")]
    known = pd.read_csv(folder / "twin" / "results.csv", dtype=_TEXTS)
    yield from numbers(known, compute(root, waves[-1], given), "twin/results.csv")


def _answers(folder: Path, work: Path, data: Path) -> Iterator[Compared]:
    """The answers run again by the code of the release, and through its gate, with the ledger of earlier releases."""
    told = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    wave, root = told["wave"], compendium_of(folder / "code", data / "data" / "raw", work / "answers", "raw")
    for name in ("data/regions.csv", "data/processed/.key"):
        if (data / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(data / name, root / name)
    for ledger in sorted((data / "data" / "processed").glob("*/releases")):
        shutil.copytree(ledger, root / ledger.relative_to(data))
    compute(root, wave, [])
    python(root, root, "-m", "sto_workbench.release.regate", str(folder), str(work / "gated"))
    for path in sorted((folder / "results").glob("*.csv")):
        known, made = (pd.read_csv(each, dtype=_TEXTS) for each in (path, work / "gated" / path.name))
        yield from numbers(known, made, f"results/{path.name} of the answers")
