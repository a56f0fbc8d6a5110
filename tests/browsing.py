"""Pages in a real browser: are they accessible, and alone with themselves?"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from sto_workbench.pages.pdf import browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS, SCHEMES = (390, 1280), ("light", "dark")


def needs_browser() -> str:
    """The browser; without one the test is skipped, and fails where CI is set."""
    found = browser()
    if not found:
        said = "no Chromium, Chrome or Edge: on Debian `apt-get install chromium`"
        pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)
    return str(found)


@contextmanager
def opened() -> Iterator:
    """A headless browser without a network."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=needs_browser(), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield chromium
        chromium.close()


def faults(pages: Iterable[Path], schemes: Iterable[str] = SCHEMES, widths: Iterable[int] = WIDTHS) -> list[str]:
    """Everything that is wrong with pages, light and dark, on a phone and a desk, code folded and open.

    Violations of WCAG 2.2 A and AA, requests that leave the page, errors of scripts, sideways scrolling, ids used
    twice, and alt texts that are no sentence.
    """
    from axe_playwright_python.sync_playwright import Axe

    axe, found = Axe(), []
    with opened() as chromium:
        for path, scheme, width in product(pages, schemes, widths):
            context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, offline=True)
            page = context.new_page()
            where = f"{path.name} ({scheme}, {width} px"
            left: list[str] = []
            own = path.absolute().as_uri()
            page.on("request", lambda r, left=left, own=own: r.url.startswith(("data:", own)) or left.append(r.url))
            page.on("pageerror", lambda error, left=left: left.append(f"script: {error}"))
            page.goto(own)
            for state in ("folded", "open"):
                if state == "open":
                    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
                    page.evaluate("document.querySelectorAll('#code').forEach(box => box.click())")
                violations = axe.run(page, options={"runOnly": TAGS}).response["violations"]
                found += [
                    f"{where}, {state}): {rule['id']} at {node['target']}"
                    for rule in violations for node in rule["nodes"]
                ]  # fmt: skip
                if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    found.append(f"{where}, {state}): scrolls sideways")
            ids = page.evaluate("[...document.querySelectorAll('[id]')].map(part => part.id)")
            found += [f"{where}): id {name} twice" for name in sorted({name for name in ids if ids.count(name) > 1})]
            found += [f"{where}): asks for {url}" for url in left]
            context.close()
    return found + [f"{path.name}: {fault}" for path in pages for fault in alt_faults(path.read_text(encoding="utf-8"))]


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
