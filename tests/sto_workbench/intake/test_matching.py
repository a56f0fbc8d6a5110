"""What `sto new` cannot know it leaves open, and `sto check` asks for it."""

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from openpyxl import Workbook

from sto_analysis.errors import Problems
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.spelling import visible
from sto_analysis.monitor.wave import read_wave
from sto_workbench.intake.arrive import new_wave
from sto_workbench.intake.clean import clean_wave
from sto_workbench.intake.scaffold import Proposal

WAVE = "synthetic-2026"
pytestmark = pytest.mark.usefixtures("parsed_once")


def _new(copy: Path, table: pd.DataFrame, frame: Path | None = None, **spss: dict) -> Proposal:
    if spss:
        path = copy / "export.sav"
        pyreadstat.write_sav(table, path, **spss)
    else:
        path = copy / "export.csv"
        table.to_csv(path, index=False, sep=";")
    return new_wave(WAVE, path, frame)


def _found(wave: str = WAVE) -> list[tuple[str, str]]:
    with pytest.raises(Problems) as caught:
        clean_wave(wave)
    return [(type(problem).__name__, problem.what) for problem in caught.value.problems]


def _spss(codebook: Codebook, values: dict, answers: list[float], item: str) -> tuple[pd.DataFrame, dict]:
    labels = {"regio": "Regio", "v": codebook.items[item].wording}
    table = pd.DataFrame({"regio": [f"R{n:02}" for n in range(1, len(answers) + 1)], "v": answers})
    return table, {"column_labels": labels, "variable_value_labels": {"v": values}}


def test_a_nine_that_means_dont_know_elsewhere_stays_a_grade(copy: Path, codebook: Codebook):
    urgency, grade = codebook.items["urgency_teachers"], codebook.items["grade_teachers_valued"]
    table = pd.DataFrame({"regio": ["R01", "R02"], "u": [9.0, 4.0], "g": [9.0, 9.0]})
    values = {"u": {**{level.code: level.nl for level in urgency.scale.levels}, 9: "weet niet"}}
    _new(copy, table, column_labels={"u": urgency.wording, "g": grade.wording}, variable_value_labels=values)
    wave = read_wave(WAVE)
    assert wave.missing_codes == {}
    assert wave.items["urgency_teachers"].missing == {"9": "dont_know"}
    assert wave.items["grade_teachers_valued"].missing == {}


def test_a_missing_code_that_is_an_answer_is_a_problem(copy: Path):
    path = copy / "data" / "raw" / "synthetic-2024" / "wave.yaml"
    path.write_text(path.read_text().replace("  99: dont_know", "  99: dont_know\n  9: dont_know"))
    with pytest.raises(Problems, match=r"missing_codes\.9: it is also an answer to grade_regional_thinking"):
        clean_wave("synthetic-2024")


@pytest.mark.parametrize(
    ("item", "values", "answers", "open_codes"),
    [
        ("urgency_teachers", {1: "zeer urgent", 5: "totaal niet urgent"}, [1.0, 5.0], 5),
        ("grade_teachers_valued", {9: "weet ik niet"}, [9.0, 8.0], 0),
        ("urgency_teachers", {5: "ik zou het niet weten"}, [5.0, 4.0], 5),
    ],
)
def test_labels_in_other_words_are_never_guessed(copy: Path, codebook: Codebook, item, values, answers, open_codes):
    table, more = _spss(codebook, values, answers, item)
    _new(copy, table, **more)
    asked = [what for _, what in _found() if what.startswith("questions.") and ".codes." in what]
    assert len(asked) == open_codes
    if not open_codes:
        wave = read_wave(WAVE)
        assert wave.reasons(wave.items[item]) == {"9": "dont_know"}


