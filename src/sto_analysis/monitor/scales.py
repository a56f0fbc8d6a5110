"""Labels in two languages, and the scales of answers that carry them."""

from typing import Literal

from sto_analysis.monitor.described import Code, Described, Id

Language = Literal["nl", "en"]
Status = Literal["published", "our_assumption"]
Band = Literal["low", "middle", "top"]


class Labelled(Described):
    """Something with a Dutch label (as asked) and an English translation."""

    nl: str
    en: str
    short_nl: str | None = None
    short_en: str | None = None

    def label(self, language: Language) -> str:
        """Return the full label in `language`."""
        return self.nl if language == "nl" else self.en

    def short(self, language: Language) -> str:
        """Return the short label for figures, or the full one where there is none."""
        short = self.short_nl if language == "nl" else self.short_en
        return short or self.label(language)


class Level(Labelled):
    """One answer of a scale."""

    code: Code
    id: Id
    band: Band


class Scale(Described):
    """The ordered answers to a question."""

    status: Status
    note: str
    levels: list[Level]

    @property
    def codes(self) -> list[int]:
        """All codes, in order."""
        return [level.code for level in self.levels]

    @property
    def ids(self) -> dict[int | str, str]:
        """Code or id of each level → its id."""
        return {key: level.id for level in self.levels for key in (level.code, level.id)}
