"""What everything on a page shares: its language, the names of the concepts, the level of the tests."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

import numpy as np
import pandas as pd

from sto_analysis.known import Known, Source, records
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.scales import Language
from sto_analysis.report.language import Texts
from sto_analysis.report.ties import at_end, told, verb

_NAMED = ("aspects", "borging_forms", "context_variables", "attention_topics", "impact_statements")


@dataclass(frozen=True)
class Context:
    """What figures, tables and sentences of one page share.

    Parameters
    ----------
    language : {"nl", "en"}
        Of all texts.
    codebook : Codebook
        Names the concepts.
    alpha : float
        Level for (adjusted) p-values.
    """

    language: Language
    codebook: Codebook
    alpha: float = 0.05

    @cached_property
    def texts(self) -> Texts:
        """Sentences and formats of the language."""
        return Texts(self.language, self.alpha)

    @cached_property
    def plain(self) -> Texts:
        """The same, for figures: without markup."""
        return Texts(self.language, self.alpha, marked=False)

    @cached_property
    def full(self) -> dict[str, str]:
        """Concept (aspect, form, context variable, measure of borging) → its name as asked."""
        return self._names(short=False)

    @cached_property
    def short(self) -> dict[str, str]:
        """Concept → its short name, for figures and running text."""
        return self._names(short=True)

    @property
    def level(self) -> str:
        """The level of the tests as it is printed."""
        return self.texts.level

    @property
    def percent(self) -> str:
        """The level of the tests in per cent."""
        whole = np.isclose(100 * self.alpha, round(100 * self.alpha))
        return self.texts.percent(Known(self.alpha, Source("alpha")), 0 if whole else 1)

    def names(self, concepts: Iterable[object]) -> str:
        """List short names in words: ``a, b en c``; empty without any."""
        return self.texts.both(self.short[str(concept)] for concept in concepts)

    def ends(self, shares: pd.DataFrame) -> dict[str, str]:
        """Name the highest and the lowest ``share`` by ``concept``, with all that are printed as high or as low.

        Returns
        -------
        dict
            ``first`` and ``last``: their names; ``first_is`` and ``last_is``: the verb for so many; ``high`` and
            ``low``: the share, said to be of each where several tie; ``share``: the highest by itself.
        """
        t, rows, values = self.texts, records(shares), dict[str, str]()
        for end, value, least in (("first", "high", False), ("last", "low", True)):
            found = at_end(rows, itemgetter("share"), t.percent, least=least)
            share = t.percent(found[0]["share"] if found else np.nan)
            values[end] = self.names(row["concept"] for row in found) or t("status.none")
            values |= {f"{end}_is": verb(t, len(found)), value: told(t, len(found), share)}
            values.setdefault("share", share)
        return values

    def _names(self, *, short: bool) -> dict[str, str]:
        of_index = ("borging_active", "index_many", "index_hardly")
        names = {name: self.plain(f"measure.{name}") for name in of_index}
        names |= {
            "all_items": self.plain("measure.all_items"),
            "borging_index": self.plain("measure.index_count"),
            "borging_index_cut": self.plain("measure.index_cut"),
        }
        for kind in _NAMED:
            names |= self.codebook.labels(kind, self.language, short=short)
        return names
