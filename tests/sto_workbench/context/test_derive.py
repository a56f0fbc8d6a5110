"""Each measure by hand, its interval, place and source; regions that have none; files that do not go together."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sto_analysis.errors import Problems
from sto_analysis.monitor.codebook import Codebook
from tests.sto_workbench.context.world import FILES, KEY, REGIONS, VARIABLES, context, write


def _of(table: pd.DataFrame, name: str, *columns: str) -> list[list]:
    return [
        [None if pd.isna(cell) else cell for cell in row]
        for row in table.loc[name, list(columns)].to_numpy(dtype="object")
    ]


def test_every_value_is_what_the_files_say_by_hand(tmp_path: Path, codebook: Codebook):
    write(tmp_path)
    table = context(tmp_path, codebook)
    bounds = {
        "technology": [[0.923077, 30 / 34, 30 / 31], [0.5, 0.2, 0.8], [None] * 3, [None] * 3],
        "krimp": [[-0.097561, 91 / 104 - 1, 94 / 101 - 1], [0.1] * 3, [-0.25] * 3, [None] * 3],
        "employment": [[2.5] * 3, [6.25] * 3, [2.5] * 3, [None] * 3],
        "teacher_shortage": [
            [(-0.1 * 90 + 0.1 * 2.5) / 92.5, (-9 + 0.1) / 91, (-9 + 0.4) / 94], [0.1] * 3, [0.0] * 3, [None] * 3,
        ],
    }  # fmt: skip
    for name, expected in bounds.items():
        found = table.loc[name, ["value", "low", "high"]].to_numpy(dtype=float)
        assert found == pytest.approx(np.array(expected, dtype=float), abs=6e-7, nan_ok=True), name
    assert _of(table, "technology", "code", "code_low", "code_high", "why") == [
        [1, 1, 1, ""], [1, 0, 1, ""], [None, None, None, "no_candidates"], [None, None, None, "no_schools"],
    ]  # fmt: skip
    assert _of(table, "krimp", "code", "code_low", "code_high") == [[1, 1, 1], [0, 0, 0], [1, 1, 1], [None] * 3]
    assert _of(table, "commitment", "code", "code_low", "code_high", "why") == [
        [2, 2, 2, ""], [1, 0, 1, ""], [0, 0, 0, ""], [None, None, None, "not_judged"],
    ]  # fmt: skip
    assert _of(table, "employment", "place", "code") == [["AM01", 1], ["AM02", 2], ["AM01", 1], [None, None]]


def test_every_value_has_its_level_source_edition_date_and_hash(tmp_path: Path, codebook: Codebook):
    write(tmp_path)
    table = context(tmp_path, codebook)
    assert (table[["level", "source", "edition", "date", "sha256", "unit"]].astype("str") != "").all(axis=None)
    assert table["level"].groupby("variable").first().to_dict() == {
        "commitment": "judgement", "employment": "arbeidsmarktregio", "krimp": "vestiging",
        "teacher_shortage": "municipality", "technology": "vestiging",
    }  # fmt: skip
    assert table.loc[("krimp", "R01"), "edition"] == "2019-2020 2024-2025"


def test_the_province_is_that_of_most_schools_where_the_file_has_it(tmp_path: Path, codebook: Codebook):
    kind, edition, text = FILES["schools.csv"]
    head, *rows = text.splitlines()
    where = ["Drenthe", "Groningen", "Zeeland", " "]
    told = "\n".join([f"PROVINCIE;{head}", *(f"{name};{row}" for name, row in zip(where, rows, strict=True))])
    write(tmp_path, FILES | {"schools.csv": (kind, edition, told)})
    table = context(tmp_path, codebook)
    assert _of(table, "krimp", "province") == [["Drenthe"], ["Zeeland"], [None], [None]]
    told = told.replace("Groningen;", "Drenthe;").replace("Drenthe;", "Utrecht;", 1)
    write(tmp_path, FILES | {"schools.csv": (kind, edition, told.replace("Drenthe", "Aa"))})
    assert _of(context(tmp_path, codebook), "krimp", "province")[0] == ["Aa"]  # of as many, the first by name
    write(tmp_path)
    assert _of(context(tmp_path, codebook), "krimp", "province") == [[None]] * 4


def test_pupils_in_two_labour_market_regions_count_where_most_can_be(tmp_path: Path, codebook: Codebook):
    small = (
        "duo_pupils",
        "2024-2025",
        "BRIN NUMMER;VESTIGINGSNUMMER;LEERLINGEN\n00AA;0;<5\n00AA;1;<5\n00AB;0;9\n00AC;0;9\n",
    )
    write(tmp_path, FILES | {"pupils-2024.csv": small})
    table = context(tmp_path, codebook)
    assert _of(table, "employment", "value", "low", "high", "code_low", "code_high")[0] == [2.5, 2.5, 6.25, 1, 2]


@pytest.mark.parametrize("seed", range(3))
def test_with_all_small_counts_hidden_the_truth_is_in_every_interval(tmp_path: Path, codebook: Codebook, seed: int):
    rng = np.random.default_rng(seed)
    brins = [f"{n:02d}AA" for n in range(1, 40)]
    key = "region,vestiging,valid_from,valid_to\n" + "".join(f"{rng.choice(REGIONS)},{brin}00,,\n" for brin in brins)
    cells = [(brin, profile, int(rng.integers(0, 9))) for brin in brins for profile in ("PIE", "BWI", "MVI", "M&T")]
    pupils = {year: {brin: int(rng.integers(0, 12)) for brin in brins} for year in (2019, 2024)}
    found = []
    for hide in (False, True):
        folder = tmp_path / str(hide)
        folder.mkdir()

        def shown(count: int, hide: bool = hide) -> str:
            return "<5" if hide and 0 < count < 5 else str(count)

        exams = (
            FILES["exams.csv"][2].splitlines()[0]
            + "\n"
            + "".join(f"{brin};{brin}00;VMBO;BL;Techniek;{profile};{shown(count)}\n" for brin, profile, count in cells)
        )
        schools = FILES["schools.csv"][2].splitlines()[0] + "\n"
        schools += "".join(f"{brin};{brin}00;X;000{1 + at % 4}\n" for at, brin in enumerate(brins))
        files = FILES | {
            "exams.csv": ("duo_exams", "2024-2025", exams),
            "schools.csv": ("duo_vestigingen", "2024", schools),
        }
        for year, counts in pupils.items():
            text = "INSTELLINGSCODE;VESTIGINGSCODE;LEERLINGEN\n"
            text += "".join(f"{brin};{brin}00;{shown(count)}\n" for brin, count in counts.items())
            files[f"pupils-{year}.csv"] = ("duo_pupils", f"{year}-{year + 1}", text)
        write(folder, files, key=key)
        if not hide:
            text = (folder / "sources.yaml").read_text()
            (folder / "sources.yaml").write_text(text.replace("kind: duo_", "small: shown\n    kind: duo_"))
        found.append(context(folder, codebook))
    truth, hidden = found
    numbers = hidden[["value", "low", "high"]].notna().all(axis=1)
    assert numbers.sum() >= 15 and (hidden["low"] < hidden["high"])[numbers].sum() >= 6
    assert ((hidden["low"] <= truth["value"]) & (truth["value"] <= hidden["high"]))[numbers].all()
    assert ((hidden["code_low"] <= truth["code"]) & (truth["code"] <= hidden["code_high"]))[numbers].all()
    assert (truth["low"] == truth["high"]).loc[["krimp"]].where(numbers.loc[["krimp"]], True).all()


def _file(name: str, old: str, new: str) -> dict:
    kind, edition, text = FILES[name]
    assert old in text
    return FILES | {name: (kind, edition, text.replace(old, new))}


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (_file("schools.csv", "0003", "0005"), None),  # a vestiging of a municipality that merged
        (_file("schools.csv", "0003", "0009"), "GM0009 of a vestiging is in no labour-market region"),
        (_file("people.csv", "GM0004;2024JJ00;100\n", ""), "GM0004 is not in both years"),
        (_file("areas.csv", "GM0004    ;AM01", "GM0005;AM01"), "GM0003 is of two labour-market regions"),
        (_file("tight.csv", "'s-Zuid", "Zuidwest"), "most alike is"),
        (_file("tight.csv", "Noord;Techniek;2,5", "Noord;TECHNIEK;2,5"), None),
        (_file("tight.csv", "Techniek;", "Bouw;"), "it has: Bouw, Zorg"),
        (_file("tight.csv", "Noord;Zorg", "Noord;techniek"), "several rows"),
        ({name: each for name, each in FILES.items() if name != "pupils-2019.csv"}, "duo_pupils of 2019"),
        (_file("commitment.csv", "R01,2,2", "R01,3,2"), "judgement that the codebook does not know"),
        (_file("commitment.csv", "R01,", "R99,"), "not in the frame"),
        (_file("people.csv", "GM0001;2019JJ00;1000", "GM0001;2019JJ00;0"), "GM0001 is not in both years"),
        (FILES | {"commitment.csv": FILES["exams.csv"]}, "no file of sources.yaml has judged"),
        (FILES | {"tight.csv": FILES["commitment.csv"]}, "no file of sources.yaml has uwv_spanning, transcribed"),
    ],
)
def test_files_that_do_not_go_together_are_told(tmp_path: Path, codebook: Codebook, files: dict, told: str | None):
    write(tmp_path, files)
    if told is None:
        assert context(tmp_path, codebook).loc[("employment", "R02"), "code"] == 2
    else:
        with pytest.raises(Problems, match=told):
            context(tmp_path, codebook)


def test_a_labour_market_region_without_a_figure_gives_no_value(tmp_path: Path, codebook: Codebook):
    write(tmp_path, _file("tight.csv", "Noord;Techniek;2,5\n", ""))
    assert _of(context(tmp_path, codebook), "employment", "code", "why")[0] == [None, "no_figure"]


def test_a_school_without_pupils_in_the_files_gives_no_value_and_never_nothing(tmp_path: Path, codebook: Codebook):
    write(tmp_path, _file("pupils-2019.csv", "00AC;0;80\n", ""))
    assert _of(context(tmp_path, codebook), "krimp", "value", "code", "why")[2] == [None, None, "no_pupils"]


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("krimp", {"cuts": [-0.1, -0.05]}, "2 levels have 1 cut-offs"),
        ("krimp", {"since": 2024}, "not before 'until'"),
        ("technology", {"of": []}, "at least 1 item"),
        ("employment", {"cuts": [5, 2]}, "cut-offs rise"),
        ("technology", {"of": ["PIE"], "among": ["BWI"]}, "not all in 'among'"),
        ("technology", {"measure": "share"}, "share_of_candidates"),
        ("other", VARIABLES["krimp"], "no such context variable"),
    ],
)
def test_a_context_yaml_that_cannot_be_is_told(tmp_path: Path, codebook: Codebook, name: str, change: dict, told: str):
    write(tmp_path)
    with pytest.raises(Problems, match=told) as caught:
        context(tmp_path, codebook, {name: VARIABLES.get(name, {}) | change})
    assert all(problem.line for problem in caught.value.problems)


def test_dp_counts_only_where_it_is_named(tmp_path: Path, codebook: Codebook):
    write(tmp_path)
    among = ["BWI", "PIE", "MVI", "M&T", "MaT", "DP"]
    table = context(tmp_path, codebook, {"technology": VARIABLES["technology"] | {"among": among}})
    assert table.loc[("technology", "R01"), "value"] == pytest.approx(30 / 57.5, abs=1e-6)


def test_a_region_keeps_the_pupils_of_a_school_that_closed(tmp_path: Path, codebook: Codebook):
    kind, edition, text = FILES["pupils-2019.csv"]
    write(tmp_path, FILES | {"pupils-2019.csv": (kind, edition, f"{text}99ZZ;0;300\n")}, key=f"{KEY}R02,99ZZ00,,2021\n")
    assert context(tmp_path, codebook).loc[("krimp", "R02"), "value"] == pytest.approx(220 / 500 - 1)
