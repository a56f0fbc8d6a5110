"""What the waves before knew of a delivery: columns, wordings, answers, regions, what was dropped and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sto_analysis.monitor.codebook import Codebook, Item
from sto_analysis.monitor.item_column import TODO, ItemColumn
from sto_analysis.monitor.spelling import answer_key
from sto_analysis.monitor.wave import Wave
from sto_workbench.intake.header import number
from sto_workbench.intake.readers import Export
from sto_workbench.intake.texts import plain_question
from sto_workbench.intake.words import label_key, levels_in_words, reasons_in_words


@dataclass(frozen=True)
class Known:
    """What earlier waves knew.

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
        return any(
            source.column == column and (question is None or plain_question(question) in plain_question(source.wording))
            for source in self.asked(item)
        )

    def reason(self, column: str) -> str | None:
        """Why a column was dropped before; None where it was not."""
        told = (wave.drop[column] for wave in self.waves if column in wave.drop)
        return next((reason for reason in told if reason != TODO), None)

    def words(self, item: Item) -> tuple[dict[str, int], dict[str, str]]:
        """What answers in words stand for: code of the codebook, or the reason why there is none."""
        codes = {text: level.code for text, level in levels_in_words(item.scale).items()}
        reasons = reasons_in_words(self.codebook.missing)
        ids = {level.id: level.code for level in item.scale.levels}
        for source in self.asked(item.id):
            labels = self.last.value_labels.get(source.column, {}) if self.last else {}
            called = {answer_key(code): label_key(text, code) for code, text in labels.items()}
            means = {**{str(code): code for code in item.scale.codes}, **(source.codes or {})}
            for key, ours in means.items():
                text = called.get(key, key)
                if ours != TODO and (number(text) is None or text != key):
                    codes.setdefault(text, ids.get(str(ours), ours))  # type: ignore[arg-type]
            for key, reason in {**self.missing, **source.missing}.items():
                if number(called.get(key, key)) is None:
                    reasons.setdefault(called.get(key, key), reason)
        return codes, {text: reason for text, reason in reasons.items() if text not in codes}

    def bare(self, item: Item) -> dict[str, int | str]:
        """What answers without words stood for, where a wave said so: code, or the reason why there is none."""
        ids = {level.id: level.code for level in item.scale.levels}
        for source in self.asked(item.id):
            if source.codes:
                told = {key: ids.get(str(ours), ours) for key, ours in source.codes.items() if ours != TODO}
                return {**told, **source.missing}
        return {}
