"""Runs with changes planted in them.

Real: answers, contexts, regions, codes and functions are changed, notebook 02 is run on them cell by cell in this
process, and what it writes are the results. Planted: the records of the runs (what a run would have taken down), and
for parameters and library versions of notebook 03 the results too, which are moved by hand: its models take too long.
"""

import ast
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd

from sto_analysis import provenance, results
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.provenance import SOURCE
from sto_analysis.report import page as module
from sto_workbench.compare import kept
from sto_workbench.compare.run import Run, in_memory
from tests.running import EARLIER, WAVE

NOTEBOOK = "02_describe"
RAW = {wave: f"data/raw/{wave}/{wave}.sav" for wave in (WAVE, EARLIER)}
WAVE_YAML = f"data/raw/{WAVE}/wave.yaml"


@dataclass
class State:
    """What a run is made of and what it found, as far as plants change it."""

    answers: dict[str, pd.DataFrame]
    regions: dict[str, pd.DataFrame]
    texts: dict[str, str] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)
    raw: set[str] = field(default_factory=set)
    versions: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    moved: list[tuple[str, str, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Plant:
    """A planted change: what it is, the keys under which it may be named, and how it is made."""

    kind: str
    keys: frozenset[str]
    change: Callable[[State], None]


FUNCTIONS = {  # of ours, that notebook 02 calls itself or through the same file: what is changed in them
    ("sto_analysis/analysis/shares.py", "score_interval"): ("alpha=1 - confidence", "alpha=1.02 - confidence"),
    ("sto_analysis/analysis/shares.py", "wilson"): ("* (population - 1) /", "* population /"),
    ("sto_analysis/analysis/change.py", "exact_mcnemar"): ("exact=True", "exact=False"),
    ("sto_analysis/analysis/change.py", "paired_difference"): ("(became + 1)", "(became + 1.1)"),
    ("sto_analysis/monitor/measures.py", "borging_index"): ("total >= many_at_least", "total > many_at_least"),
}  # fmt: skip
IDLE = {  # changed without effect: never called on the way, or the same in other words
    ("sto_analysis/errors.py", "shown"): ("text if len(text) <= at_most", "text if not len(text) > at_most"),
    ("sto_analysis/analysis/shares.py", "wilson"): ("if population == base:", "if base == population:"),
    ("sto_analysis/analysis/pooled.py", "associate"): ("return", "0\n    return"),
}


class Planting:
    """Makes runs of a finished compendium, each with changes of its own.

    Parameters
    ----------
    root : Path
        A copy of a finished compendium, and `$STO_ROOT`.
    """

    def __init__(self, root: Path) -> None:
        self.root, self.base = root, kept.pack(WAVE)
        self.tables = {
            (wave, name): self._path(wave, name).read_bytes()
            for wave in (WAVE, EARLIER)
            for name in ("answers", "regions")
        }
        cells = json.loads((root / "notebooks" / f"{NOTEBOOK}.ipynb").read_text(encoding="utf-8"))["cells"]
        self.cells = [(cell["id"], "".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"]

    def _path(self, wave: str, name: str) -> Path:
        return self.root / "data" / "processed" / wave / f"{name}.parquet"

    def state(self) -> State:
        frames = {key: pd.read_parquet(io.BytesIO(content)).copy() for key, content in self.tables.items()}
        parts = [{wave: frames[wave, name] for wave in (WAVE, EARLIER)} for name in ("answers", "regions")]
        return State(*parts)

    def run(self, *plants: Plant) -> Run:
        """Make a run with some changes."""
        state = self.state()
        for plant in plants:
            plant.change(state)
        files = dict(self.base)
        told = json.loads(self.base["run.json"]) | {"by_hand": []}
        with ExitStack() as stack:
            self._write(state, stack)
            self._execute()
            for path in (self.root / "data" / "processed" / WAVE / "results").glob("*.parquet"):
                if f"results/{path.name}" in files:
                    files[f"results/{path.name}"] = _moved(path.read_bytes(), state.moved, path.stem)
        for name, content in self._changed(state):
            known = sha256(content).hexdigest()
            files[f"files/{known}"] = content
            for record in told["records"].values():
                for part in ("data", "code"):
                    if name in record[part]:
                        record[part][name] = known
        for key, record in told["records"].items():
            record["data"] |= {name: "other" for name in state.raw if name in record["data"]}
            record["versions"] |= state.versions
            record["parameters"] |= state.parameters.get(Path(key).name.split(".")[0], {})
        files["run.json"] = json.dumps(told).encode()
        return in_memory("planted", WAVE, files)

    def _changed(self, state: State) -> Iterator[tuple[str, bytes]]:
        plain = self.state()
        for name in ("answers", "regions"):
            for wave, table in getattr(state, name).items():
                if not table.equals(getattr(plain, name)[wave]) or list(table.index) != list(
                    getattr(plain, name)[wave].index
                ):
                    yield f"data/processed/{wave}/{name}.parquet", _parquet(table)
        for name, text in {**state.texts, **state.code}.items():
            yield name, text.encode()

    def _write(self, state: State, stack: ExitStack) -> None:
        """Put everything in its place for a while."""
        for name in ("answers", "regions"):
            for wave, table in getattr(state, name).items():
                self._path(wave, name).write_bytes(_parquet(table))
        for name, text in state.texts.items():
            if (path := self.root / name).is_file():
                stack.callback(path.write_bytes, path.read_bytes())
                path.write_text(text, encoding="utf-8")
        for file, text in state.code.items():
            here = vars(import_module(file.removesuffix(".py").replace("/", ".")))
            for node in ast.parse(text).body if file.endswith(".py") else ():
                if isinstance(node, ast.FunctionDef):
                    stack.callback(here.__setitem__, node.name, here[node.name])
                    exec(compile(ast.Module([node], []), file, "exec"), here)

    def _execute(self) -> None:
        provenance.forget()
        space: dict[str, Any] = {}
        for cell, source in self.cells:
            with ExitStack() as stack:
                for name in ("table", "figure", "colophon", "list", "say"):
                    stack.enter_context(patch.object(module.Page, name, lambda *_, **__: None))
                stack.enter_context(patch.object(module, "display", lambda *_, **__: None))
                stack.enter_context(patch.object(results, "here", lambda cell=cell: (NOTEBOOK, cell)))
                exec(source, space)


def _parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    return buffer.getvalue()


def _moved(content: bytes, moves: list[tuple[str, str, float]], table: str) -> bytes:
    here = [(statistic, by) for name, statistic, by in moves if name == table]
    if not here:
        return content
    store = pd.read_parquet(io.BytesIO(content))
    for statistic, by in here:
        store.loc[store["statistic"] == statistic, "value"] *= by
    return _parquet(store)


class Plants:
    """Changes to plant, drawn at random."""

    def __init__(self, planting: Planting, seed: int) -> None:
        self.planting, self.state, self.random = planting, planting.state(), np.random.default_rng(seed)

    def draw(self) -> Plant:
        kinds = {
            self.answer: 38, self.earlier: 9, self.context: 8, self.left: 6, self.came: 6, self.order: 5,
            self.function: 8, self.idle: 5, self.codes: 8, self.version: 4, self.parameter: 3,
        }  # fmt: skip
        weights = np.array(list(kinds.values())) / sum(kinds.values())
        return list(kinds)[self.random.choice(len(kinds), p=weights)]()

    def _one(self, of: Any) -> Any:
        return list(of)[self.random.integers(len(list(of)))]

    def answer(self, wave: str = WAVE) -> Plant:
        region, item = self._one(self.state.answers[wave].index), self._one(self.state.answers[wave].columns)
        step = int(self.random.integers(1, 5))

        def change(state: State) -> None:
            levels, table = state.answers[wave][item].cat.categories, state.answers[wave]
            if region in table.index:
                place = table[item].cat.codes[region]
                table.loc[region, item] = levels[(place + 1 + step % max(1, len(levels) - 1)) % len(levels)]
            state.raw.add(RAW[wave])

        return Plant("answer", frozenset({f"answers {wave} {item}"}), change)

    def earlier(self) -> Plant:
        return self.answer(EARLIER)

    def context(self) -> Plant:
        region = self._one(self.state.regions[WAVE].index)
        name = self._one(pd.Index(read_codebook().context_variables))

        def change(state: State) -> None:
            state.regions[WAVE].loc[region, name] = 1 - min(1, state.regions[WAVE].loc[region, name])
            state.raw.add(RAW[WAVE])

        return Plant("context", frozenset({f"context {WAVE} {name}"}), change)

    def left(self) -> Plant:
        region = self._one(self.state.answers[WAVE].index)

        def change(state: State) -> None:
            state.answers[WAVE] = state.answers[WAVE].drop(index=region, errors="ignore")
            state.regions[WAVE].loc[region, "answered"] = False
            state.raw.add(RAW[WAVE])

        return Plant("left", frozenset({f"left {WAVE} {region}"}), change)

    def came(self) -> Plant:
        silent = self.state.regions[WAVE].index.difference(self.state.answers[WAVE].index)
        region, like = self._one(silent), self._one(self.state.answers[WAVE].index)

        def change(state: State) -> None:
            table = state.answers[WAVE]
            if region not in table.index and like in table.index:
                more = table.loc[[like]].rename(index={like: region})
                state.answers[WAVE] = pd.concat([table, more]).sort_index()
                state.answers[WAVE].index.name = table.index.name
                state.regions[WAVE].loc[region, "answered"] = True
            state.raw.add(RAW[WAVE])

        return Plant("came", frozenset({f"came {WAVE} {region}"}), change)

    def order(self) -> Plant:
        seed = int(self.random.integers(1000))

        def change(state: State) -> None:
            state.answers[WAVE] = state.answers[WAVE].sample(frac=1, random_state=seed)
            state.raw.add(RAW[WAVE])

        return Plant("order", frozenset({f"order {WAVE}"}), change)

    def _source(self, of: dict[tuple[str, str], tuple[str, str]], kind: str) -> Plant:
        (file, name), (old, new) = self._one(of.items())

        def change(state: State) -> None:
            text = state.code.get(file) or (SOURCE / file).read_text(encoding="utf-8")
            head, definition, rest = text.partition(f"def {name}(")
            state.code[file] = head + definition + rest.replace(old, new, 1)

        return Plant(kind, frozenset({f"function {file} {name}"}), change)

    def function(self) -> Plant:
        return self._source(FUNCTIONS, "function")

    def idle(self) -> Plant:
        return self._source(IDLE, "idle")

    def codes(self) -> Plant:
        item = self._one([name for name in self.state.answers[WAVE].columns if name.startswith("urgency")])
        levels = list(self.state.answers[WAVE][item].cat.categories)
        swapped = {1: 1, 2: 2, 3: 4, 4: 3, 5: 5}

        def change(state: State) -> None:
            text = state.texts.get(WAVE_YAML) or (self.planting.root / WAVE_YAML).read_text(encoding="utf-8")
            if f"\n  {item}:\n    codes" in text:  # planted there already
                return
            told = ", ".join(f"{code}: {level}" for code, level in swapped.items())
            state.texts[WAVE_YAML] = re.sub(rf"(\n  {item}:\n)", rf"\1    codes: {{{told}}}\n", text, count=1)
            column = state.answers[WAVE][item]
            other = {levels[2]: levels[3], levels[3]: levels[2]}
            state.answers[WAVE][item] = pd.Categorical([other.get(each, each) for each in column], levels, ordered=True)

        return Plant("codes", frozenset(f"setting {WAVE_YAML} items.{item}.codes.{code}" for code in swapped), change)

    def version(self) -> Plant:
        name, moves = self._one([("numpy", True), ("scipy", True), ("click", False), ("nbconvert", False)])

        def change(state: State) -> None:
            state.versions[name] = "99.0"
            state.moved += [("levels", "share", 1.001)] if moves else []

        return Plant("version", frozenset({f"version {name}"}), change)

    def parameter(self) -> Plant:
        name, statistic = self._one([("permutations", "p"), ("seed", "p"), ("simulations", "detectable")])

        def change(state: State) -> None:
            state.parameters.setdefault("03_model", {})[name] = 77
            state.moved.append(("associations", statistic, 1.002))

        return Plant("parameter", frozenset({f"parameter 03_model {name}"}), change)
