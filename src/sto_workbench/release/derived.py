"""All of a release that follows from the rest of it, so that whoever verifies it can make it again.

What is given: release.json, results/*.csv, report/source/, code/, plan/. What follows: the report, the twin, README.md,
checks.csv, disclosure.yaml, datapackage.json, CITATION.cff, codecheck.yml, ro-crate-metadata.json.
"""

import sys
from pathlib import Path

import pandas as pd

from sto_analysis.monitor.codebook import read_codebook
from sto_workbench.release.crate import CITATION, CODECHECK, CRATE, citation, codecheck, crate
from sto_workbench.release.exhibits import REPORT, exhibits
from sto_workbench.release.facts import SOURCE, read_facts
from sto_workbench.release.package import checks, data_package
from sto_workbench.release.readme import readme
from sto_workbench.release.render import rendered
from sto_workbench.release.rules import applied
from sto_workbench.release.stored import read_released, to_parquet
from sto_workbench.release.twin import twin
from sto_workbench.verify.sums import files

PACKAGE, README, CHECKS, DISCLOSURE = "results/datapackage.json", "README.md", "checks.csv", "disclosure.yaml"
TWIN = "twin/data"
_TAKEN = ("data/", "notebooks/", "requirements.lock", CITATION)


def twin_files(folder: Path) -> dict[str, bytes]:
    """Draw the twin of a release again: path below the release → content."""
    facts = read_facts(folder)
    shown = pd.concat(read_released(folder).values(), ignore_index=True)
    codebook = read_codebook(folder / "code" / "data" / "codebook.yaml")
    return {f"{TWIN}/{name}": told for name, told in twin(shown, facts.waves, codebook, facts.twin.seed).items()}


def descriptions(folder: Path) -> dict[str, bytes]:
    """Write the descriptions of a release again: path below it → content."""
    facts, tables = read_facts(folder), read_released(folder)
    notebook = folder / "code" / "notebooks" / f"{REPORT}.ipynb"
    page = folder / "report" / f"national.{facts.wave}.en.html"
    found = exhibits(notebook, page.read_text(encoding="utf-8"), tables)
    schema = folder / "code" / "docs" / "results.schema.json"
    made = {
        README: readme(facts, found, tables),
        CHECKS: checks(facts, found, tables),
        PACKAGE: data_package(facts, folder / "results", list(tables), schema),
        CITATION: citation(facts, folder),
        DISCLOSURE: applied(facts.wave, facts.preset),
    }
    there = sorted({*files(folder), *made, CODECHECK, CRATE})
    return made | {CODECHECK: codecheck(facts, folder, there), CRATE: crate(facts, folder, there)}


def rebuild(folder: Path, root: Path) -> Path:
    """Make again the compendium that the public report is rendered in.

    Parameters
    ----------
    folder : Path
        Of the release.
    root : Path
        An empty folder.

    Returns
    -------
    Path
        `root`, with the files of report/source and the released results.
    """
    facts, code = read_facts(folder), folder / "code"
    taken = {path: (code / path).read_bytes() for path in files(code) if path.startswith(_TAKEN)}
    write(root, taken | {path: (folder / SOURCE / path).read_bytes() for path in files(folder / SOURCE)})
    for name, rows in read_released(folder).items():
        to_parquet(rows, facts.columns[name], root / "data" / "processed" / facts.wave / "results" / f"{name}.parquet")
    (root / "reports").mkdir(exist_ok=True)
    return root


def write(folder: Path, made: dict[str, bytes]) -> None:
    """Write files below a folder."""
    for name, content in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def rendered_again(folder: Path, root: Path) -> dict[str, Path]:
    """Render the public report of a release again: name in report/ → file."""
    facts = read_facts(folder)
    return rendered(facts.wave, rebuild(folder, root), facts.commit)


def main() -> None:
    """Make again what follows from the rest of a release: ``python -m sto_workbench.release.derived FOLDER OUT``."""
    folder, out = map(Path, sys.argv[1:3])
    write(out, twin_files(folder) | descriptions(folder))
    if "--report" in sys.argv:
        made = rendered_again(folder, out / "root")
        write(out / "report", {name: path.read_bytes() for name, path in made.items()})


if __name__ == "__main__":
    main()
