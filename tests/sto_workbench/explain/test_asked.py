"""What was asked: ids, a page, a wave."""

from pathlib import Path

import pytest

from sto_analysis.errors import Problems
from sto_workbench.explain.asked import explained
from sto_workbench.explain.result import Results
from tests.sto_workbench.explain.conftest import WAVE

ID = "share.urgency.teachers.top"


@pytest.mark.parametrize("asked", [[ID], [ID, WAVE]])
def test_the_last_word_can_be_a_wave(store: Results, asked: list[str]):
    assert [(each["id"], each["wave"]) for each in explained(asked)] == [(ID, WAVE)]


@pytest.mark.parametrize(
    ("asked", "told"),
    [([], "ids or a page"), ([WAVE], "ids or a page"), ([ID, "2019"], "no results of '2019'"), ([ID, "x"], "'x'"),
     ([ID, "published"], "no results of 'published'"), (["../../etc", "1"], "etc")],
)  # fmt: skip
def test_what_cannot_be_answered_is_an_error(store: Results, asked: list[str], told: str):
    with pytest.raises(Problems, match=told):
        explained(asked)


def test_a_page_is_asked_alone_and_says_its_wave(store: Results, tmp_path: Path):
    page = tmp_path / f"x.{WAVE}.html"
    page.write_text(f'<data data-result="{ID}">88%</data>')
    assert [each["result"]["wave"] for each in explained([], page)] == [WAVE]
    assert [each["result"]["wave"] for each in explained([WAVE], page)] == [WAVE]
    with pytest.raises(Problems, match="not both"):
        explained([ID], page)
    with pytest.raises(Problems, match="no results of '2019'"):
        explained(["2019"], page)
