"""Cleaning checks everything, says everything at once, and logs every change."""

import json
import tempfile
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sto_analysis import compendium
from sto_analysis.errors import DuplicateRegion, MissingColumn, Problems, UnknownCode
from sto_analysis.monitor.answers import CleanWave
from sto_analysis.monitor.codebook import Codebook
from sto_workbench.context.table import context_path
from sto_workbench.intake.clean import check_wave, clean_wave, write_clean
from tests.conftest import ROOT, examples, make_copy

WAVE = "synthetic-2024"
pytestmark = pytest.mark.usefixtures("parsed_once")


def _export(copy: Path) -> tuple[Path, pd.DataFrame]:
    path = copy / "data" / "raw" / WAVE / f"{WAVE}.sav"
    return path, pyreadstat.read_sav(path, user_missing=True)[0]


def _describe(copy: Path, **changes: object) -> None:
    path = copy / "data" / "raw" / WAVE / "wave.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **changes}, allow_unicode=True))


def test_answers_are_ordered_and_complete(cleaned: CleanWave):
    clean = cleaned
    assert clean.answers.shape == (51, 34)
    assert clean.answers["yield_teachers"].cat.ordered
    assert clean.answers["yield_teachers"].cat.categories.tolist() == ["none", "little", "some", "yield", "much"]
    assert clean.regions["answered"].sum() == 51
    assert len(clean.regions) == 78


def test_a_cleaned_wave_knows_what_its_context_leaves_open_and_who_shares_it(copy: Path, codebook: Codebook):
    path, variables = context_path(WAVE), list(codebook.context_variables)
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    one = (table["region"] == "R01") & (table["variable"] == "employment")
    table.loc[one, ["code", "code_low", "code_high", "place"]] = ["1", "0", "2", "AM99"]
    gone = (table["region"] == "R02") & (table["variable"] == "employment")
    table[~gone].to_csv(path, index=False)
    regions = clean_wave(WAVE).regions
    known = [f"employment_{each}" for each in ("low", "high", "cluster")]
    assert regions.loc["R01", known].tolist() == [0, 2, "AM99"]
    assert regions.loc["R02", ["employment", *known]].isna().all()
    assert (regions["krimp_low"] <= regions["krimp_high"]).all()
    path.unlink()
    assert clean_wave(WAVE).regions.columns.tolist() == ["name", "answered", *variables]


def test_what_is_open_is_no_part_of_what_a_region_s_report_reads(copy: Path, cleaned: CleanWave):
    write_clean(WAVE, cleaned)
    regions = pd.read_parquet(compendium.processed(WAVE) / "regions.parquet")
    assert {"employment_cluster", "commitment_low"} < {*regions.columns}
    own = json.loads((compendium.processed(WAVE) / "own" / "R01.json").read_text())
    assert not [name for name in own if name.endswith(("_low", "_high", "_cluster"))]


def test_every_missing_answer_has_a_reason_and_every_change_a_row(copy: Path):
    clean = clean_wave(WAVE)
    _, raw = _export(copy)
    dont_know = int((raw.drop(columns="regio") == 99).sum().sum())
    blank = int(raw.isna().sum().sum())
    assert dont_know > 0 < blank
    assert clean.missing["reason"].value_counts().to_dict() == {"dont_know": dont_know, "blank": blank}
    assert len(clean.missing) == int(clean.answers.isna().sum().sum())
    assert len(clean.log) == dont_know
    assert set(clean.log["rule"]) == {"missing: dont_know"}


def test_the_order_of_the_rows_does_not_matter(copy: Path, cleaned: CleanWave):
    before = cleaned
    path, raw = _export(copy)
    pyreadstat.write_sav(raw.sample(frac=1, random_state=1), path, file_label="SYNTHETIC")
    pd.testing.assert_frame_equal(before.answers, clean_wave(WAVE).answers)


def test_recoded_values_are_logged(copy: Path, cleaned: CleanWave):
    before = cleaned
    path, raw = _export(copy)
    column = "v1_1"
    raw[column] = raw[column].map(lambda code: code + 10 if code < 10 else code)
    pyreadstat.write_sav(raw, path, file_label="SYNTHETIC")
    items = yaml.safe_load((copy / "data" / "raw" / WAVE / "wave.yaml").read_text())["items"]
    items["urgency_teachers"]["codes"] = {code + 10: code for code in range(1, 6)}
    _describe(copy, items=items)
    clean = clean_wave(WAVE)
    pd.testing.assert_frame_equal(before.answers, clean.answers)
    recoded = clean.log[clean.log["rule"] == "recoded"]
    assert set(recoded["item"]) == {"urgency_teachers"}
    assert (recoded["before"].astype("str").astype(float) - recoded["after"].astype("str").astype(float) == 10).all()


