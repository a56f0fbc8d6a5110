"""What notebooks and reports read of a wave's context: context.csv with how each variable was measured, and of what."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, get_args

from sto_analysis.monitor.described import read_described
from sto_analysis.monitor.scales import Language
from sto_analysis.report.language import Texts
from sto_workbench.context.sources import Source, Sources, context_folder
from sto_workbench.context.table import context_path, read_context
from sto_workbench.context.variables import Declared, Judged, OfPlace, Variable

if TYPE_CHECKING:
    import pandas as pd

_OF_FILE = ["source", "edition", "date", "sha256"]


def readable(wave: str) -> "pd.DataFrame | None":
    """Return the context of a wave as reports tell it; None for a wave whose codes stand in its frame.

    Parameters
    ----------
    wave : str
        Id of the wave.

    Returns
    -------
    DataFrame
        A row per region and variable: the columns of context.csv but those of the file, and what is the same for all
        regions: ``cuts`` (numbers), ``falling``, ``form`` (``share``, ``number``, or empty where it is a code),
        ``unit_nl``, ``unit_en``, ``source_nl``, ``source_en``.

    Raises
    ------
    Problems
        context.csv, context.yaml or sources.yaml cannot be read.
    """
    table = read_context(wave)
    if table is None:
        return None
    declared = read_described(context_path(wave).with_name("context.yaml"), Declared)
    files = files_of(table, read_described(context_folder(wave) / "sources.yaml", Sources))
    told = {name: _told(variable, files.get(name, {})) for name, variable in declared.variables.items()}
    table = table[table["variable"].isin(list(told))].drop(columns=["unit", *_OF_FILE])
    of_all = {column: {name: each[column] for name, each in told.items()} for column in told[next(iter(told))]}
    return table.assign(**{column: table["variable"].map(each) for column, each in of_all.items()})


def _told(variable: Variable, files: Mapping[str, Source]) -> dict[str, object]:
    """How a variable is measured."""
    found: dict[str, object] = {"cuts": [], "falling": False, "form": "", "unit_nl": "", "unit_en": ""}
    if not isinstance(variable, Judged):
        form = "number" if isinstance(variable, OfPlace) else "share"
        found = {"cuts": variable.cuts, "falling": variable.falling, "form": form}
        found |= {f"unit_{each}": variable.unit.label(each) for each in get_args(Language)}
    return found | {f"source_{each}": _source(variable, files, Texts(each)) for each in get_args(Language)}


def _source(variable: Variable, files: Mapping[str, Source], texts: Texts) -> str:
    """Publishers with their editions; of judgements also who gave them, and by what rule."""
    editions: dict[str, list[str]] = {}
    for each in files.values():
        told = texts("measured.provisional", edition=each.edition) if each.provisional else each.edition
        editions.setdefault(each.source, []).append(told)
    said = [texts("measured.source", source=each, editions=", ".join(of)) for each, of in editions.items()]
    if isinstance(variable, Judged):
        by = texts.both(each for each in (variable.by, variable.second_by) if each)
        said.append(texts("measured.judged", by=by, rule=variable.rule.rstrip(". ")))
    return "; ".join(said)


def files_of(table: "pd.DataFrame", sources: Sources) -> dict[str, dict[str, Source]]:
    """Return variable → the files that hold its figures, by name: those whose hash its rows in context.csv have.

    Parameters
    ----------
    table : DataFrame
        As `sto_workbench.context.table.read_context` gives.
    sources : Sources
        Of the wave.
    """
    hashes = {str(name): {*" ".join(rows["sha256"]).split()} for name, rows in table.groupby("variable")}
    return {
        name: {file: source for file, source in sources.files.items() if source.sha256 in of}
        for name, of in hashes.items()
    }
