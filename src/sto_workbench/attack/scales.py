"""Positions and bands of every item, as the published codebook has them."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from sto_analysis.monitor.codebook import Codebook

INDEX = "index"
"""Item of the number of forms that a region has arranged."""


@dataclass(frozen=True)
class Scales:
    """Positions and bands of every item.

    Parameters
    ----------
    codebook : Codebook
        The published one.
    """

    codebook: Codebook

    @cached_property
    def levels(self) -> dict[str, int]:
        """Item (question and concept) → positions of its scale."""
        of = {f"{i.question}.{i.concept or i.id}": len(i.scale.levels) for i in self.codebook.items.values()}
        return of | {INDEX: len(self.codebook.borging_forms) + 1}

    @cached_property
    def named(self) -> dict[str, dict[str, frozenset[int]]]:
        """Item → name of a band → its positions."""
        out: dict[str, dict[str, frozenset[int]]] = {}
        for item in self.codebook.items.values():
            bands = defaultdict[str, set[int]](set)
            for position, level in enumerate(item.scale.levels):
                bands[level.band].add(position)
            out[f"{item.question}.{item.concept or item.id}"] = {band: frozenset(p) for band, p in bands.items()}
        index, forms = self.codebook.borging_index, len(self.codebook.borging_forms)
        many, hardly = range(index.many_at_least, forms + 1), range(index.hardly_at_most + 1)
        return out | {INDEX: {"index_many": frozenset(many), "index_hardly": frozenset(hardly)}}

    @property
    def bands(self) -> dict[str, tuple[frozenset[int], ...]]:
        """Item → its bands."""
        return {item: tuple(bands.values()) for item, bands in self.named.items()}

    def whole(self, item: str) -> frozenset[int]:
        """All positions of an item."""
        return frozenset(range(self.levels[item]))