def test_a_corrupted_export_gives_all_its_problems_in_one_message(copy: Path):
    path, raw = _export(copy)
    raw.loc[4, "v2_3"] = 7
    raw.loc[10, "regio"] = raw.loc[3, "regio"]
    pyreadstat.write_sav(raw.drop(columns="v5_2"), path, file_label="SYNTHETIC")
    with pytest.raises(Problems) as caught:
        clean_wave(WAVE)
    found = {type(problem): problem for problem in caught.value.problems}
    assert set(found) == {UnknownCode, DuplicateRegion, MissingColumn}
    assert (found[UnknownCode].row, found[UnknownCode].column, found[UnknownCode].value) == (5, "v2_3", "7")
    assert (found[DuplicateRegion].row, found[DuplicateRegion].value) == (11, raw.loc[3, "regio"])
    assert found[MissingColumn].column == "v5_2"
    assert str(caught.value).startswith("3 problems:")


def test_an_unknown_region_is_named(copy: Path):
    path, raw = _export(copy)
    raw.loc[0, "regio"] = "R99"
    pyreadstat.write_sav(raw, path, file_label="SYNTHETIC")
    with pytest.raises(Problems, match=r"UnknownRegion.*row 1, column 'regio', value 'R99'"):
        clean_wave(WAVE)


def test_a_missing_export_is_named(copy: Path):
    _export(copy)[0].unlink()
    with pytest.raises(Problems, match=r"MissingFile.*synthetic-2024\.sav"):
        clean_wave(WAVE)


def test_an_unreadable_export_is_named(copy: Path):
    _export(copy)[0].write_text("not SPSS")
    with pytest.raises(Problems, match="UnreadableExport"):
        clean_wave(WAVE)


def test_frame_and_export_are_checked_in_one_go(copy: Path):
    frame = copy / "data" / "raw" / WAVE / "frame.csv"
    frame.write_text(frame.read_text().replace("krimp", "crimp"))
    frame.with_name("context.csv").unlink()  # which would have the codes
    _export(copy)[0].unlink()
    with pytest.raises(Problems) as caught:
        clean_wave(WAVE)
    assert [type(problem).__name__ for problem in caught.value.problems] == ["MissingColumn", "MissingFile"]


def test_an_item_that_was_not_asked_is_missing_with_that_reason(copy: Path):
    items = yaml.safe_load((copy / "data" / "raw" / WAVE / "wave.yaml").read_text())["items"]
    column = items.pop("grade_teachers_valued")["column"]
    _describe(copy, items=items, drop={column: "not published"})
    clean = clean_wave(WAVE)
    reasons = clean.missing.query("item == 'grade_teachers_valued'")["reason"]
    assert reasons.tolist() == ["not_asked"] * 51


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"missing_codes": {99: "who_knows"}}, "none of dont_know"),
        ({"wave": 2024}, "wave is '2024' in folder"),
        ({"wave": "Synthetic-2024"}, "should match pattern"),
        ({"items": {"urgency_nobody": {"column": "v1_1", "wording": "x"}}}, "no such item"),
        ({"colour": "red"}, "Extra inputs"),
        ({"title": {"nl": "TODO", "en": "x"}}, r"title\.nl: it is still to be filled in"),
    ],
)
def test_a_description_that_contradicts_the_codebook_is_refused(copy: Path, change, message):
    _describe(copy, **change)
    with pytest.raises(Problems, match=message):
        clean_wave(WAVE)


def test_a_synthetic_export_cannot_pass_for_a_real_wave(copy: Path):
    raw = copy / "data" / "raw"
    (raw / WAVE).rename(raw / "2024")
    path = raw / "2024" / "wave.yaml"
    path.write_text(path.read_text().replace(f"wave: {WAVE}", "wave: 2024"))
    with pytest.raises(Problems, match="SyntheticAsReal"):
        clean_wave("2024")


