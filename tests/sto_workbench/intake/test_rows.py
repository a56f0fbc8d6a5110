"""Which rows are answers, of which region, and what speaks against it."""

import datetime
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import yaml

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems
from sto_analysis.monitor.wave import read_wave
from sto_workbench.intake.clean import clean_wave
from sto_workbench.intake.region_names import MERGED
from sto_workbench.intake.rows import dates_of

WAVE = "synthetic-2024"
pytestmark = pytest.mark.usefixtures("parsed_once")


def _change(copy: Path, change, **described: object) -> pd.DataFrame:
    folder = copy / "data" / "raw" / WAVE
    codes, meta = pyreadstat.read_sav(folder / f"{WAVE}.sav", user_missing=True)
    pyreadstat.write_sav(
        change(codes), folder / f"{WAVE}.sav", column_labels=meta.column_names_to_labels, file_label="SYNTHETIC"
    )
    text = yaml.safe_load((folder / "wave.yaml").read_text()) | described
    (folder / "wave.yaml").write_text(yaml.safe_dump(text, allow_unicode=True))
    return codes


def _merge(copy: Path, *regions: str) -> None:
    """Regions merge into R81, which the frame has instead of them."""
    path = copy / "data" / "regions.csv"
    register = pd.read_csv(path, dtype="str")
    register.loc[register["id"].isin(regions), "merged_into"] = "R81"
    new = pd.DataFrame([{"kind": "synthetic", "id": "R81", "name": "Regio R81", "valid_from": "2024"}])
    pd.concat([register, new]).to_csv(path, index=False)
    frame = copy / "data" / "raw" / WAVE / "frame.csv"
    lines = [line for line in frame.read_text().splitlines() if line.split(",")[0] not in regions]
    frame.write_text("\n".join([*lines, "R81,Regio R81,0,0,1,1,2"]) + "\n")


def test_parts_of_a_merged_region_are_no_duplicates(copy: Path):
    codes = _change(copy, lambda f: f, duplicates="last_complete")
    one, other = codes["regio"].iloc[:2]
    _merge(copy, one, other)
    log = clean_wave(WAVE).log
    told = [rule for rule in log["rule"] if "kept" in rule]
    assert len(told) == 1
    assert told[0].startswith("merger into R81: ")


def test_with_stop_the_parts_of_a_merged_region_are_named(copy: Path):
    codes = _change(copy, lambda f: f)
    one, other = codes["regio"].iloc[:2]
    _merge(copy, one, other)
    with pytest.raises(Problems, match=f"R81 already answered in row 1 as {one}, which merged with it"):
        clean_wave(WAVE)


def test_a_merged_region_is_known_in_small_letters(copy: Path):
    codes = _change(copy, lambda f: f.assign(regio=f["regio"].str.lower()))
    _merge(copy, codes["regio"].iloc[0])
    assert "R81" in clean_wave(WAVE).answers.index


@pytest.mark.whole
@pytest.mark.parametrize(
    ("column", "mark"),
    [
        ("Status", "Survey Preview"),
        pytest.param("Finished", "False", marks=pytest.mark.whole),
        pytest.param("Finished", "0", marks=pytest.mark.whole),
        pytest.param("DistributionChannel", "preview", marks=pytest.mark.whole),
        ("submitdate", ""),
        pytest.param("Progress", "40", marks=pytest.mark.whole),
    ],
)
def test_previews_and_unfinished_rows_are_no_answers_until_somebody_says_so(copy: Path, column: str, mark: str):
    drop = {column: "of the survey tool"}
    codes = _change(copy, lambda f: f.assign(**{column: [mark, *["x"] * (len(f) - 1)]}), drop=drop)
    with pytest.raises(Problems, match=r"UnfinishedAnswer: .* row 1: the survey tool marks") as caught:
        clean_wave(WAVE)
    assert len(caught.value.problems) == 1
    _change(copy, lambda f: f, unfinished="drop")
    clean = clean_wave(WAVE)
    assert len(clean.answers) == len(codes) - 1
    assert clean.log["rule"].str.startswith("no answer: ").sum() == 1
    _change(copy, lambda f: f, unfinished="keep")
    assert len(clean_wave(WAVE).answers) == len(codes)


