"""From the public files and the key to one row per region and context variable."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sto_analysis.errors import Problems
from sto_analysis.messages import problem
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.described import located
from sto_workbench.context.files import Files
from sto_workbench.context.key import Key
from sto_workbench.context.measures import DECIMALS, change, largest, levels, shares, weighted
from sto_workbench.context.sources import Source
from sto_workbench.context.table import COLUMNS
from sto_workbench.context.variables import Change, Declared, Judged, OfPlace, ShareOfCandidates, Variable


class Found(NamedTuple):
    """A measure of all regions.

    Parameters
    ----------
    table : DataFrame
        Index region; ``value``, ``low``, ``high``, missing where there is none; ``place`` and ``why``.
    level : str
        Of the place: ``vestiging``, ``municipality``, ``arbeidsmarktregio``, ``judgement``.
    files : list of str
        That hold the figures.
    """

    table: pd.DataFrame
    level: str
    files: list[str]


def derive(
    files: Files, of: Key, declared: Declared, codebook: Codebook, regions: list[str], path: Path
) -> pd.DataFrame:
    """Return the context of a wave.

    Parameters
    ----------
    files : Files
        The public files.
    of : Key
        Which vestiging is of which region.
    declared : Declared
        How each variable is measured.
    codebook : Codebook
        The variables and their levels.
    regions : list of str
        Of the wave.
    path : Path
        context.yaml, for messages.

    Returns
    -------
    DataFrame
        Columns `sto_workbench.context.table.COLUMNS`; a row per region and variable, in this order.

    Raises
    ------
    Problems
        Of all variables: not declared or without as many cut-offs as there are levels, files or years that lack, places
        that nobody knows.
    """
    problems = located(path, [*_undeclared(declared, codebook)])
    tables = []
    for name, traits in codebook.context_variables.items() if not problems else ():
        variable, codes = declared.variables[name], sorted(level.code for level in traits.levels)
        try:
            found = _measured(files, of, variable, pd.Index(regions, name="region"), codes)
            tables.append(_coded(found, variable, codes, files).assign(variable=name))
        except Problems as wrong:
            problems += wrong.problems
    Problems.raise_if({str(each): each for each in problems}.values())
    table = pd.concat(tables, ignore_index=True).sort_values("region", kind="stable", ignore_index=True)
    return table.assign(province=table["region"].map(_provinces(files, of)))[COLUMNS]


def _provinces(files: Files, of: Key) -> dict[str, str]:
    """Region → the province of most of its schools; of as many, the first by name."""
    told = files.province.reindex(of.now.index).dropna().groupby(of.now).agg(lambda each: str(each.mode().iloc[0]))
    return {str(region): str(province) for region, province in told.items()}


def _undeclared(declared: Declared, codebook: Codebook) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, traits in codebook.context_variables.items():
        variable = declared.variables.get(name)
        if variable is None:
            yield ("variables",), f"{name} of the codebook is not measured here"
        elif not isinstance(variable, Judged) and len(variable.cuts) != len(traits.levels) - 1:
            yield ("variables", name, "cuts"), f"{len(traits.levels)} levels have {len(traits.levels) - 1} cut-offs"
    for name in declared.variables.keys() - codebook.context_variables.keys():
        yield ("variables", name), "the codebook has no such context variable"


def _measured(files: Files, of: Key, variable: Variable, regions: pd.Index, codes: list[int]) -> Found:
    """A measure of all regions; those without schools have none, and it says so."""
    if isinstance(variable, Judged):
        return _judged(files, variable, regions, codes)
    measures: dict[str, Callable[..., Found]] = {
        "share_of_candidates": _candidates,
        "change_of_pupils": _pupils,
        "change_of_population": _population,
        "of_labour_market_region": _of_place,
    }
    found = measures[variable.measure](files, of, variable, regions)
    values = found.table.reindex(regions)
    lacks = values["value"].isna()
    values["why"] = values["why"].where(values["why"].notna(), "no_pupils").where(lacks, "")
    values.loc[lacks & ~regions.isin(of.now), "why"] = "no_schools"
    return found._replace(table=values)


def _summed(cells: pd.DataFrame, of: pd.Series, regions: pd.Index) -> pd.DataFrame:
    """Least and most of the counts of each region."""
    counted = cells.assign(region=cells["vestiging"].map(of)).groupby("region")[["low", "high"]].sum()
    return counted.reindex(regions, fill_value=0)


def _candidates(files: Files, of: Key, variable: ShareOfCandidates, regions: pd.Index) -> Found:
    cells, names = files.of_kind("duo_exams")
    cells = cells[cells["type"].str.upper() == "VMBO"]
    inside = cells["profile"].isin(variable.of)
    others = cells["profile"].isin(variable.among) & ~inside
    found = shares(_summed(cells[inside], of.now, regions), _summed(cells[others], of.now, regions))
    return Found(found.assign(place=regions, why="no_candidates"), "vestiging", names)


def _pupils(files: Files, of: Key, variable: Change, regions: pd.Index) -> Found:
    (first, before), (last, after) = (files.of_kind("duo_pupils", year) for year in (variable.since, variable.until))
    found = change(_summed(first, of.ever, regions), _summed(last, of.ever, regions))
    return Found(found.assign(place=regions, why="no_pupils"), "vestiging", [*dict.fromkeys([*before, *after])])


def _weights(files: Files, of: Key) -> pd.DataFrame:
    """Vestigingen of today: ``region``, ``municipality``, ``low`` and ``high`` of their pupils in the latest year."""
    pupils = files.of_kind("duo_pupils")[0].groupby("vestiging")[["low", "high"]].sum()
    table = pupils.reindex(of.now.index, fill_value=0).assign(region=of.now)
    return table.assign(municipality=files.municipality.reindex(table.index))


def _population(files: Files, of: Key, variable: Change, regions: pd.Index) -> Found:
    totals, names = {}, []
    for year in (variable.since, variable.until):
        table, having = files.of_kind("cbs_population", year)
        totals[year] = table.groupby(table["municipality"].map(files.sources.today))["low"].sum()
        names += having
    changes = totals[variable.until] / totals[variable.since] - 1
    weights = _weights(files, of)
    weights["municipality"] = weights["municipality"].map(files.sources.today)
    lost = {*changes[~np.isfinite(changes)].index} | {*weights["municipality"]} - {*changes.index}
    at = files.folder / names[0]
    Problems.raise_if(problem("context.vanished", file=at, municipality=one) for one in sorted(lost))
    rows = {
        region: weighted(changes[each["municipality"]].to_numpy(), each["low"].to_numpy(), each["high"].to_numpy())
        for region, each in weights.groupby("region")
    }
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high"]).reindex(regions)
    where = weights.groupby("region")["municipality"].agg(lambda each: " ".join(sorted({*each})))
    return Found(found.assign(place=where.reindex(regions), why="no_pupils"), "municipality", [*dict.fromkeys(names)])


def _of_place(files: Files, of: Key, variable: OfPlace, regions: pd.Index) -> Found:
    """The figure of the place where most pupils are; its bounds are those of all places that can have most."""
    figures = files.figures(variable.file, {str(field): text for field, text in variable.where.items()})
    weights = _weights(files, of)
    weights["place"] = weights["municipality"].map(files.places(weights["municipality"]))
    pupils: dict[str, dict[str, tuple[float, float]]] = {}
    counts = weights[weights["high"] > 0].groupby(["region", "place"])[["low", "high"]].sum()
    for (region, place), low, high in counts.itertuples():
        pupils.setdefault(region, {})[place] = low, high
    rows = {}
    for region, of_places in pupils.items():
        most, can = largest(of_places)
        ends = [figures.get(place, np.nan) for place in can]
        known = not np.isnan(ends).any()
        told = (figures[most], min(ends), max(ends), most, "") if known else (np.nan, np.nan, np.nan, most, "no_figure")
        rows[region] = told
    columns = ["value", "low", "high", "place", "why"]
    found = pd.DataFrame.from_dict(rows, orient="index", columns=columns).reindex(regions)
    return Found(found, "arbeidsmarktregio", [variable.file])


def _judged(files: Files, variable: Judged, regions: pd.Index, codes: list[int]) -> Found:
    table, path = files.named(variable.file, "judged"), files.folder / variable.file
    known = {str(code): code for code in codes}
    given = table.set_index("region").reindex(columns=["row", "first", "second"]).fillna("")
    wrong = given[["first", "second"]].apply(lambda each: ~each.isin(["", *known])).any(axis=1)
    told = [problem("context.no_code", file=path, row=row, expected=", ".join(known)) for row in given["row"][wrong]]
    rows = given["row"][~given.index.isin(regions)].items()
    told += [problem("context.not_asked", file=path, row=row, value=region) for region, row in rows]
    Problems.raise_if(told)
    judged = given[["first", "second"]].apply(lambda each: each.map(known)).astype(float).reindex(regions)
    found = pd.DataFrame({"value": judged["first"], "low": judged.min(axis=1), "high": judged.max(axis=1)})
    lacks = found["value"].isna()
    found = found.mask(lacks).assign(place=regions, why=np.where(lacks, "not_judged", ""))
    return Found(found, "judgement", [variable.file])


def _coded(found: Found, variable: Variable, codes: list[int], files: Files) -> pd.DataFrame:
    """Rows of a variable as they are written."""
    table = found.table.assign(level=found.level)
    numbers = table[["value", "low", "high"]].astype(float).round(DECIMALS) + 0.0  # no -0.0
    table[["value", "low", "high"]] = numbers
    if isinstance(variable, Judged):
        table["unit"] = "code"
        coded = numbers
    else:
        table["unit"] = variable.unit.en
        coded = numbers.apply(levels, args=(variable.cuts, codes), falling=variable.falling)
    table["code"], ends = coded["value"], coded[["low", "high"]]
    table["code_low"], table["code_high"] = ends.min(axis=1), ends.max(axis=1)
    whole = ["code", "code_low", "code_high"]
    table[whole] = table[whole].astype("Int64")
    told: list[Source] = [files.sources.files[each] for each in found.files]
    for column, field in (("source", "source"), ("edition", "told"), ("date", "date"), ("sha256", "sha256")):
        table[column] = " ".join(dict.fromkeys(str(getattr(each, field)) for each in told))
    return table.rename_axis("region").reset_index()