def test_real_answers_cannot_pass_under_a_synthetic_name(copy: Path):
    path = copy / "data" / "raw" / WAVE / f"{WAVE}.sav"
    path.write_bytes(path.read_bytes().replace(b"SYNTHETIC", b"THE REAL."))
    with pytest.raises(Problems, match="does not call itself SYNTHETIC"):
        clean_wave(WAVE)
    codes, _ = pyreadstat.read_sav(path, user_missing=True)
    codes.to_csv(path.with_suffix(".csv"), index=False)
    _describe(copy, file=f"{WAVE}.csv")
    register = copy / "data" / "regions.csv"
    register.write_text(register.read_text().replace("synthetic,R07", "real,R07"))
    with pytest.raises(Problems, match="does not know R07 as made up"):
        clean_wave(WAVE)


def test_a_wave_without_folder_or_description_is_named(copy: Path):
    with pytest.raises(Problems, match=r"UnknownWave.*Choose one of: synthetic-2021, synthetic-2024"):
        clean_wave("2024")
    (copy / "data" / "raw" / WAVE / "wave.yaml").unlink()
    with pytest.raises(Problems, match=r"MissingFile.*wave\.yaml"):
        clean_wave(WAVE)


def test_a_mistake_in_wave_yaml_does_not_hide_those_of_the_export(copy: Path):
    path, raw = _export(copy)
    raw.loc[4, "v2_3"] = 7
    pyreadstat.write_sav(raw, path, file_label="SYNTHETIC")
    _describe(copy, colour="red", missing_codes={99: "dont_know", 98: "who_knows"})
    with pytest.raises(Problems) as caught:
        clean_wave(WAVE)
    assert sorted(type(problem).__name__ for problem in caught.value.problems) == [
        "InvalidDescription", "InvalidDescription", "UnknownCode",
    ]  # fmt: skip


@pytest.mark.whole
def test_a_blank_box_stands_for_its_level_beside_a_ticked_one(copy: Path, cleaned: CleanWave):
    before = cleaned
    path, raw = _export(copy)
    boxes = [column for column in raw if column.startswith("v5_")]
    raw[boxes] = raw[boxes].where(raw[boxes] > 0).where(raw[boxes] < 9)
    pyreadstat.write_sav(raw, path, file_label="SYNTHETIC")
    items = yaml.safe_load((copy / "data" / "raw" / WAVE / "wave.yaml").read_text())["items"]
    for source in items.values():
        if source["column"] in boxes:
            source["blank"] = 0
    _describe(copy, items=items)
    after = clean_wave(WAVE)
    ticked = raw[boxes].notna().any(axis="columns").to_numpy()
    forms = [name for name, source in items.items() if source["column"] in boxes]
    answered = after.answers[forms].notna()
    assert answered.loc[raw["regio"][ticked]].all(axis=None)
    assert not answered.loc[raw["regio"][~ticked]].any(axis=None)
    known = before.answers[forms].notna() & answered
    assert (after.answers[forms].astype("object") == before.answers[forms].astype("object"))[
        known
    ].sum().sum() == known.sum().sum()
    blank = int(raw.loc[ticked, boxes].isna().sum().sum())
    raw.loc[[0], boxes] = [99.0, *[float("nan")] * (len(boxes) - 1)]
    pyreadstat.write_sav(raw, path, file_label="SYNTHETIC")
    assert clean_wave(WAVE).answers.loc[raw.at[0, "regio"], forms].isna().all()  # "weet niet" is no tick
    assert (after.log["rule"] == "blank: not ticked").sum() == blank > 0
    assert (after.missing["item"].isin(forms)).sum() == (~ticked).sum() * len(forms)


def test_the_waves_before_are_checked_too_and_each_problem_is_told_once(copy: Path):
    before = copy / "data" / "raw" / "synthetic-2021"
    described = before / "wave.yaml"
    described.write_text(described.read_text().replace("column: v1_1\n", "column: v9_9\n") + "colour: red\n")
    register = copy / "data" / "regions.csv"
    register.write_text(register.read_text() + "synthetic,R01,,twice,,,\n")
    with pytest.raises(Problems) as caught:
        check_wave(WAVE)
    told = [(type(p).__name__, Path(str(p.file)).relative_to(copy / "data").as_posix()) for p in caught.value.problems]
    assert sorted(told) == [
        ("InvalidDescription", "raw/synthetic-2021/wave.yaml"),
        ("InvalidDescription", "regions.csv"),
        ("MissingColumn", "raw/synthetic-2021/synthetic-2021.sav"),
        ("UnclaimedColumn", "raw/synthetic-2021/synthetic-2021.sav"),
    ]


