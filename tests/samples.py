"""Small pages made by the very classes that make the reports, without running a notebook."""

from typing import Any
from unittest.mock import patch

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sto_analysis.monitor.scales import Language
from sto_analysis.report import page as module
from sto_analysis.report.exhibit import Base, Exhibit
from sto_analysis.report.figures import Drawing, Sheet
from sto_analysis.report.page import Page

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'


def drawing() -> Drawing:
    def draw(_: Sheet) -> plt.Figure:
        figure, axes = plt.subplots()
        axes.plot([1, 2], [2, 1])
        axes.set_title("regio’s")
        return figure

    return draw


def frame(rows: int = 3) -> pd.DataFrame:
    values = ["51", "7,4", "–"] * rows
    columns = {"Aspect": [f"aspect {row}" for row in range(rows)], "n": values[:rows], "95%": ["35% tot 51%"] * rows}
    return pd.DataFrame(columns)


def shown(language: Language, wave: str, *calls: Any, **more: Any) -> list[Any]:
    """Outputs of a page after some calls, as a notebook keeps them."""
    outputs: list[Any] = []
    with patch.object(module, "display", lambda thing, metadata=None: outputs.append((thing, metadata or {}))):
        page = Page(wave, language, **more)
        for call in calls:
            call(page)
    kinds = {"HTML": "text/html", "Markdown": "text/markdown"}
    return [
        new_output(
            "display_data",
            {kinds[type(each).__name__]: each.data, "text/plain": "x"},
            metadata={kinds[type(each).__name__]: each.metadata, **metadata},
        )
        for each, metadata in outputs
    ]


def figure(page: Page, base: Base = 51) -> None:
    words = {"first": "A & B", "high": 86, "last": "C", "low": 67}
    page.figure("forms", Exhibit(frame(), base, words, drawing()))


def table(page: Page, table: pd.DataFrame | None = None, base: Base = None) -> None:
    page.table("own_borging", Exhibit(frame() if table is None else table, base, {"then": " in Zuid"}))


def long_table(page: Page) -> None:
    wide = {f"interval van kolom {number}": ["35% tot 51%"] * 60 for number in range(8)}
    table(page, frame(60).assign(**wide))


DUTCH = {
    "title": "# Titel",
    "question": "## Wat is ‘urgent’, en hoe vaak?\nTekst *met* nadruk.",
    "part": "### De regio’s (2021 → 2024)\n\nshared\n\n```\n## no heading\n```",
    "borging": "## Borging\n\n### Borging",
}


def report(language: Language = "nl", wave: str = "synthetic-2024", region: str = "") -> nbformat.NotebookNode:
    """An executed notebook with everything that a page can show."""
    calls = [figure, table, lambda page: page.notice("page.confidential"), long_table, figure, table]
    calls += [Page.contents_list, Page.colophon]
    alt = {"alt": "One black square that fills the whole picture."}
    plain = [
        new_output("execute_result", {"text/plain": "'plain <result>'"}, execution_count=3),
        new_output("execute_result", {"text/html": frame().to_html(), "text/plain": "x"}, execution_count=3),
        new_output("display_data", {"text/markdown": "**bold** and\n\n- listed", "text/plain": "x"}),
        new_output("display_data", {"image/png": DOT, "text/plain": "x"}, metadata={"image/png": alt}),
        new_output("display_data", {"image/svg+xml": DRAWN, "text/plain": "x"}, metadata=alt),
        new_output("stream", name="stdout", text="printed"),
        new_output("stream", name="stderr", text="warning in /a/path"),
    ]
    metadata = {"text/html": {"nl": DUTCH}}
    carried = [new_output("display_data", {"text/html": ""}, metadata=metadata)] if language == "nl" else []
    parameters = {"language": language} | ({"wave": wave} if wave != "published" else {})
    parameters |= {"region": region} if region else {}
    return new_notebook(
        cells=[
            new_markdown_cell("# Title", id="title"),
            new_code_cell("page = Page(wave, language)", execution_count=1, outputs=carried),
            new_markdown_cell("## What is ‘urgent’, and how often?", id="question"),
            new_code_cell("page.figure(figure, 'forms')", execution_count=2, outputs=shown(language, wave, *calls)),
            new_markdown_cell(DUTCH["part"], id="part"),
            new_code_cell("plain = 1  # code", execution_count=3, outputs=plain[:-3]),
            new_markdown_cell(DUTCH["borging"], id="borging"),
            new_code_cell("print('x')", execution_count=4, outputs=plain[-3:]),
        ],
        metadata={"papermill": {"parameters": parameters}, "language_info": {"name": "python"}},
    )
