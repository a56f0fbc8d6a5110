"""What a notebook shows: numbered figures with alt text, numbered tables, sentences, the SYNTHETIC banner."""

import base64
import io
import re
from html import escape

import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import HTML, Markdown, display
from jinja2 import Environment, PackageLoader
from matplotlib.figure import Figure

from sto_analysis.report.language import Texts
from sto_analysis.survey.codebook import Language
from sto_analysis.survey.wave import is_synthetic

WEB_FONTS = "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
_NUMBER = re.compile(r"^([-−+<]?\d.*|–|)$")
_TABLE = Environment(
    loader=PackageLoader("sto_analysis.report", "template"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
).get_template("table.html.j2")


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
        self.texts = Texts(language)
        self.language = language
        self.synthetic = is_synthetic(wave)
        self._wave = wave
        self._figures = 0
        self._tables = 0
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

    def figure(self, figure: Figure, key: str, **values: object) -> None:
        """Show a figure with number, caption and alt text, and close it.

        Parameters
        ----------
        figure : Figure
            Of matplotlib.
        key : str
            ``figure.<key>.caption`` and ``figure.<key>.alt`` of the catalogue.
        **values
            Fill the placeholders of both.
        """
        self._figures += 1
        caption = f"{self.texts('page.figure')} {self._figures}. {self.texts(f'figure.{key}.caption', **values)}"
        if self.synthetic:
            figure.text(0.002, 0.004, "SYNTHETIC", ha="left", va="bottom", fontsize=8, color="#b3261e", weight="bold")
            caption += f" SYNTHETIC ({self._wave})."
        alt = self.texts(f"figure.{key}.alt", **values)
        source = "data:image/svg+xml;base64," + base64.b64encode(svg(figure)).decode()
        plt.close(figure)
        self._html(
            f'<figure tabindex="0"><img src="{source}" alt="{escape(alt)}">'
            f"<figcaption>{escape(caption)}</figcaption></figure>"
        )

    def table(self, frame: pd.DataFrame, key: str, **values: object) -> None:
        """Show a table of finished texts with number, caption, header cells and note.

        Parameters
        ----------
        frame : DataFrame of str
            The first column heads the rows; column names are shown as they are.
        key : str
            ``table.<key>.caption`` and ``table.<key>.note`` (base, source, method) of the catalogue.
        **values
            Fill the placeholders of both.
        """
        self._tables += 1
        caption = f"{self.texts('page.table')} {self._tables}. {self.texts(f'table.{key}.caption', **values)}"
        if self.synthetic:
            caption += f"{'' if caption.endswith('?') else '.'} SYNTHETIC ({self._wave})."
        numeric = [place > 0 and frame.iloc[:, place].map(_is_number).all() for place in range(frame.shape[1])]
        self._html(
            _TABLE.render(
                caption=caption,
                columns=list(frame.columns),
                rows=frame.astype(str).to_numpy().tolist(),
                numeric=numeric,
                note=self.texts(f"table.{key}.note", **values),
            )
        )

    def colophon(self, facts: dict[str, str]) -> None:
        """Show where the page comes from, as a list of terms; keys are those of ``colophon`` in the catalogue."""
        rows = "".join(
            f"<dt>{escape(self.texts(f'colophon.{name}'))}</dt><dd>{escape(value)}</dd>"
            for name, value in facts.items()
        )
        self._html(f'<dl class="colophon">{rows}</dl>')

    @staticmethod
    def _html(html: str) -> None:
        display(HTML(html))


def _is_number(cell: object) -> bool:
    return bool(_NUMBER.match(str(cell)))


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
