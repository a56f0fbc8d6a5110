"""A figure of a page as a picture of points."""

import base64
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

_FAMILY = re.compile(r"font-family: [^;}\"']+")


def decoded(address: str) -> str:
    """Return the SVG that the address of a picture holds."""
    head, data = address.split(",", 1)
    return base64.b64decode(data).decode() if head.endswith(";base64") else unquote(data)


def png(svg: str, width: int) -> bytes:
    """Draw a figure as PNG, so many pixels wide: letters in the font that matplotlib measured them with."""
    import resvg_py

    drawn = _FAMILY.sub("font-family: DejaVu Sans", svg)
    return bytes(
        resvg_py.svg_to_bytes(
            drawn, dpi=96, width=width, background="white", skip_system_fonts=True, font_dirs=[_fonts()]
        )
    )


@cache
def _fonts() -> str:
    import matplotlib

    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")
