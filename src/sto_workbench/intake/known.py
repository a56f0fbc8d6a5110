"""What codebook, survey tools and earlier waves know of a delivery: columns, wordings, answers, and what is dropped."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sto_analysis.monitor.codebook import Codebook, Item, Missing
from sto_analysis.monitor.item_column import TODO, ItemColumn
from sto_analysis.monitor.scales import Level, Scale
from sto_analysis.monitor.spelling import answer_key
from sto_analysis.monitor.wave import Wave
from sto_workbench.intake.header import number
from sto_workbench.intake.marks import patterns
from sto_workbench.intake.readers import Export
from sto_workbench.intake.texts import plain_question

CODE = r"-?\d+|[a-z]{1,2}\d{1,3}|[yn]"
"""An answer without a word."""


def reasons_in_words(missing: Missing) -> dict[str, str]:
    """Return words for a reason, in small letters → the reason."""
    also, reasons = patterns()["reasons"], missing.reasons.items()
    return {text.casefold(): name for name, told in reasons for text in (told.nl, told.en, name, *also.get(name, ()))}


def levels_in_words(scale: Scale) -> dict[str, Level]:
    """Return the label of each level in either language, as `answer_key` compares answers → the level."""
    return {answer_key(text): level for level in scale.levels for text in (level.nl, level.en)}


def has_words(scale: Scale) -> bool:
    """Whether the levels of a scale are more than their codes, which grades are not."""
    return any(level.nl != str(level.code) for level in scale.levels)


def label_key(label: str, code: str = "") -> str:
    """Make a label comparable, without the code (or any) where it stands before it: ``4 - urgent``, ``4. urgent``."""
    parts = re.fullmatch(r"\s*(-?\d+)\s*[-.:=)–]\s*(\S.*)", label)
    return answer_key(parts[2] if parts and (not code or answer_key(parts[1]) == answer_key(code)) else label)


@dataclass(frozen=True)
class Known:
    """What is known of itself, or from earlier waves.

    Parameters
    ----------
    codebook : Codebook
        Whose words are known of themselves.
    waves : sequence of Wave
        The latest first.
    last : Export or None
        The export of the first of them, where it can be read.
    ours : bool
        Whether what comes in was written by `sto export`.
    """

    codebook: Codebook
    waves: Sequence[Wave] = ()
    last: Export | None = field(default=None, repr=False)
    ours: bool = False

    @property
    def missing(self) -> dict[str, str]:
        """Code → why there is no answer: of the wave before, or of the codebook in what `sto export` wrote."""
        if self.ours:
            reasons = self.codebook.missing.reasons.items()
            return {str(reason.code): name for name, reason in reasons if reason.code is not None}
        return self.waves[0].missing_codes if self.waves else {}

    def asked(self, item: str) -> Iterator[ItemColumn]:
        """Yield where the waves had an item, the latest first."""
        yield from (wave.items[item] for wave in self.waves if item in wave.items and wave.items[item].column != TODO)

    def same(self, item: str, column: str, question: str | None) -> bool:
        """Tell whether a wave had an item in a column of that name, which asks the same or says nothing."""
        asks = plain_question(question or "")
        return any(told.column == column and asks in plain_question(told.wording) for told in self.asked(item))

    def means(self, item: Item) -> tuple[dict[str, int | str], dict[str, int | str]]:
        """Tell what answers stand for: code of the codebook, or the reason why there is none.

        Returns
        -------
        words, codes : dict
            Answers in words, of codebook and waves; exported codes as the latest wave has them that lists them.
        """
        words: dict[str, int | str] = {text: level.code for text, level in levels_in_words(item.scale).items()}
        words = reasons_in_words(self.codebook.missing) | words  # type: ignore[operator]
        ids, listed = {str(level.id): level.code for level in item.scale.levels}, dict[str, int | str]()
        for source in self.asked(item.id):
            codes = {key: ids.get(str(ours), ours) for key, ours in (source.codes or {}).items() if ours != TODO}
            listed = listed or ({**codes, **source.missing} if codes else {})
            labels = self.last.value_labels.get(source.column, {}) if self.last else {}
            called = {answer_key(code): label_key(text, code) for code, text in labels.items()}
            plain = {str(code): code for code in item.scale.codes if str(code) in called}
            for key, told in {**plain, **codes, **self.missing, **source.missing}.items():
                if number(word := called.get(key, key)) is None:
                    words.setdefault(word, told)
        return words, listed
