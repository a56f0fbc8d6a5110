"""Charts in a real browser: does anything touch, leave its picture, or grow too small to read?"""

import io
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from PIL import Image, ImageStat

_LIGHTS: list[dict[str, Any]] = [
    {"color_scheme": "light"},
    {"color_scheme": "dark"},
    {"color_scheme": "light", "forced_colors": "active"},
    {"color_scheme": "dark", "forced_colors": "active"},
    {"color_scheme": "light", "forced_colors": "none", "contrast": "more"},
    {"color_scheme": "dark", "contrast": "more"},
]
"""How a reader sees."""
SMALLEST = {320: 12, 390: 12, 768: 11.9, 1280: 12}
"""Width of a screen in pixels; of the letters on it, at least."""
PAPER, SMALLEST_ON_PAPER = 657, 8
"""Pixels of the text of a page of A4 between its margins; points of letters on it, at least."""
_TEXTS = """() => {
  const whole = document.querySelector('svg').getBoundingClientRect();
  return [...document.querySelectorAll('svg text')].filter(text => text.textContent.trim()).map(text => {
    const box = text.getBoundingClientRect();
    return [text.textContent, box.left - whole.left, box.top - whole.top, box.right - whole.left,
            box.bottom - whole.top, whole.width, whole.height, parseFloat(getComputedStyle(text).fontSize)];
  });
}"""
_SHOWN = """() => [...document.querySelectorAll('.picture img')].filter(img => img.checkVisibility()).map(img => {
  const box = img.getBoundingClientRect();
  return [img.currentSrc, box.width, box.right, img.naturalWidth];
})"""
_SETTLED = """() => [...document.querySelectorAll('.picture img')].every(img => {
  const phone = img.previousElementSibling;
  const wanted = phone && matchMedia(phone.media).matches ? phone.srcset : img.getAttribute('src');
  return img.complete && img.currentSrc === new URL(wanted, location).href;
})"""
_WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_OPEN = "document.querySelectorAll('details').forEach(part => part.open = true)"


def drawn(address: str) -> str:
    """The SVG in an address."""
    return unquote(address.split(",", 1)[1])


def touching(page: Any, svg: str) -> list[str]:
    """Texts of a chart that touch each other, or leave it; it is the same at each size."""
    page.set_content(f"<body style='margin:0'>{svg}")
    texts = page.evaluate(_TEXTS)
    found = [] if texts else ["a chart without letters"]
    for place, (text, left, top, right, bottom, whole, high, size) in enumerate(texts):
        if min(left, top) < -1 or right > whole + 1 or bottom > high + 1:
            found.append(f"{text!r} leaves its picture")
        slack = 0.17 * size  # the box of a line is higher than its letters
        found += [
            f"{text!r} touches {other!r}"
            for other, start, above, end, below, *_ in texts[place + 1 :]
            if left + 1 < end and start + 1 < right and top + slack < below - slack and above + slack < bottom - slack
        ]
    return found


def smallest(svg: str, width: float) -> float:
    """Size of the smallest letters of a chart that is shown so wide."""
    whole, *_ = re.findall(r"viewBox=.0 0 ([\d.]+)", svg)
    return min(map(float, re.findall(r"font-size:([\d.]+)", svg))) * width / float(whole)


def glare(page: Any) -> float:
    """Lightness of the first chart of a page, from 0 to 255: the middle of its points."""
    shot = page.locator(".picture img").first.screenshot()
    return float(ImageStat.Stat(Image.open(io.BytesIO(shot)).convert("L")).median[0])


def chart_faults(browser: Any, path: Path) -> list[str]:
    """Everything that is wrong with the charts of a page: at all widths, in every light and on paper."""
    page, seen = browser.new_page(), dict[str, list[tuple[float, float]]]()
    page.goto(path.absolute().as_uri())
    page.evaluate(_OPEN)
    found = [fault for width in SMALLEST for fault in _on_screen(page, width, seen)]
    for how in _LIGHTS:
        page.emulate_media(**how)
        found += [f"{how}: {fault}" for fault in _on_screen(page, 390, {})]
        if (glare(page) < 128) != (how["color_scheme"] == "dark"):
            found.append(f"{how}: a chart glares, or is dark in the light")
    page.set_viewport_size({"width": PAPER, "height": 900})
    page.emulate_media(media="print", contrast="no-preference")
    page.wait_for_function(_SETTLED)
    if glare(page) < 128:
        found.append("paper: a dark chart")
    for source, wide, right, _ in page.evaluate(_SHOWN):
        found += ["paper: a chart is cut off"] if right > PAPER + 1 else []
        seen.setdefault(source, []).append((wide, SMALLEST_ON_PAPER * 96 / 72))
    for source, shown in seen.items():
        found += touching(page, svg := drawn(source))
        small = [(wide, smallest(svg, wide)) for wide, least in shown if smallest(svg, wide) < least]
        found += [f"letters of {size:.1f} px in a chart of {wide:.0f} px" for wide, size in small]
    page.close()
    return found


def _on_screen(page: Any, width: int, seen: dict[str, list[tuple[float, float]]]) -> list[str]:
    """What is wrong at a width; leaves in `seen` each chart, with how wide it is shown and the least of its letters."""
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_function(_SETTLED)  # a browser chooses the picture of a width a moment later
    found = [f"{width} px: the page scrolls sideways"] if page.evaluate(_WIDER) else []
    for source, wide, right, natural in page.evaluate(_SHOWN):
        seen.setdefault(source, []).append((wide, SMALLEST[width]))
        if right > width or not natural:
            found.append(f"{width} px: a chart is cut off, or not drawn")
    return found
