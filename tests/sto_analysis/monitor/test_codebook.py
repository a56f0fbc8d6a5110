"""The codebook is typed, and an inconsistent file is refused with its line."""

from pathlib import Path

import pytest

from sto_analysis.errors import Problems
from sto_analysis.monitor.codebook import Codebook, read_codebook

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "data" / "codebook.yaml").read_text(encoding="utf-8")


def _line(part: str) -> int:
    return next(i for i, line in enumerate(TEXT.splitlines(), 1) if part in line)


def test_items_are_questions_times_concepts(codebook: Codebook):
    assert len(codebook.items) == 8 + 8 + 7 + 3 + 7 + 1
    assert next(iter(codebook.asked("borging"))) == "line_organisation"
    assert codebook.asked("borging_active") == {"borging_active": "borging_active"}


def test_labels_stand_as_on_the_slides(codebook: Codebook):
    assert codebook.aspects["regional_provision"].nl == "(Her)inrichting van het regionale techniekaanbod"
    assert codebook.borging_forms["line_organisation"].nl == "STO is geïntegreerd binnen de (lijn)organisatie"


def test_every_definition_says_whether_it_is_published(codebook: Codebook):
    assert {scale.status for scale in codebook.scales.values()} == {"published", "our_assumption"}
    assert {variable.status for variable in codebook.context_variables.values()} == {"our_assumption"}


@pytest.mark.parametrize(
    ("before", "after", "part", "message"),
    [
        ("direction: more, aspects: [image]", "direction: more, aspects: [imago]", "Promotie", "no aspect 'imago'"),
        (
            "results_schools, results_pupils]",
            "results_school, results_pupils]",
            "stages: [",
            "no stage 'results_school'",
        ),
        (
            "variables: [commitment]",
            "variables: [krimpt]",
            "Mate van regionaal commitment; structurele",
            "no context variable 'krimpt'",
        ),
        ("code: 5, id: much", "code: 4, id: much", "id: none, nl: geen opbrengst", "codes must rise"),
        ("    dont_know: {", "    none: {", "dont_know: {nl", "'none' is a level of a scale too"),
        ("scale: yes_no", "scale: yes_or_no", "scale: yes_no", "no scale 'yes_or_no'"),
        ("  level: arranged\n", "  level: sorted\n", "level: arranged", "none of the levels of the question 'borging'"),
        ("  borging: {of", "  embedding: {of", "urgency: {of", "the analysis needs the question 'borging'"),
        ("  borging_level:", "  borging_levels:", "  borging: {of", "no scale 'borging_level'"),
        ("hardly_at_most: 1", "hardly_at_most: one", "hardly_at_most", "valid integer"),
        ("many_at_least: 4", "many_at_lest: 4", "many_at_least", "Extra inputs"),
        ("  teachers: {nl: Vol", "  image: {nl: Vol", "De beeldvorming ten", "stands here twice"),
    ],
)
def test_an_inconsistent_file_is_refused_with_its_line(tmp_path, before, after, part, message):
    assert before in TEXT
    path = tmp_path / "codebook.yaml"
    path.write_text(TEXT.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(Problems, match=message) as caught:
        read_codebook(path)
    lines = {problem.line for problem in caught.value.problems}
    near = _line(part)
    assert any(abs(line - near) <= 1 for line in lines), f"expected a line near {near}, got {lines}"


def test_text_that_is_no_yaml_is_refused_with_its_line(tmp_path):
    path = tmp_path / "codebook.yaml"
    path.write_text("a: 1\nb: [1, 2\nc: 3\n")
    with pytest.raises(Problems, match="not YAML") as caught:
        read_codebook(path)
    assert caught.value.problems[0].line == 3


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(Problems, match="MissingFile"):
        read_codebook(tmp_path / "none.yaml")
