"""Whoever makes a mistake is told, in either language; and of what passes in silence it stands here why."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sto_analysis import messages
from sto_analysis.errors import Problem, Problems
from sto_analysis.messages import LANGUAGE
from sto_analysis.report.language import catalogue
from sto_analysis.report.plain import plain
from sto_workbench.intake import clean, delivery, parse, readers
from sto_workbench.intake.header import Layout
from tests.conftest import make_copy

from .mistakes import EARLIER, WAVE, Mistake, good
from .mistakes_of_codes import CODES
from .mistakes_of_files import FILES
from .mistakes_of_rows import ROWS
from .mistakes_of_waves import WAVES

MISTAKES = [*CODES, *ROWS, *FILES, *WAVES]
KINDS = list(dict.fromkeys(mistake.kind for mistake in MISTAKES))
FORMS = ("sav", "bare", "text", "xlsx")
MOST_SILENT = 0.05


def parsed_here(path: Path, layout: Layout) -> dict[str, Any]:
    """Parse a file without a process of its own."""
    try:
        return parse.parse(path, layout)
    except Problem as found:
        raise Problems([replace(found, file=path)]) from found


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A compendium of which the wave of 2024 is spoilt again and again; files are parsed here, the earlier one once."""
    root, before, read = make_copy(tmp_path_factory.mktemp("mistakes")), {}, delivery.read_delivery

    def once(name: str, codebook: Any) -> delivery.Delivery:
        if name != EARLIER:
            return read(name, codebook)
        if name not in before:
            before[name] = read(name, codebook)
        return before[name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STO_ROOT", str(root))
        patch.setattr(readers, "_parsed", parsed_here)
        patch.setattr(clean, "read_delivery", once)
        yield root


def check(root: Path, mistake: Mistake | None, form: str, language: str) -> tuple[list[Problem], Any]:
    """Problems and the cleaned wave of a delivery, with a mistake or without."""
    made, folder = good(form), root / "data" / "raw" / WAVE
    if mistake:
        mistake.spoil(made)
    shutil.rmtree(folder)
    folder.mkdir()
    made.write(folder)
    token = LANGUAGE.set(language)
    try:
        return [], clean.check_wave(WAVE)
    except Problems as found:
        return found.problems, None
    finally:
        LANGUAGE.reset(token)


def template(sentence: str) -> re.Pattern[str]:
    """What a sentence of a catalogue looks like, whatever its values."""
    return re.compile(re.sub(r"\\\{.*?\\\}", ".*", re.escape(sentence)))


def says(told: str, problems: list[Problem], notices: tuple[str, ...], language: str) -> bool:
    """Whether problems or notices say what is expected, in the language."""
    how, _, what = told.rpartition(" ")
    if how == "kind":
        return any(type(problem).__name__ == what for problem in problems)
    if how == "sign":
        texts = [*notices, *(problem.what for problem in problems if problem.name == "came_in.stands_out")]
        kinds = [key for key in (f"came_in.{what}", f"came_in.{what}_alone") if key in catalogue(language)]
        return any(template(plain(catalogue(language)[key])).fullmatch(text) for key in kinds for text in texts)
    if told == "described":
        return any(problem.name.startswith(told) for problem in problems)
    sentence = messages._at(told)
    if "kind" not in sentence:
        return any(template(sentence[language]).fullmatch(text) for text in notices)
    of = [problem for problem in problems if problem.name.split()[0] == told]
    return any(template(sentence["what"][language]).fullmatch(problem.what) for problem in of)


@pytest.fixture(scope="module")
def truth(root: Path) -> dict[str, pd.DataFrame]:
    """Answers of the good delivery in each form, of which nothing is told."""
    out = {}
    for form in FORMS:
        problems, cleaned = check(root, None, form, "en")
        assert ([*map(str, problems)], cleaned.notices) == ([], ())
        out[form] = cleaned.answers
    return out


def hold(root: Path, mistake: Mistake, truth: dict[str, pd.DataFrame], language: str) -> None:
    problems, cleaned = check(root, mistake, mistake.form, language)
    notices = cleaned.notices if cleaned else ()
    told = f"{mistake.kind}: {mistake.name} ({mistake.form})\n{problems[:3]}\n{notices}"
    if mistake.told == "right":
        assert not problems, told
        pd.testing.assert_frame_equal(cleaned.answers, truth[mistake.form], obj=told)
    elif mistake.told == "silent":
        assert (problems, notices) == ([], ()), told
    else:
        assert says(mistake.told, problems, notices, language), told
        assert all(problem.what and problem.todo for problem in problems), told


@pytest.mark.parametrize("kind", KINDS[::3])
@pytest.mark.usefixtures("_there")
def test_a_mistake_is_told_in_english(root: Path, truth: dict[str, pd.DataFrame], kind: str):
    hold(root, next(mistake for mistake in MISTAKES if mistake.kind == kind), truth, "en")


@pytest.mark.whole
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("_there")
def test_every_mistake_is_told_in_dutch(root: Path, truth: dict[str, pd.DataFrame], kind: str):
    for mistake in [each for each in MISTAKES if each.kind == kind]:
        hold(root, mistake, truth, "nl")


@pytest.fixture
def _there(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STO_ROOT", str(root))


def test_hardly_any_passes_in_silence_and_of_those_it_is_said_why():
    silent = [mistake for mistake in MISTAKES if mistake.told == "silent"]
    assert len(MISTAKES) >= 150
    assert len(KINDS) >= 20
    assert len(silent) <= MOST_SILENT * len(MISTAKES)
    assert all(mistake.why for mistake in silent)
    twice = Counter((mistake.kind, mistake.name, mistake.form) for mistake in MISTAKES)
    assert max(twice.values()) == 1
