"""The list for a mailing: a row per region, its address to be filled in, and the file that goes there."""

import csv
import io
from contextlib import suppress
from pathlib import Path

from sto_analysis import compendium
from sto_analysis.inert import quiet, restored
from sto_analysis.monitor.answers import read_regions

_HEADS = ("region", "name", "address", "file")


def write_mailing(wave: str, top: Path) -> Path:
    """Write ``mailing.<wave>.csv`` into the folder that is handed out; addresses that were filled in stay.

    Parameters
    ----------
    wave : str
        Id of the wave.
    top : Path
        The folder, with the zips of the regions in ``regions``.

    Returns
    -------
    Path
        The list: a row per region whose zip is there.
    """
    path, known = top / f"mailing.{wave}.csv", _addresses(top / f"mailing.{wave}.csv")
    files = {region: f"regions/{region}.{wave}.zip" for region in map(str, read_regions(wave).index)}
    names = read_regions(wave)["name"]
    rows = [
        [region, quiet(str(names[region])), quiet(known.get(region, "")), file]
        for region, file in files.items()
        if (top / file).is_file()
    ]
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows([_HEADS, *rows])
    content = table.getvalue().encode("utf-8-sig")  # or Excel takes accents for something else
    return compendium.write_whole(path, lambda part: part.write_bytes(content))


def _addresses(path: Path) -> dict[str, str]:
    """Region → address, as somebody filled it in, with commas or (Excel) semicolons."""
    found: dict[str, str] = {}
    with suppress(OSError, UnicodeDecodeError, csv.Error):
        text = path.read_text(encoding="utf-8-sig")
        mark = ";" if ";" in text.partition("\n")[0] else ","
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=mark):
            found[str(row.get("region"))] = restored(row.get("address") or "")
    return found