def test_an_earlier_wave_in_a_circle_is_a_problem_and_no_endless_check(copy: Path):
    path = copy / "data" / "raw" / "synthetic-2021" / "wave.yaml"
    path.write_text(path.read_text() + f"earlier_wave: {WAVE}\n")
    with pytest.raises(Problems, match="it is not before this wave") as caught:
        check_wave(WAVE)
    assert len(caught.value.problems) == 1


FAULTS = ("unknown", "torn", "long", "twice", "nowhere", "blank", "preview", "swallowed")


@pytest.mark.whole
@settings(max_examples=examples(15), deadline=None, database=None, derandomize=True)
@given(
    planted=st.dictionaries(st.integers(2, 51), st.sampled_from(FAULTS), max_size=6),
    column=st.integers(1, 33),
    personal=st.booleans(),
    extra=st.booleans(),
    separator=st.sampled_from([";", ",", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
)
def test_every_fault_of_a_written_file_is_found_and_none_is_invented(
    planted, column, personal, extra, separator, encoding
):
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as name:
        patch.setenv("STO_ROOT", name)
        copy = make_copy(Path(name))
        path, codes = _export(copy)
        names = [*codes.columns, "Status"]
        texts = [
            ["" if pd.isna(c) else c if isinstance(c, str) else f"{c:.0f}" for c in row] for row in codes.to_numpy()
        ]
        rows = [[*row, "IP Address"] for row in texts]
        expected: list[tuple[str, int | None]] = []
        if personal:
            names, rows = [*names, "e-mail"], [[*row, "a@b.nl"] for row in rows]
            expected.append(("PersonalData", None))
        if extra:
            names, rows = [*names, "extra"], [[*row, "1"] for row in rows]
            expected.append(("UnclaimedColumn", None))
        lines = [separator.join(names)]
        for number, row in enumerate(rows, start=1):
            what, line = planted.get(number), list(row)
            if what == "unknown":
                line[column] = "onbekend"
                expected.append(("UnknownCode", number + 1))
            elif what == "twice":
                line[0] = rows[0][0]
                expected.append(("DuplicateRegion", number + 1))
            elif what in ("nowhere", "blank"):
                line[0] = "R99" if what == "nowhere" else ""
                expected.append(("UnknownRegion", number + 1))
            elif what == "preview":
                line[len(codes.columns)] = "Survey Preview"
                expected.append(("UnfinishedAnswer", number + 1))
            elif what == "long":
                line.append("9")
            elif what == "swallowed":
                line[-1] = f'"{line[-1]}\n{separator.join(rows[0])}"'
            elif what == "torn":
                line.pop()
            if what in ("long", "torn", "swallowed"):
                expected.append(("DamagedExport", number + 1))
            lines.append(separator.join(line))
        delivered = path.with_suffix(".csv")
        delivered.write_text("\n".join(lines) + "\n", encoding=encoding)
        _describe(copy, file=delivered.name, drop={"Status": "of the survey tool"})
        found: list[tuple[str, int | None]] = []
        try:
            assert len(clean_wave(WAVE).answers) == len(codes)
        except Problems as problems:
            found = [(type(problem).__name__, problem.row) for problem in problems.problems]
        beyond = "long" in planted.values()  # its cell beyond the header is a column without a name
        assert [one for one in found if one not in expected and not (beyond and one == ("UnclaimedColumn", None))] == []
        assert set(expected) <= set(found)


GOOD = {
    name: (ROOT / "data" / name).read_bytes()
    for name in ("regions.csv", f"raw/{WAVE}/frame.csv", f"raw/{WAVE}/wave.yaml")
}


@settings(max_examples=examples(40), deadline=None, database=None, derandomize=True)
@given(
    name=st.sampled_from(sorted(GOOD)),
    place=st.floats(0, 1),
    lost=st.integers(0, 200),
    put=st.one_of(
        st.binary(max_size=20), st.text(max_size=10).map(str.encode), st.sampled_from([b'"', b";", b"\r", b"9" * 50])
    ),
)
def test_whatever_a_file_holds_only_named_problems_come_of_it(
    whole: Path, name: str, place: float, lost: int, put: bytes
):
    path, good = whole / "data" / name, GOOD[name]
    at = int(place * len(good))
    path.write_bytes(good[:at] + put + good[at + lost :])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STO_ROOT", str(whole))
        try:
            clean_wave(WAVE)
        except Problems as problems:
            assert str(problems)
        finally:
            path.write_bytes(good)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_copy(tmp_path_factory.mktemp("whole"))
