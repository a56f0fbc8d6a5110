"""What changed since a run was handed out, in a sentence or two; answers of single regions are not named."""

import datetime
import json
from dataclasses import dataclass

from sto_analysis import compendium
from sto_analysis.provenance import read
from sto_analysis.report.language import Texts
from sto_workbench.compare import kept, named, told
from sto_workbench.compare.difference import Difference, difference
from sto_workbench.compare.run import in_memory, zipped
from sto_workbench.pipeline.plan import LANGUAGES


@dataclass(frozen=True)
class Since:
    """What differs from the run that was handed out last, and the day of that; neither where none was.

    Parameters
    ----------
    day : date, optional
        When it was handed out.
    found : Difference, optional
        Between it and the wave as it stands.
    """

    day: datetime.date | None = None
    found: Difference | None = None

    def told(self, t: Texts) -> list[str]:
        """Say it in a sentence or two; also that nothing was handed out, or nothing changed."""
        if self.day is None or self.found is None:
            return [t("since.never")]
        date, found = t.date(self.day), self.found
        if not found.because:
            return [t("since.same", date=date)]
        counts = {"changed": t.number(len(found.because)), "rounded": t.number(found.published)}
        causes = t.both(told.mainly(found, t, cells=0))
        return [t("since.changed", date=date, **counts), t("diff.mainly", causes=causes)]


def since(wave: str) -> Since:
    """Compare a wave as it stands with the run that was handed out last.

    Parameters
    ----------
    wave : str
        Id of the wave.
    """
    read(kept.marker(wave))
    given = kept.handed_out(wave)
    if given is None:
        return Since()
    before, after = zipped(f"{wave}@{named.HANDED_OUT}", given[0]), in_memory(wave, wave, kept.pack(wave))
    return Since(datetime.date.fromisoformat(given[1]), difference(before, after))


def write_since(wave: str) -> None:
    """Write it for the national report, in both languages, into data/processed."""
    found = since(wave)
    said = {language: found.told(Texts(language)) for language in LANGUAGES}
    path = compendium.processed(wave) / "since.json"
    compendium.write_text(path, json.dumps(said, ensure_ascii=False, indent=1) + "\n")
