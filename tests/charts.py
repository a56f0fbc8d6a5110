"""Charts in a real browser: does anything touch, leave its picture, or grow too small to read?"""

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

VIEWS = [
    *[(width, {"color_scheme": "light"}) for width in (320, 390, 768, 1280)],
    (320, {"color_scheme": "dark"}),
    (1280, {"color_scheme": "dark"}),
    (390, {"forced_colors": "active"}),
    (1280, {"forced_colors": "active", "color_scheme": "dark"}),
    (390, {"contrast": "more"}),
]
"""Width in px, and how the reader sees: at every width, and in every light at one or two."""
SMALLEST = {320: 12, 390: 12, 768: 11.9, 1280: 12}
"""Pixels of letters at a width, at least."""
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
_WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_OPEN = "document.querySelectorAll('details').forEach(part => part.open = true)"


def drawn(address: str) -> str:
    """The SVG in an address."""
    return unquote(address.split(",", 1)[1])


def touching(browser: Any, svg: str) -> list[str]:
    """Texts of a chart that touch each other, or leave it; it is the same at each size."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_content(f"<body style='margin:0'>{svg}")
    texts = page.evaluate(_TEXTS)
    page.close()
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


def chart_faults(browser: Any, path: Path) -> list[str]:
    """Everything that is wrong with the charts of a page, at all views and on paper."""
    found, seen = [], dict[str, list[tuple[float, float]]]()
    for width, how in VIEWS:
        page = browser.new_page(viewport={"width": width, "height": 900}, **how)
        page.goto(path.absolute().as_uri())
        page.evaluate(_OPEN)
        if page.evaluate(_WIDER):
            found.append(f"{width} px: the page scrolls sideways")
        for source, wide, right, natural in page.evaluate(_SHOWN):
            if right > width or not natural:
                found.append(f"{width} px: a chart is cut off, or not drawn")
            seen.setdefault(source, []).append((wide, SMALLEST[width]))
        page.close()
    page = browser.new_page(viewport={"width": PAPER, "height": 900})
    page.emulate_media(media="print")
    page.goto(path.absolute().as_uri())
    for source, wide, right, _ in page.evaluate(_SHOWN):
        if right > PAPER + 1:
            found.append("paper: a chart is cut off")
        seen.setdefault(source, []).append((wide, SMALLEST_ON_PAPER * 96 / 72))
    page.close()
    for source, shown in seen.items():
        found += touching(browser, svg := drawn(source))
        small = [(wide, smallest(svg, wide)) for wide, least in shown if smallest(svg, wide) < least]
        found += [f"letters of {size:.1f} px in a chart of {wide:.0f} px" for wide, size in small]
    return found