def test_a_region_that_leads_nowhere_is_a_problem(copy: Path):
    _change(copy, lambda f: f, regions={"Oost": "R98", "R01": "R99"})
    with pytest.raises(Problems) as caught:
        clean_wave(WAVE)
    assert [p.what for p in caught.value.problems] == [
        "regions.Oost: region 'R98' is not in the frame.",
        "regions.R01: region 'R99' is not in the frame.",
    ]


def test_a_frame_of_regions_that_no_longer_exist_is_a_problem(copy: Path):
    frame = copy / "data" / "raw" / WAVE / "frame.csv"
    frame.write_text(frame.read_text() + "R79,Synthetische regio R79,0,0,1,1,2\n")
    with pytest.raises(Problems, match=r"R79 in frame\.csv: it existed until 2023, then merged into R02"):
        clean_wave(WAVE)


@pytest.mark.whole
def test_a_region_is_known_by_its_dusi_number(copy: Path):
    path = copy / "data" / "regions.csv"
    register = pd.read_csv(path, dtype="str").assign(dusi=lambda table: "STO19" + table["id"].str[1:])
    register.to_csv(path, index=False)
    before = clean_wave(WAVE).answers
    codes = _change(copy, lambda f: f.assign(regio="STO19" + f["regio"].str[1:]))
    clean = clean_wave(WAVE)
    assert clean.answers.equals(before)
    assert (clean.log["rule"] == "region: by its DUS-I number").sum() == len(codes)
    one = codes["regio"].iloc[0]
    _merge(copy, one, before.index.symmetric_difference(clean.regions.index)[0])
    clean = clean_wave(WAVE)
    assert clean.answers.loc["R81"].equals(before.loc[one])
    assert f"{MERGED}R81" in set(clean.log["rule"])


def test_an_unknown_region_is_told_which_one_it_resembles(copy: Path):
    _change(copy, lambda f: f.assign(regio=["regio  R05 (synthetisch)", *f["regio"].iloc[1:]]))
    with pytest.raises(Problems, match=r"R05 \(Synthetische regio R05\)"):
        clean_wave(WAVE)


def _labelled(copy: Path, codes: dict[str, float], labels: dict[float, str]) -> None:
    """The export with its regions as labelled codes of SPSS."""
    path = copy / "data" / "raw" / WAVE / f"{WAVE}.sav"
    table, meta = pyreadstat.read_sav(path, user_missing=True)
    table["regio"] = table["regio"].map(codes)
    values = meta.variable_value_labels | {"regio": labels}
    pyreadstat.write_sav(
        table, path, column_labels=meta.column_names_to_labels, variable_value_labels=values, file_label="SYNTHETIC"
    )


@pytest.mark.whole
def test_the_label_of_a_code_says_which_region_it_is(copy: Path):
    before = clean_wave(WAVE)
    path = copy / "data" / "regions.csv"  # the codes are also DUS-I numbers, of others
    pd.read_csv(path, dtype="str").assign(dusi=lambda t: t["id"].str[1:].str.lstrip("0")).to_csv(path, index=False)
    regions = list(before.regions.index)
    codes = {region: 78.0 - place for place, region in enumerate(regions)}
    _labelled(copy, codes, {code: before.regions.at[region, "name"] for region, code in codes.items()})
    after = clean_wave(WAVE)
    assert after.answers.equals(before.answers)
    assert set(after.log.loc[after.log["column"] == "regio", "rule"]) == {"region: by its label"}


