"""What must not leave, and every way in which it can be written."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from sto_analysis import compendium
from sto_analysis.monitor.answers import read_answers, read_regions
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.wave import Wave, read_wave
from sto_workbench.intake.delivery import layout_of
from sto_workbench.intake.marks import looks_personal
from sto_workbench.intake.readers import read_export

_HASHES = (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512, hashlib.blake2b)
_OTHERS = (hashlib.sha224, hashlib.sha384, hashlib.sha3_256, hashlib.sha3_512, hashlib.blake2s)
"""In which only what is short is tried: texts, people and regions, also in small letters and with the end of a line."""
Answers = Mapping[str, Mapping[str, str]]
"""Region → item → id of the level that it answered."""
WORDS_OF_TEXT = 5
"""Words in a row that are nobody's by chance."""
_WORDS_OF_NAME = 2
"""Words below which a name can be any word."""
_MOST_WHO_SAY_IT = 3
"""Regions of which a text can still be somebody's own."""
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Secrets:
    """What nobody may find in a folder.

    Parameters
    ----------
    answers : sequence of mapping
        A wave each.
    spelled : mapping
        Item → id of a level → how it can be written: its id, code, position and labels.
    items : mapping
        Item → how it can be written: its id, its words, and those of the deliveries.
    silent : frozenset of str
        Regions that were asked and did not answer.
    names : mapping
        Region → its name.
    texts, people : sequence of str
        Open answers, and names of persons.
    columns : sequence of str
        Columns of the delivery, and other words of the mapping.
    files : sequence of Path
        Files of which no hash may leave.
    key : bytes
        By which hashes are keyed.
    allowed : frozenset of str
        Authors and addresses that may be named.
    public : frozenset of str
        SHA-256 of files that everybody has: they are not looked at.
    """

    answers: Sequence[Answers] = ()
    spelled: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    items: Mapping[str, Sequence[str]] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    texts: Sequence[str] = ()
    people: Sequence[str] = ()
    columns: Sequence[str] = ()
    files: Sequence[Path] = ()
    key: bytes = b""
    allowed: frozenset[str] = frozenset()
    public: frozenset[str] = frozenset()

    @property
    def answered(self) -> frozenset[str]:
        """Regions that answered."""
        return frozenset(region for table in self.answers for region in table)

    def spellings(self, item: str, level: str) -> Sequence[str]:
        """How an answer can be written."""
        return self.spelled.get(item, {}).get(level, (level,))

    def sequences(self) -> Iterator[list[list[str]]]:
        """Answers in a row, of one region or of one item, in every way of writing: per answer its words, in order."""
        for table in self.answers:
            items = list(dict.fromkeys(item for row in table.values() for item in row))
            for row in table.values():
                yield from self._written([(item, item, row[item]) for item in items if item in row])
            for item in items:
                yield from self._written(
                    [(region, item, table[region][item]) for region in sorted(table) if item in table[region]]
                )

    def _written(self, told: list[tuple[str, str, str]]) -> Iterator[list[list[str]]]:
        spelled = [(name, self.spellings(item, level)) for name, item, level in told]
        for way in range(max((len(each) for _, each in spelled), default=0)):
            written = [(name, each[min(way, len(each) - 1)]) for name, each in spelled]
            yield from ([[said] for _, said in written], [[*each] for each in written])

    def digests(self) -> set[str]:
        """Hashes of all that is secret and could be guessed and tried: hexadecimal, keyed and not."""
        values = {each.encode() for each in self._guesses()} | {
            each.read_bytes() for each in self.files if each.is_file()
        }
        named = [each for told in self._named() for each in (told, told.lower())]
        short = {f"{each}{end}".encode() for each in named for end in ("", "\n", "\r\n")}
        made = {of(value).hexdigest() for of in _HASHES for value in values | short}
        made |= {of(value).hexdigest() for of in _OTHERS for value in short}
        return made | ({hmac.digest(self.key, value, "sha256").hex() for value in values} if self.key else set())

    def _named(self) -> tuple[str, ...]:
        return (*self.texts, *self.people, *self.answered, *self.silent, *self.names.values())

    def _guesses(self) -> Iterator[str]:
        yield from self._named()
        for table in self.answers:
            for region, row in table.items():
                spelled = {item: self.spellings(item, level) for item, level in row.items()}
                for way in range(3):
                    written = [each[min(way, len(each) - 1)] for each in spelled.values()]
                    for sign in (",", ";", "", " ", "\t", "|"):
                        yield from (sign.join(written), sign.join([region, *written]))
                for item, told in ((item, told) for item, each in spelled.items() for told in each[:2]):
                    yield told
                    for sign in (",", ";", ":", "", "-", "_", "|", " ", "="):
                        yield from (f"{region}{sign}{told}", f"{region}{sign}{item}{sign}{told}")