@pytest.mark.whole
def test_a_label_that_nobody_knows_is_a_problem_until_wave_yaml_lists_its_code(copy: Path, codebook: Codebook):
    path = copy / "data" / "raw" / "synthetic-2024" / "synthetic-2024.sav"
    codes, meta = pyreadstat.read_sav(path, user_missing=True)
    values = dict(meta.variable_value_labels)
    values["v4_1"] = {**values["v4_1"], 10: "uitmuntend"}
    pyreadstat.write_sav(
        codes, path, column_labels=meta.column_names_to_labels, variable_value_labels=values, file_label="SYNTHETIC"
    )
    assert [name for name, _ in _found("synthetic-2024")] == ["LabelDisagrees"]
    wave = path.with_name("wave.yaml")
    listed = "{" + ", ".join(f"{code}: {code}" for code in range(1, 11)) + "}"
    wave.write_text(wave.read_text().replace("    column: v4_1\n", f"    column: v4_1\n    codes: {listed}\n"))
    assert len(clean_wave("synthetic-2024").answers) == 51


@pytest.mark.parametrize("first", ["urgency", "yield"])
def test_two_columns_with_one_label_are_told_apart_by_their_answers_or_not_at_all(
    copy: Path, codebook: Codebook, first
):
    questions = [first, "yield" if first == "urgency" else "urgency"]
    items = [codebook.items[f"{question}_teaching_quality"] for question in questions]
    table = pd.DataFrame({"regio": ["R01", "R02"], "a": [4.0, 5.0], "b": [2.0, 1.0]})
    labels = dict.fromkeys("ab", items[0].nl)
    values = {
        name: {level.code: level.nl for level in item.scale.levels} for name, item in zip("ab", items, strict=True)
    }
    told = {m.item: m for m in _new(copy, table, column_labels=labels, variable_value_labels=values).matches}
    for item, name in zip(items, "ab", strict=True):
        assert (told[item.id].column, told[item.id].unsure) == (name, False)
    (copy / "data" / "raw" / WAVE / "wave.yaml").unlink()
    for path in (copy / "data" / "raw" / WAVE).iterdir():
        path.unlink()
    (copy / "data" / "raw" / WAVE).rmdir()
    assert all(match.unsure for match in _new(copy, table, column_labels=labels).matches)
    assert sum(".unsure: 1 of 8" in what for _, what in _found()) == 2


def test_a_match_that_is_not_certain_is_asked_until_confirmed(copy: Path, codebook: Codebook):
    item = codebook.items["grade_binding_agreements"]
    table = pd.DataFrame({"regio": ["R01", "R02"], f"{item.wording} of de regio": ["8", "7"]})
    (match,) = [m for m in _new(copy, table).matches if m.item == item.id]
    assert 88 < match.confidence < 99
    assert sum(what.startswith("questions.grade.unsure") for _, what in _found()) == 1
    path = copy / "data" / "raw" / WAVE / "wave.yaml"
    path.write_text("\n".join(line for line in path.read_text().splitlines() if "unsure:" not in line))
    assert not any("unsure" in what for _, what in _found())


def test_columns_that_are_only_names_have_no_known_wording(copy: Path):
    proposal = _new(copy, pd.DataFrame({"regio": ["R01", "R02"], "urgency_teachers": ["4", "5"]}))
    assert next(m for m in proposal.matches if m.item == "urgency_teachers").wording == "TODO"
    assert (
        "ToDo",
        "items.urgency_teachers.wording: the export does not hold the question as it was asked.",
    ) in _found()


def test_the_region_column_is_that_with_the_most_regions(copy: Path):
    frame = pd.read_csv(copy / "data" / "raw" / "synthetic-2024" / "frame.csv")
    frame.assign(region=range(1, 79)).to_csv(copy / "numbers.csv", index=False)
    table = pd.DataFrame(
        {"cijfer": [str(n % 10 + 1) for n in range(40)], "DUS-I nummer": [str(n + 1) for n in range(40)]}
    )
    _new(copy, table, copy / "numbers.csv")
    assert read_wave(WAVE).region_column == "DUS-I nummer"


