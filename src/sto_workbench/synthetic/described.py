"""What the files of a made country are (sources.yaml), and what is measured of them (context.yaml)."""

from collections.abc import Mapping
from hashlib import sha256

MADE = "SYNTHETIC"
CUTS: dict[str, list[float]] = {"krimp": [-0.05], "employment": [2, 4], "technology": [0.5], "teacher_shortage": [3, 6]}
MERGED = "GM8999"
"""Municipality that became part of the last one."""


def described_sources(texts: Mapping[str, str], year: int, into: str) -> dict[str, object]:
    """Return sources.yaml of a made country.

    Parameters
    ----------
    texts : mapping
        Name of a file → its text.
    year : int
        Of the wave.
    into : str
        Municipality that the one that merged is part of.
    """
    school = f"{year}-{year + 1}"
    kinds: dict[str, dict[str, object]] = {
        "examens.csv": {"kind": "duo_exams", "source": "DUO, examenkandidaten vo", "edition": f"{year - 1}-{year}"},
        "vestigingen.csv": {"kind": "duo_vestigingen", "source": "DUO, vestigingen vo", "edition": str(year)},
        f"leerlingen-{year - 5}.csv": {
            "kind": "duo_pupils", "source": "DUO, leerlingen vo", "edition": f"{year - 5}-{year - 4}",
        },
        f"leerlingen-{year}.csv": {
            "kind": "duo_pupils", "source": "DUO, leerlingen vo", "edition": school, "small": "4", "provisional": True,
        },
        "gebieden.csv": {"kind": "cbs_gebieden", "source": "CBS, Gebieden in Nederland", "edition": str(year)},
        "bevolking.csv": {"kind": "cbs_population", "source": "CBS, bevolking", "edition": str(year)},
        "spanning.csv": {"kind": "uwv_spanning", "source": "UWV, spanningsindicator", "edition": f"{year} Q4"},
        "docententekort.csv": {"kind": "transcribed", "source": "Docententekort techniek", "edition": str(year)},
        "commitment.csv": {"kind": "judged", "source": "Commitment", "edition": str(year)},
    }  # fmt: skip
    date = f"{year + 1}-01-15"
    for name, each in kinds.items():
        each |= {"source": f"{MADE} {each['source']}", "date": date, "sha256": sha256(texts[name].encode()).hexdigest()}
    return {"files": kinds, "successors": {MERGED: into}}


def described_variables(year: int) -> dict[str, object]:
    """Return context.yaml of a made country for the wave of a year."""

    def unit(nl: str, en: str) -> dict[str, object]:
        return {"unit": {"nl": nl, "en": en}}

    krimp = unit("verandering van het aantal leerlingen", "change of the number of pupils")
    tight = unit("vacatures per werkzoekende", "vacancies per job seeker")
    technology = unit("aandeel van de kandidaten", "share of candidates")
    shortage = unit("procent van de banen", "per cent of the jobs")
    of_place = {"measure": "of_labour_market_region"}
    rule = f"{MADE}: the code that the generator drew; a second coder who now and then is a level off."
    variables: dict[str, dict[str, object]] = {
        "commitment": {
            "measure": "judged", "file": "commitment.csv", "by": f"{MADE} A", "second_by": f"{MADE} B", "rule": rule,
        },
        "krimp": {"measure": "change_of_pupils", "since": year - 5, "until": year, **krimp, "falling": True},
        "employment": {**of_place, "file": "spanning.csv", "where": {"occupation": "Technische beroepen"}, **tight},
        "technology": {"measure": "share_of_candidates", "of": ["PIE", "MaT"], **technology},
        "teacher_shortage": {**of_place, "file": "docententekort.csv", **shortage},
    }  # fmt: skip
    for name, cuts in CUTS.items():
        variables[name]["cuts"] = cuts
    return {"date": f"{year}-10-01", "variables": variables}
