"""Every planted fault is found, named and located, and nothing else is."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sto_analysis.errors import DamagedExport
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.register import read_register
from sto_analysis.monitor.wave import Wave, read_wave
from sto_workbench.intake.check import check_export
from sto_workbench.intake.frame import read_frame
from sto_workbench.intake.header import Layout
from sto_workbench.intake.marks import looks_personal
from sto_workbench.intake.printed import problem_rows
from sto_workbench.intake.readers import Export, read_export
from sto_workbench.intake.reading import Reading
from sto_workbench.intake.region_names import RegionNames
from tests.conftest import examples

WAVE = "synthetic-2024"


@pytest.fixture(scope="module")
def parts(codebook: Codebook) -> tuple[Export, Wave, RegionNames]:
    root = Path(__file__).parents[3]
    wave = read_wave(WAVE)
    raw = read_export(root / "data" / "raw" / WAVE / f"{WAVE}.sav")
    plain = replace(raw, cells=raw.cells.astype("object"))  # so that a test can write what no cell held
    return (
        plain,
        wave,
        RegionNames(
            wave.regions, read_frame(root / "data" / "raw" / WAVE / wave.frame, codebook), read_register("synthetic")
        ),
    )


def _problems(cells: pd.DataFrame, raw: Export, wave: Wave, codebook: Codebook, names: RegionNames) -> list:
    changed = replace(raw, cells=cells)
    return list(check_export(Reading(changed, wave, codebook, names, Path("export.sav"))))


@settings(max_examples=examples(40), deadline=None, database=None, derandomize=True)
@given(
    codes=st.dictionaries(
        st.tuples(st.integers(1, 51), st.integers(1, 33)), st.sampled_from(["7", "x", "-1", "4.5", "99,5"]), max_size=6
    ),
    region=st.one_of(st.none(), st.tuples(st.integers(2, 51), st.sampled_from(["twice", "R99", "nergens"]))),
    lost=st.booleans(),
    personal=st.booleans(),
    extra=st.booleans(),
)
def test_all_planted_faults_are_found_and_none_is_invented(parts, codebook, codes, region, lost, personal, extra):
    raw, wave, names = parts
    cells, expected = raw.cells.copy(), Counter()
    items = [source.column for source in wave.items.values()]
    for (row, place), value in codes.items():
        cells.at[row, items[place]] = value
        expected["UnknownCode", row, items[place]] += 1
    if region is not None:
        row, what = region
        cells.at[row, "regio"] = cells.at[1, "regio"] if what == "twice" else what
        expected["DuplicateRegion" if what == "twice" else "UnknownRegion", row, "regio"] += 1
    if lost:
        cells = cells.drop(columns=items[0])
        expected["MissingColumn", None, items[0]] += 1
    if personal:
        cells["contact"] = "iemand@school.nl"
        expected["PersonalData", None, "contact"] += 1
    if extra:
        cells["extra"] = "1"
        expected["UnclaimedColumn", None, "extra"] += 1
    found = _problems(cells, raw, wave, codebook, names)
    assert Counter((type(problem).__name__, problem.row, problem.column) for problem in found) == expected


def test_a_reversed_scale_is_seen_by_its_labels(parts, codebook: Codebook):
    raw, wave, names = parts
    labels = {**raw.value_labels, "v1_1": dict(zip("54321", list(raw.value_labels["v1_1"].values())[:5], strict=True))}
    changed = Export(raw.cells, raw.labels, labels, raw.user_missing, raw.title)
    found = _problems(changed.cells, changed, wave, codebook, names)
    assert [(type(p).__name__, p.column, p.value) for p in found] == [("LabelDisagrees", "v1_1", c) for c in "5421"]


def test_a_code_that_the_file_declares_missing_does_not_count_as_an_answer(parts, codebook: Codebook):
    raw, wave, names = parts
    changed = Export(raw.cells, raw.labels, raw.value_labels, {**raw.user_missing, "v1_1": [(5.0, 5.0)]}, raw.title)
    found = _problems(changed.cells, changed, wave, codebook, names)
    assert [(type(p).__name__, p.column, p.value) for p in found] == [("LabelDisagrees", "v1_1", "5")]


def test_a_region_that_merged_is_known(parts, codebook: Codebook):
    raw, wave, names = parts
    cells = raw.cells.copy()
    row = cells.index[cells["regio"] == "R02"][0]
    cells.at[row, "regio"] = "R79"
    assert _problems(cells, raw, wave, codebook, names) == []


@pytest.mark.parametrize(
    ("name", "values", "personal"),
    [
        ("RecipientFirstName", ["x"], True),
        ("e-mailadres", [""], True),
        ("q7", ["jan@school.nl"], True),
        ("q8", ["192.168.1.10"], True),
        ("LocationLatitude", ["52.1"], True),
        ("opmerking", ["Wij vinden dat het programma goed loopt", "De samenwerking met mbo moet nog beter"], True),
        ("Respondent", ["x"], True),
        ("ingevuld_door", ["x"], True),
        ("gps_lat", ["1"], True),
        ("token", ["x"], True),
        ("postcode", ["1234 AB"], True),
        ("geboortedatum", ["x"], True),
        ("q9", ["06-12345678"], True),
        ("q10", ["2001:db8:0:0:0:0:0:1"], True),
        ("q11", ["52.0907, 5.1214"], True),
        ("v1_1", ["1", "2"], False),
        ("respondentenaantal", ["12"], False),
        ("latere_instroom", ["3"], False),
        ("naamsbekendheid_techniek", ["3"], False),
        ("regio", ["Zuid-Limburg"], False),
    ],
)
def test_personal_data_is_recognised(name: str, values: list[str], personal: bool):
    assert (looks_personal(name, name, pd.Series(values)) is not None) == personal


def test_problems_become_a_table_grouped_by_cause(parts, codebook: Codebook):
    raw, wave, names = parts
    cells = raw.cells.assign(extra="1")
    cells.at[3, "v1_1"] = "7"
    rows = problem_rows(_problems(cells, raw, wave, codebook, names))
    assert rows["cause"].tolist() == ["UnclaimedColumn", "UnknownCode"]
    assert (rows.at[1, "row"], rows.at[1, "value"]) == ("3", "7")


def test_a_code_that_the_file_declares_missing_needs_no_label_to_be_seen(parts, codebook: Codebook):
    raw, wave, names = parts
    labels = {column: values for column, values in raw.value_labels.items() if column != "v4_1"}
    changed = Export(raw.cells, raw.labels, labels, {**raw.user_missing, "v4_1": [(7.0, 8.0)]}, raw.title)
    found = _problems(changed.cells, changed, wave, codebook, names)
    given = {code for code in raw.cells["v4_1"].dropna() if code in {"7", "8"}}
    assert {(type(p).__name__, p.column, p.value) for p in found} == {
        ("LabelDisagrees", "v4_1", code) for code in given
    }
    assert given


def test_a_missing_code_that_one_question_uses_for_something_else_is_seen(parts, codebook: Codebook):
    raw, wave, names = parts
    labels = {**raw.value_labels, "v5_1": {**raw.value_labels["v5_1"], "99": "nog niet begonnen"}}
    changed = Export(raw.cells, raw.labels, labels, raw.user_missing, raw.title)
    found = _problems(changed.cells, changed, wave, codebook, names)
    assert [(type(p).__name__, p.column, p.value) for p in found] == [("LabelDisagrees", "v5_1", "99")]


def test_boxes_of_which_only_the_ticked_show_are_asked_about(parts, codebook: Codebook):
    raw, wave, names = parts
    boxes = [source.column for name, source in wave.items.items() if codebook.items[name].question == "borging"]
    cells = raw.cells.copy()
    cells[boxes] = cells[boxes].where(cells[boxes] == "1")
    found = _problems(cells, raw, wave, codebook, names)
    assert [(type(p).__name__, p.column) for p in found] == [("UntickedBoxes", column) for column in boxes]
    stated = wave
    for name in codebook.asked("borging").values():
        stated = _stated(stated, name, blank=0)
    assert _problems(cells, raw, stated, codebook, names) == []


def _stated(wave: Wave, item: str, **changes: object) -> Wave:
    source = wave.items[item].model_copy(update=changes)
    return wave.model_copy(update={"items": {**wave.items, item: source}})


def test_codes_in_another_order_are_fine_where_the_labels_say_so(parts, codebook: Codebook):
    raw, wave, names = parts
    name, column, codes = (
        "borging_line_organisation",
        wave.items["borging_line_organisation"].column,
        {"1": 2, "2": 0, "3": 1},
    )
    back = {str(ours): theirs for theirs, ours in codes.items()}
    cells = raw.cells.copy()
    cells[column] = cells[column].map(lambda code: back.get(code, code), na_action="ignore")
    spoken = {"1": "geregeld", "2": "nee", "3": "mee bezig", "99": "weet niet"}
    labelled = replace(raw, value_labels={**raw.value_labels, column: spoken})
    assert _problems(cells, labelled, _stated(wave, name, codes=codes), codebook, names) == []
    bare = replace(raw, value_labels={key: value for key, value in raw.value_labels.items() if key != column})
    found = _problems(cells, bare, _stated(wave, name, codes=codes), codebook, names)
    assert [(type(p).__name__, "neither rise nor fall" in p.what) for p in found] == [("LabelDisagrees", True)]
    assert _problems(cells, bare, _stated(wave, name, codes=codes, as_stated=True), codebook, names) == []


def test_boxes_with_the_text_of_their_option_are_boxes_too(parts, codebook: Codebook):
    raw, wave, names = parts
    cells = raw.cells.copy()
    for name, source in wave.items.items():
        if codebook.items[name].question == "borging":
            ticked = cells[source.column].isin(["1", "2"])
            cells[source.column] = pd.Series(f"optie {name}", index=cells.index).where(ticked)
            wave = _stated(wave, name, codes={f"optie {name}": 1}, as_stated=True)
    found = _problems(cells, raw, wave, codebook, names)
    assert {type(problem).__name__ for problem in found} == {"UntickedBoxes"}


def test_one_box_is_a_box(parts, codebook: Codebook):
    raw, wave, names = parts
    column = wave.items["borging_active"].column
    cells = raw.cells.copy()
    cells[column] = cells[column].where(cells[column] == "1")
    found = _problems(cells, raw, wave, codebook, names)
    assert [(type(p).__name__, p.column) for p in found] == [("UntickedBoxes", column)]
    assert _problems(cells, raw, _stated(wave, "borging_active", blank=0), codebook, names) == []
    assert _problems(cells, raw, _stated(wave, "borging_active", blank="blank"), codebook, names) == []


def test_a_blank_that_stands_for_what_other_cells_say_is_a_problem(parts, codebook: Codebook):
    raw, wave, names = parts
    found = _problems(raw.cells, raw, _stated(wave, "borging_active", blank=0), codebook, names)
    assert ["which other cells of the column say too" in problem.what for problem in found] == [True]


def test_damage_in_a_column_that_is_dropped_is_none(parts, codebook: Codebook):
    raw, wave, names = parts
    fault = DamagedExport("this cell holds an error value.", "Mend it.", row=3, column="weging")
    damaged = replace(raw, faults=(fault,), layout=Layout(sheet="Data"), cells=raw.cells.assign(weging="1"))
    dropped = wave.model_copy(update={"drop": {"weging": "not used"}})
    assert _problems(damaged.cells, damaged, dropped, codebook, names) == []
    found = _problems(damaged.cells, damaged, wave, codebook, names)
    assert fault in found


def test_an_answer_of_the_codebook_that_no_code_stands_for_is_a_problem(parts, codebook: Codebook):
    raw, wave, names = parts
    column = wave.items["borging_joint_offer"].column
    cells = raw.cells.copy()
    cells[column] = pd.Series("ja", index=cells.index).where(cells[column].isin(["1", "2"]))
    box = _stated(wave, "borging_joint_offer", codes={"ja": 1}, blank=0)
    found = _problems(cells, raw, box, codebook, names)
    assert [
        "no code of borging_joint_offer in wave.yaml stands for 'geregeld'" in problem.what for problem in found
    ] == [True]
    stated = _stated(box, "borging_joint_offer", as_stated=True)
    assert _problems(cells, raw, stated, codebook, names) == []
