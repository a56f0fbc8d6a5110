"""Every result on a page opens what explains it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from markupsafe import Markup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sto_analysis import results
from sto_analysis.known import records
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.scales import Language
from sto_analysis.report.context import Context
from sto_analysis.report.language import catalogue
from sto_analysis.report.panels import Panels, described
from sto_analysis.report.plain import inert
from sto_analysis.report.prepare import Prepare
from sto_analysis.results import write_result
from tests.hostile.texts import TEXTS, expected

WAVE = "synthetic-2024"
FRAME = f"processed/{WAVE}/answers.parquet"
LABELS = ["measure", "concept", "question", "position", "band", "item", "since", "in_wave"]
LABELS += ["exposure", "level", "variable", "benchmark", "respondents", "answers", "family", "many_cut", "hardly_cut"]
LABELS += ["kind"]
"""What a text of a result can name."""
MADE = {"shares": ("02_describe", "shares-table"), "gaps": ("02_describe", "gaps-result")}


@pytest.fixture
def store(copy: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, pd.DataFrame]:
    """Two tables of results, as two cells of a notebook made them of two files."""
    row = {"measure": "urgency", "low": 0.353, "high": 0.507, "base": 42, "population": 78}
    shares = [{**row, "concept": "teachers", "share": 0.425}, {**row, "concept": "image", "share": 0.881}]
    tables = {
        "shares": pd.DataFrame(shares),
        "gaps": pd.DataFrame({"concept": ["teachers", "image"], "gap": [0.31, -0.08]}),
    }
    monkeypatch.setattr(results, "inputs", lambda: (f"{FRAME}, codebook.yaml", "0123"))
    written = {}
    for name, table in tables.items():
        monkeypatch.setattr(results, "here", lambda name=name: MADE[name])
        written[name] = write_result(table, WAVE, name)
    return written


@pytest.fixture
def context(codebook: Codebook) -> Context:
    return Context("nl", codebook)


@pytest.fixture
def panels(context: Context) -> Panels:
    return Panels(context, WAVE)


def _parsed(*parts: str) -> BeautifulSoup:
    return BeautifulSoup("".join(parts), "html.parser")


def _opened(page: BeautifulSoup) -> Iterator[tuple[Tag, Tag]]:
    """Each button, and the one panel that it opens."""
    for button in page.select("button"):
        (panel,) = page.select(f"[popover]#{button['popovertarget']}")
        yield button, panel


def _said(panel: Tag) -> list[str]:
    return [line.get_text().strip() for line in panel.select("p:not(.how)")]


def test_numbers_of_one_table_open_one_panel_and_those_of_another_another(store, context: Context, panels: Panels):
    shares, gaps = records(store["shares"]), records(store["gaps"])
    t = context.texts
    sentence = Markup("Van {} tot {} ({}), n = {}; <b>2 < 3</b>.").format(
        t.percent(shares[0]["share"]), t.percent(shares[1]["share"]), t.points(gaps[0]["gap"]), t.number(3)
    )
    page = _parsed(told := panels.explained(sentence), panels.new())
    found = list(_opened(page))
    assert _parsed(told).get_text() == _parsed(sentence).get_text()
    assert [button.get_text() for button, _ in found] == ["43%", "88%", "(+31),"]
    assert [button.data["data-result"] for button, _ in found] == [
        "share.urgency.teachers.top",
        "share.urgency.image.top",
        "gap.teachers",
    ]
    ids = [panel["id"] for _, panel in found]
    assert ids[0] == ids[1] != ids[2]
    assert len(page.select("[popover]")) == 2
    assert len(_said(found[0][1])) == 2
    assert len(_said(found[2][1])) == 1


def test_many_numbers_of_one_table_open_a_panel_per_row(copy: Path, context: Context, panels: Panels):
    row = {"measure": "urgency", "low": 0.353, "high": 0.507, "base": 42, "population": 78, "count": 20}
    rows = [{**row, "concept": name, "share": 0.425} for name in ("teachers", "image", "enrolment")]
    t, found = context.texts, records(write_result(pd.DataFrame(rows), WAVE, "shares"))
    parts = [part for each in found for part in (t.percent(each["share"]), t.number(each["count"]))]
    page = _parsed(panels.explained(Markup(" {} ({}), {} {} {} {}").format(*parts)), panels.new())
    ids = [panel["id"] for _, panel in _opened(page)]
    assert len(set(ids)) == 3
    assert ids[::2] == ids[1::2]


def test_no_line_breaks_inside_what_stands_against_a_number(store, context: Context, panels: Panels):
    told = context.texts.percent(records(store["shares"])[0]["share"])
    page = _parsed(panels.explained(Markup("(n\u00a0=\u00a0{}-{}…), x {}").format(told, told, told)), panels.new())
    assert [button.get_text() for button in page.select("button")] == ["(n\u00a0=\u00a043%-", "43%…),", "43%"]


def test_a_panel_says_what_a_number_is_its_value_interval_n_method_cell_and_files(store, context, panels: Panels):
    said = panels.explained(context.texts.percent(records(store["shares"])[0]["share"]))
    ((_, panel),) = _opened(_parsed(said, panels.new()))
    texts = catalogue("nl")
    assert _said(panel) == [f"Aandeel regio’s, (Heel) urgent: {context.full['teachers']} 43% (35% tot 51%); n = 42"]
    (how,) = panel.select("p.how")
    assert how.get_text().startswith(f"{texts['method.wilson']} 02_describe, cel shares-table.")
    assert how.get_text().endswith("answers.parquet, codebook.yaml.")
    assert "processed/" not in how.get_text()
    assert how.a["href"] == "cell:02_describe#cell-shares-table"
    assert not panel.select("data, button")


def test_a_panel_without_interval_and_n_has_the_value_alone(store, context, panels: Panels):
    panels.explained(context.texts.points(records(store["gaps"])[1]["gap"]))
    assert _parsed(panels.new()).b.get_text() == "−8"


def test_a_panel_is_made_once_and_asked_for_once(store, context, panels: Panels):
    told = context.texts.percent(records(store["shares"])[0]["share"])
    first, made = panels.explained(told), panels.new()
    second = panels.explained(told)
    assert first == second
    assert len(_parsed(made).select("[popover]")) == 1
    assert panels.new() == ""


def test_what_is_no_result_opens_nothing(store, context, panels: Panels):
    sentence = Markup("{} <data value='1'>1</data> {}").format(context.texts.constant("interval"), "<data")
    assert panels.explained(sentence) == sentence
    assert panels.new() == ""


def test_every_row_with_results_has_one_button_and_one_panel_is_of_all_rows(store, context, panels: Panels):
    t, (first, second) = context.texts, records(store["shares"])
    rows = [
        ["A & <b>", t.percent(first["share"]), t.span(t.percent, first["low"], first["high"]), "x"],
        ["B", "–", "–", "–"],
        [Markup("C <em>c</em>"), t.percent(second["share"]), "–", t.number(second["population"])],
    ]
    found = panels.rows(rows)
    assert [row[1:] for row in found] == [row[1:] for row in rows]
    assert found[1] == rows[1]
    heads = [row[0] for row in found]
    page = _parsed(*(heads[place] for place in (0, 2)), panels.new())
    (one, panel), (other, same) = _opened(page)
    assert panel is same
    assert [one.get_text(), other.get_text()] == ["A & <b>", "C c"]
    assert len(page.select("[popover]")) == 1
    assert _said(panel) == ["Aandeel regio’s, …: …", "Regio’s van het kader"]
    assert "43%" not in panel.get_text(), "a number of one row only"


def test_a_table_without_results_stays_as_it_is(panels: Panels):
    rows = [("a", Markup("<b>1</b>")), ("b", "<data")]
    assert panels.rows(rows) == [list(row) for row in rows]
    assert panels.new() == ""


def test_a_sentence_about_a_row_and_a_table_of_it_have_panels_of_their_own(store, context, panels: Panels):
    told = context.texts.percent(records(store["shares"])[0]["share"])
    sentence, ((head, _),) = panels.explained(told), panels.rows([["A", told]])
    page = _parsed(sentence, head, panels.new())
    said = [_said(panel)[0] for _, panel in _opened(page)]
    assert "43%" in said[0]
    assert "…" in said[1]


def test_a_hostile_label_of_the_store_is_text(
    copy: Path, context: Context, panels: Panels, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(results, "here", lambda: (TEXTS["attribute"], TEXTS["out-of-pre"]))
    monkeypatch.setattr(results, "inputs", lambda: (TEXTS["script"], "0123"))
    row = {"slope": 0.2, "with_exposure": 0.05, "regions": 51, "status": "estimated"}
    rows = [{"exposure": name.replace("-", "_"), "benchmark": text, **row} for name, text in TEXTS.items()]
    found = records(write_result(pd.DataFrame(rows), WAVE, "tipping"))
    t, table = context.texts, [[each["benchmark"], "–", context.texts.points(each["slope"])] for each in found]
    heads = [row[0] for row in panels.rows(table)]
    sentences = [panels.explained(t.percent(each["with_exposure"])) for each in found]
    page = _parsed(inert("".join([*heads, *sentences, made := panels.new()])))
    opened = list(_opened(page))
    for text, (head, _), (_, panel) in zip(TEXTS.values(), *(opened[: len(TEXTS)], opened[len(TEXTS) :]), strict=True):
        assert " ".join(head.get_text().split()) == expected(text)
        assert expected(text) in " ".join(_said(panel)[0].split())
    assert len(page.select("[popover]")) == len(TEXTS) + 1
    assert {tag.name for tag in page.find_all(name=True)} == {"button", "data", "div", "p", "b", "a"}
    ours = {"popover", "autofocus", "tabindex", "role", "aria-label", "id", "class", "href"}
    assert {name for tag in _parsed(made).find_all(name=True) for name in tag.attrs} == ours


def test_a_printed_text_is_shown_as_it_was_printed(copy: Path, context: Context, panels: Panels):
    row = {
        "measure": "yield_top",
        "concept": "image",
        "count": 20,
        "base": 51,
        "computed": "<i>39%",
        "published": "39%",
    }
    (found,) = records(write_result(pd.DataFrame([row]), WAVE, "backtest"))
    page = _parsed(panels.explained(context.texts.told(found["computed"])), panels.new())
    assert page.select_one("button").get_text() == page.b.get_text() == "<i>39%"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("bands", "share", {"question": "yield", "concept": "image", "band": "top"}), "Opbrengst – Beeldvorming"),
        (("distribution", "share", {"question": "yield", "concept": "image", "position": 4}), ": veel opbrengst"),
        (("levels", "share", {"exposure": "commitment", "level": 2.0}), ", niveau 2"),
        (("tipping", "times", {"exposure": "commitment", "benchmark": "krimp"}), "keer zo sterk als Krimp"),
        (("planning", "chance", {"family": "borging", "answers": 78}), "bij 78 antwoorden"),
        (("none", "unheard", {"exposure": "commitment", "kind": "x"}), "unheard Commitment"),
    ],
)
def test_labels_are_told_in_words(context: Context, row: tuple[str, str, dict[str, Any]], said: str):
    table, statistic, labels = row
    vars(context)["full"] = {"image": "Beeldvorming", "commitment": "Commitment", "krimp": "Krimp"}
    stored = {"table": table, "statistic": statistic, "labels": json.dumps(labels)}
    assert said in described(context, stored)
    names = described(context, stored, of_rows=True)
    assert "…" in names
    assert not any(name in names for name in vars(context)["full"].values())


def test_a_count_of_one_region_is_told_in_words(copy: Path, context: Context, panels: Panels):
    (found,) = records(
        write_result(pd.DataFrame([{"of": "region", "region": "R07", "gap": 2.0, "compared": 8.0}]), WAVE, "own.R07")
    )
    panels.explained(context.texts.number(found["gap"]))
    (said,) = _said(_parsed(panels.new()))
    assert said == f"{catalogue('nl')['result.own.gap']} 2"


def test_an_end_of_an_interval_stays_on_its_side_of_none_in_a_panel_too(copy: Path, context: Context, panels: Panels):
    row = {"item": "image", "since": "2021", "difference": 0.3, "low": 0.004, "high": 0.5, "base": 42}
    (found,) = records(write_result(pd.DataFrame([row]), WAVE, "changes"))
    between = context.texts.span(context.texts.bound, found["low"], found["high"])
    panels.explained(Markup(between))
    assert f"({_parsed(between).get_text()})" in _parsed(panels.new()).b.get_text()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_declared_statistic_has_its_method_and_unit_in_words(language: Language, codebook: Codebook):
    tables = yaml.safe_load(Path(results.__file__).with_suffix(".yaml").read_text(encoding="utf-8"))["tables"]
    texts = Context(language, codebook).plain
    methods = {each.method for name in tables for each in results.declared(name).statistics.values()}
    assert {method for method in methods if f"method.{method}" not in texts} == set()
    assert len(methods) > 10
    for name in tables:
        for statistic in results.declared(name).statistics:
            if (key := f"result.{name}.{statistic}") in texts:
                assert texts(key, **dict.fromkeys(LABELS, "x")), key


@pytest.mark.parametrize(
    ("wave", "home", "address"),
    [
        (WAVE, "../index.html", f"notebooks/02_describe.{WAVE}.html#cell-shares-table"),
        (WAVE, "../../index.html", f"../notebooks/02_describe.{WAVE}.html#cell-shares-table"),
        ("", "index.html", "#cell-shares-table"),
    ],
    ids=["of a wave", "of a region", "of the published figures"],
)
def test_the_cell_that_made_a_number_is_found_from_the_page(store, context, panels, wave: str, home: str, address: str):
    html = panels.explained(context.texts.percent(records(store["shares"])[0]["share"])) + panels.new()
    html += Markup("<p>{}</p>").format('href="cell:02_describe#cell-x"')
    cell = new_code_cell("x", outputs=[new_output("display_data", {"text/html": str(html)})])
    notebook = new_notebook(cells=[new_markdown_cell("# T"), cell])
    notebook.metadata["papermill"] = {"parameters": {"wave": wave} if wave else {"alpha": 0.05}}
    prepared, _ = Prepare(enabled=True).preprocess(notebook, {"home": home})
    page = _parsed(prepared.cells[-1].outputs[0].data["text/html"])
    assert page.select_one("a")["href"] == address
    assert page.select("p")[-1].get_text() == 'href="cell:02_describe#cell-x"', "a text that looks like a link is none"
