"""The typed view of data/codebook.yaml: aspects, scales, borging forms, context variables."""

import keyword
import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Literal

from sto_analysis import compendium
from sto_analysis.messages import say
from sto_analysis.monitor.described import Code, Described, Id, Place, read_described
from sto_analysis.monitor.scales import Band, Labelled, Language, Scale, Status


class Reason(Labelled):
    """Why an answer is absent."""

    code: Code | None = None
    """In exports; none for system-missing."""


class Missing(Described):
    """The reasons for an absent answer."""

    status: Status
    reasons: dict[Id, Reason]


class BorgingIndex(Described):
    """When many, or hardly any, forms of borging stand at a level."""

    status: Status
    note: str
    level: str
    many_at_least: int
    hardly_at_most: int


class Topic(Labelled):
    """A topic that gets more or less attention now, and the aspects that we read it as."""

    direction: Literal["more", "less"]
    aspects: list[str]

    @property
    def kind(self) -> str:
        """How the source speaks of it: ``more`` or ``less`` attention."""
        return self.direction


class Theme(Labelled):
    """A theme of the steering-group interviews, and the aspects that we read it as."""

    sign: Literal["positive", "attention"]
    aspects: list[str]

    @property
    def kind(self) -> str:
        """How the source speaks of it: a ``positive`` signal, or a point of ``attention``."""
        return self.sign


class ContextLevel(Labelled):
    """One level of a context variable."""

    code: Code


class ContextVariable(Labelled):
    """A trait of the region; its codes count steps from low to high."""

    status: Status
    levels: list[ContextLevel]


class Stage(Labelled):
    """One stage of the theory of change: the points in its boxes, and the aspects that we place there."""

    id: Id
    aspects: list[str]
    boxes: list[list[Labelled]]


class ContextPoint(Labelled):
    """A point of the regional context, and the context variables that we read it as."""

    variables: list[str]


class TheoryContext(Labelled):
    """The regional context beside the theory of change, and the stages that it bears on."""

    stages: list[str]
    points: list[ContextPoint]


class Question(Described):
    """A question that is asked of every concept in `of`, or once (with its own label)."""

    scale: str
    asked_as: str
    of: str | None = None
    nl: str | None = None
    en: str | None = None


class Item(Labelled):
    """One cell of the questionnaire: a question asked of one concept."""

    id: str
    question: str
    concept: str
    scale: Scale
    asked_as: str

    @property
    def wording(self) -> str:
        """The question as a questionnaire shows it."""
        return f"{self.asked_as}: {self.nl}"