def test_a_tie_of_region_columns_is_left_open(copy: Path):
    table = pd.DataFrame({"a": ["R01", "R02", "R03"], "b": ["R03", "R01", "R02"]})
    _new(copy, table)
    assert read_wave(WAVE).region_column == "TODO"


@pytest.mark.parametrize(
    "column",
    [
        "12",
        "yes",
        "2024-01-01",
        "twee\nregels",
        'aan"halings\\teken',
        "lang " * 400,
        "[/b] raar",
        "a: b # c",
        "\x85\u2028",
    ],
)
def test_whatever_columns_are_called_the_proposal_is_a_wave_yaml(copy: Path, column: str):
    table = pd.DataFrame({"regio": ["R01", "R02"], column: ["1", "2"]})
    _new(copy, table)
    assert visible(column) in read_wave(WAVE).drop or visible(column) == ""


def test_choices_that_nobody_made_are_said(copy: Path):
    with pd.ExcelWriter(copy / "export.xlsx") as book:
        pd.DataFrame({"regio": ["R01", "R02"], "12": [1, 2]}).to_excel(book, sheet_name="2024", index=False)
        pd.DataFrame({"x": [1]}).to_excel(book, sheet_name="toelichting", index=False)
    notices = new_wave(WAVE, copy / "export.xlsx").notices
    assert notices == (
        "sheet '2024' is read, the largest that is not hidden; the others: 'toelichting'.",
        "row 1 is taken for the column names and row 2 for the first answers; where that is wrong, correct 'header' in "
        "wave.yaml.",
        "no --frame: the regions of synthetic-2024 are copied.",
    )
    assert read_wave(WAVE).sheet == "2024"


def test_an_export_called_frame_is_not_overwritten(copy: Path):
    path = copy / "frame.csv"
    path.write_text("regio;urgency_teachers\nR01;4\nR02;5\n")
    new_wave(WAVE, path)
    folder = copy / "data" / "raw" / WAVE
    assert (folder / "frame.csv").read_bytes() == path.read_bytes()
    assert read_wave(WAVE).frame == "frame-of-regions.csv"


def _workbook(path: Path, headings: list[str | None], names: list[str]) -> Path:
    book = Workbook()
    for row in ([None, *headings], ["regio", *names], ["R01", *range(1, 5)][: len(names) + 1]):
        book.active.append(row)
    book.active.merge_cells("B1:C1")
    book.save(path)
    return path


def test_a_heading_does_not_hide_a_question_in_full(copy: Path, codebook: Codebook):
    items = [codebook.items[name] for name in ("attention_monitoring", "attention_promotion")]
    export = _workbook(copy / "export.xlsx", ["Vraag 3, meer antwoorden", None], [item.wording for item in items])
    told = {match.item: match for match in new_wave(WAVE, export).matches}
    assert [(told[item.id].confidence, told[item.id].wording) for item in items] == [
        (100, item.wording) for item in items
    ]
    assert not any(cause == "WordingDisagrees" for cause, _ in _found())


@pytest.mark.whole
def test_headings_that_changed_places_are_noticed(copy: Path, codebook: Codebook):
    items = [codebook.items[f"{question}_teachers"] for question in ("urgency", "yield")]
    headings, name = zip(*(item.wording.split(": ", 1) for item in items), strict=True)
    headings = [headings[0], None, headings[1]]
    export = _workbook(copy / "export.xlsx", headings, [name[0], "anders", name[0]])
    new_wave(WAVE, export)
    assert not any(cause == "WordingDisagrees" for cause, _ in _found())
    path = copy / "data" / "raw" / WAVE / "wave.yaml"
    text = path.read_text(encoding="utf-8")
    columns = {item.id: read_wave(WAVE).items[item.id].column for item in items}
    one, other = (f'column: "{columns[item.id]}"' for item in items)
    path.write_text(text.replace(one, "\0").replace(other, one).replace("\0", other), encoding="utf-8")
    assert sum(cause == "WordingDisagrees" for cause, _ in _found()) == 2


