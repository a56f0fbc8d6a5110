import datetime
import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml

from sto_analysis.errors import Problems
from sto_workbench.release import make as module
from sto_workbench.release.blank import WITHHELD
from sto_workbench.release.earlier import note, read_earlier
from sto_workbench.release.gate import NEVER, gate
from sto_workbench.release.make import refused, release
from sto_workbench.release.regate import regated
from sto_workbench.release.rules import applied, read_rules
from sto_workbench.verify.again import RunFailed
from tests.sto_workbench.release.changed import (
    CHANGES,
    MOVING,
    UNSEEN,
    assert_differs_in_what_passed,
    computed,
    given,
    rows,
)
from tests.sto_workbench.release.small import facts

WAVE = "synthetic-2024"


def test_everything_that_stands_in_the_way_is_told_at_once_and_nothing_is_made(
    copy: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "browser", lambda: None)
    with pytest.raises(Problems) as told:
        [*release(WAVE, None, datetime.date(2026, 11, 27))]
    text = str(told.value)
    for page in ("national.synthetic-2024.nl", "national.synthetic-2024.en", "03_model.synthetic-2024"):
        assert f"{page} is absent" in text
    assert "not those of a commit" in text
    assert "no browser that prints its PDF" in text
    assert not (copy / "releases" / WAVE).exists()


def test_a_real_wave_is_not_compared_with_a_made_one(monkeypatch: pytest.MonkeyPatch):
    made = module.chain(WAVE)
    monkeypatch.setattr(module, "plan", lambda *_: [])
    monkeypatch.setattr(module, "chain", lambda _: made)
    monkeypatch.setattr(module, "readable_by_others", lambda _: ["everybody can read x.sav"])
    told = [each.name for each in refused("2024")]
    assert {"release.made_up", "release.readable"} <= {*told}


