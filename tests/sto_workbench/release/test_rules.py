"""The rules of a release, and what results.yaml says may leave."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from sto_analysis.analysis.missing import compare_response
from sto_analysis.declared import declared, tables
from sto_analysis.errors import Problem, Problems
from sto_workbench.release.rules import nearly_alike, read_disclosure, read_rules, release_of, weak


def test_of_traits_of_nearly_the_same_regions_only_the_first_compares():
    half = [0] * 20 + [1] * 20
    traits = pd.DataFrame({"one": half, "same": half, "few": [0, 0, *half[:-2]], "opposite": half[::-1]})
    traits["few_others"] = [0, *half[::-1][1:]]
    traits["many"] = [0, 1] * 20
    assert nearly_alike(traits, 3) == {"few", "few_others"}
    assert nearly_alike(traits, 1) == {"few_others"}
    assert nearly_alike(traits.iloc[:0], 3) == set()


@pytest.mark.parametrize(("silent", "told"), [(0, False), (1, False), (9, False), (10, True)])
def test_what_so_few_regions_have_in_common_that_did_not_answer_is_not_told(silent: int, told: bool):
    frame = pd.DataFrame({"krimp": [0.0, 1.0] * 20, "commitment": [2.0, 1.0] * 20})
    found = compare_response(frame, pd.Series(np.arange(40) >= silent), 19, 1)
    assert (~weak("response", found, read_rules("synthetic-2024"), 8) == told).all()
    left = weak("response", found, replace(read_rules("synthetic-2024"), left_out=frozenset({"krimp"})), 8)
    assert left[found["variable"] == "krimp"].all()


@pytest.mark.parametrize(("preset", "few", "told"), [("small_survey", 11, False), ("small_survey", 12, True)])
@pytest.mark.parametrize("top", [True, False])
def test_a_level_of_which_all_answers_but_a_few_are_alike_is_not_told(preset: str, few: int, told: bool, top: bool):
    """Seventeen regions and eight aspects, 136 answers; a reader who gave eight of the others."""
    share = few / 136 if top else 1 - few / 136
    levels = pd.DataFrame({"exposure": "commitment", "level": [0.0, 1.0], "regions": 17, "share": [0.5, share]})
    levels = levels.assign(df=20.0, status=["reference", "estimated"])
    assert (~weak("levels", levels, read_rules("synthetic-2024", preset), 8) == told).all()


def test_every_threshold_has_its_source():
    for preset in read_disclosure().presets.values():
        told = [preset.minimum, preset.residual_df, preset.smallest_group, preset.dominance]
        assert all(each.source for each in told)


def test_a_wave_has_the_preset_that_is_named_for_it(copy: Path):
    path = copy / "data" / "disclosure.yaml"
    assert read_rules("synthetic-2024").name == "small_survey"
    path.write_text(path.read_text().replace("waves: {}", "waves: {synthetic-2024: official_statistics}"))
    assert (read_rules("synthetic-2024").minimum, read_rules("synthetic-2021").minimum) == (10, 3)
    assert read_rules("synthetic-2024", "small_survey").minimum == 3


def test_all_that_is_wrong_is_told_at_once_with_its_line(copy: Path):
    path = copy / "data" / "disclosure.yaml"
    told = yaml.safe_load(path.read_text())
    wrong = told | {"default": "none", "waves": {"synthetic-2024": "neither"}}
    assert len(_problems(path, wrong)) == 2
    preset = told["presets"]["small_survey"]
    preset["minimum"]["value"], preset["dominance"]["share"], preset["residual_df"] = 0, 2, {"value": 5}
    assert len(_problems(path, told)) == 3


def _problems(path: Path, told: object) -> list[Problem]:
    path.write_text(yaml.safe_dump(told))
    with pytest.raises(Problems) as found:
        read_disclosure()
    assert all(problem.line for problem in found.value.problems)
    return found.value.problems


def test_a_trait_that_nobody_knows_is_refused(copy: Path):
    path = copy / "data" / "disclosure.yaml"
    path.write_text(path.read_text() + "  shoe_size: {coarsened: left_out, why: made up}\n")
    with pytest.raises(Problems, match="no trait shoe_size"):
        read_disclosure()


def test_a_preset_that_nobody_knows_is_refused():
    with pytest.raises(Problems, match="no preset strict, only official_statistics, small_survey"):
        read_rules("synthetic-2024", "strict")


def test_a_table_that_says_nothing_never_leaves():
    assert {name for name in tables() if not declared(name).release} >= {"own", "alike", "tipping", "hidden"}
    assert release_of("own").kind == "never"


@pytest.mark.parametrize("name", [name for name in tables() if declared(name).release])
def test_what_results_yaml_names_is_there(name: str):
    release, of = release_of(name), declared(name)
    columns = {column for each in of.statistics.values() for column in each.columns.values()}
    averaged = {statistic for each in release.averages.values() for statistic in each}
    assert {*release.deny, *release.together, *averaged, *release.who} <= {*of.statistics, ""}
    assert {*release.n, *release.df, *release.groups} <= columns
    for pattern in (*release.of, *release.averages):
        assert pattern.split(":")[0] in tables()
