"""What the second implementation reads: answers, frame, codebook, and regions under the ids of a later wave."""

from pathlib import Path

import numpy as np
import pandas as pd
import yaml

Array = np.ndarray
DATA = Path(__file__).parents[2] / "data"
BOOK = yaml.safe_load((DATA / "codebook.yaml").read_text(encoding="utf-8"))
PLAN = yaml.safe_load((DATA / "multiverse.yaml").read_text(encoding="utf-8"))
ASPECTS, FORMS, CONTEXT = list(BOOK["aspects"]), list(BOOK["borging_forms"]), list(BOOK["context_variables"])
ADJUSTER = PLAN["headline"]["adjust"].removeprefix("C(").removesuffix(")")


def scale(item: str) -> dict[str, dict]:
    """The levels of an item by their id."""
    found = BOOK["questions"].get(item) or BOOK["questions"][item.split("_", maxsplit=1)[0]]
    return {level["id"]: level for level in BOOK["scales"][found["scale"]]["levels"]}


def codes(answers: pd.DataFrame, items: list[str]) -> pd.DataFrame:
    """Codes of the answers; what is missing is nan."""
    read = {item: answers[item].map({k: v["code"] for k, v in scale(item).items()}).astype(float) for item in items}
    return pd.DataFrame(read, index=answers.index)


def bands(answers: pd.DataFrame, items: list[str]) -> pd.DataFrame:
    """Bands of the answers: 0 low, 1 middle, 2 top."""
    number = {"low": 0, "middle": 1, "top": 2}
    read = {i: answers[i].map({k: number[v["band"]] for k, v in scale(i).items()}).astype(float) for i in items}
    return pd.DataFrame(read, index=answers.index)


def named(prefix: str, concepts: list[str]) -> list[str]:
    return [f"{prefix}_{concept}" for concept in concepts]


class Wave:
    """A wave as it stands in data/processed."""

    def __init__(self, folder: Path) -> None:
        self.answers = pd.read_parquet(folder / "answers.parquet")
        self.frame = pd.read_parquet(folder / "regions.parquet")
        self.context = self.frame[CONTEXT].loc[self.answers.index].astype(float)
        self.yields = bands(self.answers, named("yield", ASPECTS))
        self.levels = codes(self.answers, named("borging", FORMS)).set_axis(FORMS, axis=1)
        self.forms = (self.levels >= 1).astype(float).where(self.levels.notna())
        self.exposures = pd.concat([self.forms, self.context], axis=1)

    def clusters(self, exposure: str, regions: pd.Index | None = None) -> Array:
        """With whom a region shares an exposure, as numbers; a region that shares it with nobody has one of its own."""
        regions = self.answers.index if regions is None else regions
        alone, named = pd.Series(regions, regions), self.frame.get(f"{exposure}_cluster")
        shared = alone if named is None else ("shared " + named.loc[regions]).fillna(alone)
        table = self.forms if exposure in self.forms else self.frame
        return pd.factorize(shared.where(table.loc[regions, exposure].notna(), alone))[0]

    def adjuster(self, exposure: str = "") -> Array:
        """Indicators of the adjuster's levels but the lowest; none for the adjuster itself."""
        return (
            indicators(self.context[ADJUSTER].to_numpy()) if exposure != ADJUSTER else np.empty((len(self.context), 0))
        )


def indicators(x: Array) -> Array:
    """A column per level but the lowest."""
    return np.column_stack([x == level for level in np.unique(x)[1:]]).astype(float)


def under_later_ids(earlier: pd.DataFrame, later: pd.Index) -> pd.DataFrame:
    """Rows of an earlier wave under the id of the region's successor, if it is the only one to get there."""
    table = pd.read_csv(DATA / "regions.csv", dtype=str).dropna(subset="merged_into")
    into = dict(zip(table["id"], table["merged_into"], strict=True))
    ids = earlier.index.to_series().map(lambda region: region if region in later else into.get(region, region))
    once = ~ids.duplicated(keep=False)
    return earlier[once.to_numpy()].set_axis(pd.Index(ids[once], name=earlier.index.name))
