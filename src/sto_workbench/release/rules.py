"""The rules of a release: data/disclosure.yaml, typed, and what results.yaml says may leave of each table."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

import pandas as pd
import yaml
from pydantic import Field

from sto_analysis import compendium
from sto_analysis.declared import declared
from sto_analysis.errors import Problems
from sto_analysis.messages import problem, say
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.monitor.described import Described, Id, Place, located, read_described
from sto_analysis.monitor.scales import Labelled
from sto_analysis.monitor.wave import WaveId

_FITTED = ("estimated", "reference")
Source = Annotated[str, Field(min_length=4)]


class Threshold(Described):
    """A number with where it comes from."""

    value: Annotated[int, Field(ge=1, le=1000)]
    source: Source


class Dominance(Described):
    """How much of a sum its largest contributors may be."""

    largest: Annotated[int, Field(ge=1)]
    share: Annotated[float, Field(gt=0, le=1)]
    source: Source


class Preset(Labelled):
    """One set of thresholds; data/disclosure.yaml says what each is."""

    minimum: Threshold
    residual_df: Threshold
    smallest_group: Threshold
    dominance: Dominance
    who_answered: bool


class Coarsened(Described):
    """What a release does with a trait by which a region can be recognised."""

    coarsened: Literal["models", "left_out"]
    why: Source


class Disclosure(Described):
    """data/disclosure.yaml."""

    default: Id
    waves: dict[WaveId, Id] = Field(default_factory=dict)
    presets: dict[Id, Preset] = Field(min_length=1)
    quasi_identifiers: dict[Id, Coarsened] = Field(default_factory=dict)

    def inconsistencies(self) -> Iterator[tuple[Place, str]]:
        """Yield presets that do not exist."""
        known = ", ".join(self.presets)
        for place, name in ((("default",), self.default), *((("waves", key), at) for key, at in self.waves.items())):
            if name not in self.presets:
                yield place, say("rules.no_preset", name=name, known=known)


class Release(Described):
    """What may leave of a table of results: ``release`` in results.yaml.

    What says nothing is never released.
    """

    kind: Literal["public", "counted", "derived", "model", "never"] = "never"
    """``public``: no answers are in it; ``counted``: counts of regions; ``derived``: of rows under `of`; ``model``."""
    deny: tuple[str, ...] = ()
    """Statistics that are never released."""
    together: tuple[str, ...] = ()
    """Statistics that depend on all rows: they fall with any."""
    averages: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Pattern of rows → statistics that add over them: they fall with any."""
    of: tuple[str, ...] = ()
    """Patterns of the rows that a row is made of, ``table:row`` with its labels in braces: it falls with any."""
    n: tuple[str, ...] = ()
    df: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    """Columns of a model: the regions in it, its degrees of freedom, the regions of each group that it compares."""
    by: str = ""
    """Label whose rows make one model."""
    sort: str = ""
    """Statistic in whose order the rows stand, largest first."""
    who: tuple[str, ...] = ()
    """Statistics that tell who answered, by what these regions are; all of the table where it is empty."""


@dataclass(frozen=True)
class Rules:
    """The rules of one wave.

    Parameters
    ----------
    name : str
        Of the preset.
    preset : Preset
        Its thresholds.
    left_out : frozenset of str
        Traits that nothing released compares by.
    """

    name: str
    preset: Preset
    left_out: frozenset[str] = frozenset()

    @property
    def minimum(self) -> int:
        """The largest group that is protected."""
        return self.preset.minimum.value


def read_disclosure() -> Disclosure:
    """Read data/disclosure.yaml.

    Raises
    ------
    Problems
        With every contradiction and its line; a trait that the codebook does not have is one.
    """
    path = compendium.root() / "data" / "disclosure.yaml"
    found = read_described(path, Disclosure)
    known = read_codebook().context_variables
    strange: Collection[str] = found.quasi_identifiers.keys() - known.keys()
    told = ", ".join(known)
    places: list[tuple[Place, str]] = [
        (("quasi_identifiers", name), say("rules.no_trait", name=name, known=told)) for name in sorted(strange)
    ]
    Problems.raise_if(located(path, places))
    return found


