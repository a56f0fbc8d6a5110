"""Three waves: what was asked in other words is never subtracted, and every region is compared with itself."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import yaml

from sto_analysis.analysis.change import paired_change
from sto_analysis.analysis.change_on_change import change_on_change
from sto_analysis.analysis.shares import shares
from sto_analysis.errors import Problems
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.measures import borging_index, crosswalk, measures, pairs
from sto_analysis.monitor.measures import trend as over_waves
from sto_analysis.monitor.register import match_panel, read_register
from sto_analysis.monitor.trajectories import trajectories
from sto_analysis.monitor.wave import Wave, chain
from sto_analysis.report.context import Context
from sto_analysis.report.exhibits.waves import panel_table, trend_table
from sto_workbench.intake.clean import clean_wave, write_clean
from tests.conftest import make_copy


def changes(waves: list[Wave], codebook: Codebook) -> pd.DataFrame:
    """As notebook 02 does."""
    found = [paired_change(early, late).assign(since=since) for since, early, late in pairs(waves, codebook)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def trend(waves: list[Wave], codebook: Codebook) -> pd.DataFrame:
    """As notebook 02 does."""
    return pd.concat([
        shares(each.flags, each.population).assign(measure=each.measure, in_wave=each.wave, series=each.series)
        for each in over_waves(waves, codebook)
    ], ignore_index=True)  # fmt: skip


pytestmark = pytest.mark.usefixtures("parsed_once")
FIRST, SECOND, LAST = "synthetic-2018", "synthetic-2021", "synthetic-2024"
OTHER, SPACED, DROPPED = "urgency_teachers", "urgency_image", "urgency_enrolment"


def _describe(root: Path, folder: str, **values: object) -> dict:
    path = root / "data" / "raw" / folder / "wave.yaml"
    described = yaml.safe_load(path.read_text()) | values
    path.write_text(yaml.safe_dump(described, allow_unicode=True, sort_keys=False))
    return described


@pytest.fixture(scope="module")
def _three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = make_copy(tmp_path_factory.mktemp("three"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STO_ROOT", str(root))
        yield _with_a_wave_before(root)


@pytest.fixture
def three(_three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The two synthetic waves, and before them a copy of the first with other words and an item less."""
    root = shutil.copytree(_three, tmp_path / "three")
    monkeypatch.setenv("STO_ROOT", str(root))
    return root


def _with_a_wave_before(copy: Path) -> Path:
    raw = copy / "data" / "raw"
    shutil.copytree(raw / SECOND, raw / FIRST)
    register = copy / "data" / "regions.csv"
    register.write_text(register.read_text().replace(",2021,", ",2018,"))
    items = _describe(copy, FIRST, wave=FIRST)["items"]
    items[OTHER]["wording"] = "Hoe urgent is het tekort aan docenten?"
    path = raw / FIRST / f"{SECOND}.sav"
    codes, meta = pyreadstat.read_sav(path, user_missing=True)
    labels = meta.column_names_to_labels | {items[OTHER]["column"]: items[OTHER]["wording"]}
    pyreadstat.write_sav(codes, path, file_label=meta.file_label, column_labels=labels)
    items[SPACED]["wording"] = items[SPACED]["wording"].upper().replace(" ", "  ")
    dropped = items.pop(DROPPED)["column"]
    _describe(copy, FIRST, items=items, drop={dropped: "not used"})
    _describe(copy, SECOND, earlier_wave=FIRST)
    for wave in (FIRST, SECOND, LAST):
        write_clean(wave, clean_wave(wave))
    return copy


def test_the_chain_goes_back_to_the_first_wave(three: Path):
    assert [wave.wave for wave in chain(LAST)] == [FIRST, SECOND, LAST]
    _describe(three, FIRST, earlier_wave=LAST)
    with pytest.raises(Problems, match="not before this wave"):
        chain(LAST)


def test_a_series_breaks_where_the_words_change(three: Path, codebook: Codebook):
    table = crosswalk(chain(LAST), codebook).pivot_table(index="item", columns="wave", values="series")
    assert table.loc[OTHER].tolist() == [1, 2, 2]
    assert table.loc[SPACED].tolist() == [1, 1, 1]
    assert table.loc[DROPPED].isna().tolist() == [True, False, False]
    assert table.loc[DROPPED, LAST] == table.loc[DROPPED, SECOND]


@pytest.mark.whole
@pytest.mark.parametrize(("stated", "series"), [(True, [1, 1, 1]), (False, [1, 2, 2])])
def test_what_wave_yaml_says_of_the_words_counts(three: Path, codebook: Codebook, stated: bool, series: list[int]):
    items = _describe(three, SECOND)["items"]
    for item in (OTHER, SPACED):
        items[item]["same_wording_as_earlier"] = stated
    _describe(three, SECOND, items=items)
    table = crosswalk(chain(LAST), codebook).pivot_table(index="item", columns="wave", values="series")
    assert table.loc[OTHER].tolist() == table.loc[SPACED].tolist() == series


@pytest.mark.whole
def test_a_wave_that_skipped_an_item_is_passed_over(three: Path, codebook: Codebook):
    items = _describe(three, SECOND)["items"]
    left = items.pop(OTHER)["column"]
    _describe(three, SECOND, items=items, drop={left: "not used"})
    table = crosswalk(chain(LAST), codebook).pivot_table(index="item", columns="wave", values="series")
    assert table.at[OTHER, FIRST] != table.at[OTHER, LAST]
    assert pd.isna(table.at[OTHER, SECOND])


