"""Real excerpts read cell by cell, files of other years and programs, and broken ones: a named problem or right."""

import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from sto_analysis.errors import Problems
from sto_workbench.context.cells import PROFILES
from sto_workbench.context.readers import read_source
from sto_workbench.context.sources import Source
from tests.sto_workbench.context.mutants import mutant

FILES = Path(__file__).parent / "files"
EXAMS, SCHOOLS = FILES / "duo-exams-2024-2025.csv", FILES / "duo-vestigingen-vo.csv"
HIDDEN = (1, 4)
# vestiging, type, track, sector, profile, least and most candidates: as they were read off the file by hand
CANDIDATES = [
    ("00AH00", "HAVO", "", "", "Natuur en Techniek", 10, 10),
    ("00AH07", "VMBO", "TL", "Economie", "", 35, 35),
    ("00AH07", "VMBO", "TL", "Techniek", "", 11, 11),
    ("00AH07", "VMBO", "TL", "Zorg & Welzijn", "", 13, 13),
    ("00AH08", "VMBO", "TL", "Techniek", "", 7, 7),
    ("00AH09", "VMBO", "TL", "Techniek", "", 6, 6),
    ("00AH17", "VMBO", "BL", "Intersect. programma", "DP", 6, 6),
    ("00AH17", "VMBO", "BL", "Techniek", "BWI", 6, 6),
    ("00AH17", "VMBO", "BL", "Techniek", "MVI", 6, 6),
    ("00AH17", "VMBO", "BL", "Techniek", "PIE", *HIDDEN),
    ("00AH17", "VMBO", "BL", "Zorg & Welzijn", "ZWE", 21, 21),
    ("00AH17", "VMBO", "KL", "Intersect. programma", "DP", 15, 15),
    ("00AH17", "VMBO", "KL", "Techniek", "BWI", 12, 12),
    ("00AH17", "VMBO", "KL", "Techniek", "MVI", 5, 5),
    ("00AH17", "VMBO", "KL", "Techniek", "PIE", *HIDDEN),
    ("00AH17", "VMBO", "KL", "Zorg & Welzijn", "ZWE", 25, 25),
    ("00AQ00", "VMBO", "BL", "Intersect. programma", "DP", 13, 13),
    ("00AQ00", "VMBO", "KL", "Intersect. programma", "DP", 14, 14),
    ("00AQ00", "VMBO", "TL", "Landbouw", "", *HIDDEN),
    ("00AQ00", "VMBO", "TL", "Techniek", "", 11, 11),
    ("00BD00", "VMBO", "BL", "Techniek", "BWI", *HIDDEN),
    ("00BD00", "VMBO", "BL", "Techniek", "PIE", *HIDDEN),
    ("00BD00", "VMBO", "KL", "Techniek", "BWI", 6, 6),
    ("00BD00", "VMBO", "KL", "Techniek", "PIE", 7, 7),
    ("00CB02", "VMBO", "TL", "Techniek", "", 9, 9),
]
OSG = "Openbare Scholengemeenschap"
LOCATIONS = [
    ("02EB04", "GM0106", "Christelijk Scholengemeenschap Vincent van Gogh Vwo Havo Mavo Vbo Lwoo", "ASSEN", "Drenthe"),
    ("20LO01", "GM1699", f"{OSG} Dr Nassau College voor Vwo Havo Mavo Vbo Lwoo", "NOORDENVELD", "Drenthe"),
    ("20LO10", "GM0106", f"{OSG} Dr Nassau College voor Vwo Havo Mavo Vbo Lwoo", "ASSEN", "Drenthe"),
    ("19IW04", "GM0118", "Regionale Scholengemeenschap Wolfsbos", "HOOGEVEEN", "Drenthe"),
    ("00PF00", "GM0114", "Carmelcollege Emmen", "EMMEN", "Drenthe"),
    ("25PW60", "GM0119", "Drenthe College Terra", "MEPPEL", "Drenthe"),
    ("25CL05", "GM0119", "Stad & Esch Taalschool Meppel", "MEPPEL", "Drenthe"),
    ("20LA05", "GM0114", f"{OSG} voor Lyceum Havo Mavo Vbo Lwoo Esdal College", "EMMEN", "Drenthe"),
    ("01XN01", "GM0303", "Almere College Ontmoetingsschool voor PRO LWOO VMBO HAVO VWO", "DRONTEN", "Flevoland"),
]
EXAM_FIELDS = ["vestiging", "type", "track", "sector", "profile", "low", "high"]
LOCATION_FIELDS = ["vestiging", "municipality", "name", "municipality_name", "province"]


def source(kind: str, **more) -> Source:
    return Source(kind=kind, source="A publisher", edition="2024-2025", date=datetime.date(2026, 1, 15), **more)


