"""A rendered page holds every output, loads nothing, and never shows an error."""

import re

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sto_analysis.errors import NotebookFailed
from sto_analysis.pipeline.render import render


def _notebook(language: str = "nl", wave: str = "synthetic-2024") -> nbformat.NotebookNode:
    outputs = [
        new_output("execute_result", {"text/plain": "'plain <result>'"}, execution_count=1),
        new_output("display_data", {"text/html": "<table id='t'><tr><td>1</td></tr></table>", "text/plain": "x"}),
        new_output("display_data", {"text/markdown": "**bold**", "text/plain": "x"}),
        new_output("stream", name="stdout", text="printed"),
        new_output("stream", name="stderr", text="warning in /a/path"),
    ]
    return new_notebook(
        cells=[
            new_markdown_cell("# Titel", metadata={"tags": ["nl"]}),
            new_markdown_cell("# Title", metadata={"tags": ["en"]}),
            new_markdown_cell("## Eerste deel", metadata={"tags": ["nl"]}),
            new_markdown_cell("shared"),
            new_code_cell("print('code')", outputs=outputs),
        ],
        metadata={"papermill": {"parameters": {"language": language, "wave": wave}}},
    )


@pytest.fixture(scope="module")
def page() -> BeautifulSoup:
    return BeautifulSoup(render(_notebook(), "../index.html"), "html.parser")


def test_the_page_is_in_one_language(page: BeautifulSoup):
    assert page.html["lang"] == "nl"
    assert [h.get_text(strip=True) for h in page.find_all("h1")] == ["Titel¶"]
    english = render(_notebook("en"), "x")
    assert 'lang="en"' in english
    assert "Titel" not in english


def test_all_outputs_but_stderr_stand_in_the_page(page: BeautifulSoup):
    text = page.get_text()
    assert all(part in text for part in ("plain <result>", "bold", "printed"))
    assert page.find(id="t")
    assert len([o for o in page.select(".output") if o.get_text(strip=True)]) == 4
    assert "warning" not in text


def test_contents_link_to_headings_that_exist(page: BeautifulSoup):
    links = [a["href"] for a in page.select("nav ol a")]
    assert links == ["#Eerste-deel"]
    assert all(page.find(id=link[1:]) for link in links)
    assert page.select_one("nav .home a")["href"] == "../index.html"


def test_nothing_is_loaded_from_outside(page: BeautifulSoup):
    assert not page.find_all("script")
    assert not page.find_all("link")
    assert not re.search(r"(src|href)=[\"']https?:|url\(|@import", str(page))


def test_a_synthetic_page_says_so_at_the_top_in_title_and_metadata(page: BeautifulSoup):
    assert page.select_one(".banner strong").get_text() == "SYNTHETIC"
    assert page.title.get_text().startswith("SYNTHETIC")
    assert page.find("meta", {"name": "sto-data"})["content"] == "SYNTHETIC"
    real = BeautifulSoup(render(_notebook(wave="2024"), "x"), "html.parser")
    assert "SYNTHETIC" not in real.get_text()
    assert real.find("meta", {"name": "sto-data"})["content"] == "answers"


def test_a_notebook_with_an_error_is_refused():
    notebook = _notebook()
    notebook.cells[-1].outputs.append(new_output("error", ename="ValueError", evalue="x", traceback=["secret"]))
    with pytest.raises(NotebookFailed, match="ValueError"):
        render(notebook, "x")
