"""A release so small that it is made in milliseconds: real code, a few rows of results, a page of two exhibits."""

import shutil
from pathlib import Path

import pandas as pd

from sto_workbench.release.derived import descriptions, twin_files, write
from sto_workbench.release.facts import FACTS, PLAN, Drawn, Facts, Planned, Withheld
from sto_workbench.release.stored import RELEASED, to_csv
from sto_workbench.release.twin import Asked
from sto_workbench.verify.sums import SUMS, digest, sums

ROOT = Path(__file__).parents[3]
TAKEN = (
    "CITATION.cff",
    "data/codebook.yaml",
    "docs/results.schema.json",
    "notebooks/05_national_report.ipynb",
    "data/multiverse.yaml",
)
PAGE = """<title>SYNTHETIC</title>
<figure id="fig-1" data-exhibit="quadrant"><figcaption>Figure 1. Urgency | <b>yield</b></figcaption></figure>
<div class="boxed" id="table-1" data-exhibit="trend"><table><caption>Table 1. Trend</caption></table></div>"""


def rows(table: str, **values: float | None) -> pd.DataFrame:
    """Rows of a table of the store: rest of the id → value; withheld where there is none."""
    found = [
        {
            "id": f"share.{name.replace('__', '.')}",
            "wave": "synthetic-2024",
            "table": table,
            "labels": "{}",
            "statistic": "share",
            "value": value,
            "n": 51.0 if value is not None else None,
            "unit": "share",
            "precision": 0.01,
            "status": "withheld" if value is None else None,
            "reason": "",
            "method": "wilson",
            "notebook": "02_describe",
            "cell": f"{table}-table",
        }
        for name, value in values.items()
    ]
    return pd.DataFrame(found).reindex(columns=[*RELEASED])


def facts(**more: object) -> Facts:
    told: dict[str, object] = {
        "wave": "synthetic-2024",
        "number": 1,
        "date": "2026-11-27",
        "commit": "0" * 40,
        "preset": "small survey",
        "rules": {"small_groups": "a group of few regions would follow"},
        "earlier": [],
        "waves": [Asked(wave="synthetic-2024", items=("urgency_teachers", "yield_teachers"), published=2024)],
        "twin": Drawn(seed=5, permutations=99, simulations=20),
        "columns": {"shares": {}, "trend": {}},
        "withheld": [Withheld(table="shares", rule="small_groups", count=1)],
        "plan": [Planned(file=PLAN[0], sha256=digest(ROOT / PLAN[0]), commit="", date="", tags=[], stamped=False)],
    }
    return Facts.model_validate(told | more)


def small_release(folder: Path, **more: object) -> Path:
    """Write it whole, with checksums."""
    for name in TAKEN:
        (folder / "code" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / "code" / name)
    tables = {
        "shares": rows("shares", urgency__teachers__top=0.88, yield__teachers__top=None),
        "trend": rows("trend", urgency__teachers__synthetic_2021=0.5),
    }
    write(folder / "results", {f"{name}.csv": to_csv(table) for name, table in tables.items()})
    write(folder, {FACTS: facts(**more).model_dump_json().encode()})
    write(folder, {"report/national.synthetic-2024.en.html": PAGE.encode()})
    write(folder, twin_files(folder))
    write(folder, descriptions(folder))
    write(folder, {SUMS: sums(folder).encode()})
    return folder