@pytest.mark.whole
def test_only_equal_words_are_subtracted_from_every_earlier_wave(three: Path, codebook: Codebook):
    table = changes(chain(LAST), codebook)
    since = table.groupby("since")["item"].agg(set)
    assert since[SECOND] == set(codebook.aspects)
    assert since[FIRST] == set(codebook.aspects) - {"teachers", "enrolment"}
    shared = sorted(since[FIRST])
    first, second = (table[table["since"] == wave].set_index("item").loc[shared] for wave in (FIRST, SECOND))
    apart = ["since", "p_holm", "compared"]
    pd.testing.assert_frame_equal(first.drop(columns=apart), second.drop(columns=apart))
    assert len(changes(chain(FIRST), codebook)) == 0


def test_the_trend_shows_other_words_beside_and_marks_them(three: Path, codebook: Codebook):
    table = trend(chain(LAST), codebook)
    urgency = table[table["measure"] == "urgency"].set_index(["concept", "in_wave"])
    assert ("enrolment", FIRST) not in urgency.index
    assert urgency.at[("image", FIRST), "share"] == urgency.at[("image", SECOND), "share"]
    labels = codebook.labels("aspects", "nl", short=True)
    shown = trend_table(Context("nl", codebook), table).table
    shown.index = pd.MultiIndex.from_frame(shown.iloc[:, :2])
    teachers = shown.loc[("(Heel) urgent", labels["teachers"])]
    assert teachers[FIRST].endswith("‡")
    assert not teachers[SECOND].endswith("‡")
    assert shown.loc[("(Heel) urgent", labels["enrolment"]), FIRST] == "niet gevraagd"
    assert shown.loc[("(Veel) opbrengst", labels["teachers"]), FIRST].endswith(")")


def test_every_region_is_followed_over_three_waves(three: Path, codebook: Codebook):
    """The first wave is a copy of the second in what is compared, so nothing can have moved between them."""
    (found,) = trajectories(chain(LAST), codebook).values()
    assert list(found.shares) == [FIRST, SECOND, LAST]
    pd.testing.assert_series_equal(found.shares[FIRST], found.shares[SECOND], check_names=False)
    for form in found.forms.values():
        pd.testing.assert_series_equal(form[FIRST], form[SECOND], check_names=False)
    moved = change_on_change(found.shares, found.forms, 99, 1)
    assert (moved["status"] == "estimated").all()
    assert (moved["waves"] == 3).all()


@pytest.mark.whole
def test_changed_respondents_are_counted_where_somebody_knows(three: Path, codebook: Codebook):
    earlier, later = clean_wave(SECOND).answers.index, clean_wave(LAST).answers.index
    register = read_register("synthetic")
    unknown = match_panel(earlier, later, register).table
    assert unknown["changed"].isna().all()
    some = [region for region in later if region in earlier][:3]
    known = match_panel(earlier, later, register, some).table
    assert known["changed"].sum() == 3
    assert known["changed"].isna().sum() == (~known["status"].isin(["matched", "merged"])).sum()
    shown = panel_table(Context("en", codebook), known).table.set_index("Matching")["Other respondent"]
    assert shown["in both waves"] == "3"
    assert shown["only in this wave"] == "–"


def test_a_changed_respondent_outside_the_frame_is_a_problem(three: Path):
    _describe(three, LAST, changed_respondents=["R99"])
    with pytest.raises(Problems, match="'R99' is not in the frame"):
        clean_wave(LAST)


def test_a_series_breaks_where_fewer_answers_could_be_given(three: Path, codebook: Codebook):
    first, second, last = chain(LAST)
    box = last.items["borging_joint_offer"].model_copy(update={"codes": {"ja": 1}, "blank": 0})
    boxed = last.model_copy(update={"items": {**last.items, "borging_joint_offer": box}})

    def series(wave: Wave, item: str) -> list[int]:
        return crosswalk([first, second, wave], codebook).set_index("item").loc[item, "series"].tolist()

    assert len(set(series(last, "borging_joint_offer")[1:])) == 1
    assert len(set(series(boxed, "borging_joint_offer")[1:])) == 2
    stated = box.model_copy(update={"same_wording_as_earlier": True})
    same = last.model_copy(update={"items": {**last.items, "borging_joint_offer": stated}})
    assert len(set(series(same, "borging_joint_offer")[1:])) == 1


def test_an_index_that_no_answer_can_reach_is_missing(codebook: Codebook):
    answers = clean_wave(LAST).answers
    forms = list(codebook.asked("borging").values())
    assert measures(answers, codebook)["index"]["index_many"].notna().any()
    boxes = answers.copy()
    boxes[forms] = answers[forms].where(answers[forms] != "arranged", "working_on_it")
    index = measures(boxes, codebook)["index"]
    assert index[["index_many", "index_hardly"]].isna().all(axis=None)
    assert index["borging_active"].notna().any()


def test_cut_offs_are_inclusive_and_a_gap_leaves_the_region_out():
    flags = pd.DataFrame({"a": [True, True, False, True], "b": [True, False, False, pd.NA]}, dtype="boolean")
    index = borging_index(flags, many_at_least=2, hardly_at_most=0)
    assert index["index_many"].tolist()[:3] == [True, False, False]
    assert index["index_hardly"].tolist()[:3] == [False, False, True]
    assert index.iloc[3].isna().all()