def read(path: Path, content: str | bytes, kind: str, **more) -> pd.DataFrame:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_source(path, source(kind, **more))


def _rows(table: pd.DataFrame, fields: list[str]) -> list[tuple]:
    return [tuple(row) for row in table[fields].to_numpy().tolist()]


def test_the_real_exams_are_read_cell_by_cell():
    table = read_source(EXAMS, source("duo_exams"))
    assert _rows(table, EXAM_FIELDS) == CANDIDATES
    assert table["row"].tolist() == [*range(2, 27)]


def test_the_real_vestigingen_are_read_cell_by_cell():
    assert _rows(read_source(SCHOOLS, source("duo_vestigingen")), LOCATION_FIELDS) == LOCATIONS


def _technical(rows: list[tuple]) -> list[tuple]:
    """What measures take of exams: candidates of vmbo by technical profile, and those of DP."""
    return sorted((*row[:1], *row[4:]) for row in rows if row[1].upper() == "VMBO" and row[4] in {*PROFILES, "DP"})


def _named_or_right(tmp_path: Path, seed: int) -> str:
    """What became of a mutant; an assertion fails where it is read, and otherwise than the file was."""
    path, exams = tmp_path / f"{seed}.csv", seed % 2 == 0
    path.write_bytes(mutant((EXAMS if exams else SCHOOLS).read_bytes(), seed))
    try:
        table = read_source(path, source("duo_exams" if exams else "duo_vestigingen"))
    except Problems as found:
        assert all(problem.file == path and problem.what and problem.todo for problem in found.problems)
        return "named"
    if exams:
        assert _technical(_rows(table.assign(track="", sector=""), EXAM_FIELDS)) == _technical(CANDIDATES), path
    else:
        assert sorted(_rows(table, LOCATION_FIELDS[:2])) == sorted(found[:2] for found in LOCATIONS), path
    return "right"


@pytest.mark.parametrize("seeds", [range(40), pytest.param(range(40, 500), marks=pytest.mark.wide)])
def test_a_mutated_file_is_a_named_problem_or_right(tmp_path: Path, seeds: range):
    became = [_named_or_right(tmp_path, seed) for seed in seeds]
    assert min(became.count("named"), became.count("right")) > len(became) / 5


PUPILS = "INSTELLINGSCODE;VESTIGINGSCODE;AANTAL LEERLINGEN\n"


def test_the_pupils_of_all_years_of_school_and_both_sexes_are_counted_together(tmp_path: Path):
    head = (
        "BRIN NUMMER;VESTIGINGSNUMMER;LWOO INDICATIE;LEER- OF VERBLIJFSJAAR 1 - MAN;LEER- OF VERBLIJFSJAAR 1 - VROUW\n"
    )
    table = read(tmp_path / "p.csv", f"{head}00AH;7;J;12;<5\n00AH;7;N;0;6\n00AH;17;N;<5;<5\n", "duo_pupils")
    assert _rows(table, ["vestiging", "low", "high"]) == [("00AH07", 13, 16), ("00AH07", 6, 6), ("00AH17", 2, 8)]


@pytest.mark.parametrize(
    ("small", "cell", "least", "most"),
    [("<5", "<5", 1, 4), ("<5", "< 5", 1, 4), ("<5", "0", 0, 0), ("4", "4", 1, 4), ("4", "0", 0, 0), ("4", "5", 5, 5),
     ("shown", "4", 4, 4), ("shown", "12,0", 12, 12)],
)  # fmt: skip
def test_small_counts_are_intervals_and_nothing_is_none(tmp_path: Path, small, cell, least, most):
    table = read(tmp_path / "p.csv", f'{PUPILS}00AH;00AH17;"{cell}"\n', "duo_pupils", small=small)
    assert _rows(table, ["low", "high"]) == [(least, most)]


@pytest.mark.parametrize(
    ("small", "cell", "told"),
    [("<5", "4", "hides 1 to 4"), ("4", "2", "hides 1 to 4"), ("4", "<5", "no count"), ("shown", "<5", "no count"),
     ("<5", "1.234", "no count"), ("<5", "", "no count"), ("<5", "-1", "no count")],
)  # fmt: skip
def test_a_count_that_the_edition_cannot_have_is_told(tmp_path: Path, small, cell, told):
    with pytest.raises(Problems, match=told) as caught:
        read(tmp_path / "p.csv", f"{PUPILS}00AH;00AH17;{cell}\n00AH;00AH18;9\n", "duo_pupils", small=small)
    assert caught.value.problems[0].row == 2


