"""A wave.yaml is changed without a loss of what a person wrote in it, and holds whatever a delivery holds."""

from pathlib import Path

import pytest
from ruamel.yaml.comments import CommentedMap

from sto_analysis.errors import Problems
from sto_analysis.monitor.described import parse_yaml
from sto_workbench.intake.header import Layout
from sto_workbench.intake.wave_file import edited, layout_keys, node, put, written

BEFORE = """# of mine
wave: 2026
sheet: Blad1  # the second
title: {nl: Ronde (2026), en: 'Wave 2026'}

# fieldwork: {start: 2026-03-01}
frame: frame.csv   # all of them
as_stated: yes
codes: {n: 0, y: 1}
withdrawn:
- R01
# the end
"""
HOSTILE = [
    "yes", "no", "y", "N", "null", "~", "12", "007", "1e3", "2024-01-01", "1:30", "<<", "=", "", " ", "a: b # c", "#",
    "- x", "? x", "!tag x", "&a *b", "{x", "[/b]", "twee\nregels", "\ttab", 'aan"halings\\teken', "it's",
    "\x00\x07\x1b[31m\x85\u2028", "\u202eomgekeerd", "\ufeff", "😀 👩\u200d🏫", "lang " * 1000, "é" * 5000,
    "%YAML 1.1", "---", "...",
]  # fmt: skip


def test_a_change_leaves_what_a_person_wrote(tmp_path: Path):
    path = tmp_path / "wave.yaml"
    path.write_text(BEFORE)
    with edited(path) as told:
        put(told, "separator", ";")
        put(told, "sheet", None)
        put(told, "missing_codes", {"99": "dont_know", 98: "no"}, behind="as\nbefore")
    expected = BEFORE.replace("sheet: Blad1  # the second\n", "")
    assert path.read_text() == expected + 'separator: ";"\nmissing_codes: {"99": dont_know, 98: "no"}  # as\\nbefore\n'


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_delivery_holds_comes_back_equal_on_a_line_of_its_own(text: str):
    told = CommentedMap()
    put(told, "before", 1)
    put(told, text, {"key": {text: [text, 2]}}, behind=text)
    lines = written(told)
    assert parse_yaml(lines) == {"before": 1, text: {"key": {text: [text, 2]}}}
    assert all(character.isprintable() for character in lines.replace("\n", ""))
    assert len(lines.splitlines()) <= 3


def test_texts_are_quoted_unless_they_are_words():
    assert written(CommentedMap({"a": node("urgent"), "b": node("heel urgent")})) == 'a: urgent\nb: "heel urgent"\n'


def test_what_cannot_be_changed_alone_is_left(tmp_path: Path):
    path = tmp_path / "wave.yaml"
    for broken in ("a: 1\na: 2\n", "a: [", "a: 1\n---\nb: 2\n"):
        path.write_text(broken)
        with pytest.raises(Problems, match="change it by hand"), edited(path) as told:
            put(told, "a", 3)
        assert path.read_text() == broken


def test_how_answers_stand_in_a_file_is_said_where_it_is_known():
    found = layout_keys(Layout(separator=";", names=2, first=4))
    assert found == {"sheet": None, "separator": ";", "encoding": None, "header": {"names": 2, "first": 4}}
    assert layout_keys(Layout())["header"] is None
