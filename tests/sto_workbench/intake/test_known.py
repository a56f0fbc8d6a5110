"""Nine kinds of delivery: what a person still edits after `sto new`; every answer is read right, by its words too."""

import difflib
import re
from pathlib import Path

import pandas as pd
import pytest
import yaml

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems
from sto_analysis.monitor.answers import CleanWave
from sto_analysis.monitor.codebook import Codebook
from sto_workbench.intake.arrive import new_wave
from sto_workbench.intake.clean import check_wave
from sto_workbench.intake.known import has_words, label_key, levels_in_words, reasons_in_words
from tests.sto_workbench.intake.agencies import KINDS, STEMS, Agency, deliver

FIRST, NEXT = "synthetic-2026", "synthetic-2028"
AT_MOST, AT_MOST_NEXT = 15, 3
_REASONS = {"a99": "dont_know"}


def _line(line: str, question: str, agency: Agency, codebook: Codebook) -> str | None:
    """A line of wave.yaml as a person leaves it; None where it is removed."""
    if line.startswith("    unsure:"):
        return None
    if line.startswith("    wording: TODO"):
        return f'    wording: "{STEMS[question]}"'
    if line.startswith("    codes:") and "TODO" in line.partition("#")[0]:
        codes = yaml.safe_load(line)["codes"]
        told = {str(key).casefold(): code for key, code in agency.codes.get(question, {}).items()} | _REASONS
        filled = {key: told[str(key)] if ours == "TODO" else ours for key, ours in codes.items()}
        return "    codes: {" + ", ".join(f"{key}: {ours}" for key, ours in filled.items()) + "}"
    if (found := re.match(r"  (\w+): \{column: (.*)\}", line)) and found[1] in codebook.items:
        item = yaml.safe_load(line)[found[1]]
        column = agency.columns.get(found[1])
        if column is None:
            return None
        return (
            line if item["column"] == column else f"  {found[1]}: {{column: {column!r}, wording: {item['wording']!r}}}"
        )
    return line.replace(": TODO", ": not of the questionnaire")


def _settled(text: str, problems: list[Problem], agency: Agency) -> str:
    """What a person writes after a look at `sto check`."""
    causes = {type(problem).__name__ for problem in problems}
    if "UnfinishedAnswer" in causes:
        text = text.replace("unfinished: stop", "unfinished: drop")
    if "DuplicateRegion" in causes:
        text = text.replace("duplicates: stop", "duplicates: last_complete")
    named = {str(problem.value) for problem in problems if type(problem).__name__ == "UnknownRegion"}
    if regions := {name: agency.regions[name] for name in named if name in agency.regions}:
        told = "\n".join(f'  "{name}": {region}' for name, region in regions.items())
        text = text.replace("missing_codes:", f"regions:\n{told}\nmissing_codes:", 1)
    return text


def edited(wave: str, agency: Agency, codebook: Codebook) -> tuple[int, CleanWave]:
    """Edit wave.yaml as a person would; the lines that were changed, and the cleaned wave."""
    path = compendium.raw(wave) / "wave.yaml"
    proposed = path.read_text(encoding="utf-8")
    question, lines = "", []
    for line in proposed.splitlines():
        if found := re.fullmatch(r"  (\w+):", line):
            question = found[1]
        if (left := _line(line, question, agency, codebook)) is not None:
            lines.append(left)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    try:
        check_wave(wave)
    except Problems as found_problems:
        path.write_text(_settled(path.read_text(encoding="utf-8"), found_problems.problems, agency), encoding="utf-8")
    after = path.read_text(encoding="utf-8").splitlines()
    changed = [each for each in difflib.ndiff(proposed.splitlines(), after) if each[0] in "+-"]
    removed = sum(each[0] == "-" for each in changed)
    return max(removed, len(changed) - removed), check_wave(wave)


def differing(clean: CleanWave, agency: Agency, codebook: Codebook) -> list[tuple[str, str, str, str]]:
    """Cells that are not what the region answered: region, item, read, answered."""
    why = clean.missing.set_index(["region", "item"])["reason"].to_dict()
    out = []
    for region, given in agency.truth.iterrows():
        for item, told in given.items():
            levels = {str(level.code): level.id for level in codebook.items[item].scale.levels}
            expected = "blank" if pd.isna(told) else "dont_know" if told == "weet niet" else levels[str(told)]
            read = clean.answers.at[region, item] if region in clean.answers.index else "no answer"
            read = why.get((region, item), "") if pd.isna(read) else read
            if read != expected:
                out.append((str(region), str(item), str(read), expected))
    return out


@pytest.mark.whole
@pytest.mark.parametrize("kind", KINDS)
def test_a_wave_needs_few_edits_the_next_hardly_any_and_no_answer_is_misread(copy: Path, codebook: Codebook, kind: str):
    for wave, seed, most in ((FIRST, 1, AT_MOST), (NEXT, 2, AT_MOST_NEXT)):
        agency = deliver(kind, copy, codebook, seed)
        proposal = new_wave(wave, agency.file)
        found = {match.item for match in proposal.matches if match.column == agency.columns.get(match.item)}
        assert found == set(agency.columns)
        lines, clean = edited(wave, agency, codebook)
        assert differing(clean, agency, codebook) == []
        assert set(clean.answers.index) == set(agency.truth.index)
        assert lines <= most, (wave, lines)


def test_an_answer_is_known_by_its_words(codebook: Codebook):
    scale = codebook.items["yield_teachers"].scale
    last, words = scale.levels[-1], levels_in_words(scale)
    assert {word for word, level in words.items() if level is last} >= {"veel opbrengst", last.en.casefold()}
    assert reasons_in_words(codebook.missing)["geen idee"] == "dont_know"


def test_grades_are_no_more_than_their_codes(codebook: Codebook):
    assert has_words(codebook.items["yield_teachers"].scale)
    grade = next(item for item in codebook.items.values() if item.question == "grade")
    assert not has_words(grade.scale)


def test_a_code_before_its_label_is_left_out():
    assert label_key("4 - Urgent", "4") == label_key("04. urgent", "4") == "urgent"
    assert label_key("3 - urgent", "4") == "3 - urgent"
