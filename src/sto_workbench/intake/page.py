"""`sto check --page`: which column became which item, with its problems beside it; confidential."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems
from sto_analysis.messages import LANGUAGE, say
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.report.markup import fill
from sto_workbench.confidential.elsewhere import misplaced, note
from sto_workbench.intake.delivery import read_delivery
from sto_workbench.intake.printed import mistakes


def write_page(name: str, path: Path, problems: Sequence[Problem]) -> None:
    """Write the mapping of a wave and its problems as HTML that loads nothing; nothing where it has no wave.yaml.

    Parameters
    ----------
    name : str
        Id of the wave.
    path : Path
        Of the page; noted, should a region withdraw. Whatever is the delivery's is escaped.
    problems : sequence of Problem
        Those of an item's column stand on its row, the others on top.

    Raises
    ------
    Problems
        A path in data/raw, or where git would take a page of a real wave.
    """
    Problems.raise_if(misplaced([path], name, say("page.elsewhere")))
    codebook, of = read_codebook(), dict[str | None, list[Problem]]()
    delivery = read_delivery(name, codebook)
    if wave := delivery.wave:
        note(name, [path])
        columns = {source.column: item for item, source in wave.items.items()}
        for problem in problems:  # a wave before it may call a column so too
            item = columns.get(problem.column or "") if problem.file == compendium.raw(name) / wave.file else None
            of.setdefault(item, []).append(replace(problem, file=None, sheet=None, column=None) if item else problem)
        beside = {item: mistakes(told) for item, told in of.items()}
        asked = delivery.reading.asked if delivery.reading else {}
        said = {name: dict(zip(each.cells.dropna(), each.said.dropna(), strict=True)) for name, each in asked.items()}
        told = {"codebook": codebook, "asked": asked, "said": said, "beside": beside}
        page = fill("check.html.j2", say=say, language=LANGUAGE.get(), wave=wave, count=len(problems), **told)
        compendium.write_text(path, page)
