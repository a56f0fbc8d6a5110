"""Sections are numbered, outputs are of one kind, and what cannot be published is refused."""

import re

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sto_analysis.errors import NotebookFailed
from sto_analysis.report.prepare import Prepare
from sto_workbench.pages.render import render
from tests import samples


def _prepared(notebook):
    return Prepare(enabled=True).preprocess(notebook, {})


def _report(*cells, **told):
    return _prepared(new_notebook(cells=list(cells), **told))[1]["report"]


def test_headings_get_numbers_and_ids_whatever_their_punctuation():
    question = "## Wat is ‘urgent’, en hoe vaak?"
    source = f"# T\n{question}\n### Regio’s & co. (2021 → 2024)\n{question}\n## →"
    sections = _report(new_markdown_cell(source))["sections"]
    assert [(s.number, s.id) for s in sections] == [
        ("1", "wat-is-urgent-en-hoe-vaak"),
        ("1.1", "regios-co-2021-2024"),
        ("2", "wat-is-urgent-en-hoe-vaak-2"),
        ("3", "section"),
    ]
    assert sections[1].title == "Regio’s &amp; co. (2021 → 2024)"


def test_a_heading_takes_no_id_of_the_page_itself_and_code_is_no_heading():
    sections = _report(new_markdown_cell("## Main\n## Code\n```\n## not this\n```\n~~~\n# nor this\n~~~"))["sections"]
    assert [s.id for s in sections] == ["main-2", "code-2"]


def test_the_title_leaves_its_cell_and_an_empty_cell_leaves_the_page():
    notebook, resources = _prepared(new_notebook(cells=[new_markdown_cell("# A *title*"), new_markdown_cell("text")]))
    assert resources["report"]["title"] == "A <em>title</em>"
    assert [cell.source for cell in notebook.cells] == ["text"]


def test_parameters_that_were_not_given_are_those_that_the_notebook_declares():
    cell = new_code_cell('wave: str = "synthetic-2024"  # w\nlanguage: str = "nl"', metadata={"tags": ["parameters"]})
    report = _report(cell, new_markdown_cell("# Titel"))
    assert (report["language"], report["wave"], report["data"]) == ("nl", "synthetic-2024", "SYNTHETIC")
    assert report["title"] == "Titel"


def test_parameters_that_papermill_takes_for_numbers_are_text():
    report = _report(new_markdown_cell("# a"), metadata={"papermill": {"parameters": {"wave": 2024, "region": 7}}})
    assert (report["wave"], report["region"], report["data"]) == ("2024", "7", "answers")


def _carrying(dutch: dict[str, str]):
    return new_code_cell(
        "x", outputs=[new_output("display_data", {"text/html": ""}, metadata={"text/html": {"nl": dutch}})]
    )


def test_a_page_that_took_its_dutch_with_it_shows_that_and_not_how_it_came():
    cells = [
        _carrying({"a": "# Titel", "b": "tekst"}),
        new_markdown_cell("# Title", id="a"),
        new_markdown_cell("text", id="b"),
    ]
    notebook, resources = _prepared(new_notebook(cells=cells))
    assert resources["report"]["title"] == "Titel"
    assert [cell.source for cell in notebook.cells] == ["x", "tekst"]
    assert notebook.cells[0].outputs == []


def test_a_text_without_its_dutch_is_named():
    with pytest.raises(NotebookFailed, match="the text 'b' has no Dutch"):
        _prepared(new_notebook(cells=[_carrying({"a": "tekst"}), new_markdown_cell("text", id="b")]))


@pytest.mark.parametrize("kind", ["image/png", "image/svg+xml"])
@pytest.mark.parametrize("where", ["kind", "output", "cell"])
def test_alt_text_in_metadata_reaches_the_picture(kind: str, where: str):
    data = {kind: samples.DOT if kind == "image/png" else samples.DRAWN, "text/plain": "x"}
    alt = {"alt": 'A square, "black", that fills the picture.'}
    metadata = {"kind": {kind: alt}, "output": alt, "cell": {}}[where]
    output = new_output("display_data", data, metadata=metadata)
    cell = new_code_cell("x", outputs=[output], metadata=alt if where == "cell" else {})
    notebook, _ = _prepared(new_notebook(cells=[cell]))
    html = notebook.cells[0].outputs[0].data["text/html"]
    assert 'alt="A square, &#34;black&#34;, that fills the picture."' in html
    assert re.search(rf'src="data:{re.escape(kind)};base64,[A-Za-z0-9+/=]+"', html)


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (new_output("error", ename="ValueError", evalue="x", traceback=["secret"]), "ValueError"),
        (new_output("display_data", {"image/png": samples.DOT}), "no alt text"),
        (new_output("display_data", {"application/json": {}}), "application/json"),
    ],
    ids=["error", "no alt text", "unknown kind"],
)
def test_what_cannot_be_published_is_refused(output, message):
    with pytest.raises(NotebookFailed, match=message):
        _prepared(new_notebook(cells=[new_code_cell("x", outputs=[output])]))


def _researchers(*marked: bool):
    """A text per cell, some of them for researchers, each third one under a heading of its own."""
    texts = [f"## Head {place}\n\ntext" if place % 3 == 0 else "text" for place in range(len(marked))]
    tags = [{"tags": ["researchers"]} if each else {} for each in marked]
    cells = [new_markdown_cell(text, metadata=tag) for text, tag in zip(texts, tags, strict=True)]
    return new_notebook(cells=cells)


@pytest.mark.parametrize(
    ("marked", "folds"),
    [
        ([0, 0, 0], []),
        ([0, 1, 0], ["For researchers: Head 0"]),
        ([1, 1, 0, 1], ["For researchers: Head 0", "For researchers: Head 3"]),
        ([0, 1, 1, 1, 1], ["For researchers: Head 0"]),
    ],
)
def test_what_is_for_researchers_is_folded_once_per_run(marked: list[int], folds: list[str]):
    page = BeautifulSoup(render(_researchers(*map(bool, marked)), ""), "html.parser")
    found = page.select("main > details.researchers")
    assert [each.summary.get_text() for each in found] == folds
    assert not page.select("details.researchers[open]")
    inside = [bool(text.find_parent("details")) for text in page.select("main .text")]
    assert inside == list(map(bool, marked))
    assert len(page.select("nav li")) == len(range(0, len(marked), 3))


def test_a_fold_whose_last_cell_leaves_the_page_still_ends():
    notebook = _researchers(True, True)
    notebook.cells.insert(1, new_code_cell("", metadata={"tags": ["researchers"]}))
    notebook.cells.append(new_code_cell("", metadata={"tags": ["researchers"]}))
    page = BeautifulSoup(render(notebook, ""), "html.parser")
    assert len(page.select("main > details.researchers > .text")) == 2
