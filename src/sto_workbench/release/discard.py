"""A draft taken back that a checker would not sign off: nothing of it has been told to anybody outside."""

import datetime
import shutil
from collections.abc import Iterator

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems
from sto_analysis.messages import problem, say
from sto_analysis.monitor.wave import known_waves
from sto_workbench.pipeline.batch import alone
from sto_workbench.release.approve import NEEDED, numbers, releases
from sto_workbench.release.earlier import discarded, ledger
from sto_workbench.release.facts import read_facts
from sto_workbench.verify.signed import approvals_of, read_approvals
from sto_workbench.verify.sums import SUMS, digest


def discard(wave: str, number: int) -> Iterator[str]:
    """Take a draft back, as if it had never been made: only one that nobody outside has seen.

    Its folder, signatures and ledger entry go; a line in a log beside the ledger stays, and the number is not given
    again.

    Parameters
    ----------
    wave : str
        Of the release.
    number : int
        Of the release.

    Yields
    ------
    str
        For the user: what was taken back, and where that is noted.

    Raises
    ------
    Problems
        There is no such release, it was packed, or a later one was gated with it.
    """
    with alone():
        Problems.raise_if(_kept(wave, number))
        folder = releases(wave) / str(number)
        sums = digest(folder / SUMS) if (folder / SUMS).is_file() else ""
        log = discarded(wave)
        before = log.read_text(encoding="utf-8") if log.is_file() else "date,number,sha256\n"
        compendium.write_text(log, f"{before}{datetime.date.today().isoformat()},{number},{sums}\n")
        shutil.rmtree(folder)
        approvals_of(folder).unlink(missing_ok=True)
        ledger(wave, number).unlink(missing_ok=True)  # last: until then the gate counts with it, the safe side
        yield say("release.discarded", wave=wave, number=number, path=log)


def _kept(wave: str, number: int) -> Iterator[Problem]:
    """Yield why a release cannot be taken back."""
    folder, known = releases(wave) / str(number), numbers(wave)
    if number not in known:
        yield problem("release.none", wave=wave, known=", ".join(map(str, known)) or "–", file=folder)
        return
    told, packs = read_approvals(folder), [*folder.parent.glob(f"*-release-{number}.zip")]
    if packs or told.packed or len(told.approved) >= NEEDED:
        yield problem("release.seen", number=number, file=packs[0] if packs else approvals_of(folder))
    others = {(name, each) for name in known_waves() for each in numbers(name)} - {(wave, number)}
    for name, later in sorted(others):
        if (wave, number) in read_facts(releases(name) / str(later)).earlier:
            yield problem("release.counted", number=number, wave=name, later=later, file=folder)