def test_a_label_that_contradicts_its_code_is_a_problem(copy: Path):
    regions = clean_wave(WAVE).regions.index
    path = copy / "data" / "raw" / WAVE / "frame.csv"
    frame = pd.read_csv(path, dtype="str").assign(region=lambda t: t["region"].str[1:].astype(int).astype(str))
    frame.to_csv(path, index=False)
    codes = {region: float(region[1:]) for region in regions}
    _labelled(copy, codes, {1.0: "Synthetische regio R01 (nieuw)", 2.0: "Noord-Holland"})
    with pytest.raises(Problems) as caught:
        clean_wave(WAVE)
    named = [problem for problem in caught.value.problems if type(problem).__name__ == "UnknownRegion"]
    assert [(problem.value, "'Noord-Holland'" in problem.what) for problem in named] == [("2", True)]


@pytest.mark.whole
def test_what_wave_yaml_says_of_a_region_goes_first(copy: Path):
    before = clean_wave(WAVE)
    silent = before.regions.index[~before.regions["answered"]][0]
    one = before.answers.index[0]
    _change(copy, lambda f: f, regions={one: silent})
    assert clean_wave(WAVE).answers.loc[silent].equals(before.answers.loc[one])


def test_the_name_of_a_merged_region_is_known(copy: Path):
    codes = _change(copy, lambda f: f.assign(regio="Synthetische regio " + f["regio"]))
    _merge(copy, codes["regio"].iloc[0])
    assert "R81" in clean_wave(WAVE).answers.index


@pytest.mark.whole
def test_a_row_without_any_answer_is_no_answer(copy: Path):
    def blank(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[[3, 7], [name for name in table if name != "regio"]] = float("nan")
        return table

    codes = _change(copy, blank)
    with pytest.raises(Problems, match="no question is answered in this row") as caught:
        clean_wave(WAVE)
    assert [problem.row for problem in caught.value.problems] == [4, 8]
    _change(copy, lambda f: f, unfinished="drop")
    assert len(clean_wave(WAVE).answers) == len(codes) - 2


def test_marks_are_known_behind_their_code(copy: Path):
    column = "submitdate. Date submitted"
    path = copy / "data" / "raw" / WAVE / f"{WAVE}.sav"
    table, _ = pyreadstat.read_sav(path, user_missing=True)
    whole = table.assign(**{column: ["", *["1980-01-01 00:00:00"] * (len(table) - 1)]})
    whole.to_csv(path.with_suffix(".csv"), index=False)
    described = yaml.safe_load(path.with_name("wave.yaml").read_text())
    described |= {"file": f"{WAVE}.csv", "drop": {column: "of the survey tool"}}
    path.with_name("wave.yaml").write_text(yaml.safe_dump(described, allow_unicode=True))
    with pytest.raises(Problems, match="row 2: the survey tool marks this row as never sent in"):
        clean_wave(WAVE)


@pytest.mark.whole
def test_the_last_complete_row_is_complete_in_answers(copy: Path):
    before = clean_wave(WAVE).answers

    def again(table: pd.DataFrame) -> pd.DataFrame:
        later = table.iloc[[0]].copy()
        later[[name for name in table if name != "regio"]] = 99.0
        return pd.concat([table, later])

    codes = _change(copy, again, duplicates="last_complete")
    one = codes["regio"].iloc[0]
    assert clean_wave(WAVE).answers.loc[one].equals(before.loc[one])


@pytest.mark.whole
def test_an_id_counts_unless_its_label_resembles_another_region(copy: Path):
    before = clean_wave(WAVE)
    frame = copy / "data" / "raw" / WAVE / "frame.csv"
    frame.write_text(
        frame.read_text().replace("Synthetische regio R07", "Oost").replace("Synthetische regio R09", "West")
    )
    path = frame.with_name(f"{WAVE}.sav")
    table, meta = pyreadstat.read_sav(path, user_missing=True)
    labels = {
        "R07": "Regio Oost",
        **dict.fromkeys(table["regio"].drop(table.index[table["regio"] == "R07"]), "penvoerder X"),
    }
    values = meta.variable_value_labels | {"regio": labels}
    pyreadstat.write_sav(
        table, path, column_labels=meta.column_names_to_labels, variable_value_labels=values, file_label="SYNTHETIC"
    )
    assert clean_wave(WAVE).answers.equals(before.answers)
    other = next(region for region in table["regio"] if region != "R09")
    pyreadstat.write_sav(
        table,
        path,
        column_labels=meta.column_names_to_labels,
        variable_value_labels=values | {"regio": {other: "De West"}},
        file_label="SYNTHETIC",
    )
    with pytest.raises(Problems, match="the file calls it 'De West'"):
        clean_wave(WAVE)


def test_regions_of_wave_yaml_may_be_numbers_and_no_two_may_be_one(copy: Path):
    path = copy / "data" / "raw" / WAVE / "wave.yaml"
    text = path.read_text()
    path.write_text(text + "regions: {1: R01, 02: R02}\n")
    assert read_wave(WAVE).regions == {"1": "R01", "2": "R02"}
    path.write_text(text + "regions: {r01: R02, R01: R03}\n")
    with pytest.raises(Problems, match="several keys stand for the answer 'r01'"):
        clean_wave(WAVE)


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        (["0.4", *["1"] * 50], [1]),
        (["40", *["100"] * 50], [1]),
        (["100%", "99%", *["100%"] * 49], [2]),
        (["1"] * 51, []),
    ],
)
def test_progress_is_read_as_a_share_or_per_cent(copy: Path, values: list[str], rows: list[int]):
    _change(copy, lambda f: f.assign(Progress=values), drop={"Progress": "of the survey tool"})
    problems = []
    try:
        clean_wave(WAVE)
    except Problems as found:
        problems = [problem.row for problem in found.problems]
    assert problems == rows


