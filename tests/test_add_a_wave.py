"""A wave with a merger, a double answer, a changed and a new question comes in by doc/add-a-wave.md alone."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner, Result

from sto_analysis.monitor.answers import read_answers
from sto_analysis.results import read_result
from sto_workbench.cli import main_group

ROOT = Path(__file__).parents[1]
HOW_TO = (ROOT / "docs" / "add-a-wave.md").read_text(encoding="utf-8")
WAVE, CHANGED = "synthetic-2026", "Hoe urgent is de beeldvorming over techniek?"


def _deliver(root: Path) -> None:
    """What an agency would send: a LimeSurvey export, and the regions that it asked."""
    raw = root / "data" / "raw" / "synthetic-2024"
    codes, meta = pyreadstat.read_sav(raw / "synthetic-2024.sav", user_missing=True)
    texts = codes.astype(object)
    for column, labels in meta.variable_value_labels.items():
        texts[column] = [None if pd.isna(code) else labels[code] for code in codes[column]]
    random = np.random.default_rng(1)
    for column in texts.columns.drop("regio"):  # half of the regions answer as in the wave before
        moved = random.random(len(texts)) < 0.5
        texts.loc[moved, column] = random.permutation(texts.loc[moved, column])
    questions = meta.column_names_to_labels | {"v1_3": CHANGED}
    table = texts.rename(columns={column: f"{column}. {questions[column]}" for column in texts})
    region = "regio. Regio"
    table = table[table[region] != "R02"]
    table["v4_4. Rapportcijfer: door STO: …weten bedrijven de scholen te vinden"] = [
        str(5 + row % 4) for row in range(len(table))
    ]
    table = pd.concat([table, table.iloc[[5]]])
    table.insert(0, "Antwoord ID", range(1, len(table) + 1))
    table.assign(**{"IP-adres": "10.0.0.7"}).to_csv(root / "antwoorden.csv", index=False, sep=";", encoding="utf-8-sig")
    frame = pd.read_csv(raw / "frame.csv", dtype="str").set_index("region")
    frame.loc["R81"] = frame.loc["R01"]
    frame.loc["R81", "name"] = "Synthetische regio R81"
    frame.drop(index=["R01", "R02"]).to_csv(root / "regions-2026.csv")


def _what_changed(root: Path) -> None:
    """Step 0 of the how-to."""
    path = root / "data" / "regions.csv"
    register = pd.read_csv(path, dtype="str")
    register.loc[register["id"].isin(["R01", "R02"]), "merged_into"] = "R81"
    new = {"kind": "synthetic", "id": "R81", "name": "Synthetische regio R81", "valid_from": "2026"}
    pd.concat([register, pd.DataFrame([new])]).to_csv(path, index=False)
    codebook = root / "data" / "codebook.yaml"
    line = "  found_by_business: {nl: …weten bedrijven de scholen te vinden, en: …businesses find the schools}\n"
    head, rest = codebook.read_text(encoding="utf-8").split("  binding_agreements:", 1)
    codebook.write_text(f"{head}{line}  binding_agreements:{rest}", encoding="utf-8")


def _look(root: Path) -> None:
    """Step 2: what the comments in wave.yaml ask for."""
    path = root / "data" / "raw" / WAVE / "wave.yaml"
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"    unsure: .*\n", "", text)
    path.write_text(text.replace("duplicates: stop", "duplicates: last_complete"), encoding="utf-8")


def _as_printed(result: Result) -> str:
    """Output as the how-to shows it: indented."""
    return "\n".join(f"    {line}".rstrip() for line in result.output.splitlines())


@pytest.mark.whole
def test_the_how_to_is_enough(copy: Path, monkeypatch: pytest.MonkeyPatch):
    _deliver(copy)
    _what_changed(copy)
    monkeypatch.chdir(copy)
    monkeypatch.setenv("COLUMNS", "110")
    every = [line.split() for line in re.findall(r"^    sto (.+)$", HOW_TO, re.MULTILINE)]
    first_of = {words[0]: words for words in reversed(every)}
    commands = [first_of[verb] for verb in ("new", "check", "run", "export", "withdraw")]

    def follow(words: list[str], *more: str) -> Result:
        given = [WAVE if word == "2026" else word for word in words]
        return CliRunner().invoke(main_group, [*given, *more])

    checked: Callable[[], Result] = lambda: follow(commands[1])  # noqa: E731
    made = follow(commands[0])
    assert made.exit_code == 0
    assert _as_printed(made) in HOW_TO
    first = checked()
    assert first.exit_code == 1
    assert _as_printed(first) in HOW_TO
    _look(copy)
    assert checked().output == f"{WAVE}: no problems. 50 of 77 regions answered; rows left out: 1.\n"
    assert f"`{checked().output.strip()}`" in HOW_TO
    light = ["-p", "permutations", "199", "-p", "simulations", "20", "--region", "R81", "--language", "nl"]
    ran = follow(commands[2], *light)
    assert ran.exit_code == 0, ran.output

    answers, log = read_answers(WAVE), pd.read_csv(copy / "data" / "processed" / WAVE / "cleaning_log.csv")
    assert "R81" in answers.index
    assert answers["grade_found_by_business"].notna().all()
    assert log["rule"].str.startswith("duplicate: row").sum() == 1
    assert (log["rule"] == "region: merged into R81").sum() == 1
    assert "image" not in set(read_result(WAVE, "changes")["item"])
    trend = read_result(WAVE, "trend").set_index(["measure", "concept", "in_wave"])["series"].sort_index()
    image = trend["urgency", "image"]
    assert image["synthetic-2021"] == image["synthetic-2024"] != image[WAVE]
    page = (copy / "reports" / WAVE / f"national.{WAVE}.nl.html").read_text(encoding="utf-8")
    assert " ‡</td>" in page
    region = (copy / "reports" / WAVE / "regions" / f"R81.{WAVE}.nl.html").read_text(encoding="utf-8")
    assert "Synthetische regio R81" in region
    assert follow(commands[3]).exit_code == 0
    assert len(list((copy / "data" / "processed" / WAVE / "export").iterdir())) == 4
    withdrawn = follow(commands[4])
    assert withdrawn.exit_code == 0, withdrawn.output
    assert not (copy / "data" / "processed" / WAVE).exists()
    assert checked().output == f"{WAVE}: no problems. 49 of 77 regions answered; rows left out: 2.\n"