def test_a_respondent_number_never_passes_for_the_region(copy: Path):
    path = copy / "data" / "regions.csv"
    register = pd.read_csv(path, dtype="str").assign(dusi=lambda table: table["id"].str[1:].str.lstrip("0"))
    register.to_csv(path, index=False)
    regions = [f"R{number:02}" for number in range(20, 0, -1)]
    numbers = [str(number) for number in range(1, 21)]
    _new(copy, pd.DataFrame({"respnr": numbers, "regio": regions, "x": "1"}))
    assert read_wave(WAVE).region_column == "regio"
    for path in (copy / "data" / "raw" / WAVE).iterdir():
        path.unlink()
    (copy / "data" / "raw" / WAVE).rmdir()
    proposal = _new(copy, pd.DataFrame({"cijfer": numbers, "regio": ["noord", *regions[1:]], "x": "1"}))
    assert (proposal.region, read_wave(WAVE).region_column) == ("TODO", "TODO")


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({1: "heel urgent", 3: "neutraal", 5: "helemaal niet urgent"}, {2: "TODO", 3: "TODO", 4: "TODO"}),
        ({1: "helemaal niet urgent", 5: "heel urgent"}, None),
        ({1: "1 = helemaal niet urgent", 5: "5 = heel urgent"}, None),
        ({1: "heel urgent", 5: "helemaal niet urgent"}, {2: "TODO", 3: "TODO", 4: "TODO"}),
    ],
)
def test_codes_between_labels_are_guessed_only_where_both_ends_are_known(copy, codebook, values, asked):
    table, more = _spss(codebook, values, [1.0, 2.0, 3.0, 4.0, 5.0], "urgency_teachers")
    _new(copy, table, **more)
    codes = read_wave(WAVE).items["urgency_teachers"].codes
    assert codes == (None if asked is None else {"1": 5, "5": 1} | {str(code): why for code, why in asked.items()})


@pytest.mark.whole
def test_true_and_false_of_excel_are_no_codes(copy: Path, codebook: Codebook):
    items = [item for item in codebook.items.values() if item.question == "borging"][:2]
    table = pd.DataFrame({"regio": ["R01", "R02"], items[0].wording: [True, False], items[1].wording: [False, True]})
    table.to_excel(copy / "export.xlsx", index=False)
    new_wave(WAVE, copy / "export.xlsx")
    asked = [what for cause, what in _found() if cause == "ToDo" and ".codes." in what]
    assert len(asked) == 2


def test_none_is_no_answer_in_words(copy: Path, codebook: Codebook):
    item = codebook.items["yield_teachers"]
    _new(copy, pd.DataFrame({"regio": ["R01", "R02", "R03"], item.wording: ["None", "veel opbrengst", "opbrengst"]}))
    assert [what.split(":")[0] for _, what in _found() if ".codes." in what] == ["questions.yield.codes.none"]


def test_codes_without_labels_are_pointed_out(copy: Path, codebook: Codebook):
    wordings = [codebook.items[name].wording for name in ("urgency_teachers", "urgency_image", "grade_teachers_valued")]
    proposal = _new(copy, pd.DataFrame({"regio": ["R01", "R02"], **{wording: ["4", "5"] for wording in wordings}}))
    assert sum("2 columns hold codes without labels" in notice for notice in proposal.notices) == 1


def test_all_codes_of_a_longer_scale_are_asked(copy: Path, codebook: Codebook):
    known = [level.nl for level in codebook.items["urgency_teachers"].scale.levels]
    values = dict(enumerate([known[0], "zeer weinig urgent", *known[1:], "uiterst urgent"], start=1))
    table, more = _spss(codebook, values, [1.0, 4.0, 7.0], "urgency_teachers")
    _new(copy, table, **more)
    codes = read_wave(WAVE).items["urgency_teachers"].codes
    assert codes == {"1": 1, "2": "TODO", "3": 2, "4": 3, "5": 4, "6": 5, "7": "TODO"}


