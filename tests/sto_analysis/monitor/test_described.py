"""A YAML file of any bytes ends in named problems, each with its line."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sto_analysis.errors import Problem, Problems
from sto_analysis.messages import LANGUAGE
from sto_analysis.monitor.described import read_as_far_as_possible
from sto_analysis.monitor.wave import Wave
from tests.conftest import examples

WAVE = Path(__file__).parents[3] / "data" / "raw" / "synthetic-2024" / "wave.yaml"
GOOD = WAVE.read_bytes()


def _read(path: Path, content: bytes) -> tuple[Wave | None, list[Problem]]:
    path.write_bytes(content)
    return read_as_far_as_possible(path, Wave)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"fieldwork: {start: 2026-02-30, end: 2026-03-01}", "not YAML: day"),
        (b"fieldwork: {start: 2026-03-30, end: 2026-03-01}", "it lies before the start"),
        (b"title: \x07", "not YAML"),
        ("sheet: Frysl\xe2n".encode("cp1252"), "not UTF-8"),
        (b"sheet: &a [*a]", "an alias (*)"),
        (b"<<: {sheet: a}", "a merge key (<<)"),
        (b"sheet: !!binary aGE=", "a tag (!)"),
        (b"- " * 100_000, "not YAML"),
        (b"published: " + b"9" * 5000, "very many digits"),
        (b"published: 0x" + b"f" * 5000, "very many digits"),
        (b"published: 1" + b":59" * 5000, "very many digits"),
        (b"sheet: " + b"x" * 30_000, "a text of 30,000 characters"),
        (b"sheet: " + b"[" * 5000, "not YAML"),
        (b"separator: ';;'", "separator"),
        (b"header: {names: 0}", "greater than or equal to 1"),
        (b"{[1]: 2}: 3", "not YAML"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, line: bytes, what: str):
    _, problems = _read(tmp_path / "wave.yaml", GOOD + line + b"\n")
    assert any(what in str(problem) for problem in problems), problems


def test_the_rest_is_read_without_the_part_that_is_wrong(tmp_path: Path):
    described, problems = _read(tmp_path / "wave.yaml", GOOD + b"colour: red\nduplicates: twice\n")
    assert described is not None
    assert described.duplicates == "stop"
    assert [problem.line for problem in problems] == [GOOD.count(b"\n") + 2, GOOD.count(b"\n") + 1]


@settings(max_examples=examples(150), deadline=None, database=None, derandomize=True)
@given(
    at=st.integers(0, len(GOOD)),
    lost=st.integers(0, 40),
    put=st.one_of(
        st.binary(max_size=12), st.sampled_from([b"&a", b"*a", b"- ", b": ", b"? ", b"!!binary ", b"<<: ", b"{", b"["])
    ),
)
def test_any_bytes_end_in_a_wave_or_named_problems(
    tmp_path_factory: pytest.TempPathFactory, at: int, lost: int, put: bytes
):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    described, problems = _read(path, GOOD[:at] + put + GOOD[at + lost :])
    assert described is not None or problems
    if problems:
        assert str(Problems(problems))


def test_what_pydantic_finds_is_told_in_the_language_that_is_set(tmp_path: Path):
    content = GOOD + b"header: {names: 0}\nsheet: [a]\nfeildwork: x\n"
    token = LANGUAGE.set("nl")
    try:
        told = [problem.what for problem in _read(tmp_path / "wave.yaml", content)[1]]
    finally:
        LANGUAGE.reset(token)
    assert sorted(told) == [
        "feildwork: deze naam bestaat hier niet.",
        "header.names: het getal moet 1 of hoger zijn.",
        "sheet: hier moet een tekst staan.",
    ]
