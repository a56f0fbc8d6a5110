"""A synthetic twin of a wave: as many regions, the same questions, answers drawn from what was released and no more.

Whoever has no answers can run everything with it. It is a function of the released numbers and a seed, so it tells
nothing that these do not tell, and anybody can draw it again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import yaml

from sto_analysis.inert import write_csv
from sto_analysis.monitor.codebook import Codebook, Item
from sto_analysis.monitor.register import COLUMNS

SAYS = "SYNTHETIC TWIN"
"""Stands in every file of a twin."""
_MEASURE = {"yield": "yield_top"}


@dataclass(frozen=True)
class Asked:
    """What is public of a wave.

    Parameters
    ----------
    wave : str
        Its id.
    items : tuple of str
        Items of the codebook that it asked.
    published : int, optional
        Year whose published figures it must reproduce.
    """

    wave: str
    items: tuple[str, ...]
    published: int | None = None

    @property
    def twin(self) -> str:
        """Id of its twin, which is a synthetic wave."""
        return f"synthetic-{self.wave.removeprefix('synthetic-')}"


def twin(results: pd.DataFrame, waves: Sequence[Asked], codebook: Codebook, seed: int) -> dict[str, bytes]:
    """Draw the twin of a wave and of its earlier waves.

    Parameters
    ----------
    results : DataFrame
        What was released: rows of the store with ``id``, ``value`` and ``n``; a value is missing where it is withheld.
    waves : sequence of Asked
        Earliest first, the released one last.
    codebook : Codebook
        Items and levels.
    seed : int
        Of all that is drawn.

    Returns
    -------
    dict of str to bytes
        Path below data/ → content: the register, and export, frame and wave.yaml of each wave. Counts of answers are
        those that were released; what was withheld is spread evenly over the answers that are left. Answers are drawn
        independently of each other, of the context and of other waves.
    """
    return dict(_Drawn(_shown(results), waves, codebook, seed).files())


def _shown(results: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Id → value and n of what is shown."""
    known = results.dropna(subset=["value"])
    return dict(zip(known["id"], known[["value", "n"]].astype("float64").itertuples(index=False), strict=True))


def spread(parts: Sequence[tuple[Sequence[int], float]], levels: int, total: int) -> list[int]:
    """Counts of levels that meet what is known of them, the rest spread evenly.

    Parameters
    ----------
    parts : sequence of (levels, count)
        What is known: the finest first.
    levels : int
        How many there are.
    total : int
        What the counts sum to, whatever is known.

    Returns
    -------
    list of int
        Not negative.
    """
    counts: dict[int, int] = {}
    for members, known in [*parts, (range(levels), total)]:
        left = round(known) - sum(counts.get(level, 0) for level in members)
        free = [level for level in members if level not in counts]
        room = min(max(left, 0), total - sum(counts.values()))
        for place, level in enumerate(free):
            counts[level] = room * (place + 1) // len(free) - room * place // len(free)
    out = [counts[level] for level in range(levels)]
    out[int(np.argmax(out))] += total - sum(out)  # where rounded numbers do not add up
    return out


