"""A withdrawal lasts, and answers that vanished are missed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_analysis.monitor.wave import read_wave
from sto_workbench.cli import main_group
from sto_workbench.confidential.withdrawal import remember, remove_vanished, withdraw
from sto_workbench.intake.clean import clean_wave, write_clean
from sto_workbench.pipeline.plan import plan

WAVE = "synthetic-2024"


def test_a_withdrawn_row_is_read_by_no_run_and_logged_without_its_answers(copy: Path):
    before = clean_wave(WAVE)
    said = list(withdraw(WAVE, "R02"))
    assert "R02 is withdrawn" in said[0]
    assert f"{WAVE}.sav still holds its row" in said[-1]
    after = clean_wave(WAVE)
    assert set(before.answers.index) - set(after.answers.index) == {"R02"}
    assert (before.left_out, after.left_out) == (0, 1)
    log = after.log[after.log["region"] == "R02"].to_dict("records")
    assert [(row["rule"], row["item"], row["after"]) for row in log] == [("no answer: withdrawn", "", "")]
    assert "R02" not in set(after.missing["region"])
    assert not after.regions.loc["R02", "answered"]


def test_a_second_one_is_added_and_the_rest_of_the_file_stays(copy: Path):
    path = copy / "data" / "raw" / WAVE / "wave.yaml"
    before = path.read_text()
    for region in ("R03", "R01", "R03"):
        list(withdraw(WAVE, region))
    assert path.read_text() == f"{before}withdrawn: [R01, R03]\n"
    path.write_text(
        before.replace("items:\n", "withdrawn:\n  - R09  # by hand\n- R08\nitems:\n", 1).replace("- R08\n", "")
    )
    list(withdraw(WAVE, "R01"))
    assert read_wave(WAVE).withdrawn == ["R01", "R09"]


def test_what_is_wrong_in_a_withdrawn_row_is_no_problem_and_is_not_told(copy: Path):
    path = copy / "data" / "raw" / WAVE / "wave.yaml"
    path.write_text(path.read_text().replace("file: synthetic-2024.sav", "file: a.csv"))
    lines = ["regio;v1_1", "R01;4", "R02;secret"]
    (path.parent / "a.csv").write_text("\n".join(lines))
    with pytest.raises(Problems, match="secret"):
        clean_wave(WAVE)
    path.write_text(path.read_text() + "withdrawn: [R02]\n")
    with pytest.raises(Problems) as told:
        clean_wave(WAVE)
    assert "secret" not in str(told.value)


def test_a_region_that_is_not_asked_is_named(copy: Path):
    with pytest.raises(Problems, match="has no region 'R99'"):
        list(withdraw(WAVE, "R99"))
    path = copy / "data" / "raw" / WAVE / "wave.yaml"
    path.write_text(path.read_text() + "withdrawn: [R99]\n")
    with pytest.raises(Problems, match=r"withdrawn.*region 'R99' is not in the frame"):
        clean_wave(WAVE)


def test_a_description_in_which_the_line_cannot_be_written_stays_as_it_was(copy: Path):
    path = copy / "data" / "raw" / WAVE / "wave.yaml"
    path.write_text("{" + ", ".join(["wave: synthetic-2024", "title: {nl: a, en: b}", "file: synthetic-2024.sav",
                    "frame: frame.csv", "region_column: regio", "missing_codes: {}", "items: {}"]) + "}\n")  # fmt: skip
    before = path.read_text()
    with pytest.raises(Problems, match=r"Write it: withdrawn: \[R01\]"):
        list(withdraw(WAVE, "R01"))
    assert path.read_text() == before


def _asked(root: Path, *gone: str) -> None:
    """Take regions out of the frame, and out of the delivery."""
    frame = root / "data" / "raw" / WAVE / "frame.csv"
    rows = frame.read_text().splitlines(keepends=True)
    frame.write_text("".join(row for row in rows if row.split(",")[0] not in gone))


@pytest.mark.parametrize("by_hand", [False, True])
def test_answers_that_vanished_are_missed_and_all_that_was_made_of_them_goes(copy: Path, by_hand: bool):
    write_clean(WAVE, clean_wave(WAVE))
    page = compendium.write_text(compendium.reports(WAVE) / "regions" / f"R05.{WAVE}.en.pdf", "answers of R05")
    own = compendium.processed(WAVE) / "own" / "R05.json"  # it did not answer
    answered = own.read_text().replace('"answered": false', '"answered": true')
    jobs = plan([WAVE], ["R01"], ["nl"], [])
    assert list(remove_vanished(jobs)) == [], "all that answered still does"
    compendium.write_text(own, answered)
    remember(jobs)
    if by_hand:
        write_clean(WAVE, clean_wave(WAVE))
        assert not json.loads(own.read_text())["answered"]
    _asked(copy, "R05")
    said = list(remove_vanished(plan([WAVE], ["R01"], ["nl"], [])))
    assert said[0] == f"R05: answered wave {WAVE} before, and the delivery does not hold it any more."
    assert not page.exists()
    assert not own.exists()
    assert list(remove_vanished(jobs)) == []


def test_a_delivery_that_cannot_be_cleaned_tells_nothing(copy: Path):
    write_clean(WAVE, clean_wave(WAVE))
    _asked(copy, "R01")
    assert list(remove_vanished(plan([WAVE], ["R02"], ["nl"], []))) == []
    assert (compendium.processed(WAVE) / "own" / "R01.json").exists()


def test_the_command_says_what_it_did(copy: Path):
    done = CliRunner().invoke(main_group, ["withdraw", WAVE, "R01"])
    assert done.exit_code == 0
    assert done.output.startswith("R01 is withdrawn from wave synthetic-2024")
