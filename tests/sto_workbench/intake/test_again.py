"""A second delivery keeps the mapping, and says what differs."""

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner, Result

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_workbench.cli import main_group
from sto_workbench.intake.again import deliver_again
from sto_workbench.intake.clean import clean_wave

WAVE = "synthetic-2024"
pytestmark = pytest.mark.usefixtures("parsed_once")


def _delivered(copy: Path, change, name: str = "opnieuw.sav") -> Path:
    codes, meta = pyreadstat.read_sav(copy / "data" / "raw" / WAVE / f"{WAVE}.sav", user_missing=True)
    path = copy / name
    table = change(codes)
    kept = {"column_labels": meta.column_names_to_labels, "variable_value_labels": meta.variable_value_labels}
    if path.suffix == ".sav":
        pyreadstat.write_sav(table, path, file_label="SYNTHETIC", missing_ranges=meta.missing_ranges, **kept)
    else:
        table.to_csv(path, index=False, sep=";")
    return path


def _changed(codes: pd.DataFrame) -> pd.DataFrame:
    codes = codes[codes["regio"] != "R01"].copy()
    codes.loc[codes["regio"] == "R03", "v1_1"] = 6 - codes.loc[codes["regio"] == "R03", "v1_1"].clip(upper=2)
    return codes.sample(frac=1, random_state=1)


def _again(path: Path) -> Result:
    return CliRunner().invoke(main_group, ["new", WAVE, "--from", str(path), "--again"])


def test_what_differs_is_said_region_by_region_and_the_mapping_stays(copy: Path):
    described = compendium.raw(WAVE) / "wave.yaml"
    described.write_text(described.read_text() + "# a remark of mine\n")
    before = set(clean_wave(WAVE).answers.index)
    gone = "R01" in before
    made = _again(_delivered(copy, _changed))
    assert made.exit_code == 0, made.output
    regions = {line.partition(":")[0] for line in made.output.splitlines() if line[:1] == "R" and line[1:3].isdigit()}
    assert regions == ({"R01"} if gone else set()) | ({"R03"} if "R03" in before else set())
    assert "The mapping fits" in made.output
    assert "# a remark of mine" in described.read_text()
    assert set(clean_wave(WAVE).answers.index) == before - {"R01"}
    assert (compendium.raw(WAVE) / f"{WAVE}.sav").exists()


def test_a_delivery_of_the_same_name_leaves_the_first_beside_it(copy: Path):
    made = deliver_again(WAVE, _delivered(copy, lambda codes: codes, f"{WAVE}.sav"))
    assert made.differences.empty
    assert (made.kept, made.problems) == (f"{WAVE}.before.sav", [])
    assert (compendium.raw(WAVE) / made.kept).exists()


def test_columns_that_are_called_otherwise_now_are_named_with_the_likeliest(copy: Path):
    made = _again(_delivered(copy, lambda codes: codes.rename(columns={"v1_1": "V1_1a"})))
    assert "A column is missing: 1" in made.output
    assert "V1_1a" in made.output


def test_another_kind_of_file_takes_the_place_of_the_first(copy: Path):
    deliver_again(
        WAVE,
        _delivered(
            copy,
            lambda codes: codes.map(lambda cell: cell if isinstance(cell, str) else f"{cell:.0f}".replace("nan", "")),
            "opnieuw.csv",
        ),
    )
    assert 'separator: ";"' in (compendium.raw(WAVE) / "wave.yaml").read_text()
    clean_wave(WAVE)


def test_the_file_that_is_there_and_one_that_cannot_be_read_change_nothing(copy: Path):
    described = compendium.raw(WAVE) / "wave.yaml"
    before = described.read_bytes(), sorted(described.parent.iterdir())
    broken = copy / "broken.sav"
    broken.write_bytes(b"not SPSS")
    for path, said in ((broken, "not readable"), (described.parent / f"{WAVE}.sav", "that the wave has")):
        with pytest.raises(Problems, match=said):
            deliver_again(WAVE, path)
    assert (described.read_bytes(), sorted(described.parent.iterdir())) == before


def _left_out(lines: str) -> None:
    path = compendium.raw(WAVE) / "wave.yaml"
    path.write_text(f"{path.read_text()}leave_out:\n{lines}")


def test_a_row_that_is_left_out_by_its_number_is_asked_about_where_it_is_another_now(copy: Path):
    _left_out("  1: a test of the agency  # ours\n  row 2: a test too\n")
    same = deliver_again(WAVE, _delivered(copy, lambda codes: codes, "zelfde.sav"))
    assert same.problems == []
    shifted = deliver_again(WAVE, _delivered(copy, lambda codes: codes.iloc[[0, 2, *range(3, 51)]]))
    assert [(type(found).__name__, found.what.partition(":")[0]) for found in shifted.problems] == [
        ("ToDo", "leave_out.row 2")
    ]
    with pytest.raises(Problems, match="nobody has said why what stands here now is no answer"):
        clean_wave(WAVE)
    described = compendium.raw(WAVE) / "wave.yaml"
    assert "1: a test of the agency  # ours" in described.read_text()
    described.write_text(described.read_text().replace("TODO ", ""))
    assert clean_wave(WAVE).left_out == 2


def test_a_region_that_was_left_out_and_answers_now_is_asked_about(copy: Path):
    _left_out("  R03: a test of the agency\n")
    again = deliver_again(WAVE, _delivered(copy, _changed))
    assert [type(found).__name__ for found in again.problems] == ["ToDo"]


def test_a_row_of_totals_is_called_so_whatever_it_sums_up(copy: Path):
    def totals(codes: pd.DataFrame, of: float) -> pd.DataFrame:
        return pd.concat([codes, codes.iloc[[0]].assign(regio="Totaal", v1_1=of)])

    deliver_again(WAVE, _delivered(copy, lambda codes: totals(codes, 3), "een.sav"))
    _left_out("  totaal: totals\n")
    assert deliver_again(WAVE, _delivered(copy, lambda codes: totals(codes.iloc[:50], 4), "twee.sav")).problems == []
