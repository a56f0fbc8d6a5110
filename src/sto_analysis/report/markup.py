"""A table as HTML that a screen reader can read, a figure as SVG whose bytes are always the same."""

import base64
import io
import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import matplotlib.pyplot as plt
import pandas as pd
from jinja2 import Environment, FunctionLoader
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from sto_analysis.provenance import read
from sto_analysis.report.figures import Drawing, Sheet
from sto_analysis.report.figures.canvas import DARK, STAMP
from sto_analysis.report.language import DASH, MARK, Texts
from sto_analysis.report.plain import inert, plain

SVG = "data:image/svg+xml,"
"""How the address of a figure begins; what follows is percent-encoded, which is shorter than base64."""
WEB_FONTS = "Segoe UI, Helvetica Neue, Arial, Liberation Sans, DejaVu Sans, sans-serif"
_NUMBER = re.compile(rf"[-−+<]?\d.*|{DASH}|{MARK}|")
_PLAIN = re.compile(r"[-−+<]?[\d.,]+")
_TAGS = re.compile("<[^>]*>")
_AS_THEY_ARE = " !$()*,-./:;=?@[]^_`{|}~'"
_TIGHT = re.compile("([;:]) ")
_SLASH = re.compile("(<[^>]*>)|/")
_SHORT = 16  # lines of a table that stays whole on paper
_FIGURE_SPACE, _PUNCTUATION_SPACE = "\u2007", "\u2008"
_EMPTY = {DASH: "page.no_value", MARK: "release.no_value"}
_FOLDER = Path(__file__).with_name("template")


def _source(name: str) -> tuple[str, str, Callable[[], bool]]:
    path = _FOLDER / name
    return read(path).read_text(encoding="utf-8"), str(path), lambda: bool(read(path))  # each page notes it anew


TEMPLATES = Environment(loader=FunctionLoader(_source), autoescape=True, trim_blocks=True, lstrip_blocks=True)
TEMPLATES.filters["breakable"] = lambda cell: Markup(_SLASH.sub(lambda found: found[1] or "/<wbr>", escape(cell)))
TEMPLATES.filters["sha256"] = lambda text: base64.b64encode(sha256(str(text).encode()).digest()).decode()


def fill(name: str, /, **values: object) -> Markup:
    """Fill a template of ours: what is not markup is escaped, and nothing in it steers what stands beside it."""
    return Markup(inert(TEMPLATES.get_template(name).render(**values)))