@dataclass(frozen=True)
class _Drawn:
    shown: Mapping[str, tuple[float, float]]
    waves: Sequence[Asked]
    codebook: Codebook
    seed: int

    def files(self) -> Iterator[tuple[str, bytes]]:
        rng = np.random.Generator(np.random.PCG64(self.seed))
        asked = {each.wave: self.regions(each.wave) for each in self.waves}
        ids = [f"T{number:03d}" for number in range(1, max(asked.values()) + 1)]
        answering = self.answering(asked, rng)
        yield "regions.csv", _csv(self.register(ids))
        frame = self.frame(ids, rng)
        for number, each in enumerate(self.waves):
            folder, regions = f"raw/{each.twin}", answering[each.wave]
            answers = {self.column(item): self.answers(each, item, len(regions), rng) for item in each.items}
            export = pd.DataFrame({"made": SAYS, "region": [ids[place] for place in regions], **answers})
            yield f"{folder}/twin.{each.twin}.csv", _csv(export)
            yield f"{folder}/frame.csv", _csv(frame[: asked[each.wave]])
            earlier = self.waves[number - 1].twin if number else None
            yield f"{folder}/wave.yaml", self.described(each, earlier).encode()

    def value(self, name: str) -> float | None:
        return self.shown[name][0] if name in self.shown else None

    def regions(self, wave: str) -> int:
        """How many were asked: of an earlier wave as the trend says, else all of the frame."""
        populations = [
            value for name, (value, _) in self.shown.items() if name.startswith("population.") and wave in name
        ]
        framed = [n for name, (_, n) in self.shown.items() if name.startswith("share.frame.")]
        known = [self.value("population.shares")] if wave == self.waves[-1].wave else populations
        return int(max([*filter(None, known), *([] if any(known) else framed), self.base(wave)]))

    def base(self, wave: str) -> int:
        """How many answered: as released, else the largest base of an answer."""
        last = wave == self.waves[-1].wave
        if last and (known := self.value("answered.shares")):
            return int(known)
        ends = [
            n
            for name, (_, n) in self.shown.items()
            if name.startswith("share.")
            and np.isfinite(n)
            and not name.startswith("share.frame.")
            and (name.endswith(f".{wave}") or (last and name.endswith((".top", ".low", ".middle"))))
        ]
        return int(max(ends, default=1))

    def answering(self, asked: Mapping[str, int], rng: np.random.Generator) -> dict[str, list[int]]:
        """Places of the regions that answer each wave; as many of them answer two in a row as was released."""
        found: dict[str, list[int]] = {}
        before: list[int] = []
        for each in self.waves:
            n, all_of_them = self.base(each.wave), rng.permutation(asked[each.wave]).tolist()
            panel = [n for name, (_, n) in self.shown.items() if _paired(name, self.waves[-2:-1], each)]
            both = [place for place in all_of_them if place in before][: int(max(panel, default=n))]
            others = [place for place in all_of_them if place not in before]
            more = [place for place in all_of_them if place in before and place not in both]
            before = found[each.wave] = sorted([*both, *others, *more][:n])
        return found

    def register(self, ids: Sequence[str]) -> pd.DataFrame:
        first = self.waves[0].twin.removeprefix("synthetic-")
        table = pd.DataFrame({"id": ids, "name": [_name(each) for each in ids], "valid_from": first})
        return table.assign(kind="synthetic").reindex(columns=["kind", *COLUMNS])

    def frame(self, ids: Sequence[str], rng: np.random.Generator) -> pd.DataFrame:
        table = pd.DataFrame({"region": ids, "name": [_name(each) for each in ids]})
        for name, variable in self.codebook.context_variables.items():
            parts = self.parts([((at,), f"share.frame.{name}.{at}") for at in range(len(variable.levels))], len(ids))
            counts = spread(parts, len(variable.levels), len(ids))
            table[name] = rng.permutation(np.repeat([level.code for level in variable.levels], counts))
        return table

    def parts(self, named: Sequence[tuple[Sequence[int], str]], total: int) -> list[tuple[Sequence[int], float]]:
        return [(levels, self.shown[name][0] * total) for levels, name in named if name in self.shown]

    def answers(self, asked: Asked, name: str, regions: int, rng: np.random.Generator) -> list[int]:
        """Codes of an item, a region each; where fewer gave an answer than answered the wave, the rest do not know."""
        item = self.codebook.items[name]
        named = self.named(item, asked.wave)
        bases = [self.shown[each][1] for _, each in named if each in self.shown]
        base = min(int(max(filter(np.isfinite, bases), default=regions)), regions)
        counts = spread(self.parts(named, base), len(item.scale.levels), base)
        codes = [*np.repeat(item.scale.codes, counts).tolist(), *[self.unknown] * (regions - base)]
        return [int(code) for code in rng.permutation(codes)]

    def named(self, item: Item, wave: str) -> list[tuple[Sequence[int], str]]:
        """Levels of an item, and the id of the number that says how many gave them; the finest first."""
        concept, levels = item.concept or item.id, item.scale.levels
        bands = {
            band: [at for at, level in enumerate(levels) if level.band == band] for band in ("low", "middle", "top")
        }
        row = f"share.{item.question}.{concept}"
        if wave != self.waves[-1].wave:
            return [(bands["top"], f"share.{_MEASURE.get(item.question, item.question)}.{concept}.{wave}")]
        found: list[tuple[Sequence[int], str]] = [([at], f"{row}.{at}") for at in range(len(levels))]
        found += [(members, f"{row}.band.{band}") for band, members in bands.items() if members]
        return [*found, *((bands[band], f"{row}.{band}") for band in ("top", "low"))]

    @property
    def unknown(self) -> int:
        """Code of an answer that is not known."""
        return int(self.codebook.missing.reasons["dont_know"].code or 99)

    def column(self, item: str) -> str:
        return f"t_{item}"

    def described(self, asked: Asked, earlier: str | None) -> str:
        year = asked.twin.removeprefix("synthetic-")
        told: dict[str, object] = {
            "wave": asked.twin,
            "title": {"nl": f"SYNTHETISCHE tweeling van {year}", "en": f"{SAYS} of {year}"},
            "file": f"twin.{asked.twin}.csv",
            "frame": "frame.csv",
            "region_column": "region",
            **({"earlier_wave": earlier} if earlier else {}),
            **({"published": asked.published} if asked.published else {}),
            "missing_codes": {self.unknown: "dont_know"},
            "drop": {"made": f"{SAYS}: says so in every row."},
            "looked_at": {"unrelated": f"{SAYS}: drawn independently of other waves."} if earlier else {},
            "items": {
                item: {"column": self.column(item), "wording": self.codebook.items[item].wording}
                for item in asked.items
            },
        }
        head = f"# {SAYS}, drawn from what was released; not answers of anybody.\n"
        return head + yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=110)


def _paired(name: str, earlier: Sequence[Asked], asked: Asked) -> bool:
    """Whether a number counts the regions that answered the last wave and the one before it."""
    return name.startswith("difference.urgency.") and any(
        name.endswith(f".{each.wave}") and each != asked for each in earlier
    )


def _name(region: str) -> str:
    return f"{SAYS} {region}"


def _csv(table: pd.DataFrame) -> bytes:
    return str(write_csv(table)).encode()
