"""Take the pictures of the README from the real pages: `python docs/pictures.py` after `make run`.

Needs Chromium (Debian package ``chromium``) or another browser with the same flags.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHOTS = {
    "published": ("reports/published/published.en.html", 1280, 1150),
    "national": ("reports/synthetic-2024/national.synthetic-2024.en.html", 1280, 1500),
    "region": ("reports/synthetic-2024/regions/R01.synthetic-2024.nl.html", 1280, 1250),
    "index": ("reports/index.en.html", 1280, 900),
    "region-phone": ("reports/synthetic-2024/regions/R01.synthetic-2024.nl.html", 500, 1100),
}
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")


def main() -> None:
    """Take every picture; say what is missing."""
    browser = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "msedge"))), None)
    if browser is None:
        sys.exit("No Chromium, Chrome or Edge found. On Debian: apt-get install chromium")
    for name, (page, width, height) in SHOTS.items():
        if not (ROOT / page).is_file():
            sys.exit(f"{page} is not there. Run `make run` first.")
        out = ROOT / "docs" / "pictures" / f"{name}.png"
        out.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory() as profile:
            words = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", *QUIET]
            words += [f"--user-data-dir={profile}", f"--window-size={width},{height}", f"--screenshot={out}"]
            subprocess.run([*words, (ROOT / page).as_uri()], check=True, capture_output=True)
        print(out.relative_to(ROOT))


if __name__ == "__main__":
    main()
