"""Take the pictures of the README from the real pages: `python docs/pictures.py` after `make run`.

Needs the development packages and Chromium (Debian: ``chromium``), Chrome or Edge; or name one in ``STO_BROWSER``.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from sto_analysis.monitor.wave import is_synthetic, known_waves
from sto_workbench.pages.pdf import browser

ROOT = Path(__file__).parents[1]
DESK, PHONE = 1280, 390
SHOTS = {
    "published": ("reports/published/published.en.html", DESK, 1150),
    "national": ("reports/synthetic-2024/national.synthetic-2024.en.html", DESK, 1500),
    "national-phone": ("reports/synthetic-2024/national.synthetic-2024.en.html", PHONE, 1100),
    "region": ("reports/synthetic-2024/regions/R01.synthetic-2024.nl.html", DESK, 1250),
    "region-phone": ("reports/synthetic-2024/regions/R01.synthetic-2024.nl.html", PHONE, 1100),
    "index": ("reports/index.en.html", DESK, 1250),
}


def main() -> None:
    """Take every picture; say all that is missing before taking any."""
    if real := [wave for wave in known_waves() if not is_synthetic(wave)]:
        sys.exit(
            f"The index tells of {', '.join(real)}, and pictures are published: take them in a clone without answers."
        )
    absent = sorted({page for page, _, _ in SHOTS.values() if not (ROOT / page).is_file()})
    if absent:
        sys.exit(f"Not there: {', '.join(absent)}. Run `make run` first.")
    program = browser()
    if program is None:
        sys.exit("No Chromium, Chrome or Edge found. On Debian: apt-get install chromium")
    (ROOT / "docs" / "pictures").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--hide-scrollbars"])
        for name, (page, width, height) in SHOTS.items():
            shown = chromium.new_page(viewport={"width": width, "height": height}, color_scheme="light")
            shown.goto((ROOT / page).as_uri())
            shown.screenshot(path=ROOT / "docs" / "pictures" / f"{name}.png", animations="disabled")
            shown.close()
            print(f"docs/pictures/{name}.png")
        chromium.close()


if __name__ == "__main__":
    main()
