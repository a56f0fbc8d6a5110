"""YAML files read into typed models; what is wrong is said with its line."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from sto_analysis.errors import InvalidDescription, MissingFile, Problems

Place = tuple[str | int, ...]


class Described(BaseModel):
    """A part of a YAML file; unknown keys are errors, values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def inconsistencies(self) -> Iterator[tuple[Place, str]]:
        """Yield what types alone cannot check: the place in the file and what is wrong there."""
        yield from ()


_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Model = TypeVar("Model", bound=Described)


def read_described(path: Path, model: type[Model]) -> Model:
    """Read a YAML file into its typed model.

    Parameters
    ----------
    path : Path
        The YAML file.
    model : type of Described
        What the file must be.

    Returns
    -------
    Described
        An instance of `model`.

    Raises
    ------
    Problems
        With one `InvalidDescription` per contradiction, each naming its line; or one `MissingFile`.
    """
    loader = _Loader(_text(path))
    try:
        tree = loader.get_single_node()
        content = loader.construct_document(tree) if tree else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        wrong = InvalidDescription(f"not YAML: {error.problem}.", "Correct the line.", file=path, line=line)
        raise Problems([wrong]) from error
    Problems.raise_if(located(path, [(place, "the key stands here twice") for place in _repeated_keys(tree, ())]))
    try:
        described = model.model_validate(content)
    except ValidationError as error:
        raise Problems(located(path, [(found["loc"], found["msg"]) for found in error.errors()])) from error
    Problems.raise_if(located(path, list(described.inconsistencies())))
    return described


def located(path: Path, found: list[tuple[Place, str]]) -> list[InvalidDescription]:
    """Turn places in a YAML file into problems that name the line.

    Parameters
    ----------
    path : Path
        The YAML file.
    found : list of tuple
        Place (keys and positions from the top) and what is wrong there.
    """
    if not found:
        return []
    tree = yaml.compose(_text(path), Loader=_Loader)
    todo = "Correct the line."
    return [
        InvalidDescription(
            f"{'.'.join(map(str, place)) or 'the file'}: {what}.", todo, file=path, line=_line(tree, place)
        )
        for place, what in found
    ]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        todo = "Put the file there, or correct its name."
        raise Problems([MissingFile("the file cannot be opened.", todo, file=path)]) from error


def _repeated_keys(node: yaml.Node | None, place: Place) -> Iterator[Place]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            here = (*place, key.value)
            if key.value in seen:
                yield here
            seen.add(key.value)
            yield from _repeated_keys(value, here)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _repeated_keys(value, (*place, index))


def _line(node: yaml.Node | None, place: Place) -> int:
    """Line of the last occurrence of the deepest part of `place` that exists in the file."""
    line = 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
            if not found:
                break
            line, node = found[-1][0].start_mark.line + 1, found[-1][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line
