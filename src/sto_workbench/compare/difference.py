"""Everything that differs between two runs, put together once for the terminal, the page, JSON and Word."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from sto_workbench.compare.causes import Because, Between, delivered
from sto_workbench.compare.changes import Changes
from sto_workbench.compare.changes import compare as compare_results
from sto_workbench.compare.inputs import Cause
from sto_workbench.compare.pages import Said
from sto_workbench.compare.pages import compare as compare_pages
from sto_workbench.compare.run import Run
from sto_workbench.compare.wording import Wording

LANGUAGES = ("nl", "en")
_LAST = ("cell", "function", "version")


@dataclass(frozen=True)
class Effect:
    """A cause, and how many results and sentences (of either language) differ because of it, perhaps among others."""

    cause: Cause
    results: int
    sentences: int


@dataclass(frozen=True)
class Difference:
    """What differs between two runs.

    Parameters
    ----------
    before, after : Run
        The runs.
    changes : Changes
        Their results.
    between : Between
        What they are made of.
    """

    before: Run
    after: Run
    changes: Changes
    between: Between

    @cached_property
    def because(self) -> dict[str, Because]:
        """Id of a result that differs → because of what."""
        tables = self.between.changed_tables
        return {name: found for table in tables for name, found in self.between.of(table).items()}

    @cached_property
    def _wording(self) -> Wording:
        return Wording(self.between)

    @cached_property
    def said(self) -> list[tuple[Said, Because]]:
        """Sentences and pictures of the national reports that differ, and because of what."""
        pages = [(language, f"pages/{language}.html") for language in LANGUAGES]
        found = []
        for language, name in pages:
            if name in self.before.files and name in self.after.files:
                old, new = self.before.files[name](), self.after.files[name]()
                found += compare_pages(language, old, new) if old != new else []
        return [(said, self._wording.because(said)) for said in found]

    @cached_property
    def effects(self) -> list[Effect]:
        """Causes of what differs, the one of most results first."""
        results = Counter(cause for each in self.because.values() for cause in each.causes)
        sentences = Counter(cause for _, each in self.said for cause in each.causes)
        found = [Effect(cause, results[cause], sentences[cause]) for cause in {**results, **sentences}]
        return sorted(found, key=lambda effect: (-effect.results, -effect.sentences, _order(effect.cause)))

    @cached_property
    def without(self) -> list[Cause]:
        """What differs and changed nothing."""
        named = {effect.cause for effect in self.effects}
        texts = [cause for causes in self._wording.causes.values() for cause in causes]
        differs = dict.fromkeys([*self.between.everything, *texts])
        return [
            cause for cause in differs if not (named.intersection(self.between.roots(cause)) or self._carried(cause))
        ]

    def _carried(self, cause: Cause) -> bool:
        """Whether a cause is a delivered file whose answers are named one by one."""
        return delivered(cause) and any(f"/{each.where}/" in cause.where for each in self.between.data)

    @property
    def nothing(self) -> bool:
        """Whether nothing differs at all."""
        return not (self.because or self.said or self.without)

    @property
    def published(self) -> int:
        """How many results differ as they are published, or came or went."""
        return int(self.changes.both["rounded"].sum())

    def count(self, word: str) -> int:
        """How many results are ``changed``, ``added``, ``gone``; or ``rounded``: changed as they are published."""
        found = self.changes.both
        return int(
            ((found["what"] == "changed") & found["rounded"] if word == "rounded" else found["what"] == word).sum()
        )


def _order(cause: Cause) -> tuple[int, str]:
    """What a person changed on purpose comes before the code that it goes through."""
    return _LAST.index(cause.kind) if cause.kind in _LAST else -1, cause.key


def difference(before: Run, after: Run) -> Difference:
    """Compare two runs."""
    changes = compare_results(before, after)
    return Difference(before, after, changes, Between(before, after, changes))
