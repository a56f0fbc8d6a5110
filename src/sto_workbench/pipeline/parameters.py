"""Notebook parameters, checked before anything runs."""

import ast
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from sto_analysis import compendium
from sto_analysis.errors import (
    MissingFile,
    ParameterOutOfRange,
    Problem,
    Problems,
    UnknownParameter,
    WrongParameterType,
)

Value = str | int | float | bool
LIMITS: dict[str, tuple[float, float]] = {
    "permutations": (99, 1_000_000),
    "simulations": (20, 100_000),
    "seed": (0, 2**32 - 1),
    "alpha": (0.001, 0.5),
}
"""Least and greatest sensible value of the parameters that notebooks share."""
_TYPES: dict[str, type[Value]] = {"str": str, "int": int, "float": float, "bool": bool}


def declared(notebook: Path) -> dict[str, type[Value]]:
    """Return the parameters that a notebook declares in its cell tagged ``parameters``.

    Parameters
    ----------
    notebook : Path
        Every parameter is written ``name: type = default  # help``.

    Raises
    ------
    Problems
        `MissingFile` when there is no such notebook; `WrongParameterType` for a parameter without one of the types
        str, int, float, bool.
    """
    if not notebook.is_file():
        raise Problems([MissingFile("the notebook is not there.", "Restore it from git.", file=notebook)])
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    source = "".join("".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", []))
    found: dict[str, str] = {}
    for line in ast.parse(source).body:
        if isinstance(line, ast.AnnAssign):
            found[ast.unparse(line.target)] = ast.unparse(line.annotation)
        elif isinstance(line, ast.Assign):
            found |= {ast.unparse(target): "" for target in line.targets}
    todo, known = "Write it as 'name: int = 1  # help'.", "str, int, float or bool"
    Problems.raise_if(
        WrongParameterType(f"parameter {name} has no known type.", todo, file=notebook, expected=known)
        for name, kind in found.items()
        if kind not in _TYPES
    )
    return {name: _TYPES[kind] for name, kind in found.items()}


def overrides(given: Iterable[tuple[str, str]], notebooks: Iterable[str], planned: Collection[str]) -> dict[str, Value]:
    """Check parameters that a user gave as text and give them the declared type.

    Parameters
    ----------
    given : iterable of tuple
        Names and texts.
    notebooks : iterable of str
        Names of the notebooks that will run.
    planned : collection of str
        Parameters that the plan itself sets (wave, region, language).

    Returns
    -------
    dict
        Typed values by name.

    Raises
    ------
    Problems
        With every unknown name and every text that is not of the declared type or out of range.
    """
    types = {key: kind for name in notebooks for key, kind in declared(compendium.notebook(name)).items()}
    Problems.raise_if(problem for name, text in given for problem in _wrong(name, text, types, planned))
    return {name: _typed(text, types[name]) for name, text in given}


def _wrong(name: str, text: str, types: Mapping[str, type[Value]], planned: Collection[str]) -> Iterator[Problem]:
    """What is wrong with a parameter that a user gave."""
    if name in planned:
        todo = f"Use the argument or option for it: {', '.join(sorted(planned))}."
        yield UnknownParameter(f"parameter {name!r} is set by the plan.", todo)
    elif name not in types:
        near = next(iter(get_close_matches(name, types)), None)
        meant = f"the option --{near}" if near in planned else repr(near)
        todo = f"Did you mean {meant}?" if near else f"Known: {', '.join(sorted(set(types) - set(planned)))}."
        yield UnknownParameter(f"no notebook of this run has a parameter {name!r}.", todo)
    else:
        todo, (least, most) = "Correct the value.", LIMITS.get(name, (-float("inf"), float("inf")))
        try:
            value = _typed(text, types[name])
        except ValidationError:
            what, expected = f"parameter {name} is not of its type.", types[name].__name__
            yield WrongParameterType(what, todo, value=text, expected=expected)
            return
        if isinstance(value, int | float) and not least <= value <= most:
            what, expected = f"parameter {name} is out of range.", f"{least:g} to {most:g}"
            yield ParameterOutOfRange(what, todo, value=text, expected=expected)


def _typed(text: str, kind: type[Value]) -> Value:
    return TypeAdapter(kind).validate_strings(text)
