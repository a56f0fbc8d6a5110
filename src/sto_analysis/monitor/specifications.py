"""The declared grid of specifications, and the tables that follow from it for a wave."""

import datetime
import itertools
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal, NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field, StringConstraints

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_analysis.monitor.answers import at_level, band_codes, positions
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.described import Described, Place, located, read_described
from sto_analysis.monitor.scales import Labelled

Outcome = Literal["bands", "top", "not_low", "points"]
Sample = Literal["all", "panel"]
Missing = Literal["available", "complete"]
INDEX, INDEX_CUT = "borging_index", "borging_index_cut"
"""Exposures: how many forms are in place; whether so many of them are. Their curves have different units."""


_TERM = r"(C\([a-z][a-z0-9_]*\)|[a-z][a-z0-9_]*)"
_FORMULA = rf"^{_TERM}( \+ {_TERM})*$"
"""Context variables, as steps or by their levels: nothing that a formula would run."""


class Headline(Described):
    """The specification that the reports lead with.

    It adjusts for the levels of one context variable (``adjust: C(name)``), within which its test exchanges regions.
    """

    outcome: Outcome
    adjust: str
    sample: Sample
    link: str
    form_from: str
    missing: Missing

    @property
    def adjuster(self) -> str:
        """Name of the context variable that the headline adjusts for: what code and texts ask, never its name."""
        return self.adjust.removeprefix("C(").removesuffix(")")


class Deviation(Labelled):
    """What was changed in the grid after answers were seen, and why."""

    date: datetime.date


class Grid(Described):
    """data/multiverse.yaml; ``smallest_relevant`` in percentage points of the top band, ``prior_sd`` in log odds."""

    registered: datetime.date
    headline: Headline
    outcome: tuple[Outcome, ...] = Field(min_length=1)
    adjust: tuple[Annotated[str, StringConstraints(pattern=_FORMULA)], ...] = Field(min_length=1)
    sample: tuple[Sample, ...] = Field(min_length=1)
    link: tuple[str, ...] = Field(min_length=1)
    form_from: tuple[str, ...] = Field(min_length=1)
    index: tuple[Literal["count"] | int, ...] = Field(min_length=1)
    missing: tuple[Missing, ...] = Field(min_length=1)
    smallest_relevant: float = Field(gt=0, lt=100)
    prior_sd: float = Field(gt=0)
    deviations: tuple[Deviation, ...]

    def inconsistencies(self) -> Iterator[tuple[Place, str]]:
        """Yield a headline that is not part of the grid, or whose adjuster has no levels to exchange regions within."""
        if f"C({self.headline.adjuster})" != self.headline.adjust or not self.headline.adjuster.isidentifier():
            yield ("headline", "adjust"), f"{self.headline.adjust!r} is not C(name of one context variable)"
        for name, choice in self.headline.model_dump().items():
            if choice not in getattr(self, name):
                yield ("headline", name), f"{choice!r} is not among the choices under {name!r}"


def read_grid(links: Collection[str] = ()) -> Grid:
    """Read data/multiverse.yaml.

    Parameters
    ----------
    links : collection of str
        Names that ``link`` may have; any where empty, for those who fit nothing.

    Raises
    ------
    Problems
        With the line of every contradiction.
    """
    path = compendium.root() / "data" / "multiverse.yaml"
    grid = read_described(path, Grid)
    unknown = [link for link in grid.link if links and link not in links]
    told = f"there is no such link, only {', '.join(links)}"
    Problems.raise_if(located(path, [(("link",), f"{link!r}: {told}") for link in unknown]))
    return grid


class Declared(NamedTuple):
    """One way to ask the question, as declared.

    Parameters
    ----------
    exposure : str
        What the question is about.
    choices : dict of str
        Dimension → choice.
    outcomes, exposures, adjust : DataFrame
        By region: category codes by item, the exposure, the adjusters.
    link : str
        Of the cumulative probabilities.
    """

    exposure: str
    choices: dict[str, str]
    outcomes: pd.DataFrame
    exposures: pd.DataFrame
    adjust: pd.DataFrame
    link: str


