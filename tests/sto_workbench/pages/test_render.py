"""A rendered page holds every output, loads nothing, and is what plain nbconvert makes."""

import copy
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_output

from sto_analysis.errors import NotebookFailed
from sto_analysis.report.picture import SVG
from sto_workbench.pages.render import render
from tests import samples


@pytest.fixture(scope="module")
def page() -> BeautifulSoup:
    return BeautifulSoup(render(samples.report(), "../index.html"), "html.parser")


def test_the_page_is_in_one_language(page: BeautifulSoup):
    assert page.html["lang"] == "nl"
    assert [h.get_text() for h in page.find_all("h1")] == ["Titel"]
    english = render(samples.report("en"), "x")
    assert 'lang="en"' in english
    assert "Titel" not in english


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_output_but_stderr_stands_in_the_page_once_and_is_not_empty(language: str):
    notebook = samples.report(language)
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", []) if out.get("name") != "stderr"]
    outputs = [out for out in outputs if out.get("data", {}).get("text/html") != ""]  # that one carries the Dutch text
    blocks = BeautifulSoup(render(notebook, "x"), "html.parser").select(".output")
    assert len(blocks) == len(outputs) > 12
    assert all(block.get_text(strip=True) or block.img for block in blocks)
    text = " ".join(block.get_text() for block in blocks)
    assert all(part in text for part in ("plain <result>", "bold", "printed", "aspect 59"))
    assert "warning" not in text


def test_every_picture_has_its_alt_text(page: BeautifulSoup):
    alts = [img["alt"] for img in page.find_all("img")]
    assert len(alts) == 4
    assert alts.count("One black square that fills the whole picture.") == 2


def test_sections_are_numbered_alike_in_contents_headings_and_links(page: BeautifulSoup):
    links = page.select("nav ol a")
    assert [link["href"] for link in links] == [
        "#wat-is-urgent-en-hoe-vaak", "#de-regios-2021-2024", "#borging", "#borging-2",
    ]  # fmt: skip
    for link, heading in zip(links, page.select("main h2, main h3"), strict=True):
        assert link["href"] == f"#{heading['id']}"
        assert link.get_text(" ", strip=True) == heading.get_text(" ", strip=True)
    assert [span.get_text() for span in page.select("h2 .number, h3 .number")] == ["1", "1.1", "2", "2.1"]


def test_ids_are_unique_and_every_link_within_the_page_arrives(page: BeautifulSoup):
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    targets = {a["href"][1:] for a in page.select("a[href^='#']")}
    assert targets > {"main", "fig-1", "fig-2", "table-1", "table-2", "table-3"}
    assert targets <= set(ids)


def test_the_page_leads_back_to_the_index(page: BeautifulSoup):
    assert page.select_one(".home a")["href"] == "../index.html"


def test_nothing_is_loaded_from_outside(page: BeautifulSoup):
    assert not page.find_all(["script", "link", "iframe"])
    page = copy.copy(page)
    pictures = [img["src"] for img in page.select("img")] + [each["srcset"] for each in page.select("source")]
    assert [source for source in pictures if not source.startswith("data:image/")] == []
    for img in page.select("img"):
        img["src"] = "data:"
    for phone in page.select("source"):
        assert not re.search(r"\s", phone["srcset"]), "where an address ends"
        phone["srcset"] = "data:"
    assert not re.search(r"(src|href)=[\"']https?:|url\(|@import", str(page))
    drawn = [unquote(source.removeprefix(SVG)) for source in pictures if source.startswith(SVG)]
    assert len(drawn) == 2
    assert not re.search(r"(src|href)=[\"'](?!#)|url\((?!#)|@import", "".join(drawn))


def test_a_synthetic_page_says_so_at_the_top_in_title_and_metadata(page: BeautifulSoup):
    assert page.select_one(".banner strong").get_text() == "SYNTHETIC"
    assert page.title.get_text().startswith("SYNTHETIC")
    assert page.find("meta", {"name": "sto-data"})["content"] == "SYNTHETIC"
    real = BeautifulSoup(render(samples.report(wave="2024"), "x"), "html.parser")
    assert "SYNTHETIC" not in real.get_text()
    assert real.find("meta", {"name": "sto-data"})["content"] == "answers"


def test_parameters_and_what_a_notebook_displays_besides_are_text():
    bad = "<b>x</b>\x1b[31m\u202e"
    notebook = samples.report(wave=bad, region=f'R"{bad}')
    shows = [new_output("display_data", {"text/markdown": bad}), new_output("stream", name="stdout", text=bad)]
    notebook.cells[-1].outputs += [*shows, new_output("display_data", {"text/plain": bad})]
    page = BeautifulSoup(render(notebook, '"><script>'), "html.parser")
    assert not page.find_all(["b", "script"])
    assert "\u202e" not in str(page)
    assert "\x1b" not in str(page)
    assert str(page).count("&lt;b&gt;x&lt;/b&gt;") >= 6
    assert page.head.find(name=True)["http-equiv"] == "Content-Security-Policy"


def test_a_notebook_with_an_error_is_refused():
    notebook = samples.report()
    notebook.cells[-1].outputs.append(new_output("error", ename="ValueError", evalue="x", traceback=["secret"]))
    with pytest.raises(NotebookFailed, match="ValueError"):
        render(notebook, "x")


@pytest.mark.whole
def test_plain_nbconvert_makes_the_same_page(tmp_path: Path):
    notebook = samples.report()
    nbformat.write(notebook, tmp_path / "page.ipynb")
    words = "-m nbconvert --to html --template sto --log-level ERROR page.ipynb"
    subprocess.run([sys.executable, *words.split()], cwd=tmp_path, check=True)
    home = "Monitor Sterk Techniekonderwijs"
    ours = render(notebook, "x").replace(f'<a href="x">{home}</a>', home)
    made = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert made == str(BeautifulSoup(ours, "html.parser")), (
        "The installed template is older than that of src: run `make` again."
    )
