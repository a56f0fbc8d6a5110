"""Every sentence stands in both languages, says the same of the same values, and is used."""

import ast
import re
import string
from pathlib import Path

import pytest

from sto_analysis import errors, messages
from sto_analysis.messages import LANGUAGE, problem, say

SRC = Path(messages.__file__).parents[1]
PARTS = ("what", "todo", "expected")
ALL = {f"{section}.{key}": told for section, keys in messages._catalogue().items() for key, told in keys.items()}
SENTENCES = {
    f"{name}.{part}": told[part] if part else told
    for name, told in ALL.items()
    for part in (PARTS if "kind" in told else ("",))
    if not part or part in told
}


def _values(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def _named() -> set[str]:
    """Texts of the code that may name a sentence; of f-strings their first part, with a star."""
    out: set[str] = set()
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                out.add(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(first := node.values[0], ast.Constant):
                out.add(f"{first.value}*")
    templates = "".join(path.read_text(encoding="utf-8") for path in SRC.rglob("*.j2"))
    return out | set(re.findall(r"say\('([a-z._]+)'", templates))


@pytest.mark.parametrize("name", SENTENCES)
def test_both_languages_name_the_same_values(name: str):
    told = SENTENCES[name]
    assert set(told) == {"en", "nl"}
    assert _values(told["en"]) == _values(told["nl"])


def test_problems_have_a_kind_and_say_what_to_do():
    for name, told in ALL.items():
        if "kind" in told:
            assert {"what", "todo"} <= told.keys(), name
            assert issubclass(getattr(errors, told["kind"]), errors.Problem), name


def test_every_sentence_is_used():
    named = _named()
    begun = tuple(text[:-1] for text in named if text.endswith("*") and "." in text)
    assert [name for name in ALL if name not in named and not name.startswith(begun)] == []


def test_a_problem_is_told_in_the_language_that_is_set():
    token = LANGUAGE.set("nl")
    try:
        told = problem("check.unclaimed", column="v1")
        assert str(told) == (
            "UnclaimedColumn: column 'v1': geen item gebruikt deze kolom. "
            "Zet haar met de reden onder 'drop' in wave.yaml, of geef haar aan een item."
        )
        assert say("rows.alike", near="R01") == "; het meest lijkt R01"
    finally:
        LANGUAGE.reset(token)


def test_values_are_never_read_as_templates():
    assert "'{title}{0}'" in problem("check.called_synthetic", title="{title}{0}", wave="2026").what