def test_a_column_that_is_no_mark_says_so_under_drop(copy: Path):
    _change(copy, lambda f: f.assign(Complete="nee"), drop={"Complete": "no mark: whether the plan is complete"})
    assert len(clean_wave(WAVE).answers) == 51


def test_an_export_of_which_no_row_counts_is_a_problem(copy: Path):
    drop = {"Finished": "of the survey tool"}
    _change(copy, lambda f: f.assign(Finished="False"), drop=drop, unfinished="drop")
    with pytest.raises(Problems, match="no row is an answer"):
        clean_wave(WAVE)


def test_a_normal_status_of_qualtrics_is_no_mark(copy: Path):
    drop = dict.fromkeys(("Status", "ResponseId"), "of the survey tool")
    _change(copy, lambda f: f.assign(Status="0", ResponseId=[f"R_{n}" for n in range(len(f))]), drop=drop)
    assert len(clean_wave(WAVE).answers) == 51


def test_a_number_that_is_a_region_and_another_row_leaves_nothing_out_in_silence(copy: Path):
    number = {"regions": {"51": "R01"}, "leave_out": {51: "a test"}}
    _change(copy, lambda f: f.assign(regio=f["regio"].replace(f["regio"].iloc[0], "51")), **number)
    with pytest.raises(Problems, match="a region is called so, but another row has that number") as caught:
        clean_wave(WAVE)
    assert len(caught.value.problems) == 1
    _change(copy, lambda f: f, leave_out={"row 51": "a test"})
    clean = clean_wave(WAVE)
    assert clean.log.query("rule == 'no answer: left out: a test'")["row"].tolist() == [51]


@pytest.mark.parametrize(
    ("register", "told"),
    [
        ({"valid_from": "2025"}, "it exists from 2025"),
        ({"valid_to": "2022"}, "it existed until 2022"),
        ({"merged_into": "R02"}, "it merged into R02, which exists from 2024"),
        ({"merged_into": "R03"}, "it merged into R03, which is asked too"),
    ],
)
def test_a_region_that_did_not_exist_is_told_with_why(copy: Path, register: dict[str, str], told: str):
    path = copy / "data" / "regions.csv"
    table = pd.read_csv(path, dtype="str").set_index(["kind", "id"])
    table.loc[("synthetic", "R03"), "valid_from"] = None
    for column, value in register.items():
        table.loc[("synthetic", "R01"), column] = value
    table.reset_index().to_csv(path, index=False)
    with pytest.raises(Problems, match=rf"R01 in frame\.csv: {told}"):
        clean_wave(WAVE)


