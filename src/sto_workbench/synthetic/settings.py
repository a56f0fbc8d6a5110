"""The typed view of data/synthetic.yaml: what the synthetic waves are made of, planted truth included."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from sto_analysis import compendium
from sto_analysis.monitor.described import Described, Place, read_described


class Seeds(Described):
    """Of the context of the regions and who of them answers, and of what they answer."""

    regions: int
    answers: int


class Correlation(Described):
    """Correlations of the latent Gaussian values behind the answers."""

    items_in_region: float
    forms_in_region: float
    urgency_between_waves: float
    yields_between_waves: float


class Planted(Described):
    """One true effect: log odds ratio per step of an exposure on the yields of some aspects."""

    family: Literal["borging", "context"]
    exposure: str
    log_odds: float
    aspects: list[str] | Literal["all"]

    def acts_on(self, aspect: str) -> bool:
        """Whether the effect holds for `aspect`."""
        return self.aspects == "all" or aspect in self.aspects


class Trait(Described):
    """What nobody measured: a stable trait of a region that goes with one form and with all yields."""

    form: str
    with_form: float
    with_yields: float


class Moves(Described):
    """How many panel regions may move away from (very) urgent on an aspect."""

    at_most: int | None = None
    at_least: int | None = None


class Grade(Described):
    """Mean and standard deviation of the report grades."""

    mean: float
    sd: float


class NonResponse(Described):
    """Shares of absent answers on items without a published figure."""

    dont_know: float
    blank: float


class Settings(Described):
    """Everything that the generator needs besides the codebook and the published figures."""

    seeds: Seeds
    regions: int
    answered: dict[str, int]
    panel: int
    correlation: Correlation
    context_shares: dict[str, list[float]]
    commitment_on_forms: float
    planted: list[Planted]
    unmeasured_trait: Trait
    moves_away: dict[str, Moves]
    within_band: float
    attention_shares: dict[Literal["more", "less"], list[float]]
    grade: Grade
    nonresponse: NonResponse
    dont_know_code: int

    def inconsistencies(self) -> Iterator[tuple[Place, str]]:
        """Yield numbers of regions that contradict each other, and a trait that acts where it must not."""
        if len(self.answered) != 2:
            yield ("answered",), "two waves are made: an earlier and a later one"
        elif sum(self.answered.values()) - self.panel > self.regions:
            yield ("panel",), "answers minus panel exceed the number of regions"
        trait, stable = self.unmeasured_trait, self.correlation.items_in_region * self.correlation.yields_between_waves
        if trait.with_yields**2 > stable:
            yield (
                ("unmeasured_trait", "with_yields"),
                f"its square exceeds {stable:g}, all that lasts in a region's yields",
            )
        if ("borging", trait.form) in {(effect.family, effect.exposure) for effect in self.planted}:
            yield ("unmeasured_trait", "form"), "this form has an effect; the trait needs one that has none"
        for name, shares in self.context_shares.items():
            if abs(sum(shares) - 1) > 1e-9:
                yield ("context_shares", name), f"shares sum to {sum(shares):g}, not to 1"


def read_settings(path: Path | None = None) -> Settings:
    """Read the settings of the generator (default ``data/synthetic.yaml`` of the compendium)."""
    return read_described(path or compendium.root() / "data" / "synthetic.yaml", Settings)