def test_a_browser_that_is_none_is_told_with_all_the_rest(copy: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STO_BROWSER", "nothing-of-the-kind")
    told = [str(each) for each in refused(WAVE)]
    assert len(told) > 1
    assert [each for each in told if "nothing-of-the-kind" in each]


@pytest.mark.parametrize(("shown", "told"), [(0.49, 1), (0.5, 0)])
def test_where_little_is_left_coarser_questions_are_told(monkeypatch: pytest.MonkeyPatch, shown: float, told: int):
    row = {"question": "urgency", "items": 8, "positions": 1, "bands": 2, "one_band": 0, "none": 5}
    rows = [row | {"without_change": 3, "two_groups": 4}, row | {"without_change": 0, "two_groups": 0}]
    monkeypatch.setattr(module, "_share", lambda _: shown)
    said = [*module._coarser(SimpleNamespace(coarser=lambda: pd.DataFrame(rows)))]
    assert len(said) == told
    assert all(each.startswith("urgency: 3 of 8 questions") and "3 more" in each for each in said)


def test_an_attacker_that_dies_stops_a_release_and_what_the_scan_found_is_told_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def dies(*_: object) -> str:
        raise ChildProcessError("its process died (exit code -9)")

    monkeypatch.setattr(module, "apart", dies)
    monkeypatch.setattr(module, "_leaks", lambda *_: [module.problem("release.leaks", place="a.txt", told="mail")])
    with pytest.raises(Problems, match=r"exit code -9") as told:
        [*module._tried(tmp_path, WAVE)]
    assert [each.name for each in told.value.problems] == ["release.leaks", "release.attacked"]


def test_a_number_is_given_once_also_where_the_folder_of_a_release_is_gone(copy: Path):
    note(WAVE, 1, 3, ["shares:urgency.teachers.top"], {})
    note("synthetic-2021", 4, 3, [], {})
    assert module._next(WAVE, read_earlier(WAVE)) == 2
    (copy / "releases" / WAVE / "2").mkdir(parents=True)
    assert module._next(WAVE, read_earlier(WAVE)) == 3


def test_what_is_released_is_noted_before_it_is_moved(copy: Path, monkeypatch: pytest.MonkeyPatch):
    noted = list[int]()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    made = {
        "refused": [],
        "gate": SimpleNamespace(note=noted.append),
        "_counted": {"kept": 1, "whole": 2},
        "_coarser": [],
    }
    made |= {"_fill": None, "_silent": [], "_tried": []}
    for name, found in made.items():
        monkeypatch.setattr(module, name, lambda *_, found=found: found)
    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises(KeyboardInterrupt):
        [*release(WAVE, None, datetime.date(2026, 11, 27))]
    assert noted == [1]
    assert not any((copy / "releases" / WAVE).iterdir())


def test_a_twin_on_which_the_code_fails_is_a_problem_that_says_how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def failing(*_: object) -> None:
        raise RunFailed("ValueError: no such scale")

    monkeypatch.setattr(module, "compendium_of", lambda *_: tmp_path)
    monkeypatch.setattr(module, "compute", failing)
    with pytest.raises(Problems, match="ValueError: no such scale") as told:
        module._run_twin(tmp_path, module.TWINNED, WAVE)
    assert [each.name for each in told.value.problems] == ["release.twin_failed"]


@pytest.mark.whole
def test_a_failure_on_the_way_leaves_nothing(finished_copy: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "refused", lambda _: [])

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(module, "_fill", broken)
    shutil_free = finished_copy / "releases" / WAVE
    with pytest.raises(OSError, match="disk full"):
        [*release(WAVE, None, datetime.date(2026, 11, 27))]
    assert not shutil_free.exists()
    assert not any((finished_copy / "releases").rglob("*.csv"))
    assert not any((finished_copy / "data" / "processed" / WAVE).glob("releases/*"))


@pytest.mark.whole
def test_every_rule_of_the_gate_has_a_reason_and_who_holds_the_answers_gets_the_same_results(
    finished_copy: Path, tmp_path: Path
):
    gated = gate(WAVE, read_rules(WAVE))
    folder = tmp_path / "release"
    (folder / "results").mkdir(parents=True)
    columns = {name: table.kinds for name, table in gated.shown.items() if len(table.rows)}
    told = module._facts(gated, 1, datetime.date(2026, 11, 27), facts().twin, columns)
    assert NEVER in told.rules
    assert all(told.rules.values())
    assert {each.rule for each in told.withheld} <= told.rules.keys()
    (folder / "release.json").write_text(told.model_dump_json())
    (folder / "disclosure.yaml").write_bytes(applied(WAVE, told.preset))
    assert yaml.safe_load((folder / "disclosure.yaml").read_text())["minimum"]["value"] == gated.rules.minimum
    note("synthetic-2021", 1, 10, gated.rows, gated.answers)  # what is released from then on does not count
    assert gate(WAVE, read_rules(WAVE), read_earlier(WAVE)).rows < gated.rows
    made = regated(folder)
    assert made == {f"{name}.csv": module.to_csv(gated.shown[name].rows) for name in columns}
    assert json.loads(told.model_dump_json())["number"] == 1


def test_the_code_of_a_release_has_no_made_wave_no_test_and_no_register(copy: Path, tmp_path: Path):
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=copy, check=True, capture_output=True)
    module._take_code(tmp_path / "code")
    taken = {path.relative_to(tmp_path / "code").as_posix() for path in (tmp_path / "code").rglob("*")}
    assert "data/codebook.yaml" in taken
    assert not any(name.startswith(("data/raw/synthetic", "data/regions", ".git", "tests")) for name in taken)


@pytest.fixture(scope="module")
def base(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    with pytest.MonkeyPatch.context() as patched:
        return given(finished, tmp_path_factory.mktemp("base"), patched)


@pytest.mark.wide
@pytest.mark.parametrize("change", CHANGES)
def test_one_answer_moves_no_byte_but_through_results_that_passed(
    base: dict[str, bytes], finished_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
):
    CHANGES[change](finished_copy)
    computed(finished_copy)
    other = given(finished_copy, tmp_path / "release", monkeypatch)
    assert base.keys() == other.keys()
    differing = {name for name in base if base[name] != other[name]}
    assert bool(differing) != (change in UNSEEN)
    one, two = (rows(each) for each in (base, other))
    gone = [{row["id"] for table in each.values() for row in table if row["status"] == WITHHELD} for each in (one, two)]
    assert differing <= set(one) or gone[0] != gone[1]
    assert change not in MOVING or gone[0] != gone[1]
    for name in one:
        assert_differs_in_what_passed(one[name], two[name], gone)