def design(formula: str, context: pd.DataFrame) -> pd.DataFrame:
    """Columns of a formula without its intercept; NaN for a region that misses one of its variables.

    Parameters
    ----------
    formula : str
        As `formulaic` reads it, over the columns of `context`.
    context : DataFrame
        By region.
    """
    from formulaic import Formula  # slow to import, and only the specifications need it

    wanted = Formula(formula)
    known = context[context[sorted(wanted.required_variables)].notna().all(axis="columns")]
    columns = pd.DataFrame(wanted.get_model_matrix(known)).drop(columns="Intercept")
    return columns.astype(float).reindex(context.index)


def specifications(
    grid: Grid, codebook: Codebook, answers: pd.DataFrame, context: pd.DataFrame, panel: pd.Index | None
) -> list[Declared]:
    """Turn the grid into the tables of a wave that each specification is fitted to.

    Parameters
    ----------
    grid : Grid
        What was declared.
    codebook : Codebook
        Scales and the borging index.
    answers : DataFrame
        Cleaned answers.
    context : DataFrame
        Context codes by answering region.
    panel : Index or None
        Regions that answered the earlier wave; without one, the choice ``panel`` falls away.

    Returns
    -------
    list of Declared
        For every form and for the index (`INDEX`, `INDEX_CUT`), every combination of choices; where no answer is
        missing, but for items that nobody answered, the rules for missing answers are one.
    """
    codes, points = (
        code(answers, codebook, "yield").dropna(axis="columns", how="all") for code in (band_codes, positions)
    )
    coded: dict[str, pd.DataFrame] = {
        "bands": codes,
        "points": points,
        "top": (codes == 2).astype(float).where(codes.notna()),
        "not_low": (codes > 0).astype(float).where(codes.notna()),
    }
    adjusters = {formula: design(formula, context) for formula in grid.adjust}
    exposures = {key: values.to_frame(key[0]) for key, values in _exposures(grid, codebook, answers)}
    samples = [name for name in grid.sample if name == "all" or panel is not None]
    found = []
    rules = grid.missing if codes.isna().to_numpy().any() else grid.missing[:1]
    for outcome, adjust, sample, missing in itertools.product(grid.outcome, grid.adjust, samples, rules):
        table = coded[outcome]
        if sample == "panel" and panel is not None:
            table = table.loc[table.index.intersection(panel)]
        if missing == "complete":
            table = table.dropna()
        for (exposure, coding), values in exposures.items():
            for link in grid.link:
                choices = {
                    "outcome": outcome, "adjust": adjust, "sample": sample, "missing": missing, "link": link,
                    "coding": coding,
                }  # fmt: skip
                found.append(Declared(exposure, choices, table, values, adjusters[adjust], link))
    return found


def is_headline(grid: Grid, choices: Mapping[str, object]) -> bool:
    """Whether the choices of a specification are those of the headline."""
    wanted = grid.headline.model_dump()
    return all(choices["coding" if name == "form_from" else name] == choice for name, choice in wanted.items())


def as_registered(grid: Grid, curve: pd.DataFrame, headline: pd.DataFrame) -> bool:
    """Whether the model of a wave gave the registered specifications the odds ratios that they have in the curve.

    Parameters
    ----------
    grid : Grid
        What was declared.
    curve, headline : DataFrame
        As `specification_curve` and `association_table` give.
    """
    rows = ({str(name): value for name, value in row.items()} for row in curve.to_dict("records"))
    first = [is_headline(grid, row) for row in rows]
    registered = curve[first].set_index("exposure")["odds_ratio"]
    led = headline.set_index("exposure")["odds_ratio"].reindex(registered.index)
    return bool(np.allclose(registered, led, rtol=1e-6, equal_nan=True))


def _exposures(grid: Grid, codebook: Codebook, answers: pd.DataFrame) -> Iterator[tuple[tuple[str, str], pd.Series]]:
    """Every coding of every form and of the index."""
    for level in grid.form_from:
        forms = at_level(answers, codebook, "borging", level).astype("Float64").astype(float)
        for form in forms.columns:
            yield (form, level), forms[form]
        number = forms.sum(axis="columns").where(forms.notna().all(axis="columns"))
        if "count" in grid.index:
            yield (INDEX, f"count:{level}"), number
        if level == codebook.borging_index.level:
            for cut in grid.index:
                if cut != "count":
                    yield (INDEX_CUT, f"at_least:{cut}"), (number >= cut).astype(float).where(number.notna())
