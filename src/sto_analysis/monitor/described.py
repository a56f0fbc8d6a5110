"""YAML files read into typed models; what is wrong is said with its line."""

import os
from collections.abc import Iterator
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
        content, lines = _parsed(path)
    except Problems as found:
        return None, found.problems
    twice = [place for place, at in lines.items() if len(at) > 1 and len(lines.get(place[:-1], [])) < 2]
    problems = located(path, [(place, "the key stands here twice") for place in twice])
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
    lines = _parsed(path)[1] if found else {}
    problems: list[Problem] = []
    for place, what in found:
        told = tuple(map(str, place))
        known = (lines[told[:depth]][-1] for depth in range(len(told), 0, -1) if told[:depth] in lines)
        where = ".".join(told) or "the file"
        problems.append(InvalidDescription(f"{where}: {what}.", "Correct the line.", file=path, line=next(known, 1)))
    return problems


def parse_yaml(text: str) -> object:
    """Parse YAML with the loader of `read_described`."""
    return yaml.load(text, Loader=_Loader)


def _parsed(path: Path) -> tuple[Any, dict[tuple[str, ...], list[int]]]:
    """Content of a YAML file, and the lines of each place in it; whatever is wrong with it becomes a problem."""
    line = None
    text = _text(path)
    try:
        loader = _Loader(text)
        tree = loader.get_single_node()
        lines: dict[tuple[str, ...], list[int]] = {}
        for place, at in _places(tree, (), set()):
            lines.setdefault(place, []).append(at)
        return loader.construct_document(tree) if tree else None, lines
    except yaml.MarkedYAMLError as error:
        what, line = f"not YAML: {error.problem}", error.problem_mark.line + 1 if error.problem_mark else None
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a forbidden character, no date, nested too deep
        what = f"not YAML: {' '.join(str(error).split())}"
    raise Problems([InvalidDescription(f"{what}.", "Correct the line.", file=path, line=line)])


def _places(node: yaml.Node | None, place: tuple[str, ...], seen: set[int]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Every key and position below a node, and its line."""
    below: list[tuple[object, yaml.Node, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        below = [(key.value, key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        below = [(index, value, value) for index, value in enumerate(node.value)]
    for part, mark, value in below:
        here = (*place, str(part))
        yield here, mark.start_mark.line + 1
        if id(value) not in seen:  # an alias may repeat a part, or lead back to it
            seen.add(id(value))
            yield from _places(value, here, seen)


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


def _prune(content: Any, place: Place) -> None:
    """Remove what stands at a place, or the nearest that exists above it."""
    found: list[tuple[dict[Any, Any], Any]] = []
    for part in place:
        keys = {str(key): key for key in content} if isinstance(content, dict) else {}
        if str(part) not in keys:
            break
        found.append((content, keys[str(part)]))
        content = content[keys[str(part)]]
    if found:
        holder, key = found[-1]
        del holder[key]
