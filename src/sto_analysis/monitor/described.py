"""YAML files read into typed models; what is wrong is said with its line."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from sto_analysis.errors import Problem, Problems
from sto_analysis.messages import problem, say
from sto_analysis.names import plain_file, plain_id
from sto_analysis.outside import outside

Id = Annotated[str, AfterValidator(plain_id)]
"""What becomes a path, a key or a column."""
FileName = Annotated[str, AfterValidator(plain_file)]
"""A file in the folder of the one that names it."""
Code = Annotated[int, Field(ge=-999_999, le=999_999)]
"""What stands for an answer in exports."""
MOST_BYTES, DEEPEST, LONGEST_SCALAR, LONGEST_NUMBER = 1_000_000, 30, 20_000, 30
"""Of a YAML file, its nesting, a text in it, a number in it."""
MOST_PROBLEMS = 100
"""Of the types in one file, that are told."""
Place = tuple[str | int, ...]
DOCUMENTED = "STO_SCHEMA"
"""Environment variable, set while data/wave.schema.json is written: its texts are the docstrings of the fields, and
reading those would cost every other start a quarter of a second."""


class Described(BaseModel):
    """A part of a YAML file; unknown keys are errors, values cannot be changed."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=DOCUMENTED in os.environ
    )

    def inconsistencies(self) -> Iterator[tuple[Place, str]]:
        """Yield what types alone cannot check: the place in the file and what is wrong there."""
        yield from ()


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """PyYAML's, that names the line of a value that is none."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Construct what a node stands for."""
        try:
            if node.tag in _NUMBERS and len(node.value) > LONGEST_NUMBER:
                raise ValueError(say("described.long_number"))
            return super().construct_object(node, deep)
        except (ValueError, OverflowError) as error:  # no date, no number
            raise yaml.MarkedYAMLError(problem=str(error), problem_mark=node.start_mark) from error


_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
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
    problems = located(path, [(place, say("described.twice")) for place in twice])
    try:
        described = model.model_validate(content)
    except ValidationError as error:
        wrong = refused(error)
        problems += located(path, wrong[:MOST_PROBLEMS])
        if len(wrong) > MOST_PROBLEMS:
            return None, problems
        for place, _ in wrong:
            _prune(content, place)
        try:
            described = model.model_validate(content)
        except ValidationError:
            return None, problems
    problems += located(path, list(described.inconsistencies()))
    return described, problems


def refused(error: ValidationError) -> list[tuple[Place, str]]:
    """Return the places of what pydantic refused, and what is wrong with each."""
    return [(found["loc"], _told(found)) for found in error.errors(include_url=False, include_input=False)]


def _told(found: Mapping[str, Any]) -> str:
    """What pydantic found, in the words of the catalogue; ours as they are, and its own where there are none."""
    with suppress(KeyError):
        return say(f"pydantic.{found['type']}", **found.get("ctx", {}))
    return str(found["msg"]).removeprefix("Value error, ")


def located(path: Path, found: list[tuple[Place, str]], name: str = "described.wrong") -> list[Problem]:
    """Turn places in a YAML file into problems that name the line.

    Parameters
    ----------
    path : Path
        The YAML file.
    found : list of tuple
        Place (keys and positions from the top) and what is wrong there.
    name : str
        As which they are told, in the catalogue of messages.
    """
    lines = _tree(_text(path))[1] if found else {}
    problems: list[Problem] = []
    for place, what in found:
        told = tuple(map(str, place))
        known = (lines[told[:depth]][-1] for depth in range(len(told), 0, -1) if told[:depth] in lines)
        where = ".".join(told) or say("described.the_file")
        made = problem(name, where=where, told=what, file=path, line=next(known, 1))
        problems.append(replace(made, name=f"{name} {what}"))  # the same mistake, wherever it stands
    return problems


def parse_yaml(text: str) -> Any:
    """Parse YAML as all of ours is: no tags, aliases or merge keys, nothing nested deep, no huge number.

    Raises
    ------
    yaml.YAMLError
        It is none, or has one of these.
    """
    tree = _tree(text)[0]
    return _Loader("").construct_document(tree) if tree else None


@lru_cache(maxsize=16)
def _tree(text: str) -> tuple[yaml.Node | None, dict[tuple[str, ...], list[int]]]:
    """Nodes of YAML and the lines of each place in it; what could take memory or time without end is refused before."""
    depth = 0
    event: Any
    for event in yaml.parse(text, _Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if what := _refused(event, depth):
            raise yaml.MarkedYAMLError(problem=what, problem_mark=event.start_mark)
    tree = _Loader(text).get_single_node()
    lines: dict[tuple[str, ...], list[int]] = {}
    for place, at in _places(tree, ()):
        lines.setdefault(place, []).append(at)
    return tree, lines


def _refused(event: Any, depth: int) -> str | None:
    """What is wrong with a part of YAML that may not be composed."""
    if isinstance(event, yaml.AliasEvent):
        return say("described.alias")
    if getattr(event, "tag", None):
        return say("described.tag")
    if depth > DEEPEST:
        return say("described.deep", deepest=DEEPEST)
    if isinstance(event, yaml.ScalarEvent):
        if event.value == "<<" and event.implicit[0]:
            return say("described.merge_key")
        if len(event.value) > LONGEST_SCALAR:
            return say("described.long_text", length=len(event.value), longest=LONGEST_SCALAR)
    return None


def _parsed(path: Path) -> tuple[Any, dict[tuple[str, ...], list[int]]]:
    """Content of a YAML file, and the lines of each place in it; whatever is wrong with it becomes a problem."""
    line = None
    text = _text(path)
    try:
        return parse_yaml(text), _tree(text)[1]
    except yaml.MarkedYAMLError as error:
        what, line = str(error.problem), error.problem_mark.line + 1 if error.problem_mark else None
    except yaml.YAMLError as error:  # a forbidden character
        what = " ".join(str(error).split())
    raise Problems([problem("described.no_yaml", told=what, file=path, line=line)])


def _places(node: yaml.Node | None, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Every key and position below a node, and its line."""
    below: list[tuple[object, yaml.Node, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        below = [(key.value, key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        below = [(index, value, value) for index, value in enumerate(node.value)]
    for part, mark, value in below:
        here = (*place, str(part))
        yield here, mark.start_mark.line + 1
        yield from _places(value, here)


def _text(path: Path) -> str:
    content = outside(path, say("described.file"), say("described.put"), MOST_BYTES).read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Problems([problem("described.no_utf8", file=path, line=line)]) from error


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
