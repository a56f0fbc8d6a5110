"""The theory of change is complete, and its findings stand at their stage."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from markupsafe import Markup

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Exhibit
from sto_analysis.report.exhibits.theory import theory_figure
from sto_analysis.report.plain import plain

YIELDS = {"teachers": 0.43, "mbo_alignment": 0.39, "teaching_quality": 0.86, "cooperation": 0.5}


def _shares(values: dict[str, float], measure: str) -> pd.DataFrame:
    rows = pd.DataFrame({"concept": list(values), "share": list(values.values()), "base": 51})
    return rows.assign(measure=measure, result="shares:" + measure + "." + rows["concept"])


def _shown(context: Context, values: dict[str, float], levels: pd.DataFrame | None = None) -> Exhibit:
    return theory_figure(
        context, _shares(dict.fromkeys(values, 0.8), "urgency"), _shares(values, "yield"), None, levels
    )


def _words(part: Tag) -> str:
    return " ".join(part.get_text(" ").split())


@pytest.fixture
def page(codebook: Codebook) -> BeautifulSoup:
    return BeautifulSoup(str(_shown(Context("nl", codebook), YIELDS).html), "html.parser")


def test_every_stage_has_all_its_points_in_its_boxes(page: BeautifulSoup, codebook: Codebook):
    for shown, stage in zip(page.select(".stage"), codebook.theory_of_change, strict=True):
        assert _words(shown.select(".head")[0]).endswith(stage.nl)
        boxes = [[_words(point) for point in box.select("li")] for box in shown.select(".points")]
        assert boxes == [[point.nl for point in box] for box in stage.boxes]


def test_aspects_stand_at_their_stage_those_below_one_half_apart(page: BeautifulSoup, codebook: Codebook):
    found = [[_words(each) for each in stage.select(".found li")] for stage in page.select(".stage")]
    assert found[2] == ["Samenwerking 80% urgent, 50% opbrengst"]
    assert [len(each) for each in found] == [0, 0, 1, 0, 3, 0, 0]
    behind = [_words(each) for each in page.select(".behind strong")]
    assert behind == ["Docenten", "Aansluiting mbo"]
    assert page.select('[data-result="share.yield.teachers"]')


def test_the_context_frames_the_stages_that_it_bears_on(page: BeautifulSoup, codebook: Codebook):
    (beside,) = page.select(".beside")
    assert len(beside.select(".stage")) == 4
    assert len(page.select(".theory > .chain .stage")) == 3
    assert codebook.theory_context
    assert [_words(each) for each in beside.select(".context li")] == [p.nl for p in codebook.theory_context.points]


def test_levels_of_the_context_are_told_in_words(codebook: Codebook):
    levels = pd.DataFrame({"concept": "krimp", "position": [0, 1], "share": [0.6, 0.4], "base": 78})
    levels["result"] = "context:frame.krimp." + levels["position"].astype(str)
    html = BeautifulSoup(str(_shown(Context("nl", codebook), YIELDS, levels).html), "html.parser")
    assert "Krimp: nee 60%, ja 40%" in plain(Markup(html.select(".context")[0].decode_contents()))
    assert html.select('[data-result="share.frame.krimp.1"]')


def test_the_title_names_where_the_chain_falters_or_that_it_does_not(codebook: Codebook):
    context = Context("nl", codebook)
    told = str(_shown(context, YIELDS).words["finding"])
    assert plain(told).endswith("bij Docenten en Aansluiting mbo.") and "Resultaten op schoolniveau" in told
    assert "ten minste de helft" in str(_shown(context, {"teachers": 0.5}).words["finding"])


def test_a_monitor_without_context_or_chain_has_a_page_too(codebook: Codebook):
    bare = codebook.model_copy(update={"theory_context": None})
    html = BeautifulSoup(str(_shown(Context("en", bare), YIELDS).html), "html.parser")
    assert len(html.select(".stage")) == 7 and not html.select(".beside")
    empty = codebook.model_copy(update={"theory_of_change": [], "theory_context": None})
    assert not BeautifulSoup(str(_shown(Context("en", empty), YIELDS).html), "html.parser").select(".stage")


def test_an_aspect_without_answers_is_not_behind(codebook: Codebook):
    shown = _shown(Context("nl", codebook), {"teachers": float("nan")})
    assert "– opbrengst" in plain(shown.html or "") and "behind" not in str(shown.html)
