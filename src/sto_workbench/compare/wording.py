"""Texts that differ between two runs, and because of what a sentence does."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import PurePosixPath

from sto_workbench.compare import inputs
from sto_workbench.compare.causes import Because, Between
from sto_workbench.compare.inputs import Cause
from sto_workbench.compare.pages import Said
from sto_workbench.compare.step import Side, Step

_CATALOGUE = re.compile(r"(nl|en)\.yaml")
_SHORTEST = 3


class Wording:
    """Texts of the national report in two runs.

    Parameters
    ----------
    between : Between
        The runs.
    """

    def __init__(self, between: Between) -> None:
        self.between = between

    @cached_property
    def causes(self) -> dict[str, list[Cause]]:
        """Language → texts that differ."""
        steps = {name.split(".")[1]: step for name, step in self.between.steps.items() if name.startswith("national.")}
        return {language: list(dict.fromkeys(_texts(step, language))) for language, step in steps.items()}

    def because(self, said: Said) -> Because:
        """Say because of what a sentence differs.

        Parameters
        ----------
        said : Said
            The sentence before and after.
        """
        numbers = self._of_results(said)
        texts = [cause for cause in self._texts(said.language) if _stands(cause, said)] if said.reworded else []
        if numbers or texts:
            found = tuple(dict.fromkeys([*texts, *numbers]))
            return Because(found, len(found) == 1)
        changed = [each for table in self.between.changed_tables for each in self.between.of(table).values()]
        other = [cause for each in changed for cause in each.causes] + list(self._of_report(said.language))
        found = tuple(dict.fromkeys(other)) or (Cause("unknown", ""),)
        return Because(found, len(found) == 1)

    def _of_results(self, said: Said) -> list[Cause]:
        shown = {name for block in (said.before, said.after) if block for name in block.results}
        tables = self.between.tables_of(shown)
        return [cause for name, table in tables.items() for cause in self.between.of(table)[name].causes]

    def _texts(self, language: str) -> list[Cause]:
        return [*self.causes.get(language, ()), *(each for each in self.between.everything if each.kind == "setting")]

    def _of_report(self, language: str) -> Iterator[Cause]:
        """What differs in how the report is made."""
        step = self.between.steps.get(f"national.{language}")
        for cause in step.differences if step else ():
            if cause.kind in ("cell", "parameter", "version") or "/report/" in cause.where:
                yield cause


def _texts(step: Step, language: str) -> Iterator[Cause]:
    """Texts of catalogues, and of the notebook in this language."""
    for part in ("code", "data"):
        names = [
            {name: known for name, known in getattr(side.record, part).items() if _is_text(name)} for side in step.sides
        ]
        for name in sorted(names[0].keys() & names[1].keys()):
            if names[0][name] != names[1][name]:
                old, new = (
                    inputs.texts(side.content(known[name])) for side, known in zip(step.sides, names, strict=True)
                )
                where = name if name.startswith("notebooks/") else PurePosixPath(name).name
                yield from _differing(where, old, new)
    if language == "en":
        yield from _differing(f"notebooks/{step.name}.ipynb", *(_markdown(side) for side in step.sides))


def _is_text(name: str) -> bool:
    return name.startswith("notebooks/") or bool(_CATALOGUE.fullmatch(PurePosixPath(name).name))


def _markdown(side: Side) -> dict[str, str]:
    """Text cells of a notebook by their id."""
    try:
        cells = json.loads(side.content(side.record.notebook) or b"{}")["cells"]
        return {str(cell["id"]): "".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"}
    except (ValueError, KeyError, TypeError):
        return {}


def _differing(where: str, old: dict[str, str], new: dict[str, str]) -> Iterator[Cause]:
    for key in {**old, **new}:
        if old.get(key) != new.get(key):
            yield Cause("wording", where, key, old.get(key, ""), new.get(key, ""))


def _stands(cause: Cause, said: Said) -> bool:
    """Whether a text, or the value of a setting, stood in a sentence before and stands in it now as it differs."""
    sides = [(said.before, cause.before), (said.after, cause.after)]
    return any(block for block, _ in sides) and all(
        _within(text, block.text) for block, text in sides if block and text
    )


def _within(text: str, block: str) -> bool:
    """Whether what is fixed of a text stands in a block; or the block in a text of several paragraphs."""
    fixed = [_plain(part) for part in re.split(r"\{[^}]*\}", text)]
    longer = [part for part in fixed if len(part) >= _SHORTEST]
    within, plain = _plain(block), _plain(text)
    return (bool(longer) and all(part in within for part in longer)) or (len(within) >= _SHORTEST and within in plain)


def _plain(text: str) -> str:
    """A text without markup and doubled spaces."""
    return " ".join(re.sub(r"[*_`#|]+|\[([^\]]*)\]\([^)]*\)", r"\1", text).split())


def used(found: Iterable[Because]) -> set[Cause]:
    """All causes that are named."""
    return {cause for each in found for cause in each.causes}
