"""A region's own answers: of now, and of the time before where the words are the same and it is the same region."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.own import counted, read_own

EARLIER, WAVE = "synthetic-2021", "synthetic-2024"


def _write(wave: str, region: str, codebook: Codebook, **answers: str) -> None:
    """A region as the cleaning writes it."""
    traits = dict.fromkeys(codebook.context_variables, None) | {"commitment": 1.0}
    content = {"region": region, "name": f"Naam {region}", "answered": bool(answers), **traits, "answers": answers}
    compendium.write_text(compendium.processed(wave) / "own" / f"{region}.json", json.dumps(content))


def _describe(root: Path, wave: str, **more: Any) -> None:
    path = root / "data" / "raw" / wave / "wave.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | more, allow_unicode=True))


def _merge(root: Path, **into: str) -> None:
    path = root / "data" / "regions.csv"
    lines = [line.split(",") for line in path.read_text().splitlines()]
    told = [[*cells[:-1], into.get(cells[1], cells[-1])] for cells in lines]
    path.write_text("\n".join(map(",".join, told)) + "\n")


def test_answers_stand_with_what_was_asked_and_what_was_answered_before(copy: Path, codebook: Codebook):
    _write(EARLIER, "R01", codebook, urgency_teachers="urgent", yield_image="much", grade_teachers_valued="g6")
    _write(WAVE, "R01", codebook, urgency_teachers="very_urgent", yield_image="some", grade_teachers_valued="g8")
    own = read_own(WAVE, "R01", codebook)
    assert (own.name, own.answered, own.since, own.changed) == ("Naam R01", True, EARLIER, None)
    assert own.asked["yield_image"] == "Ervaren opbrengst: De beeldvorming ten aanzien van techniek"
    assert [own.moved(codebook, "urgency", way) for way in (1, -1, 0)] == [["teachers"], [], []]
    assert [own.moved(codebook, "yield", way) for way in (1, -1, 0)] == [[], ["image"], []]
    assert own.places(codebook, "yield").dropna().to_dict() == {"image": 2}
    assert (own.high("urgency", "teachers"), own.high("yield", "image"), own.high("yield", "teachers")) == (
        True,
        False,
        None,
    )
    numbers = counted(own, codebook).set_index(["item", "when"])["number"].dropna()
    assert numbers.to_dict() == {("grade_teachers_valued", "now"): 8, ("grade_teachers_valued", "then"): 6}


def test_other_words_are_never_compared(copy: Path, codebook: Codebook):
    items = yaml.safe_load((copy / "data/raw" / WAVE / "wave.yaml").read_text())["items"]
    items["yield_image"]["wording"] = "Hoe staat het met het beeld?"
    items["yield_teachers"]["same_wording_as_earlier"] = False
    del items["urgency_image"]
    _describe(copy, WAVE, items=items)
    answers = {"yield_image": "much", "yield_teachers": "much", "urgency_image": "urgent", "urgency_teachers": "urgent"}
    for wave in (EARLIER, WAVE):
        _write(wave, "R01", codebook, **answers)
    own = read_own(WAVE, "R01", codebook)
    assert set(own.before) == {"urgency_teachers"}
    assert "urgency_image" not in own.asked
    assert "urgency_image" not in own.answers
    assert own.asked["yield_image"] == "Hoe staat het met het beeld?"


@pytest.mark.parametrize(
    ("merged", "before", "found"),
    [
        ({}, [], ""),
        ({}, ["R01"], "R01"),
        ({"R03": "R01"}, ["R03"], "R03"),
        ({"R03": "R04", "R04": "R01"}, ["R03"], "R03"),
        ({"R03": "R01"}, ["R01", "R03"], ""),
        ({"R03": "R02"}, ["R03"], ""),
    ],
)
def test_a_merger_speaks_for_its_successor_where_it_alone_answered(
    copy: Path, codebook: Codebook, merged: dict[str, str], before: list[str], found: str
):
    _merge(copy, **merged)
    said = dict(zip(["R01", "R03"], ["none", "much"], strict=True))
    _write(WAVE, "R01", codebook, yield_image="some")
    _write(EARLIER, "R04", codebook)
    for region in before:
        _write(EARLIER, region, codebook, yield_image=said[region])
    own = read_own(WAVE, "R01", codebook)
    assert [level.id for level in own.before.values()] == ([said[found]] if found else [])
    assert bool(own.since) == bool(found)
    assert own.merged == ("Naam R03" if found == "R03" else "")


@pytest.mark.parametrize(("listed", "changed"), [(None, None), ([], False), (["R02"], False), (["R01"], True)])
def test_it_is_known_or_not_whether_somebody_else_answered(
    copy: Path, codebook: Codebook, listed: list[str] | None, changed: bool | None
):
    if listed is not None:
        _describe(copy, WAVE, changed_respondents=listed)
    for wave in (EARLIER, WAVE):
        _write(wave, "R01", codebook, yield_image="some")
    assert read_own(WAVE, "R01", codebook).changed is changed


def test_a_region_without_an_answer_has_its_context_and_no_before(copy: Path, codebook: Codebook):
    _write(EARLIER, "R05", codebook, yield_image="some")
    _write(WAVE, "R05", codebook)
    own = read_own(WAVE, "R05", codebook)
    assert (own.answered, own.answers, own.before, own.traits["commitment"]) == (False, {}, {}, 1)
    assert counted(own, codebook).empty
    with pytest.raises(Problems, match=rf"NotMade.*R06\.json.*sto run {WAVE}"):
        read_own(WAVE, "R06", codebook)


def test_counts_are_of_the_answers_that_were_given(copy: Path, codebook: Codebook):
    urgent = {f"urgency_{aspect}": "urgent" for aspect in ("teachers", "image", "enrolment")}
    more = {"yield_teachers": "some", "yield_image": "much", "yield_cooperation": "little"}
    forms = {"borging_communication": "arranged", "borging_joint_offer": "no", "borging_line_organisation": "arranged"}
    _write(WAVE, "R01", codebook, **urgent, **more, **forms)
    (row,) = counted(read_own(WAVE, "R01", codebook), codebook).to_dict("records")
    wanted = {"gap": 1, "compared": 2, "urgency_top": 3, "yield_top": 1, "aspects": 4, "arranged": 2, "forms": 3}
    assert {name: row[name] for name in wanted} == wanted


def test_what_was_measured_is_a_row_of_its_own_in_the_columns_of_its_form(copy: Path, codebook: Codebook):
    measured = {
        "krimp": {"value": -0.1, "low": -0.2, "high": 0.0, "code_low": 0, "code_high": 1, "form": "share"},
        "employment": {"value": 2.5, "low": 2.5, "high": 2.5, "code_low": 1, "code_high": 1, "form": "number"},
        "commitment": {"value": 1, "low": 0, "high": 1, "code_low": 0, "code_high": 1, "form": ""},
    }
    _write(WAVE, "R01", codebook)
    path = compendium.processed(WAVE) / "own" / "R01.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"measured": measured}))
    own = read_own(WAVE, "R01", codebook)
    rows = counted(own, codebook).set_index("item")
    assert own.measured == measured and set(rows["of"]) == {"context"}
    assert [*rows.loc["krimp", ["share", "share_low", "share_high"]]] == [-0.1, -0.2, 0.0]
    assert [*rows.loc["employment", ["measured", "measured_low", "measured_high"]]] == [2.5, 2.5, 2.5]
    assert rows.drop(columns=["of", "when"]).notna().sum(axis=1).to_dict() == {"krimp": 3, "employment": 3}
