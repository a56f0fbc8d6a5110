"""Hostile texts go through the whole of a small run, all at the same time, and are read as text in a real browser."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pyreadstat
import pytest
import yaml
from bs4 import BeautifulSoup
from docx import Document

from sto_analysis.report.picture import SVG
from sto_workbench.pages.word import to_docx
from tests.conftest import make_copy
from tests.hostile.outside import RAN, attacks, listening
from tests.hostile.texts import TEXTS, expected
from tests.running import WAVE, sto, words

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("hostile pages")]
REGIONS = ("R01", "R02", "R03", "R05")
NAMES = {name: text for name, text in TEXTS.items() if len(text) < 110 and text.isprintable()}
"""Texts that the intake lets through as a name of a region: it refuses those that do not print, or are long."""
SHEET = "<img src onerror=alert(1)>$x$"
OURS = "a abbr b body br button caption code col colgroup data dd details div dl dt em figcaption figure h1 h2 h3 head"
OURS += " header html img input label li main meta nav ol output p pre section span strong style sub summary"
OURS += " sup table tbody td th thead title tr ul wbr script picture source"
"""Elements that pages of ours are made of."""
BESIDE = r"([\w./-]+/)?exhibits/[\w.-]+\.(csv|svg|png|xlsx)$"


def _labels(codebook: dict[str, Any]) -> Iterator[tuple[dict[str, str], str]]:
    """Every place of the codebook that holds words which pages show."""
    for kind in ("aspects", "borging_forms", "context_variables", "attention_topics", "impact_statements"):
        for concept in codebook[kind].values():
            yield from ((concept, key) for key in ("nl", "en", "short_nl", "short_en") if key in concept)
    beside, stages = codebook["theory_context"], codebook["theory_of_change"]
    points = [point for stage in stages for box in stage["boxes"] for point in box]
    for each in (*stages, *points, beside, *beside["points"], *codebook["interview_themes"].values()):
        yield from ((each, key) for key in ("nl", "en"))


def _plant(root: Path) -> dict[str, str]:
    """Put every text into a compendium, by every way in; return region → name."""
    raw = root / "data" / "raw" / WAVE
    frame = pd.read_csv(raw / "frame.csv", dtype=str)
    names = {region: f"{text} {region}" for region, text in zip(frame["region"], cycle(NAMES.values()))}
    frame.assign(name=frame["region"].map(names)).to_csv(raw / "frame.csv", index=False)
    path = root / "data" / "codebook.yaml"
    codebook = yaml.safe_load(path.read_text(encoding="utf-8"))
    for number, ((holder, key), text) in enumerate(zip(_labels(codebook), cycle(TEXTS.values()))):
        holder[key] = f"{text} {number}"
    path.write_text(yaml.safe_dump(codebook, sort_keys=False), encoding="utf-8")
    _export(raw)
    return names


def _export(raw: Path) -> None:
    """The delivery as a workbook whose sheet and columns are hostile, and wave.yaml to match."""
    wave = yaml.safe_load((raw / "wave.yaml").read_text(encoding="utf-8"))
    table, _ = pyreadstat.read_sav(str(raw / wave["file"]))
    named = {
        source["column"]: f"{text} {item}" for (item, source), text in zip(wave["items"].items(), cycle(NAMES.values()))
    }
    for (item, source), text in zip(wave["items"].items(), cycle(TEXTS.values())):
        source |= {"column": named[source["column"]], "wording": f"{text} {item}"}
    wave |= {
        "file": "delivery.xlsx",
        "sheet": SHEET,
        "title": {"nl": TEXTS["image"], "en": TEXTS["mathematics-broken"]},
    }
    del wave["earlier_wave"]
    book = openpyxl.Workbook()
    book.active.title = SHEET
    for row in (
        [named.get(name, name) for name in table.columns],
        *table.astype(object).where(table.notna(), None).to_numpy().tolist(),
    ):
        book.active.append(row)
    book.save(raw / "delivery.xlsx")
    (raw / "wave.yaml").write_text(yaml.safe_dump(wave, sort_keys=False), encoding="utf-8")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A compendium after a run on all hostile texts; region → its name."""
    root = make_copy(tmp_path_factory.mktemp("hostile") / "compendium")
    names = _plant(root)
    code, out, err = sto(root, *words(REGIONS, "nl", "en"))
    assert code == 0, out + err
    assert "Traceback" not in out + err
    return root, names


def _pages(root: Path) -> dict[str, BeautifulSoup]:
    found = sorted((root / "reports").rglob("*.html"))
    return {p.relative_to(root).as_posix(): BeautifulSoup(p.read_text(encoding="utf-8"), "html.parser") for p in found}


def _text(page: BeautifulSoup) -> str:
    """What a page says: its text, and that of its figures, with single spaces."""
    drawn = [unquote(img["src"].removeprefix(SVG)) for img in page.select("img")]
    figures = [BeautifulSoup(svg, "xml").get_text(" ") for svg in drawn]
    return " ".join(" ".join([page.get_text(), *(img["alt"] for img in page.select("img")), *figures]).split())