class Codebook(Described):
    """Every concept of the questionnaire under one id for ever."""

    bands: dict[Id, dict[Band, Labelled]]
    scales: dict[Id, Scale]
    missing: Missing
    aspects: dict[Id, Labelled]
    borging_forms: dict[Id, Labelled]
    borging_index: BorgingIndex
    attention_topics: dict[Id, Topic]
    impact_statements: dict[Id, Labelled]
    context_variables: dict[Id, ContextVariable]
    interview_themes: dict[Id, Theme]
    theory_of_change: list[Stage]
    theory_context: TheoryContext | None = None
    questions: dict[Id, Question]

    def inconsistencies(self) -> Iterator[tuple[Place, str]]:
        """Yield references to what does not exist, and scales that are not scales."""
        for name, scale in self.scales.items():
            codes = scale.codes
            if codes != sorted(set(codes)):
                yield ("scales", name, "levels"), say("codebook.codes_rise", codes=codes)
            if len({level.id for level in scale.levels}) < len(codes):
                yield ("scales", name, "levels"), say("codebook.levels_share")
            order = [("low", "middle", "top").index(level.band) for level in scale.levels]
            if order != sorted(order):
                yield ("scales", name, "levels"), say("codebook.bands_run")
        yield from self._ids_amiss()
        yield from self._questions_amiss()
        yield from self._unknown_aspects()
        yield from self._context_amiss()

    def _ids_amiss(self) -> Iterator[tuple[Place, str]]:
        """Ids that cannot be the name of a column, beside the others and in SPSS, or of a variable in a formula."""
        columns: list[tuple[Place, str]] = [(("context_variables", name), name) for name in self.context_variables]
        for question, told in self.questions.items():
            concepts = getattr(self, told.of) if told.of in _ASKED_OF else [""]
            columns += [(("questions", question), f"{question}_{concept}".rstrip("_")) for concept in concepts]
        often = Counter(name for _, name in columns)
        for place, name in columns:
            if not re.fullmatch(_COLUMN, name) or name in _NO_COLUMN or often[name] > 1:
                yield place, say("codebook.no_column", name=name)

    def _questions_amiss(self) -> Iterator[tuple[Place, str]]:
        answers = {code for scale in self.scales.values() for code in scale.codes}
        for name, reason in self.missing.reasons.items():
            if any(name in scale.ids for scale in self.scales.values()):
                yield ("missing", "reasons", name), say("codebook.is_level", reason=name)
            if reason.code in answers:
                yield ("missing", "reasons", name, "code"), say("codebook.is_answer", code=reason.code)
        for name, question in self.questions.items():
            if question.scale not in self.scales:
                yield ("questions", name, "scale"), say("codebook.no_scale", scale=question.scale)
            if question.of is not None and question.of not in _ASKED_OF:
                yield ("questions", name, "of"), say("codebook.none_of", name=question.of, known=", ".join(_ASKED_OF))
            if question.of is None and not (question.nl and question.en):
                yield ("questions", name), say("codebook.needs_labels")
        for name in _NEEDED:
            if name not in self.questions:
                yield ("questions",), say("codebook.needs_question", question=name)
        borging = self.questions.get("borging")
        scale = self.scales.get(borging.scale) if borging else None
        if scale and self.borging_index.level not in {level.id for level in scale.levels}:
            known = ", ".join(level.id for level in scale.levels)
            yield ("borging_index", "level"), say("codebook.no_level", known=known)

    def _unknown_aspects(self) -> Iterator[tuple[Place, str]]:
        references: list[tuple[Place, list[str]]] = [
            *((("attention_topics", key, "aspects"), topic.aspects) for key, topic in self.attention_topics.items()),
            *((("interview_themes", key, "aspects"), theme.aspects) for key, theme in self.interview_themes.items()),
            *((("theory_of_change", i, "aspects"), stage.aspects) for i, stage in enumerate(self.theory_of_change)),
        ]
        for place, aspects in references:
            for unknown in set(aspects) - set(self.aspects):
                yield place, say("codebook.no_aspect", name=unknown)

    def _context_amiss(self) -> Iterator[tuple[Place, str]]:
        if self.theory_context is None:
            return
        for unknown in sorted(set(self.theory_context.stages) - {stage.id for stage in self.theory_of_change}):
            yield ("theory_context", "stages"), say("codebook.no_stage", name=unknown)
        for place, point in enumerate(self.theory_context.points):
            for unknown in sorted(set(point.variables) - set(self.context_variables)):
                yield (
                    ("theory_context", "points", place),
                    say("codebook.no_variable", name=unknown),
                )

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every item by id, in the order of the questionnaire."""
        items = {}
        for name, question in self.questions.items():
            concepts: dict[str, Labelled] = (
                getattr(self, question.of)
                if question.of
                else {"": Labelled(nl=question.nl or "", en=question.en or "")}
            )
            for concept, labelled in concepts.items():
                key = f"{name}_{concept}" if concept else name
                items[key] = Item(
                    **labelled.model_dump(include=set(Labelled.model_fields)),
                    id=key,
                    question=name,
                    concept=concept,
                    scale=self.scales[question.scale],
                    asked_as=question.asked_as,
                )
        return items

    def labels(self, of: str, language: Language, *, short: bool = False) -> dict[str, str]:
        """Return concept → label for one kind of concept.

        Parameters
        ----------
        of : str
            ``aspects``, ``borging_forms``, ``context_variables``, ...
        language : {"nl", "en"}
            Of the labels.
        short : bool
            Whether to take the short labels for figures.
        """
        concepts: dict[str, Labelled] = getattr(self, of)
        return {key: c.short(language) if short else c.label(language) for key, c in concepts.items()}

    def asked(self, question: str) -> dict[str, str]:
        """Return concept → item id for one question; a question that is asked once is its own concept.

        Parameters
        ----------
        question : str
            A key of ``questions``, such as ``yield``.
        """
        return {item.concept or item.id: item.id for item in self.items.values() if item.question == question}

    def level_labels(self, question: str, language: Language) -> list[str]:
        """Return the answers to a question, low to high."""
        return [level.label(language) for level in self.scales[self.questions[question].scale].levels]


_COLUMN = r"[a-z][a-z0-9_]{0,63}"
_TAKEN = "wave region name answered exposure answer all by eq ge gt le lt ne to with"
_NO_COLUMN = {*keyword.kwlist, *_TAKEN.split()}
_NEEDED = ("urgency", "yield", "attention", "grade", "borging", "borging_active")
_ASKED_OF = ("aspects", "borging_forms", "attention_topics", "impact_statements")


def read_codebook(path: Path | None = None) -> Codebook:
    """Read the codebook.

    Parameters
    ----------
    path : Path, optional
        Default ``data/codebook.yaml`` of the compendium.

    Raises
    ------
    Problems
        With every inconsistency and its line.
    """
    return read_described(path or compendium.root() / "data" / "codebook.yaml", Codebook)
