"""The context of a wave: made of its files, written, and held against them."""

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems
from sto_analysis.messages import LANGUAGE, problem, say
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.described import read_as_far_as_possible
from sto_analysis.monitor.wave import Wave
from sto_workbench.context.derive import derive
from sto_workbench.context.files import Files
from sto_workbench.context.key import read_key
from sto_workbench.context.sources import Sources, context_folder
from sto_workbench.context.table import context_path, context_text
from sto_workbench.context.variables import Declared, Judged


class Context(NamedTuple):
    """The context of a wave.

    Parameters
    ----------
    table : DataFrame
        As `sto_workbench.context.derive.derive` gives.
    declared : Declared
        context.yaml.
    files : Files
        The public files.
    """

    table: pd.DataFrame
    declared: Declared
    files: Files


def derive_wave(wave: Wave, codebook: Codebook, regions: list[str]) -> Context:
    """Make the context of a wave of its public files.

    Parameters
    ----------
    wave : Wave
        With a context.yaml in its folder.
    codebook : Codebook
        The variables and their levels.
    regions : list of str
        Of its frame.

    Raises
    ------
    Problems
        All that is wrong with context.yaml and sources.yaml; with the files; with the key; or with what joins them.
    """
    folder, path = context_folder(wave.wave), compendium.raw(wave.wave) / "context.yaml"
    declared, problems = read_as_far_as_possible(path, Declared)
    sources, more = read_as_far_as_possible(folder / "sources.yaml", Sources)
    if declared is None or sources is None or problems or more:
        raise Problems([*problems, *more])
    files = Files(folder, sources, declared.date.year)
    of = read_key(folder / "region_schools.csv", regions, {*files.municipality.index}, declared.date)
    return Context(derive(files, of, declared, codebook, regions, path), declared, files)


def write_context(wave: Wave, codebook: Codebook, regions: list[str]) -> Context:
    """Make the context of a wave and write it; parameters and errors as of `derive_wave`."""
    found = derive_wave(wave, codebook, regions)
    compendium.write_text(context_path(wave.wave), context_text(found.table))
    return found


def stale(wave: Wave, codebook: Codebook, regions: list[str]) -> Iterator[Problem]:
    """Yield what is wrong with the context of a wave: with its files, or that it does not follow from them.

    Parameters
    ----------
    wave, codebook, regions
        As for `derive_wave`.
    """
    path = context_path(wave.wave)
    if not path.exists() and not (path.parent / "context.yaml").exists():
        return
    try:
        made = context_text(derive_wave(wave, codebook, regions).table)
    except Problems as found:
        yield from found.problems
        return
    if not path.is_file() or path.read_bytes() != made.encode():
        yield problem("context.stale", file=path, wave=wave.wave)


def told(wave: str, found: Context, codebook: Codebook) -> Iterator[str]:
    """Yield what a person should know of a context: levels, cut-offs, what is open, what lacks, agreement."""
    table, declared, listed = found.table, found.declared, found.files.sources.files.items()
    yield say("context.written", wave=wave, regions=table["region"].nunique(), files=len(found.files.tables))
    other = [f"{name} ({source.told})" for name, source in listed if not found.files.of_wave(name)]
    if other:
        yield say("context.other_year", year=declared.date.year, listed=", ".join(other))
    for name, rows in table.groupby("variable", sort=False):
        variable = declared.variables[str(name)]
        called = {level.code: level.label(LANGUAGE.get()) for level in codebook.context_variables[str(name)].levels}
        counts = rows["code"].value_counts().sort_index()
        levels = ", ".join(f"{called[int(str(code))]} {count}" for code, count in counts.items())
        cuts = "–" if isinstance(variable, Judged) else f"{', '.join(f'{cut:g}' for cut in variable.cuts)}"
        places = {"level": rows["level"].iloc[0], "distinct": rows["place"].nunique()}
        yield say("context.variable", name=name, levels=levels, cuts=cuts, **places)
        if isinstance(variable, Judged):
            yield from _agreement(found.files.tables[variable.file], variable)
        undecided = rows.loc[rows["code_low"] != rows["code_high"], "region"]
        if len(undecided := undecided[rows["code"].notna()]):
            yield say("context.open", listed=", ".join(undecided))
        for why, lacking in rows[rows["code"].isna()].groupby("why"):
            yield say("context.lacking", why=why, listed=", ".join(lacking["region"]))


def _agreement(table: pd.DataFrame, variable: Judged) -> Iterator[str]:
    """How often two coders agree, and Cohen's kappa."""
    both = table[(table["first"] != "") & (table.get("second", pd.Series("", table.index)) != "")]
    if both.empty:
        return
    from statsmodels.stats.inter_rater import cohens_kappa

    codes = sorted({*both["first"], *both["second"]})
    counts = pd.crosstab(both["first"], both["second"]).reindex(index=codes, columns=codes, fill_value=0)
    kappa = float(cohens_kappa(counts.to_numpy(), return_results=False)) if len(codes) > 1 else 1.0
    same = int((both["first"] == both["second"]).sum())
    yield say("context.agreement", same=same, both=len(both), kappa=kappa, rule=variable.rule)
