"""What was made of answers goes, and what that was is written down."""

import csv
import datetime
import re
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_analysis.monitor.wave import chain, known_waves
from sto_workbench.confidential.strip import stripped
from sto_workbench.confidential.tracked import ignored
from sto_workbench.pages import EXHIBITS
from sto_workbench.release.earlier import LEDGER, forget

REGISTER = "withdrawals.csv"
"""Beside the delivered files of a wave: what was made of answers that are gone, for whoever has to call it back."""
EXPORTED = "exported.txt"
"""In data/processed of a wave: exports that were written elsewhere."""
_OWN, _COUNTED = "its own answers", "counts its answers"
_PAGES = (".html", ".pdf", ".docx", ".pptx", ".xlsx", ".zip", ".ipynb", ".csv", ".svg", ".png")
_STAYS = re.compile(r"(synthetic-)?\d{4}|published|\.gitkeep|\.key|\.lock")
"""What stays in reports and data/processed: other waves, and what holds no answers."""
_NAMED = 16
"""Files that are named on the screen before the rest is counted."""


def remove(wave: str, regions: Collection[str]) -> Iterator[str]:
    """Remove all that was made of a wave and of later waves that are compared with it; first write down what that was.

    Each table and average counts every region, so all of it goes, and the next run makes it without those regions. In
    reports and data/processed only other waves stay, and the ledger of what was released, without those answers.
    Notebooks that were run in place lose their outputs.

    Parameters
    ----------
    wave : str
        Of the answers.
    regions : collection of str
        Whose.

    Yields
    ------
    str
        For the user: what was removed, what has to be called back, where to look besides.
    """
    touched = [name for name in known_waves() if _counts(name, wave)]
    made = sorted({name for each in touched for name in _made(each)})
    own = [name for name in made if Path(name).name.split(".")[0] in regions or not name.startswith("reports/")]
    counted = [name for name in made if name not in own]
    _write_down(wave, regions, {**dict.fromkeys(own, _OWN), **dict.fromkeys(counted, _COUNTED)})
    inside = [path for name in made if (path := compendium.root() / name).is_relative_to(compendium.root())]
    forget(wave, regions)
    gone = sum(map(_removed, [*_doomed(touched), *inside]))
    for notebook in compendium.notebook("x").parent.glob("*.ipynb"):
        _clear(notebook)
    yield f"Removed: {gone} files of {', '.join(touched)}, from reports and data/processed. `sto run` makes them anew."
    if made:
        yield "Whoever was given one of these has to be asked to destroy it:"
        yield from _listed(_OWN, own)
        yield from _listed(_COUNTED, counted)
        yield f"All {len(made)}, with the date: {compendium.raw(wave) / REGISTER}"
    yield from _listed("not looked into, remove what holds answers", ignored())


def _counts(later: str, wave: str) -> bool:
    """Whether a wave is another one, or is compared with it."""
    with suppress(Problems):
        return wave in [each.wave for each in chain(later)]
    return later == wave


def _made(wave: str) -> set[str]:
    """Pages, documents and exports of a wave, as named from the compendium: there, known to have been, told before."""
    top, reports, export = compendium.root(), compendium.reports(wave), compendium.processed(wave) / "export"
    there = [path for path in reports.rglob("*") if path.suffix in _PAGES and not path.name.startswith("mailing.")] + [
        *export.glob("*")
    ]
    found = {path.relative_to(top).as_posix() for path in there}
    endings = "|".join(map(re.escape, _PAGES))
    for known in reports.glob("manifest.*"):
        text = known.read_text(encoding="utf-8", errors="replace")
        found |= set(re.findall(rf'"(reports/{wave}/[^"]+(?:{endings}))"', text))
    with suppress(OSError):
        found |= set((compendium.processed(wave) / EXPORTED).read_text(encoding="utf-8").splitlines())
    with suppress(OSError), (compendium.raw(wave) / REGISTER).open(encoding="utf-8", newline="") as file:
        found |= {row["file"] for row in csv.DictReader(file)} - {""}
    return found


def _write_down(wave: str, regions: Collection[str], made: dict[str, str]) -> None:
    path = compendium.raw(wave) / REGISTER
    rows = [] if path.exists() else [["date", "regions", "file", "held"]]
    today = datetime.date.today().isoformat()
    rows += [
        [today, " ".join(regions), name, held] for name, held in (made or {"": "nothing was made of them"}).items()
    ]
    before = path.read_text(encoding="utf-8") if path.exists() else ""

    def write(part: Path) -> None:
        with part.open("w", encoding="utf-8", newline="") as file:
            file.write(before)
            csv.writer(file, lineterminator="\n").writerows(rows)

    compendium.write_whole(path, write)


def _doomed(waves: Sequence[str]) -> Iterator[Path]:
    """What goes of reports and data/processed.

    Answers of single regions are the last: by them an interrupted removal is known.
    """
    top = compendium.root()
    for tree in (top / "reports", top / "data" / "processed"):
        yield from (
            path for path in sorted(tree.glob("*")) if path.name not in waves and not _STAYS.fullmatch(path.name)
        )
    yield from map(compendium.reports, waves)
    yield from (folder / ".ipynb_checkpoints" for folder in (top, top / "notebooks"))
    for folder in map(compendium.processed, waves):
        yield from (path for path in sorted(folder.glob("*")) if path.name not in {"own", LEDGER})
        yield folder / "own" if (folder / LEDGER).is_dir() else folder


def _removed(path: Path) -> int:
    """Remove a file or folder; how many files that were."""
    if path.is_dir() and not path.is_symlink():
        files = sum(each.is_file() for each in path.rglob("*"))
        shutil.rmtree(path)
        return files
    there = path.is_file()
    path.unlink(missing_ok=True)
    return int(there)


def _clear(notebook: Path) -> None:
    """Take out what running a notebook in place has left in it."""
    text = notebook.read_text(encoding="utf-8")
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        if (clean := stripped(text)) != text:
            compendium.write_text(notebook, clean)


def _listed(what: str, names: Sequence[str]) -> Iterator[str]:
    """Name files: those that people hand on, the whole of a hand-out too, before what is in it and beside pages."""
    inside = re.compile(f"/{EXHIBITS}/|/hand-out/.*(?<!\\.zip)$")
    if names := sorted(names, key=lambda name: inside.search(name) is not None):
        more = f", and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        yield f"- {what}: {', '.join(names[:_NAMED])}{more}"
