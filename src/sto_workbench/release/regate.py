"""The gate of a release passed again, by whoever holds the answers: ``python -m sto_workbench.release.regate``."""

import sys
from pathlib import Path

import yaml

from sto_workbench.release.derived import write
from sto_workbench.release.earlier import read_earlier
from sto_workbench.release.facts import read_facts
from sto_workbench.release.gate import gate
from sto_workbench.release.rules import read_rules
from sto_workbench.release.stored import to_csv


def regated(folder: Path) -> dict[str, bytes]:
    """Gate the results of the compendium here by the rules of a release: name of a CSV → content.

    Parameters
    ----------
    folder : Path
        Of the release; what was released after it does not count as made.
    """
    facts = read_facts(folder)
    preset = yaml.safe_load((folder / "disclosure.yaml").read_text(encoding="utf-8"))["preset"]
    before = [each for each in read_earlier(facts.wave) if (each.wave, each.number) in facts.earlier]
    shown = gate(facts.wave, read_rules(facts.wave, preset), before).shown
    return {f"{name}.csv": to_csv(shown[name].rows) for name in facts.columns}


if __name__ == "__main__":
    write(Path(sys.argv[2]), regated(Path(sys.argv[1])))
