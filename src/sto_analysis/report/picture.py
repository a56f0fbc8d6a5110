"""A figure as SVG whose bytes are always the same."""

import io
import re
from typing import Any
from urllib.parse import quote

import matplotlib.pyplot as plt
from markupsafe import Markup
from matplotlib.figure import Figure

from sto_analysis.report.figures import Drawing, Sheet
from sto_analysis.report.figures.canvas import DARK, STAMP

SVG = "data:image/svg+xml,"
"""How the address of a figure begins; what follows is percent-encoded, which is shorter than base64."""
WEB_FONTS = "Segoe UI, Helvetica Neue, Arial, Liberation Sans, DejaVu Sans, sans-serif"
_TAGS = re.compile("<[^>]*>")
_AS_THEY_ARE = " !$()*,-./:;=?@[]^_`{|}~'"
_TIGHT = re.compile("([;:]) ")


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