def read_rules(wave: str, preset: str | None = None) -> Rules:
    """Read the rules of a wave.

    Parameters
    ----------
    wave : str
        Whose.
    preset : str, optional
        Instead of the one that data/disclosure.yaml names for the wave.

    Raises
    ------
    Problems
        As `read_disclosure`; a preset that does not exist.
    """
    found = read_disclosure()
    name = preset or found.waves.get(wave, found.default)
    if name not in found.presets:
        path = compendium.root() / "data" / "disclosure.yaml"
        known = ", ".join(found.presets)
        raise Problems([problem("rules.unknown_preset", name=name, known=known, file=path)])
    left_out = (trait for trait, how in found.quasi_identifiers.items() if how.coarsened == "left_out")
    return Rules(name, found.presets[name], frozenset(left_out))


def nearly_alike(traits: pd.DataFrame, minimum: int) -> frozenset[str]:
    """Find traits that compare nearly the same regions as one before them: what differs would be of those few.

    Everybody knows which regions have a trait, so that two shares of nearly the same regions can be subtracted.

    Parameters
    ----------
    traits : DataFrame
        Level of each trait, of the regions that answered.
    minimum : int
        How many regions are few.
    """
    kept, gone = list[set[str]](), set[str]()
    for name, levels in traits.items():
        groups = [set(regions) for regions in levels.groupby(levels).groups.values()]
        apart = (len(one ^ other) for one in groups for other in kept)
        if any(0 < min(few, len(traits) - few) <= minimum for few in apart):
            gone.add(str(name))
        else:
            kept += groups
    return frozenset(gone)


def weak(name: str, view: pd.DataFrame, rules: Rules, aspects: int) -> pd.Series:
    """Tell of each row of a model's table whether it rests on too little, or compares by what nothing may.

    Parameters
    ----------
    name : str
        Of the table.
    view : DataFrame
        As `read_result` gives it.
    rules : Rules
        With the traits that nothing compares by.
    aspects : int
        Yields that a share is of, all together. Of a group of n regions it tells about so many times n answers: they
        may not be all but a few of one kind, even where one region's are known.

    Returns
    -------
    Series of bool
        By row; of a model of several rows all where one is.
    """
    release, found = release_of(name), pd.Series(False, index=view.index)
    least = max(rules.preset.smallest_group.value, rules.minimum + 1)
    for column in {"exposure", "variable"} & {*view}:
        found |= view[column].isin(rules.left_out)
    if "status" in view:
        found |= ~view["status"].isin(_FITTED)
    for column in (*release.n, *release.groups):
        found |= view[column].isna() | (view[column] < least)
    for column in release.df:
        found |= view[column] < rules.preset.residual_df.value
    for column, each in declared(name).statistics.items():
        if each.unit == "share" and (group := each.columns.get("n")) in release.groups:
            few = pd.concat([view[column], 1 - view[column]], axis="columns").min(axis="columns")
            found |= (few * view[group] * aspects).round() <= rules.minimum + aspects
    return found.groupby(view[release.by]).transform("any") if release.by else found


def applied(wave: str, label: str) -> bytes:
    """Write disclosure.yaml of a release: the rules of the preset with some English label, each with its source."""
    found = read_disclosure()
    name = next((name for name, preset in found.presets.items() if preset.en == label), label)
    rules = read_rules(wave, name)
    told = {"wave": wave, "preset": rules.name, **rules.preset.model_dump(), "left_out": sorted(rules.left_out)}
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=110).encode()


def release_of(table: str) -> Release:
    """What may leave of a table of results."""
    return Release.model_validate(declared(table).release)