def _with(copy: Path, lines: str = "", **columns: list) -> list[Problem]:
    """Problems of the wave with columns beside its own, and lines in its wave.yaml."""
    path = compendium.raw(WAVE) / f"{WAVE}.sav"
    codes, meta = pyreadstat.read_sav(path, user_missing=True)
    kept = {"column_labels": meta.column_names_to_labels, "variable_value_labels": meta.variable_value_labels}
    pyreadstat.write_sav(
        codes.assign(**columns), path, file_label="SYNTHETIC", missing_ranges=meta.missing_ranges, **kept
    )
    described = path.with_name("wave.yaml")
    drop = "\n".join(f"  {name}: beside" for name in columns)
    described.write_text(f"{described.read_text()}drop:\n{drop}\n{lines}")
    try:
        clean_wave(WAVE)
    except Problems as found:
        return found.problems
    return []


def _regions(copy: Path) -> list[str]:
    codes, _ = pyreadstat.read_sav(compendium.raw(WAVE) / f"{WAVE}.sav")
    return list(codes["regio"])


def test_a_name_beside_an_id_must_be_of_the_same_region(copy: Path):
    names = [f"Synthetische regio {region}" for region in _regions(copy)]
    shifted = [*names[:3], names[4], names[3], *names[5:]]
    found = _with(copy, naam=shifted)
    assert [(type(each).__name__, each.row) for each in found] == [("UnknownRegion", 4), ("UnknownRegion", 5)]


def test_a_name_that_says_the_same_is_fine(copy: Path):
    assert _with(copy, naam=[f"Regio {region}" for region in _regions(copy)]) == []


def test_a_row_from_outside_the_fieldwork_is_said_and_can_be_left_out(copy: Path):
    dates = ["2024-03-05 10:00:00"] * (len(_regions(copy)) - 1)
    lines = "fieldwork: {start: 2024-03-01, end: 2024-04-15}\n"
    found = _with(copy, lines, submitdate=["2023-11-30 09:00:00", *dates])
    assert [(type(each).__name__, each.row) for each in found] == [("UnfinishedAnswer", 1)]
    described = compendium.raw(WAVE) / "wave.yaml"
    described.write_text(f"{described.read_text()}leave_out:\n  1: a test of the agency\n")
    clean = clean_wave(WAVE)
    assert clean.left_out == 1
    assert clean.log["rule"].str.startswith("no answer: left out: a test of the agency").sum() == 1


def test_a_line_that_leaves_out_nothing_is_a_problem(copy: Path):
    (found,) = _with(copy, "leave_out:\n  Totaal: totals\n", extra=["x"] * len(_regions(copy)))
    assert "no row is called so" in found.what


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2026-03-12 10:11", [(2026, 3, 12)]),
        ("12-3-2026", [(2026, 3, 12), (2026, 12, 3)]),
        ("31/3/2026 8:00", [(2026, 3, 31)]),
        ("3/31/2026", [(2026, 3, 31)]),
        ("13987654321", []),
        ("2026-13-40", []),
    ],
)
def test_dates_are_read_as_anybody_may_have_written_them(text: str, dates: list):
    assert dates_of(text) == [datetime.date(*date) for date in dates]


def test_a_row_above_the_first_answer_is_not_lost_in_silence(copy: Path):
    folder = compendium.raw(WAVE)
    codes, _ = pyreadstat.read_sav(folder / f"{WAVE}.sav", user_missing=True)
    table = codes.map(lambda cell: cell if isinstance(cell, str) else "" if pd.isna(cell) else f"{cell:.0f}")
    table.to_csv(folder / "export.csv", index=False)
    described = folder / "wave.yaml"
    text = described.read_text().replace(f"file: {WAVE}.sav", "file: export.csv\nheader: {names: 1, first: 3}")
    described.write_text(text)
    with pytest.raises(Problems, match="row 2: this row stands above the first answer"):
        clean_wave(WAVE)
