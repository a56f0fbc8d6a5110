"""Notebook parameters, checked before anything runs."""

import ast
import json
from difflib import get_close_matches
from pathlib import Path

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
_TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}


def declared(notebook: Path) -> dict[str, type]:
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
    todo = "Write it as 'name: int = 1  # help'."
    Problems.raise_if(
        WrongParameterType(
            f"parameter {name} has no known type.", todo, file=notebook, expected="str, int, float or bool"
        )
        for name, kind in found.items()
        if kind not in _TYPES
    )
    return {name: _TYPES[kind] for name, kind in found.items()}


def overrides(given: list[tuple[str, str]], notebooks: list[str], planned: set[str]) -> dict[str, Value]:
    """Check parameters that a user gave as text and give them the declared type.

    Parameters
    ----------
    given : list of tuple
        Names and texts.
    notebooks : list of str
        Names of the notebooks that will run.
    planned : set of str
        Parameters that the plan itself sets (wave, region, language).

    Returns
    -------
    dict
        Typed values by name.

    Raises
    ------
    Problems
        With every unknown name and every text that is not of the declared type.
    """
    types: dict[str, type] = {}
    for name in notebooks:
        types |= declared(compendium.notebook(name))
    problems: list[Problem] = []
    values: dict[str, Value] = {}
    for name, text in given:
        if name in planned:
            todo = f"Use the argument or option for it: {', '.join(sorted(planned))}."
            problems.append(UnknownParameter(f"parameter {name!r} is set by the plan.", todo))
        elif name not in types:
            near = get_close_matches(name, types)
            meant = f"the option --{near[0]}" if near and near[0] in planned else repr(near[0]) if near else ""
            todo = f"Did you mean {meant}?" if near else f"Known: {', '.join(sorted(set(types) - planned))}."
            problems.append(UnknownParameter(f"no notebook of this run has a parameter {name!r}.", todo))
        else:
            try:
                values[name] = _typed(text, types[name])
                least, most = LIMITS.get(name, (-float("inf"), float("inf")))
                number = values[name]
                if isinstance(number, int | float) and not least <= number <= most:
                    what, wanted = f"parameter {name} is out of range.", f"{least:g} to {most:g}"
                    problems.append(ParameterOutOfRange(what, "Correct the value.", value=text, expected=wanted))
            except ValueError:
                what = f"parameter {name} is not of its type."
                problems.append(
                    WrongParameterType(what, "Correct the value.", value=text, expected=types[name].__name__)
                )
    Problems.raise_if(problems)
    return values


def _typed(text: str, kind: type) -> Value:
    if kind is bool:
        if text.lower() not in {"true", "false"}:
            raise ValueError(text)
        return text.lower() == "true"
    value: Value = kind(text)
    return value
