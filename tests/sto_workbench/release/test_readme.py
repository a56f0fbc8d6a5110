from pathlib import Path

from tests.sto_workbench.release.small import small_release


def test_the_readme_has_the_sections_of_the_template_and_lists_exhibits_programs_and_what_is_withheld(tmp_path: Path):
    text = (small_release(tmp_path) / "README.md").read_text()
    for heading in (
        "Data Availability and Provenance Statements",
        "Computational requirements",
        "Description of programs/code",
        "Instructions to Replicators",
        "List of tables and programs",
    ):
        assert f"## {heading}" in text
    row = next(line for line in text.splitlines() if "fig-1 quadrant" in line)
    assert "05_national_report, cell quadrant" in row
    assert "results/shares.csv" in row
    assert "02_describe, cell shares-table" in row
    assert "Urgency \\| yield" in row
    assert "| shares | small_groups | 1 | a group of few regions would follow |" in text
    assert "SYNTHETIC" in text
    assert "2 of 3 statistics are shown" in text


def test_no_text_of_a_wave_is_markup(tmp_path: Path):
    rules = {"small_groups": "<img src=x onerror=1> [x](y) `z`"}
    text = (small_release(tmp_path, rules=rules) / "README.md").read_text()
    assert "<img" not in text
    assert "[x]" not in text.replace("\\[x]", "")
