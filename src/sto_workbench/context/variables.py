"""context.yaml: how each context variable comes from the public files, and with which cut-offs."""

import datetime
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from sto_analysis.monitor.described import Described, FileName, Id, Place
from sto_analysis.monitor.scales import Labelled
from sto_workbench.context.sources import OneLine

Profile = Literal["BWI", "PIE", "MVI", "M&T", "MaT", "DP"]


class Measured(Described):
    """What all measures have."""

    unit: Labelled
    cuts: list[float]
    """Rising; a value at a cut is of the level that it begins."""
    falling: bool = False
    """Whether the code rises as the value falls."""

    def inconsistencies(self) -> Iterator[tuple[Place, str]]:
        """Yield cut-offs that do not rise."""
        if sorted(set(self.cuts)) != self.cuts:
            yield ("cuts",), "cut-offs rise without repeats"


class ShareOfCandidates(Measured):
    """Share of exam candidates of vmbo in some technical profiles among those in more of them."""

    measure: Literal["share_of_candidates"]
    of: Annotated[list[Profile], Field(min_length=1)]
    among: list[Profile] = Field(default=["BWI", "PIE", "MVI", "M&T", "MaT"])
    """DP is intersectoral: counted only where it is named. TL has no profile and is never in it."""

    def inconsistencies(self) -> Iterator[tuple[Place, str]]:
        """Yield a part that is not in the whole."""
        yield from super().inconsistencies()
        if not {*self.of} <= {*self.among}:
            yield ("of",), "these profiles are not all in 'among'"


class Change(Measured):
    """Change of pupils of the vestigingen, or of the population of their municipalities weighted by pupils."""

    measure: Literal["change_of_pupils", "change_of_population"]
    since: int
    until: int

    def inconsistencies(self) -> Iterator[tuple[Place, str]]:
        """Yield years that do not follow each other."""
        yield from super().inconsistencies()
        if self.since >= self.until:
            yield ("since",), "it is not before 'until'"


class OfPlace(Measured):
    """A figure of the labour-market region where most pupils are: of UWV, or transcribed by hand."""

    measure: Literal["of_labour_market_region"]
    file: FileName
    where: dict[Literal["occupation", "period"], str] = Field(default_factory=dict)
    """Which rows of the file."""


class Judged(Described):
    """Codes that people gave."""

    measure: Literal["judged"]
    file: FileName
    """With the columns ``region``, ``first`` and, where two coded, ``second``."""
    by: OneLine
    rule: str
    second_by: OneLine | None = None


Variable = Annotated[ShareOfCandidates | Change | OfPlace | Judged, Field(discriminator="measure")]


class Declared(Described):
    """context.yaml."""

    date: datetime.date
    """Day of the wave: which schools a region had."""
    variables: dict[Id, Variable]

    def inconsistencies(self) -> Iterator[tuple[Place, str]]:
        """Yield what is wrong with each variable."""
        for name, variable in self.variables.items():
            for place, what in variable.inconsistencies():
                yield ("variables", name, *place), what