def test_every_text_is_read_as_it_is(hostile: tuple[Path, dict[str, str]]):
    root, names = hostile
    said = {path: _text(page) for path, page in _pages(root).items()}
    for index in ("reports/index.html", "reports/index.en.html"):
        assert [name for name in names.values() if expected(name) not in said[index]] == []
    for region in REGIONS:
        assert expected(names[region]) in said[f"reports/{WAVE}/regions/{region}.{WAVE}.nl.html"]
    everything = " ".join(said.values())
    codebook = yaml.safe_load((root / "data" / "codebook.yaml").read_text(encoding="utf-8"))
    seen = {
        name
        for name in TEXTS
        if any(
            holder[key].startswith(TEXTS[name]) and expected(holder[key]) in everything
            for holder, key in _labels(codebook)
        )
    }
    assert set(TEXTS) - seen == set()


def test_pages_are_made_of_our_elements_only(hostile: tuple[Path, dict[str, str]]):
    for path, page in _pages(hostile[0]).items():
        tags = page.find_all(name=True)
        assert {tag.name for tag in tags} <= set(OURS.split()), path
        assert len(page.find_all("script")) == path.startswith("reports/index"), path
        assert not [name for tag in tags for name in tag.attrs if name.startswith("on") or name == "style"], path
        links = [tag[name] for tag in tags for name in ("href", "src", "srcset") if name in tag.attrs]
        assert [
            link
            for link in links
            if not re.match(r"#[\w-]+$|data:image/svg\+xml,|[\w./-]+\.(html(#[\w-]+)?|ipynb)$|" + BESIDE, link)
        ] == [], path
        assert "&lt;strong&gt;" not in str(page), path


def test_files_beside_pages_hold_drawings_and_texts_only(hostile: tuple[Path, dict[str, str]]):
    drawn, cells = set(), []
    for path in (hostile[0] / "reports").rglob("exhibits/*.svg"):
        parts = list(ElementTree.parse(path).iter())
        drawn |= {part.tag.rpartition("}")[2] for part in parts}
        assert not [name for part in parts for name in part.attrib if name.startswith("on") or "://" in part.get(name)]
    assert drawn - {"svg", "title", "desc", "defs", "style", "clipPath", "g", "path", "rect", "use", "text"} == set()
    for path in (hostile[0] / "reports").rglob("exhibits/*.csv"):
        cells += [cell for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")) for cell in row]
    assert len(cells) > 1000
    assert [
        cell for cell in cells if re.match(r"\s*[=+\-@−]", cell) and not re.fullmatch(r"[+-]?[\d.,e-]+", cell)
    ] == []


def test_in_a_browser_nothing_runs_and_nothing_is_asked_for(hostile: tuple[Path, dict[str, str]], chromium: Any):
    context, found, shown = chromium.new_context(), [], 0
    context.on("request", lambda r: r.url.startswith(("data:", "file:")) or found.append(r.url))
    context.on("dialog", lambda dialog: (found.append(dialog.message), dialog.dismiss()))
    context.on("console", lambda said: found.append(said.text))
    context.on("weberror", lambda error: found.append(str(error.error)))
    for path in sorted((hostile[0] / "reports").rglob("*.html")):
        page, asked = context.new_page(), []
        page.on("request", lambda r, asked=asked: r.url.startswith("data:") or asked.append(r.url))
        page.goto(path.as_uri())
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        assert asked == [path.as_uri()]
        assert page.title() != "RAN"
        shown += len(page.inner_text("main")) > 100
        page.close()
    context.close()
    assert found == []
    assert shown == len(_pages(hostile[0]))


def test_the_policy_of_a_page_holds_where_escaping_would_not(hostile: tuple[Path, dict[str, str]], chromium: Any):
    """The markup is put raw into the pages: not as values, but into their HTML."""
    root, _ = hostile
    secret = root / "secret.txt"
    secret.write_text("THE-SECRET", encoding="utf-8")
    for path in ("reports/index.html", f"reports/{WAVE}/regions/R01.{WAVE}.nl.html"):
        with listening() as (address, asked):
            html = (root / path).read_text(encoding="utf-8")
            raw = "\n".join(attacks(address, secret).values())
            bad = (root / path).with_name("raw.html")
            bad.write_text(html.replace('<main id="main">', f'<main id="main">{raw}', 1), encoding="utf-8")
            page = chromium.new_page()
            page.goto(bad.as_uri())
            page.wait_for_timeout(500)
            assert RAN not in page.inner_text("main") + page.title()
            assert secret.as_uri() not in [frame.url for frame in page.frames]
            assert asked == []
            page.close()
            bad.unlink()


def test_word_has_the_text_and_no_link(hostile: tuple[Path, dict[str, str]], tmp_path: Path):
    root, names = hostile
    for region in REGIONS:
        document = Document(to_docx(root / f"reports/{WAVE}/regions/{region}.{WAVE}.nl.html", tmp_path / "x.docx"))
        assert expected(names[region]) in " ".join(" ".join(p.text for p in document.paragraphs).split())
        assert [each.target_ref for each in document.part.rels.values() if each.is_external] == []
