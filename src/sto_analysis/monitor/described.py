"""YAML files read into typed models; what is wrong is said with its line."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from sto_analysis import provenance
from sto_analysis.errors import InvalidDescription, MissingFile, Problem, Problems

Place = tuple[str | int, ...]


DOCUMENTED = "STO_SCHEMA"
"""Environment variable, set while data/wave.schema.json is written: its texts are the docstrings of the fields, and
reading those would cost every other start a quarter of a second."""


class Described(BaseModel):
    """A part of a YAML file; unknown keys are errors, values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=DOCUMENTED in os.environ)

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
    described, problems = read_as_far_as_possible(path, model)
    if described is None or problems:
        raise Problems(problems)
    return described


def read_as_far_as_possible(path: Path, model: type[Model]) -> tuple[Model | None, list[Problem]]:
    """Read a YAML file, so that the rest of it can be checked in the same go.

    Parameters
    ----------
    path, model
        As for `read_described`.

    Returns
    -------
    described : Described or None
        Without the parts that are wrong; None where the rest is none.
    problems : list of Problem
        What is wrong.
    """
    try:
        content, tree = _parsed(_text(path), path)
    except Problems as found:
        return None, found.problems
    problems = located(path, [(place, "the key stands here twice") for place in _repeated_keys(tree, (), set())])
    try:
        described = model.model_validate(content)
    except ValidationError as error:
        wrong = [(found["loc"], found["msg"]) for found in error.errors()]
        problems += located(path, wrong)
        for place, _ in wrong:
            _prune(content, place)
        try:
            described = model.model_validate(content)
        except ValidationError:
            return None, problems
    problems += located(path, list(described.inconsistencies()))
    return described, problems


def located(path: Path, found: list[tuple[Place, str]]) -> list[Problem]:
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
    _, tree = _parsed(_text(path), path)
    lines: dict[int, dict[str, tuple[yaml.Node, yaml.Node]]] = {}
    todo = "Correct the line."
    return [
        InvalidDescription(
            f"{'.'.join(map(str, place)) or 'the file'}: {what}.", todo, file=path, line=_line(tree, place, lines)
        )
        for place, what in found
    ]


def parse_yaml(text: str) -> object:
    """Parse YAML with the loader of `read_described`."""
    return yaml.load(text, Loader=_Loader)


def _parsed(text: str, path: Path) -> tuple[Any, yaml.Node | None]:
    """Content and nodes of a YAML text; whatever is wrong with it becomes a problem."""
    line = None
    try:
        loader = _Loader(text)
        tree = loader.get_single_node()
        return loader.construct_document(tree) if tree else None, tree
    except yaml.MarkedYAMLError as error:
        what, line = f"not YAML: {error.problem}", error.problem_mark.line + 1 if error.problem_mark else None
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a forbidden character, no date, nested too deep
        what = f"not YAML: {' '.join(str(error).split())}"
    raise Problems([InvalidDescription(f"{what}.", "Correct the line.", file=path, line=line)])


def _text(path: Path) -> str:
    try:
        return provenance.read(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        todo = "Put the file there, or correct its name."
        raise Problems([MissingFile("the file cannot be opened.", todo, file=path)]) from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        wrong = InvalidDescription("not UTF-8.", "Save the file as UTF-8.", file=path, line=line)
        raise Problems([wrong]) from error


def _prune(content: object, place: Place) -> None:
    """Remove what stands at a place, or the nearest that exists above it."""
    for depth, part in enumerate(place):
        if not isinstance(content, dict):
            return
        keys = [key for key in content if str(key) == str(part)]
        below = content[keys[0]] if keys else None
        if keys and (depth == len(place) - 1 or not isinstance(below, dict) or not _has(below, place[depth + 1])):
            del content[keys[0]]
            return
        content = below


def _has(mapping: Mapping[object, object], part: str | int) -> bool:
    return any(str(key) == str(part) for key in mapping)


def _repeated_keys(node: yaml.Node | None, place: Place, seen: set[int]) -> Iterator[Place]:
    if node is None or id(node) in seen:  # an alias may repeat a part, or lead back to it
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            here = (*place, str(key.value))
            if str(key.value) in keys:
                yield here
            keys.add(str(key.value))
            yield from _repeated_keys(value, here, seen)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _repeated_keys(value, (*place, index), seen)


def _line(node: yaml.Node | None, place: Place, lines: dict[int, dict[str, tuple[yaml.Node, yaml.Node]]]) -> int:
    """Line of the last occurrence of the deepest part of `place` that exists in the file."""
    line = 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            if id(node) not in lines:
                lines[id(node)] = {str(key.value): (key, value) for key, value in node.value}
            if str(part) not in lines[id(node)]:
                break
            key, node = lines[id(node)][str(part)]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line