def test_areas_of_cbs_are_known_by_their_codes_whatever_the_table_calls_the_columns(tmp_path: Path):
    raw = 'ID;RegioS;Code_1;Naam_2;Code_28;Naam_29\n0;"GM0363    ";"GM0363    ";Amsterdam;AM08;Groot Amsterdam\n'
    raw += "1;GM0518    ;GM0518    ;'s-Gravenhage;AM13;Haaglanden\n2;NL01      ;NL01      ;Nederland;;\n"
    line = (
        '"Regio\'s";"Code en naam/Code (code)";"Arbeidsmarktregio\'s/Code (code)";"Arbeidsmarktregio\'s/Naam (naam)"\n'
    )
    line += "Amsterdam;GM0363;AM08;Groot Amsterdam\n's-Gravenhage;GM0518;AM13;Haaglanden\nBron: CBS\n"
    for content in (raw, line):
        table = read(tmp_path / "g.csv", content, "cbs_gebieden")
        found = [("GM0363", "AM08", "Groot Amsterdam"), ("GM0518", "AM13", "Haaglanden")]
        assert _rows(table, ["municipality", "place", "place_name"]) == found


def test_a_column_may_be_named_in_sources_yaml(tmp_path: Path):
    table = read(tmp_path / "g.csv", "a,b,c\nGM0001,AM01,AM02\n", "cbs_gebieden", columns={"place": "c"})
    assert table.at[0, "place"] == "AM02"


def test_the_population_is_that_of_municipalities_and_years(tmp_path: Path):
    content = '"Regio\'s";"Perioden";"Bevolking op 1 januari (aantal)"\nGM0363;2019;863000\nGM0363;2024*;931000\n'
    content += "PV27;2024*;3000000\nNederland;2024*;17900000\n"
    table = read(tmp_path / "b.csv", content, "cbs_population")
    assert _rows(table, ["municipality", "year", "low"]) == [("GM0363", 2019, 863000), ("GM0363", 2024, 931000)]


def _spanning(path: Path) -> None:
    book = openpyxl.Workbook()
    rows = [["Spanningsindicator"], [None], ["Arbeidsmarktregio", "Beroepsgroep", "Kwartaal", "Spanningsindicator"]]
    rows += [["Nederland", "Totaal", "2024 kwartaal 4", 2.5], ["Achterhoek", "Techniek", "2024 kwartaal 4", 3.125]]
    for row in [*rows, ["Bron: UWV"]]:
        book.active.append(row)
    book.save(path)


def test_a_workbook_with_titles_and_notes_is_read(tmp_path: Path):
    _spanning(tmp_path / "s.xlsx")
    table = read_source(tmp_path / "s.xlsx", source("uwv_spanning"))
    assert _rows(table, ["place", "occupation", "period", "value"]) == [
        ("Achterhoek", "Techniek", "2024 kwartaal 4", 3.125)
    ]


def test_a_number_that_may_be_thousands_is_no_number(tmp_path: Path):
    head = "Arbeidsmarktregio;Spanningsindicator\n"
    with pytest.raises(Problems, match="may be thousands"):
        read(tmp_path / "s.csv", f"{head}Achterhoek;3.125\n", "uwv_spanning")
    assert read(tmp_path / "s.csv", f"{head}Achterhoek;3,12\n", "uwv_spanning").at[0, "value"] == 3.12


@pytest.mark.parametrize(
    ("content", "kind", "told", "row"),
    [
        (b"", "duo_exams", "no column of this file is its location", None),
        (f"{PUPILS}".encode(), "duo_pupils", "no row of data", None),
        (f"{PUPILS}00AH;00AH17;5\n00AH;00AH17;6\n".encode(), "duo_pupils", "another thing than row 2", 3),
        (f"{PUPILS}00AH;17;5\n00AH;00AH18;6\n".encode(), "duo_pupils", "no vestiging", 2),
        (f"{PUPILS}00AH;00AQ17;5\n".encode(), "duo_pupils", "no vestiging", 2),
        (b"a;b\nGM0001;AM01\nxx;AM02\nGM0003;AM03\n", "cbs_gebieden", "no code of a municipality", 3),
        (b"a;b\nGM0001;AM01\nGM0002;x\nGM0003;AM03\n", "cbs_gebieden", "no code of a labour-market region", 3),
        (b"Regios;Perioden;Bevolking\nGM0001;x;5\n", "cbs_population", "no year", 2),
        (b"Regios;Perioden;Bevolking\nGM0001;2024;5\nGM0001;2024;6\n", "cbs_population", "than row 2", 3),
        (b"PK\x03\x04 and no workbook", "uwv_spanning", "not readable as a workbook", None),
    ],
)
def test_what_is_wrong_is_told_by_its_row(tmp_path: Path, content: bytes, kind: str, told: str, row: int | None):
    path = tmp_path / ("s.xlsx" if kind == "uwv_spanning" else "s.csv")
    with pytest.raises(Problems, match=told) as caught:
        read(path, content, kind)
    assert (path, row) in {(problem.file, problem.row) for problem in caught.value.problems}
