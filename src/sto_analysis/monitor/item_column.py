"""Where a wave holds an item: its column, its wording, and what its exported answers stand for."""

from collections import Counter
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from sto_analysis.messages import say
from sto_analysis.monitor.codebook import Item
from sto_analysis.monitor.described import Described
from sto_analysis.monitor.spelling import answer_key, visible

TODO = "TODO"
"""What `sto new` writes where it does not know."""


def as_text(key: object) -> str:
    """Take a key of YAML for the text that a person meant; True and False are refused."""
    if isinstance(key, bool):
        raise ValueError(say("item_column.no_text"))
    return str(key)


def _no_bool(given: object) -> object:
    if isinstance(given, bool):
        raise ValueError(say("item_column.no_code"))
    return given


def no_twins(given: object) -> object:
    """Refuse a mapping of which several keys stand for one answer."""
    keys = Counter(answer_key(str(key)) for key in given) if isinstance(given, dict) else Counter()
    if twins := sorted(key for key, often in keys.items() if often > 1):
        raise ValueError(say("item_column.twins", answers=", ".join(map(repr, twins))))
    return given


Key = Annotated[str, BeforeValidator(as_text), AfterValidator(answer_key)]
"""An answer as exported: a code or a text, compared without case, spaces and leading zeros."""
Why = Annotated[
    str, WithJsonSchema({"type": "string", "enum": ["dont_know", "refused", "not_applicable", "not_asked", "blank"]})
]
"""Why there is no answer: a reason of the codebook."""


Column = Annotated[str, AfterValidator(visible)]
"""Name of a column, as it is seen."""


class Answers(Described):
    """What exported answers stand for, of an item or of all items of a question."""

    same_wording_as_earlier: bool | None = None
    """Whether the wave before it asked it in the same words, where the wordings alone do not tell; otherwise the two
    are never subtracted."""
    unsure: str | None = None
    """Why `sto new` is not sure of the column; remove the line when it is right."""
    codes: Annotated[dict[Key, int | str], BeforeValidator(no_twins)] | None = None
    """Exported code or text → code or id of the codebook; absent when the codes are the same."""
    missing: Annotated[dict[Key, Why], BeforeValidator(no_twins)] = Field(default_factory=dict)
    """Exported code or text → why there is no answer, for this item or question only."""
    blank: Annotated[int | str, BeforeValidator(_no_bool)] | None = None
    """What a blank cell stands for, where boxes were ticked or not: code or id of the codebook, which counts in rows
    where another box of the same question is ticked (of a question with one box: where anything is answered); or a
    reason."""
    as_stated: bool = False
    """Whether `codes` counts where labels or order of the exported codes speak against it."""


class QuestionColumns(Answers):
    """What holds for all items of a question that do not say otherwise."""

    wording: str | None = None
    """The question above its items: it stands before the wording of each."""


class ItemColumn(Answers):
    """Where a wave holds an item, and how it was asked."""

    column: Column
    """Name of the column in the export."""
    wording: str = ""
    """The question as this wave asked it; absent where the column is called so."""

    def under(self, question: QuestionColumns | None) -> "ItemColumn":
        """Take from the question what the item does not say itself."""
        told = (question.model_fields_set if question else set()) - self.model_fields_set - {"unsure"}
        more = {name: getattr(question, name) for name in told}
        asked = question.wording if question and self.wording else None
        return self.model_copy(
            update=more | {"wording": f"{asked} {self.wording}" if asked else self.wording or self.column}
        )

    def answers(self, item: Item) -> dict[str, str]:
        """Exported answer → level id of the codebook; without what is still to be filled in or wrong."""
        ids = item.scale.ids
        given = self.codes or {answer_key(str(code)): code for code in item.scale.codes}
        return {key: ids[code] for key, code in given.items() if code in ids}

    def levels(self, item: Item) -> set[str]:
        """Levels of the codebook that an answer can stand for; all where codes are still to be filled in."""
        if TODO in (self.codes or {}).values():
            return {level.id for level in item.scale.levels}
        return {*self.answers(item).values(), *filter(None, [self.ticked(item)])}

    def ticked(self, item: Item) -> str | None:
        """Level that a blank cell stands for beside a ticked box; None where it stands for none."""
        return None if self.blank is None else item.scale.ids.get(self.blank)