def test_answers_behind_their_codes_are_read(copy: Path, codebook: Codebook):
    item = codebook.items["urgency_teachers"]
    texts = [f"{level.code} - {level.nl}" for level in item.scale.levels]
    _new(copy, pd.DataFrame({"regio": [f"R0{n}" for n in range(1, 6)], item.wording: texts}))
    assert {text: read_wave(WAVE).items[item.id].codes[text] for text in texts} == dict(
        zip(texts, range(1, 6), strict=True)
    )


def test_a_column_called_as_the_frame_is_dropped_only_where_it_says_the_same(copy: Path):
    table = pd.DataFrame({"regio": ["R01", "R02", "R03"], "wave": "2026", "krimp": "9"})
    drop = _new(copy, table).drop
    assert drop == {"wave": "stands in the frame", "krimp": "TODO"}


def test_the_other_year_in_a_column_wave_is_asked_about(copy: Path):
    assert _new(copy, pd.DataFrame({"regio": ["R01", "R02"], "wave": ["2026", "2024"]})).drop == {"wave": "TODO"}


def test_a_question_may_be_called_like_a_column_of_the_survey_tool(copy: Path, codebook: Codebook):
    item = codebook.items["urgency_teachers"]
    labels = {"regio": "Regio", "Status": item.wording}
    proposal = _new(copy, pd.DataFrame({"regio": ["R01", "R02"], "Status": [4.0, 5.0]}), column_labels=labels)
    assert next(match.column for match in proposal.matches if match.item == item.id) == "Status"


def test_regions_by_their_dusi_number_are_pointed_out(copy: Path):
    path = copy / "data" / "regions.csv"
    register = pd.read_csv(path, dtype="str").assign(dusi=lambda table: table["id"].str[1:].str.lstrip("0"))
    register.to_csv(path, index=False)
    proposal = _new(copy, pd.DataFrame({"regio": ["4", "5", "6"], "x": "1"}))
    assert any("taken for DUS-I numbers" in notice for notice in proposal.notices)


def test_a_question_in_the_very_words_is_found_and_its_answers_are_asked(copy: Path, codebook: Codebook):
    items = [codebook.items[name] for name in ("borging_line_organisation", "borging_joint_offer")]
    table = pd.DataFrame(
        {"regio": ["R01", "R02", "R03"], **{item.wording: ["ja", "soms", "weet niet"] for item in items}}
    )
    told = {match.item: match for match in _new(copy, table).matches}
    assert [told[item.id].column for item in items] == [item.wording for item in items]
    wave = read_wave(WAVE)
    assert [wave.items[item.id].codes for item in items] == [{"ja": "TODO", "soms": "TODO"}] * 2
    assert wave.missing_codes == {"weet niet": "dont_know"}


def test_a_column_that_says_row_by_row_what_an_item_says_is_dropped_as_such(copy: Path, codebook: Codebook):
    item = codebook.items["urgency_teachers"]
    levels = [item.scale.levels[n % 5] for n in range(12)]
    table = pd.DataFrame({"regio": [f"R{n:02}" for n in range(1, 13)], item.wording: [level.nl for level in levels]})
    table["numeriek"], table["anders"] = [str(level.code) for level in levels], [str(n // 2) for n in range(12)]
    assert _new(copy, table).drop == {"numeriek": f"says what {item.wording!r} says", "anders": "TODO"}


def test_a_word_among_codes_is_asked_and_so_is_what_the_codes_stand_for(copy: Path, codebook: Codebook):
    item = codebook.items["attention_monitoring"]
    _new(copy, pd.DataFrame({"regio": ["R01", "R02", "R03"], item.wording: ["1", "3", "onb."]}))
    assert read_wave(WAVE).items[item.id].codes == {"1": 1, "2": 2, "3": 3, "onb.": "TODO"}
    assert any("codes without words are taken for those of the codebook" in what for _, what in _found())
