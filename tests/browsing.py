"""Pages in a real browser: are they accessible, and alone with themselves?"""

import os
import re
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from sto_workbench.pages.pdf import browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
VIEWS = list(product(("light", "dark"), (390, 1280), ("folded", "open")))
"""Colour scheme; width in px, of a phone and a desk; whether code and tables are folded, or open with a panel."""


def needs_browser() -> str:
    """The browser; without one the test is skipped, and fails where CI is set."""
    found = browser()
    if not found:
        said = "no Chromium, Chrome or Edge: on Debian `apt-get install chromium`"
        pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)
    return str(found)


def grid(pages: Sequence[str], views: int) -> list[Any]:
    """Parameters of a test: every page at every view; all but a few views of each page are wide.

    From one page to the next the few move on by as many, so that a handful of pages are tried at every view.
    """
    every = [(place, view) for place in range(len(pages)) for view in range(len(VIEWS))]
    marks = [() if (view - place * views) % len(VIEWS) < views else pytest.mark.wide for place, view in every]
    names = [f"{pages[place]}-{'-'.join(map(str, VIEWS[view]))}" for place, view in every]
    return [
        pytest.param(pages[place], *VIEWS[view], marks=mark, id=name)
        for (place, view), mark, name in zip(every, marks, names, strict=True)
    ]


def faults(chromium: Any, path: Path, scheme: str, width: int, state: str) -> list[str]:
    """Everything that is wrong with a page at one view.

    Violations of WCAG 2.2 A and AA, requests that leave the page, errors of scripts, sideways scrolling, ids used
    twice, and alt texts that are no sentence.
    """
    from axe_playwright_python.sync_playwright import Axe

    page = chromium.new_page(color_scheme=scheme, viewport={"width": width, "height": 900}, offline=True)
    found, own = [], path.absolute().as_uri()
    page.on("request", lambda r: r.url.startswith(("data:", own)) or found.append(f"asks for {r.url}"))
    page.on("pageerror", lambda error: found.append(f"script: {error}"))
    page.goto(own)
    if state == "open":
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        page.evaluate("document.querySelectorAll('#code').forEach(box => box.click())")
        page.evaluate("document.querySelector('p [popovertarget]')?.click()")
    # Without the elements that pass, which are thousands, it takes a third less.
    axed = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]}).response["violations"]
    found += [f"{rule['id']} at {node['target']}" for rule in axed for node in rule["nodes"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("scrolls sideways")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(part => part.id)")
    found += [f"id {name} twice" for name in sorted({name for name in ids if ids.count(name) > 1})]
    page.close()
    return found + alt_faults(path.read_text(encoding="utf-8"))


def alt_faults(html: str) -> list[str]:
    """Pictures whose alt text is no sentence that says what is to be seen."""
    found = []
    for picture in BeautifulSoup(html, "html.parser").find_all("img"):
        alt = picture.get("alt", "")
        if not (alt.endswith(".") and len(alt.split()) > 5 and alt[:1].isupper()):
            found.append(f"alt text is no sentence: {alt!r}")
        elif re.search(r"no description|\.(png|svg|jpe?g)\b", alt, re.IGNORECASE):
            found.append(f"alt text describes nothing: {alt!r}")
    return found
