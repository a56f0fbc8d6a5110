"""Templates of pages, and a table as HTML that a screen reader can read."""

import base64
import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FunctionLoader
from markupsafe import Markup, escape

from sto_analysis.provenance import read
from sto_analysis.report.language import DASH, MARK, Texts
from sto_analysis.report.plain import inert, plain

_NUMBER = re.compile(rf"[-−+<]?\d.*|{DASH}|{MARK}|")
_PLAIN = re.compile(r"[-−+<]?[\d.,]+")
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
    more |= {"columns": list(frame.columns), "rows": rows, "empty": _EMPTY, "t": texts}
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
