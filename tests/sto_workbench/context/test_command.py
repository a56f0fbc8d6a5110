"""`sto context` as a user calls it, over each difficulty that public files have had: told by name, or right."""

import csv
import io
import json
from hashlib import sha256
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

from sto_analysis.errors import Problems
from sto_workbench.cli import main_group
from sto_workbench.context.sources import context_folder
from sto_workbench.context.table import read_context
from tests.conftest import make_copy
from tests.sto_workbench.context.world import FILES, KEY, REGIONS, SUCCESSORS, VARIABLES, write

WAVE = "synthetic-2024"
Made = dict[str, tuple[str, str, str | bytes]]


@pytest.fixture(scope="module")
def compendium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_copy(tmp_path_factory.mktemp("compendium"))


@pytest.fixture
def folder(compendium: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of public files of a wave of four regions."""
    monkeypatch.setenv("STO_ROOT", str(compendium))
    folder = context_folder(WAVE)
    for path in [*folder.iterdir(), folder.parent / "context.csv"]:
        path.unlink(missing_ok=True)
    frame = "region,name\n" + "".join(f"{region},Streek {region}\n" for region in REGIONS)
    (folder.parent / "frame.csv").write_text(frame)
    told = {"date": "2024-10-01", "variables": VARIABLES}
    (folder.parent / "context.yaml").write_text(yaml.safe_dump(json.loads(json.dumps(told))))
    return folder


def _call(folder: Path, files: Made = FILES, successors: dict | None = None, key: str = KEY) -> str:
    """What the command says of these files; or what is wrong with them, as one text."""
    write(folder, FILES, SUCCESSORS | (successors or {}), key)
    sources = yaml.safe_load((folder / "sources.yaml").read_text())
    for name, (kind, edition, content) in files.items():
        whole = content if isinstance(content, bytes) else content.encode("cp1252")
        (folder / name).write_bytes(whole)
        told = {"kind": kind, "source": name, "edition": edition, "date": "2025-01-15"}
        sources["files"][name] = told | {"sha256": sha256(whole).hexdigest()}
    (folder / "sources.yaml").write_text(yaml.safe_dump(sources))
    found = CliRunner().invoke(main_group, ["context", WAVE])
    assert found.exception is None or isinstance(found.exception, Problems), found.exception
    return str(found.exception or found.output)


def _values(name: str) -> list[float | str]:
    """Values of R01 to R03; why there is none."""
    table = read_context(WAVE)
    assert table is not None
    rows = table[table["variable"] == name].set_index("region")
    return [round(value, 4) if pd.notna(value) else why for value, why in rows[["value", "why"]].to_numpy()[:3]]


def _but(name: str, *changes: tuple[str, str]) -> Made:
    kind, edition, text = FILES[name]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return {name: (kind, edition, text)}


SPLIT = _but("areas.csv", ("GM0001    ;AM01", "GM0010;AM01;Noord\nGM0011;AM02")) | _but(
    "people.csv", ("GM0001;2024JJ00;900", "GM0010;2024JJ00;500\nGM0011;2024JJ00;400")
)
ONE_AGAIN = {"GM0010": "GM0001", "GM0011": "GM0001"}
MOVED = KEY.replace("R01,00AA01,,", "R01,00AA01,,2023\nR03,00AA01,2024,")


@pytest.mark.parametrize(
    ("files", "successors", "key", "name", "values"),
    [
        # merged: GM0005 went to GM0003, and its people of before count there
        ({}, {}, KEY, "teacher_shortage", [-0.0946, 0.1, 0.0]),
        # split over two, in two labour-market regions: the vestiging is in one, the population is that of both
        (SPLIT | _but("schools.csv", ("0001", "0010")), ONE_AGAIN, KEY, "employment", [2.5, 6.25, 2.5]),
        (SPLIT | _but("schools.csv", ("0001", "0010")), ONE_AGAIN, KEY, "teacher_shortage", [-0.0946, 0.1, 0.0]),
        # a part of GM0001 went to GM0004: they are one from then on
        (_but("people.csv", ("GM0001;2024JJ00;900", "GM0001;2024JJ00;500"), ("0004;2024JJ00;100", "0004;2024JJ00;500")),
         {"GM0001": "GM0099", "GM0004": "GM0099"}, KEY, "teacher_shortage", [-0.0857, 0.1, -0.0909]),
        # a school that moved takes its pupils of before with it
        ({}, {}, MOVED, "krimp", [-0.1, 0.1, -0.2424]),
        # a school that left and is still open is of no region, before or after; one that closed stays
        ({}, {}, KEY.replace("00AA01,,", "00AA01,,2022"), "krimp", [-0.1, 0.1, -0.25]),
        # a region without technical profiles has no share of them, and never 0
        ({}, {}, KEY, "technology", [0.9231, 0.5, "no_candidates"]),
        # a labour-market region that changed its name, in other letters
        (_but("tight.csv", ("'s-Zuid;Techniek", "ZUIDWEST;Techniek")), {"Zuidwest": "'s-Zuid"}, KEY, "employment",
         [2.5, 6.25, 2.5]),
        # rows that are totals
        (_but("tight.csv", ("Nederland", "Totaal Nederland")), {}, KEY, "employment", [2.5, 6.25, 2.5]),
        (_but("people.csv", ("GM0004;2019JJ00;100\n", "GM0004;2019JJ00;100\nTotaal;2019JJ00;4100\n")), {}, KEY,
         "teacher_shortage", [-0.0946, 0.1, 0.0]),
        # of several editions that of the wave
        ({"new.csv": ("duo_exams", "2026-2027", str(FILES["exams.csv"][2]).replace(";30", ";99"))}, {}, KEY,
         "technology", [0.9231, 0.5, "no_candidates"]),
        (_but("tight.csv", ("6,25", "0,625")), {}, KEY, "employment", [2.5, 0.625, 2.5]),
    ],
)  # fmt: skip
def test_what_happens_to_places_and_schools_gives_the_right_value(folder, files, successors, key, name, values):
    said = _call(folder, files, successors, key)
    assert "regions" in said or "regio's" in said, said
    assert _values(name) == values


LONG = (
    "INSTELLINGSCODE;VESTIGINGSCODE;LEERJAAR;AANTAL LEERLINGEN\n00AA;00AA00;1;40\n00AA;00AA00;2;50\n00AA;00AA00;{};90\n"
)


@pytest.mark.parametrize(
    ("files", "key", "told"),
    [
        (SPLIT, KEY, "GM0001 of a vestiging is in no labour-market region"),
        (SPLIT, KEY, "give all that took a part its code: `GM…: GM0001`"),
        ({}, KEY + "R02,00AA01,,\n", "00AA01 is of R02 here while it is of R01 in row 3"),
        ({"pupils-2024.csv": ("duo_pupils", "2024-2025", LONG.format("Eindtotaal"))}, KEY, "row 4, column 'LEERJAAR'"),
        ({"pupils-2024.csv": ("duo_pupils", "2024-2025", LONG.format("alle leerjaren"))}, KEY, "looks like a total"),
        ({"two.csv": FILES["exams.csv"]}, KEY, "several files have duo_exams of 2024 of the same place: exams"),
        ({"two.csv": FILES["schools.csv"]}, KEY, "several files have duo_vestigingen"),
        ({"two.csv": FILES["pupils-2019.csv"]}, KEY, "several files have duo_pupils of 2019"),
        ({"exams.csv": ("duo_exams", "2021-2022", FILES["exams.csv"][2])}, KEY, "not of 2024.*exams.csv .2021-2022"),
        (_but("exams.csv", ("EXAMENKANDIDATEN", "EXAMENKANDIDATEN SCHOOLJAAR 2019")), KEY, "of another year than"),
        (_but("people.csv", ("1000", "1.000")), KEY, "value '1.000': this is no count"),
        (_but("people.csv", ("1000", "1 000")), KEY, "value '1 000': this is no count"),
        (_but("tight.csv", ("6,25", "6.250")), KEY, "may be thousands"),
        (_but("pupils-2024.csv", ("220", "4")), KEY, "row 4.*hides 1 to 4"),
        ({"exams.csv": ("duo_exams", "2024-2025", b"\x1f\x8b\x08\x00\x00")}, KEY, "exams.csv: this public file cannot"),
        ({"region_schools.csv": FILES["schools.csv"]}, KEY, "this is no public file"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_told_by_name(folder: Path, files: Made, key: str, told: str):
    assert pd.Series(_call(folder, files, {}, key)).str.contains(told, regex=True).all()


def _workbook(text: str) -> bytes:
    """The same cells as a workbook, numbers as numbers."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in csv.reader(io.StringIO(text), delimiter=";" if ";" in text else ","):
        numbers = [cell.replace(",", ".") for cell in row]
        book.active.append(
            [float(one) if one.replace(".", "", 1).isdigit() else cell for one, cell in zip(numbers, row, strict=True)]
        )
    book.save(out)
    return out.getvalue()


WAYS = {
    "BOM": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "tabs": lambda text: text.replace(";", "\t").encode(),
    "line ends": lambda text: text.replace("\n", "\r\n").encode(),
    "a workbook that is called .csv": _workbook,
    "an older header": lambda text: (
        text.replace("INSTELLINGSCODE", "BRIN NUMMER").replace("VESTIGINGSCODE", "VESTIGINGSNUMMER").encode()
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_file_in_another_way_says_the_same(folder: Path, way: str):
    _call(folder)
    expected = read_context(WAVE)
    said = _call(folder, {name: (*told[:2], WAYS[way](told[2])) for name, told in FILES.items()})
    found = read_context(WAVE)
    assert found is not None and expected is not None, said
    hashed = ["sha256", "source"]
    pd.testing.assert_frame_equal(found.drop(columns=hashed), expected.drop(columns=hashed))