def table_html(
    frame: pd.DataFrame,
    texts: Texts,
    name_id: str,
    caption: str,
    opened: Callable[[Sequence[Sequence[str]]], Sequence[Sequence[str]]] = list,
    **more: object,
) -> Markup:
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
    opened : callable
        Rows of cells → the same, opening what explains their numbers.
    **more
        ``name``, ``note``, ``source``; ``folded``; ``links`` of the rows.
    """
    columns = [[_text(cell) for cell in frame.iloc[:, place]] for place in range(frame.shape[1])]
    words = [list(map(plain, column)) for column in columns]
    numeric = [place > 0 and all(map(_NUMBER.fullmatch, column)) for place, column in enumerate(words)]
    mark = texts.number(0.5, 1)[1]
    lines = sum(max(len(cell) // 40 + cell.count("\n") + 1 for cell in row) for row in zip(*words, strict=True))
    rows = opened(list(zip(*(aligned(column, mark) for column in columns), strict=True)))
    more |= {"numeric": numeric, "short": lines <= _SHORT}
    more |= {
        "columns": list(frame.columns),
        "rows": rows,
        "empty": {DASH: "page.no_value", MARK: "release.no_value"},
        "t": texts,
    }
    return fill("table.html.j2", id=name_id, caption=caption, **more)


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else str(cell)


def aligned(cells: list[str], mark: str) -> list[str]:
    """Pad the numbers of a column with invisible figures, so that their decimal marks stand under each other."""
    words = list(map(plain, cells))
    if not all(_PLAIN.fullmatch(cell) or cell in ("", DASH, MARK) for cell in words):
        return cells
    most = max((len(cell.partition(mark)[2]) for cell in words), default=0)
    return [_padded(cell, mark, most) for cell in cells]


def _padded(cell: str, mark: str, most: int) -> str:
    digits = len(plain(cell).partition(mark)[2])
    if plain(cell) in ("", DASH, MARK) or digits == most:
        return cell
    return cell + (_PUNCTUATION_SPACE if not digits else "") + _FIGURE_SPACE * (most - digits)


def picture(draw: Drawing, sheet: Sheet, stamp: str = "") -> Markup:
    """Address of a figure, drawn on a sheet, that holds the figure itself; `stamp` is written below it."""
    figure = draw(sheet)
    if stamp:
        _stamp(figure, sheet, stamp)
    drawn = _TAGS.sub(lambda tag: tag[0].replace('"', "'"), svg(figure).decode())
    plt.close(figure)
    return Markup(f"{SVG}{quote(drawn, safe=_AS_THEY_ARE)}")


def _stamp(figure: Figure, sheet: Sheet, stamp: str) -> None:
    """Write a word in a line of its own at the foot of a figure, which grows by it."""
    high, more = 72 * figure.get_figheight(), sheet.line + 3
    for axes in figure.axes:
        box = axes.get_position()
        axes.set_position(
            (box.x0, (box.y0 * high + more) / (high + more), box.width, box.height * high / (high + more))
        )
    figure.set_figheight((high + more) / 72)
    look: dict[str, Any] = {"va": "bottom", "fontsize": sheet.size, "color": STAMP, "weight": "bold"}
    figure.text(4 / sheet.width, 2 / (high + more), stamp, **look)


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
    return _short(buffer.getvalue().decode()).encode()


def _short(drawn: str) -> str:
    """Leave out of a figure what draws nothing: half of it. The fonts of all its letters are named once."""
    for pattern, by in _NEEDLESS.items():
        drawn = pattern.sub(by, drawn)
    depth = list[bool]()
    drawn = _GROUP.sub(lambda found: _kept(found[0], depth), drawn)
    drawn = _TAGS.sub(lambda tag: _TIGHT.sub(r"\1", tag[0]), drawn)
    styles = f"stroke-linecap: butt}} text{{font-family: {WEB_FONTS}}} {_IN_THE_DARK}"
    return drawn.replace("stroke-linecap: butt}", styles, 1)


def _kept(tag: str, depth: list[bool]) -> str:
    """A group that says something, its end, or nothing."""
    if tag == "</g>":
        return tag if depth.pop() else ""
    if not tag.endswith("/>"):
        depth.append(tag != "<g>")
    return "" if tag == "<g>" else tag


_DARKER = (
    f"[style*='{of}:{bright}']{{{of}:{dark}!important}}" for bright, dark in DARK.items() for of in ("fill", "stroke")
)
_IN_THE_DARK = f"@media (prefers-color-scheme:dark){{{''.join(_DARKER)}}}"
"""A browser applies it to a picture on a dark page; programs that know no such rule draw the light one."""
_GROUP = re.compile("</?g[^a-z][^>]*>|</?g>")
_NEEDLESS = {
    re.compile(r"<!DOCTYPE.*?>\s*| <metadata>.*?</metadata>\n?", re.DOTALL): "",
    re.compile(r"; font-family: 'DejaVu Sans'(, [^;\"]*)?|font-family: 'DejaVu Sans'(, [^;\"]*)?; "): "",
    re.compile(r' transform="rotate\(-0 [^)]*\)"'): "",
    re.compile(r'<g id="[A-Za-z0-9_.]+_\d+">'): "<g>",
    re.compile(r'<g id="[A-Za-z0-9_.]+"/>\n?'): "",
    re.compile(r"(\.\d)\d+(?=[ \n\"),])"): r"\1",
    re.compile(r"\n\s*(?=[<LCzM\"])"): "",
}
"""In the SVG of matplotlib → what stands there instead."""
