"""A table as HTML that a screen reader can read, a figure as SVG whose bytes are always the same."""

import base64
import io
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from jinja2 import Environment, FunctionLoader
from markupsafe import Markup
from matplotlib.figure import Figure

from sto_analysis.provenance import read
from sto_analysis.report.language import DASH, Texts
from sto_analysis.report.plain import inert

WEB_FONTS = "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
_NUMBER = re.compile(r"[-−+<]?\d.*|–|")
_PLAIN = re.compile(r"[-−+<]?[\d.,]+")
_SHORT = 16  # lines of a table that stays whole on paper
_FIGURE_SPACE, _PUNCTUATION_SPACE = "\u2007", "\u2008"
_FOLDER = Path(__file__).with_name("template")


def _source(name: str) -> tuple[str, str, Callable[[], bool]]:
    path = _FOLDER / name
    return read(path).read_text(encoding="utf-8"), str(path), lambda: bool(read(path))  # each page notes it anew


_TEMPLATES = Environment(loader=FunctionLoader(_source), autoescape=True, trim_blocks=True, lstrip_blocks=True)
_TEMPLATES.filters["sha256"] = lambda text: base64.b64encode(sha256(str(text).encode()).digest()).decode()


def fill(name: str, /, **values: object) -> Markup:
    """Fill a template of ours: what is not markup is escaped, and nothing in it steers what stands beside it."""
    return Markup(inert(_TEMPLATES.get_template(name).render(**values)))


def table_html(frame: pd.DataFrame, texts: Texts, name_id: str, caption: str, **more: object) -> Markup:
    """Fill ``table.html.j2``.

    Parameters
    ----------
    frame : DataFrame
        Finished texts; the first column heads the rows.
    texts : Texts
        Language of what only a screen reader says, and of the decimal mark.
    name_id : str
        Id of the table in the page.
    caption : str
        Above the table.
    **more
        ``name``, ``note``, ``source``; ``folded``; ``links`` of the rows.
    """
    columns = [list(map(str, frame.iloc[:, place])) for place in range(frame.shape[1])]
    numeric = [place > 0 and all(map(_NUMBER.fullmatch, column)) for place, column in enumerate(columns)]
    mark = texts.number(0.5, 1)[1]
    rows = list(zip(*(aligned(column, mark) for column in columns), strict=True))
    lines = sum(max(len(cell) // 40 + cell.count("\n") + 1 for cell in row) for row in rows)
    more |= {"numeric": numeric, "short": lines <= _SHORT, "between": texts("format.interval", low="", high="")}
    more |= {"columns": list(frame.columns), "rows": rows, "dash": DASH, "t": texts}
    return fill("table.html.j2", id=name_id, caption=caption, **more)


def aligned(cells: list[str], mark: str) -> list[str]:
    """Pad the numbers of a column with invisible figures, so that their decimal marks stand under each other."""
    if not all(_PLAIN.fullmatch(cell) or cell in ("", DASH) for cell in cells):
        return cells
    most = max((len(cell.partition(mark)[2]) for cell in cells), default=0)
    return [_padded(cell, mark, most) for cell in cells]


def _padded(cell: str, mark: str, most: int) -> str:
    digits = len(cell.partition(mark)[2])
    if cell in ("", DASH) or digits == most:
        return cell
    return cell + (_PUNCTUATION_SPACE if not digits else "") + _FIGURE_SPACE * (most - digits)


def picture(figure: Figure, stamp: str = "") -> str:
    """Address of a figure that holds the figure itself; `stamp` is written in its corner. The figure is closed."""
    if stamp:
        figure.text(0.002, 0.004, stamp, ha="left", va="bottom", fontsize=8, color="#b3261e", weight="bold")
    data = base64.b64encode(svg(figure)).decode()
    plt.close(figure)
    return f"data:image/svg+xml;base64,{data}"


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
    return re.sub(r"'DejaVu Sans'(, [^;\"]*)?", WEB_FONTS, buffer.getvalue().decode()).encode()
