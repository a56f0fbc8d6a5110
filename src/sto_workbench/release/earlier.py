"""The ledger of releases: what each told, and of which answers, so that no two of them tell more than each by itself.

It lies beside the answers and is as confidential. Answers are in it as digests under the key of the compendium: enough
to see in how many regions they differ now, nothing without the key. A withdrawn answer leaves an empty line.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sto_analysis import compendium
from sto_analysis.digests import keep_key, keyed
from sto_analysis.errors import Problems
from sto_analysis.messages import problem
from sto_analysis.monitor.wave import chain, known_waves

if TYPE_CHECKING:
    import pandas as pd  # a run that withdraws nothing does not wait for it

LEDGER = "releases"
"""Folder in data/processed of a wave."""
_COLUMNS = ["kind", "name", "region", "digest"]
_KEY, _MINIMUM, _ROW, _ANSWER = "key", "minimum", "row", "answer"
Answers = Mapping[str, "pd.Series[float]"]
"""``question.concept@wave`` → position by region, NaN without an answer."""


@dataclass(frozen=True)
class Earlier:
    """A release that was made.

    Parameters
    ----------
    wave : str
        Whose.
    number : int
        Of the release.
    minimum : int
        The largest group that it protects.
    rows : frozenset of str
        What it told, ``table:row``.
    answers : dict of dict
        ``question.concept@wave`` → region → digest of its answer then; of withdrawn regions a number, without a digest.
    readable : bool
        Whether its digests are under the key of this compendium.
    """

    wave: str
    number: int
    minimum: int
    rows: frozenset[str]
    answers: Mapping[str, Mapping[str, str]]
    readable: bool = True

    def changed(self, column: str, now: "pd.Series[float]") -> set[str]:
        """Regions whose answer to an item is another than it was then, or is new, or is gone."""
        before, today = self.answers.get(column, {}), _digests(column, now)
        return {region for region in {*before, *today} if before.get(region) != today.get(region)}


def _digests(column: str, given: "pd.Series[float]") -> dict[str, str]:
    """Region → digest of its answer to an item."""
    return {str(region): keyed(f"{column}|{region}|{int(place)}") for region, place in given.dropna().items()}


def read_earlier(wave: str) -> list[Earlier]:
    """Read every release that was made of a wave, or of one that it is compared with or that is compared with it.

    Raises
    ------
    Problems
        A ledger that cannot be read.
    """
    ours = {each.wave for each in chain(wave)}
    found = []
    for name in known_waves():
        with suppress(Problems):  # of another wave's wave.yaml
            if ours & {each.wave for each in chain(name)}:
                found += [(name, path) for path in _ledgers(name)]
    return [_read(name, path) for name, path in found]


def _ledgers(wave: str) -> list[Path]:
    return sorted((compendium.processed(wave) / LEDGER).glob("*.parquet"))


def ledger(wave: str, number: int) -> Path:
    """Return where the ledger of a release is."""
    return compendium.processed(wave) / LEDGER / f"{number}.parquet"


def discarded(wave: str) -> Path:
    """Return where drafts that were taken back are noted: date, number, SHA-256 of their checksums."""
    return compendium.processed(wave) / LEDGER / "discarded.csv"


def taken_back(wave: str) -> list[int]:
    """Numbers of the drafts of a wave that were taken back."""
    lines = discarded(wave).read_text(encoding="utf-8").splitlines()[1:] if discarded(wave).is_file() else []
    return [int(line.split(",")[1]) for line in lines]


def _read(wave: str, path: Path) -> Earlier:
    import pandas as pd

    try:
        table = pd.read_parquet(path)[_COLUMNS].fillna("")
        minimum = int(table.loc[table["kind"] == _MINIMUM, "name"].iloc[0])
        key = table.loc[table["kind"] == _KEY, "digest"].iloc[0]
        number = int(path.stem)
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise Problems([problem("earlier.unreadable", file=path)]) from error
    answers: dict[str, dict[str, str]] = {}
    given = table[table["kind"] == _ANSWER]
    for place, (column, region, digest) in enumerate(zip(given["name"], given["region"], given["digest"], strict=True)):
        answers.setdefault(column, {})[region or f"withdrawn {place}"] = digest
    rows = frozenset(table.loc[table["kind"] == _ROW, "name"])
    return Earlier(wave, number, minimum, rows, answers, key == keyed(_KEY))


def note(wave: str, number: int, minimum: int, rows: Collection[str], answers: Answers) -> Path:
    """Write down what a release tells, and of which answers.

    Parameters
    ----------
    wave : str
        Whose.
    number : int
        Of the release.
    minimum : int
        The largest group that it protects.
    rows : collection of str
        ``table:row`` of all that it tells.
    answers : mapping
        The answers that it rests on.

    Returns
    -------
    Path
        Of the ledger; nobody but its owner may read it.
    """
    import pandas as pd

    keep_key()
    lines = [(_KEY, "", "", keyed(_KEY)), (_MINIMUM, str(minimum), "", "")]
    lines += [(_ROW, row, "", "") for row in sorted(rows)]
    lines += [(_ANSWER, name, *each) for name, given in answers.items() for each in _digests(name, given).items()]
    return compendium.write_whole(ledger(wave, number), pd.DataFrame(lines, columns=_COLUMNS).to_parquet)


def forget(wave: str, regions: Collection[str]) -> int:
    """Empty the lines of withdrawn answers in every ledger; how many there were.

    What was told of them cannot be called back, so that there was an answer stays known: a release after it must not
    differ from one before it by that answer.
    """
    import pandas as pd

    gone = 0
    for name in known_waves():
        for path in _ledgers(name):
            table = pd.read_parquet(path)
            here = (
                (table["kind"] == _ANSWER) & table["region"].isin([*regions]) & table["name"].str.endswith(f"@{wave}")
            )
            table.loc[here, ["region", "digest"]] = ""
            gone += int(here.sum())
            if here.any():
                compendium.write_whole(path, table.to_parquet)
    return gone