def spelled_by(codebook: Codebook) -> dict[str, dict[str, tuple[str, ...]]]:
    """Item → level → its id, code, position and labels in both languages."""
    return {
        item.id: {
            level.id: (level.id, str(level.code), str(place), level.nl, level.en)
            for place, level in enumerate(item.scale.levels)
        }
        for item in codebook.items.values()
    }


def secrets_of(
    waves: Sequence[str], codebook: Codebook, *, public: Iterable[str] = (), allowed: Iterable[str] = ()
) -> Secrets:
    """Read all that is secret of waves of this compendium.

    Parameters
    ----------
    waves : sequence of str
        Ids; of each its answers, its regions, its mapping and its files.
    codebook : Codebook
        Wordings of items and levels.
    public : iterable of str
        SHA-256 of files that everybody has, such as those that git tracks.
    allowed : iterable of str
        Authors and addresses that may be named.
    """
    tables, silent, names, columns = [], set[str](), dict[str, str](), list[str]()
    files, written = list[Path](), list[tuple[str, str]]()
    asked: dict[str, tuple[str, ...]] = {
        item.id: (item.id, f"{item.question}.{item.concept}", item.concept or item.id, item.wording,
                  item.label("nl"), item.label("en"), item.short("nl"), item.short("en"))
        for item in codebook.items.values()
    }  # fmt: skip
    for wave in waves:
        answers, regions, described = read_answers(wave), read_regions(wave), read_wave(wave)
        tables.append(_levels(answers))
        silent |= set(regions.index[~regions["answered"].astype(bool)])
        names |= {str(region): str(name) for region, name in regions["name"].items()}
        columns += [each.column for each in described.items.values()] + [described.region_column, *described.drop]
        for item, source in described.items.items():
            asked[item] += (source.column, source.wording)
        written += _of_people(described)
        made, raw = compendium.processed(wave), compendium.raw(wave)
        files += [made / "answers.parquet", made / "cleaning_log.csv", made / "missing.csv", raw / described.file]
    key = compendium.root() / "data" / "processed" / ".key"
    return Secrets(
        answers=tables,
        spelled=spelled_by(codebook),
        items={item: tuple(dict.fromkeys(names)) for item, names in asked.items()},
        silent=frozenset(silent - set().union(*map(set, tables))),
        names=names,
        texts=tuple(dict.fromkeys(told for kind, told in written if kind == "text")),
        people=tuple(dict.fromkeys(told for kind, told in written if kind == "person")),
        columns=tuple(dict.fromkeys(columns)),
        files=tuple(files),
        key=key.read_bytes() if key.is_file() else b"",
        allowed=frozenset(allowed),
        public=frozenset(public),
    )


def _of_people(wave: Wave) -> Iterator[tuple[str, str]]:
    """What stands in the columns of the delivery that are not carried on: open answers, and who gave them.

    What many say, as of a consent, is nobody's; nor are few words of an open answer, or one of a name.
    """
    export = read_export(compendium.raw(wave.wave) / wave.file, layout_of(wave))
    for column in export.cells.columns.intersection([*wave.drop]):
        cells = export.cells[column]
        named = looks_personal(column, export.labels.get(column, ""), cells.iloc[:0])  # whatever stands in it
        said = cells.value_counts()
        for told in said.index[said <= _MOST_WHO_SAY_IT]:
            words = len(_WORD.findall(told))
            if words >= (_WORDS_OF_NAME if named else WORDS_OF_TEXT):
                yield "person" if named else "text", told


def _levels(answers: pd.DataFrame) -> dict[str, dict[str, str]]:
    return {
        str(region): {str(item): str(level) for item, level in row.items() if pd.notna(level)}
        for region, row in answers.astype("object").iterrows()
    }
