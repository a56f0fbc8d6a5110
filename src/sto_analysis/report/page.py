"""What a notebook shows: numbered figures and tables with their source, sentences, the SYNTHETIC banner."""

import base64
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from IPython.core.getipython import get_ipython
from IPython.display import HTML, Markdown, display
from jinja2 import Environment, PackageLoader
from matplotlib.figure import Figure

from sto_analysis import provenance
from sto_analysis.monitor.codebook import Language
from sto_analysis.monitor.wave import is_synthetic
from sto_analysis.report.language import DASH, Texts

WEB_FONTS = "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
Base = int | str | Iterable[int] | None
_NUMBER = re.compile(r"^([-−+<]?\d.*|–|)$")
_PLAIN = re.compile(r"[-−+<]?[\d.,]+")
_SHORT = 16  # lines of a table that stays whole on paper
_FIGURE_SPACE, _PUNCTUATION_SPACE = "\u2007", "\u2008"
_TABLE_FILE = Path(__file__).with_name("template") / "table.html.j2"
_TABLE = Environment(
    loader=PackageLoader("sto_analysis.report", "template"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
).get_template("table.html.j2")


@dataclass(frozen=True)
class Shown:
    """A numbered figure or table: its id in the page, its name and title, and the execution count of its cell."""

    id: str
    name: str
    title: str
    cell: int | None


class Page:
    """The page that a notebook makes.

    Parameters
    ----------
    language : {"nl", "en"}
        Of captions, alt texts and sentences.
    wave : str
        Wave that the page is about, or ``published``.

    Notes
    -----
    Making a page of a synthetic wave shows the SYNTHETIC banner, and every figure of it carries the word.
    """

    def __init__(self, language: Language, wave: str) -> None:
        provenance.read(_TABLE_FILE)
        self.texts = Texts(language)
        self.language = language
        self.synthetic = is_synthetic(wave)
        self.shown: list[Shown] = []
        self._wave = wave
        self._source = "synthetic" if self.synthetic else "published" if wave == "published" else "wave"
        if self.synthetic:
            self._html(
                f'<p class="synthetic" role="note"><strong>SYNTHETIC</strong> {self.texts("page.synthetic")}</p>'
            )

    def say(self, key: str, **values: object) -> None:
        """Show a sentence or paragraph of the catalogue."""
        display(Markdown(self.texts(key, **values)))

    def notice(self, key: str) -> None:
        """Show a framed notice of the catalogue."""
        self._html(f'<p class="confidential" role="note">{escape(self.texts(key))}</p>')

    def list(self, sentences: list[str]) -> None:
        """Show sentences as a list."""
        display(Markdown("\n".join(f"- {sentence}" for sentence in sentences)))

    def figure(
        self,
        figure: Figure,
        key: str,
        table: pd.DataFrame | None = None,
        *,
        base: Base = None,
        source: str | None = None,
        **values: object,
    ) -> None:
        """Show a figure with number, caption, source and alt text, and close it.

        Parameters
        ----------
        figure : Figure
            Of matplotlib.
        key : str
            ``figure.<key>.caption`` and ``figure.<key>.alt`` of the catalogue.
        table : DataFrame of str, optional
            What the figure shows as a table of finished texts, folded under it, for those who cannot see it.
        base : int, str or iterable of int, optional
            Answers behind it, for the source line; several are shown as a range. Also fills ``{base}``.
        source : str, optional
            ``page.source.<source>`` of the catalogue; by default the wave, or the published figures.
        **values
            Fill the placeholders of both.
        """
        values["base"] = self._base(base)
        caption = self._caption("figure", key, values)
        shown = self._remember("figure", caption)
        if self.synthetic:
            figure.text(0.002, 0.004, "SYNTHETIC", ha="left", va="bottom", fontsize=8, color="#b3261e", weight="bold")
        alt = self.texts(f"figure.{key}.alt", **values)
        data = "data:image/svg+xml;base64," + base64.b64encode(svg(figure)).decode()
        plt.close(figure)
        folded = "" if table is None else self._folded(table, shown)
        self._html(
            f'<figure id="{shown.id}">'
            f'<div class="picture" tabindex="0" role="group" aria-label="{shown.name}">'
            f'<img src="{data}" alt="{escape(alt)}"></div>'
            f'<figcaption><strong class="name">{shown.name}.</strong> {escape(caption)} '
            f'<span class="source">{escape(self._from(source, values))}</span></figcaption>{folded}</figure>'
        )

    def table(
        self, frame: pd.DataFrame, key: str, *, base: Base = None, source: str | None = None, **values: object
    ) -> None:
        """Show a table of finished texts with number, caption, header cells, note and source.

        Parameters
        ----------
        frame : DataFrame of str
            The first column heads the rows; column names are shown as they are.
        key : str
            ``table.<key>.caption`` and ``table.<key>.note`` (base, method) of the catalogue.
        base : int, str or iterable of int, optional
            Answers behind it, for the source line, where the table has no column of its own for them. Also fills
            ``{base}``.
        source : str, optional
            ``page.source.<source>`` of the catalogue; by default the wave, or the published figures.
        **values
            Fill the placeholders of both.
        """
        values["base"] = self._base(base)
        caption = self._caption("table", key, values)
        shown = self._remember("table", caption)
        self._html(
            self._rendered(
                frame,
                shown.id,
                caption,
                name=shown.name,
                note=self.texts(f"table.{key}.note", **values),
                source=self._from(source, values),
            )
        )

    def contents_list(self, notebook: str) -> None:
        """Show the figures and tables so far, with links and the cell that made each.

        Parameters
        ----------
        notebook : str
            Name of the notebook; the cell is the number that its executed form shows beside it.
        """
        cells = [self.texts("page.cell", notebook=notebook, cell=each.cell or DASH) for each in self.shown]
        columns = [self.texts(f"column.{name}") for name in ("shown", "title", "cell")]
        frame = pd.DataFrame(
            {columns[0]: [s.name for s in self.shown], columns[1]: [s.title for s in self.shown], columns[2]: cells}
        )
        links = [each.id for each in self.shown]
        self._html(self._rendered(frame, "shown", self.texts("page.shown"), links=links))

    def colophon(self, **more: object) -> None:
        """Show what the page was made of, and leave it with the executed notebook; the last cell calls this.

        Parameters
        ----------
        **more
            Printed beside the notebook's own parameters: seeds or counts of the results that it reads.
        """
        facts, recorded = provenance.colophon(**more)
        rows = "".join(
            f"<dt>{escape(self.texts(f'colophon.{name}'))}</dt><dd>{escape(value)}</dd>"
            for name, value in facts.items()
        )
        display(HTML(f'<dl class="colophon">{rows}</dl>'), metadata={"provenance": recorded})

    def _base(self, base: Base) -> str:
        if base is None or isinstance(base, str):
            return base or ""
        bases = list(base) if isinstance(base, Iterable) else [base]
        return self.texts.interval(self.texts.number(min(bases)), self.texts.number(max(bases)))

    def _caption(self, kind: str, key: str, values: dict[str, object]) -> str:
        caption = self.texts(f"{kind}.{key}.caption", **values)
        if not self.synthetic:
            return caption
        return f"{caption}{'' if caption.endswith(('.', '?')) else '.'} SYNTHETIC ({self._wave})."

    def _from(self, source: str | None, values: dict[str, object]) -> str:
        origin = self.texts(f"page.source.{source or self._source}", wave=self._wave)
        return f"{origin}; n = {values['base']}." if values["base"] else f"{origin}."

    def _remember(self, kind: str, caption: str) -> Shown:
        short = {"figure": "fig", "table": "table"}[kind]
        number = sum(each.id.startswith(f"{short}-") for each in self.shown) + 1
        title = re.split(r"(?<=[.:;?]) ", caption, maxsplit=1)[0].rstrip(".:;")
        shell = get_ipython()
        cell = shell.execution_count if shell else None
        shown = Shown(f"{short}-{number}", f"{self.texts(f'page.{kind}')} {number}", title, cell)
        self.shown.append(shown)
        return shown

    def _folded(self, table: pd.DataFrame, shown: Shown) -> str:
        summary = self.texts("page.as_table", name=shown.name.lower())
        inner = self._rendered(table, f"{shown.id}-table", summary, folded=True)
        return f'<details class="data"><summary>{summary}</summary>{inner}</details>'

    def _rendered(self, frame: pd.DataFrame, name_id: str, caption: str, **more: object) -> str:
        texts = frame.astype(str)
        numeric = [place > 0 and texts.iloc[:, place].map(_is_number).all() for place in range(frame.shape[1])]
        mark = self.texts.number(0.5, 1)[1]
        columns = [_aligned(texts.iloc[:, place], mark) for place in range(frame.shape[1])]
        rows = list(zip(*columns, strict=True))
        between = self.texts("format.interval", low="", high="")
        return _TABLE.render(
            id=name_id,
            caption=caption,
            columns=list(frame.columns),
            rows=rows,
            numeric=numeric,
            short=sum(max(len(cell) // 40 + cell.count("\n") + 1 for cell in row) for row in rows) <= _SHORT,
            dash=DASH,
            between=between,
            t=self.texts,
            **more,
        )

    @staticmethod
    def _html(html: str) -> None:
        display(HTML(html))


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.match(cell))


def _aligned(column: pd.Series, mark: str) -> list[str]:
    """Pad the numbers of a column with invisible figures, so that their decimal marks stand under each other."""
    cells = [str(cell) for cell in column]
    if not all(_PLAIN.fullmatch(cell) or cell in ("", DASH) for cell in cells):
        return cells
    decimals = [len(cell.partition(mark)[2]) for cell in cells]
    most = max(decimals, default=0)
    return [
        cell if cell in ("", DASH) or digits == most
        else cell + (_PUNCTUATION_SPACE if not digits else "") + _FIGURE_SPACE * (most - digits)
        for cell, digits in zip(cells, decimals, strict=True)
    ]  # fmt: skip


def svg(figure: Figure) -> bytes:
    """Draw a figure as SVG: the same bytes for the same figure, text kept as text.

    Parameters
    ----------
    figure : Figure
        Drawn with DejaVu Sans metrics; the page's own, narrower fonts are named in the file.
    """
    buffer = io.BytesIO()
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": "sto"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = re.sub(r"'DejaVu Sans'(, [^;\"]*)?", WEB_FONTS, buffer.getvalue().decode())
    return text.encode()
