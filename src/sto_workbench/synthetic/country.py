"""A made country: public files in the formats of DUO, CBS and UWV from which the context of the made regions follows.

Every school, municipality and figure is made up, and every file says SYNTHETIC. The codes of the frame came first; the
counts are drawn until their measures give those codes.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from sto_analysis import compendium
from sto_workbench.synthetic.described import CUTS, MADE, MERGED, described_sources, described_variables

OF_PLACE = {"employment": [(1.0, 1.9), (2.1, 3.9), (4.1, 6.0)], "teacher_shortage": [(1, 2.9), (3.1, 5.9), (6.1, 9)]}
"""Figures of a labour-market region, per code."""
CHANGES = [(-0.02, 0.12), (-0.2, -0.08)]
"""Of the pupils of a location, per code."""
SHARING = 3
"""Regions at most that share a labour-market region, as neighbours do, and of these in a province."""
_EMPTY = 27
"""Columns of the real vestigingen file that stay empty here."""
Rows = Iterable[Sequence[object]]


@dataclass(frozen=True)
class Made:
    """A made location of a school, in the two years of a wave.

    Parameters
    ----------
    region, code, municipality : str
        Where it is.
    pupils : tuple of int
        Of the first and the last year.
    candidates : dict of str to int
        By profile; TL under ``""``.
    """

    region: str
    code: str
    municipality: str
    pupils: tuple[int, int]
    candidates: dict[str, int]


def places(frame: pd.DataFrame) -> dict[str, str]:
    """Return region → code of its labour-market region: regions that share one have its codes in common.

    Parameters
    ----------
    frame : DataFrame
        Index region; ``employment`` and ``teacher_shortage``.
    """
    found: dict[str, str] = {}
    for _, regions in frame.groupby(list(OF_PLACE), sort=True):
        for start in range(0, len(regions), SHARING):
            code = f"AM{1 + len({*found.values()}):02d}"
            found |= dict.fromkeys(map(str, regions.index[start : start + SHARING]), code)
    return found


def municipality(at: int, pair: int) -> str:
    """Return the code of a made municipality: the first (0) or second of the region at that place of the frame."""
    return f"GM{9000 + 2 * at + pair:04d}"


def province(place: str) -> str:
    """Return the name of the made province that holds a made labour-market region."""
    return f"Provincie {chr(ord('A') + (int(place[2:]) - 1) // SHARING % 26)}"


def locations(frame: pd.DataFrame, rng: np.random.Generator) -> list[Made]:
    """Draw four locations per region, each pair of them with the codes of the region.

    Parameters
    ----------
    frame : DataFrame
        Index region; ``krimp`` and ``technology``.
    rng : Generator
        Draws the counts.
    """
    made = []
    for at, (region, codes) in enumerate(frame.iterrows()):
        few = rng.random() < 0.1
        for pair in range(2):
            candidates = _candidates(int(codes["technology"]), rng, few=few)
            for one in range(2):
                away = at % 6 == 0 and one == pair == 1  # a school over the border of the labour-market region
                where = municipality((at + away) % len(frame), pair)
                last = int(
                    rng.integers(1, 5)
                    if one and rng.random() < 0.1
                    else rng.integers(*((60, 300), (300, 700))[1 - one])
                )
                first = max(1, round(last / (1 + rng.uniform(*((-0.02, 0.12), (-0.2, -0.08))[int(codes["krimp"])]))))
                code = f"{90 + at // 26}{chr(65 + at % 26)}Z{2 * pair + one:02d}"
                exams = {"": int(rng.integers(0, 40))} if one else candidates
                made.append(Made(str(region), code, where, (first, last), exams))
    return made


def _candidates(manufacturing: int, rng: np.random.Generator, *, few: bool) -> dict[str, int]:
    """Candidates by profile, drawn until most of them are, or are not, in manufacturing."""
    while True:
        size = rng.integers(6, 10) if few else rng.integers(16, 50)
        part = int(np.rint(size * rng.uniform(0.55, 0.85) if manufacturing else size * rng.uniform(0.1, 0.42)))
        other = int(rng.integers(0, size - part + 1))
        counts = {"PIE": part, "BWI": int(size - part - other), str(rng.choice(["MVI", "M&T"])): other}
        middle = {name: 2.5 if 0 < count < 5 else count for name, count in counts.items()}
        if (middle["PIE"] >= CUTS["technology"][0] * sum(middle.values())) == bool(manufacturing):
            return counts | ({"DP": int(rng.integers(0, 20))} if rng.random() < 0.3 else {})


def write_country(
    folder: Path, asked: list[str], frame: pd.DataFrame, key: pd.DataFrame, year: int, seed: int
) -> list[Path]:
    """Write the public files of a wave, sources.yaml, the key and context.yaml.

    Parameters
    ----------
    folder : Path
        Of the wave.
    asked : list of str
        Its regions.
    frame : DataFrame
        All made regions of today with their codes; index region.
    key : DataFrame
        ``region``, ``of``, ``half``, ``valid_to``: regions that merged into one of the frame, and when.
    year : int
        Of the wave.
    seed : int
        Draws the counts.

    Returns
    -------
    list of Path
        The files written, the same for the same arguments.
    """
    rng = np.random.Generator(np.random.PCG64([seed, year]))
    made, where = locations(frame, rng), places(frame)
    of = dict.fromkeys((each.municipality for each in made), "")
    of |= {
        f"GM{9000 + 2 * at + pair:04d}": where[str(region)] for at, region in enumerate(frame.index) for pair in (0, 1)
    }
    codes = dict(zip(map(str, frame.index), frame["commitment"].astype(int), strict=True))
    whole = zip(key["region"], key["of"], strict=True)
    drawn = {name: _figures(frame, where, name, rng) for name in OF_PLACE}
    texts = {
        "examens.csv": _exams(made), "vestigingen.csv": _schools(made, of), "gebieden.csv": _areas(of),
        f"leerlingen-{year - 5}.csv": _pupils_before(made), f"leerlingen-{year}.csv": _pupils_now(made),
        "bevolking.csv": _people([*of], year, rng), "spanning.csv": _tightness(drawn["employment"], year),
        "docententekort.csv": _table(["arbeidsmarktregio", "waarde"], drawn["teacher_shortage"].items(), MADE),
        "commitment.csv": _commitment(asked, codes | {part: codes[of_all] for part, of_all in whole}, rng),
    }  # fmt: skip
    texts["region_schools.csv"] = _key(made, key)
    written = [compendium.write_text(folder / "context" / name, text) for name, text in texts.items()]
    head = f"# {MADE}: made by `sto synthesise`; no figure of anybody.\n"
    for path, described in {
        folder / "context" / "sources.yaml": described_sources(texts, year, [*of][-1]),
        folder / "context.yaml": described_variables(year),
    }.items():
        text = yaml.safe_dump(described, allow_unicode=True, sort_keys=False, width=110)
        written.append(compendium.write_text(path, head + text))
    return written


def _table(head: Sequence[str], rows: Rows, title: str = "", *, quoted: bool = False, separator: str = ";") -> str:
    out = io.StringIO()
    how: dict[str, Any] = {"quoting": csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL, "lineterminator": "\n"}
    writer = csv.writer(out, delimiter=separator, **how)
    writer.writerows([*([[title]] if title else []), head, *rows])
    return out.getvalue()


def _hidden(count: int, small: str = "<5") -> str:
    return small if 0 < count < 5 else str(count)


def _exams(made: list[Made]) -> str:
    head = ["INSTELLINGSCODE", "VESTIGINGSCODE", "INSTELLINGSNAAM VESTIGING", "ONDERWIJSTYPE VO", "LEERWEG VMBO"]
    head += ["VMBO SECTOR", "AFDELING", "EXAMENKANDIDATEN"]
    rows = [
        (each.code[:4], each.code, MADE, "VMBO", "KL" if name else "TL",
         "Intersect. programma" if name == "DP" else "Techniek", name, _hidden(count))
        for each in made for name, count in each.candidates.items() if count
    ]  # fmt: skip
    return _table(head, rows, quoted=True)


def _schools(made: list[Made], of: dict[str, str]) -> str:
    head = ["PROVINCIE", "INSTELLINGSCODE", "VESTIGINGSCODE", "VESTIGINGSNAAM", "GEMEENTENUMMER"]
    head += [f"LEEG {at}" for at in range(_EMPTY)]
    rows = [
        (province(of[each.municipality]), each.code[:4], each.code, f"{MADE} school", each.municipality[2:],
         *[""] * _EMPTY)
        for each in made
    ]  # fmt: skip
    return _table(head, rows)


def _pupils_before(made: list[Made]) -> str:
    """As older files have them: headers of before, the number without its zero, boys and girls apart."""
    head = ["BRIN NUMMER", "VESTIGINGSNUMMER", "INSTELLINGSNAAM VESTIGING"]
    head += [f"LEER- OF VERBLIJFSJAAR 1 - {who}" for who in ("MAN", "VROUW")]
    halves = [(each, each.pupils[0] // 2) for each in made]
    rows = [
        (each.code[:4], int(each.code[4:]), MADE, _hidden(boys), _hidden(each.pupils[0] - boys))
        for each, boys in halves
    ]
    return _table(head, rows)


def _pupils_now(made: list[Made]) -> str:
    """As the portal has them: 1 to 4 shown as 4."""
    head = ["INSTELLINGSCODE", "VESTIGINGSCODE", "INSTELLINGSNAAM VESTIGING", "AANTAL LEERLINGEN"]
    return _table(head, [(each.code[:4], each.code, MADE, _hidden(each.pupils[1], "4")) for each in made])


def _areas(of: dict[str, str]) -> str:
    head = ["ID", "RegioS", "Code_1", "Naam_2", "Code_28", "Naam_29"]
    rows = [
        (at, f"{code:10}", f"{code:10}", f"{MADE} {code[2:]}", place, f"Gebied {place[2:]}")
        for at, (code, place) in enumerate(of.items())
    ]
    return _table(head, rows)


def _people(codes: list[str], year: int, rng: np.random.Generator) -> str:
    """Population in two years; a municipality that merged is there in the first alone."""
    rows: list[tuple[str, str, int]] = []
    for code in codes:
        last = int(rng.integers(10_000, 90_000))
        first = round(last / (1 + rng.uniform(-0.05, 0.1)))
        whole = [(code, first)] if code != codes[-1] else [(code, first // 2), (MERGED, first - first // 2)]
        rows += [(one, f"{year - 5}JJ00", count) for one, count in whole] + [(code, f"{year}*", last)]
    return _table(["RegioS", "Perioden", "BevolkingOp1Januari_1"], rows, MADE)


def _figures(frame: pd.DataFrame, where: dict[str, str], name: str, rng: np.random.Generator) -> dict[str, str]:
    codes = {where[str(region)]: code for region, code in zip(frame.index, frame[name].astype(int), strict=True)}
    return {place: f"{rng.uniform(*OF_PLACE[name][codes[place]]):.2f}".replace(".", ",") for place in sorted(codes)}


def _tightness(figures: dict[str, str], year: int) -> str:
    head = ["Arbeidsmarktregio", "Beroepsgroep", "Kwartaal", "Spanningsindicator"]
    rows = [(f"Gebied {place[2:]}", "Technische beroepen", f"{year} Q4", value) for place, value in figures.items()]
    return _table(head, [("Nederland", "Technische beroepen", f"{year} Q4", "3,00"), *rows], MADE)


def _commitment(asked: list[str], codes: dict[str, int], rng: np.random.Generator) -> str:
    """Codes of the frame, and a second coder who now and then is a level off."""
    rows = []
    for region in asked:
        code = codes[region]
        other = code if rng.random() < 0.9 else (1 if code != 1 else int(rng.choice([0, 2])))
        rows.append((region, code, other, MADE))
    return _table(["region", "first", "second", "note"], rows, separator=",")


def _key(made: list[Made], key: pd.DataFrame) -> str:
    """Which location is of which region; of those that merged, which was of which before."""
    rows: list[tuple[str, ...]] = []
    merged = key[["region", "of", "half", "valid_to"]].to_numpy().tolist()
    for each in made:
        parts = [(region, half, last) for region, of, half, last in merged if of == each.region]
        rows += [
            (region, each.code, "", str(last), MADE) for region, half, last in parts if half == int(each.code[4:]) // 2
        ]
        begun = str(parts[0][2] + 1) if parts else ""
        rows.append((each.region, each.code, begun, "", MADE))
    return _table(["region", "vestiging", "valid_from", "valid_to", "note"], rows, separator=",")
