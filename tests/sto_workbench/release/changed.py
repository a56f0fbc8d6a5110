"""One answer of one region changed, and what a release is given of it."""

import csv
import datetime
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import yaml

from sto_workbench.release import make as module
from sto_workbench.release.facts import FACTS
from sto_workbench.release.gate import gate
from sto_workbench.release.rules import read_rules, release_of
from sto_workbench.verify.again import STEPS
from tests.running import LIGHT, WAVE, sto

ON = datetime.date(2026, 11, 27)
SAYS = {"value", "low", "high", "n", "text", "labels", "status", "reason"}
"""Columns that depend on answers."""
Rows = list[dict[str, str]]


def answered(column: str, old: int, new: int) -> Callable[[Path], None]:
    """One region, the first that gave an answer, gives another."""

    def changed(answers: pd.DataFrame) -> pd.DataFrame:
        answers.loc[answers.index[answers[column] == old][0], column] = new
        return answers

    return lambda root: write(root, changed)


def write(root: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Change the delivered answers."""
    path = root / "data" / "raw" / WAVE / f"{WAVE}.sav"
    answers, told = pyreadstat.read_sav(path)
    answers, labels = change(answers), told.variable_value_labels
    names = [*told.column_labels, *[""] * (len(answers.columns) - len(told.column_labels))]
    pyreadstat.write_sav(answers, path, told.file_label, column_labels=names, variable_value_labels=labels)


def open_answer(root: Path) -> None:
    """Every region writes something, one of them what nobody else does."""
    write(root, lambda answers: answers.assign(v9=["none", "nobody asks us", *["none"] * (len(answers) - 2)]))
    wave = root / "data" / "raw" / WAVE / "wave.yaml"
    told = yaml.safe_load(wave.read_text(encoding="utf-8")) | {"drop": {"v9": "Words of a person."}}
    wave.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), encoding="utf-8")


def trait(root: Path) -> None:
    """One region that answered has another level of a trait."""
    path = root / "data" / "raw" / WAVE / "context.csv"
    context = pd.read_csv(path, dtype="str", keep_default_na=False)
    one = (context["region"] == "R01") & (context["variable"] == "krimp")
    assert set(context.loc[one, "code"]) == {"0"}
    context.loc[one, ["code", "code_low", "code_high"]] = "1"
    context.to_csv(path, index=False)


CHANGES = {
    "withheld": answered("v1_3", 3, 2),
    "same_band": answered("v1_6", 5, 4),
    "rows_pass": answered("v1_1", 4, 2),
    "form": answered("v5_4", 2, 0),
    "yield": answered("v2_4", 4, 2),
    "no_answer": answered("v3_2", 1, 99),
    "more_withheld": answered("v3_3", 1, 2),
    "fewer_withheld": answered("v4_1", 9, 1),
    "open_answer": open_answer,
    "trait": trait,
}
UNSEEN = {"open_answer", "withheld"}
"""Changes of what no released result tells."""
MOVING = {"more_withheld", "fewer_withheld"}
"""Changes after which other rows are withheld."""


def computed(root: Path) -> None:
    """Run the notebooks that compute."""
    only = [word for step in STEPS for word in ("--only", step)]
    code, _, said = sto(root, "run", WAVE, *only, *(word for pair in LIGHT for word in ("-p", *pair)))
    assert code == 0, said


def given(root: Path, folder: Path, patched: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What a release is given: all else in it is made of that, and of the code."""
    patched.setenv("STO_ROOT", str(root))
    passed = gate(WAVE, read_rules(WAVE))
    of = module.Release(1, ON.isoformat(), module._named(passed.rules), passed.rules.minimum, module._share(passed))
    module._take_source(folder / "made", passed, of)
    columns = module._take_results(folder / "made", passed)
    facts = module._facts(passed, 1, ON, module.TWINNED, columns)
    module.write(folder / "made", {FACTS: facts.model_dump_json(indent=1).encode()})
    top = folder / "made"
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*") if path.is_file()}


def rows(files: dict[str, bytes]) -> dict[str, Rows]:
    """Tables of results."""
    return {
        name: [*csv.DictReader(io.StringIO(content.decode()))]
        for name, content in files.items()
        if name.endswith(".csv")
    }


def assert_differs_in_what_passed(one: Rows, two: Rows, gone: list[set[str]]) -> None:
    """What is withheld in both is the same whole; what is shown in both differs in numbers and words about them."""
    first, second = ({row["id"]: row for row in table} for table in (one, two))
    table = next(iter(row["table"] for row in one), "")
    if not table:
        assert one == two
        return
    if not release_of(table).by:  # of which models that are withheld are not there
        assert first.keys() == second.keys()
    if not release_of(table).sort:
        assert [each for each in first if each in second] == [each for each in second if each in first]
    for name in first.keys() & second.keys():
        if name in gone[0] & gone[1]:
            assert first[name] == second[name]
        elif name not in gone[0] | gone[1]:
            assert {k: v for k, v in first[name].items() if k not in SAYS} == {
                k: v for k, v in second[name].items() if k not in SAYS
            }
