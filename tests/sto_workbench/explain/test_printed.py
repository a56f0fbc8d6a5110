"""What is printed for a person: short, and inert."""

import pandas as pd
import pytest
from click.testing import CliRunner

from sto_analysis.results import write_result
from sto_workbench.cli import main_group
from sto_workbench.explain.result import Results
from tests.sto_workbench.explain.conftest import LOG, WAVE, shares, write_log

ID = "share.urgency.teachers.top"


def explain(*said: str) -> str:
    done = CliRunner().invoke(main_group, ["explain", *said], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_number_is_told_on_a_few_lines(store: Results):
    lines = explain(f"{ID}:high", WAVE).splitlines()
    assert lines[0] == f"{ID}:high, wave {WAVE} (SYNTHETIC)"
    for line in (
        "  high       93% = 0.925",
        "  value      88% = 0.8823529412 (share, published to 0.01)",
        "  interval   82% to 93% = 0.82 to 0.925",
        "  n          51",
        "  counts     answers to urgency_teachers",
        "  cleaning   changed 2 of these, or of whole rows",
        f"    {WAVE}  R01  row 1  column v1  urgency_teachers  99 → ''  missing: dont_know",
        "  made by    no notebook",
    ):
        assert line in lines


def test_a_number_on_the_context_ends_at_its_public_file(store: Results):
    row = {"concept": ["employment"], "position": [0], "share": [0.4], "base": [78]}
    write_result(pd.DataFrame(row), WAVE, "context")
    lines = explain("share.frame.employment.0", WAVE).splitlines()
    assert "  source     SYNTHETIC UWV, spanningsindicator, 2024 Q4, of 2025-01-15" in lines
    (file,) = [line.split() for line in lines if "spanning.csv" in line]
    assert file[0] == f"data/raw/{WAVE}/context/spanning.csv" and len(file[1]) == 64 and file[2] == "same"
    assert "  source " not in explain(ID, WAVE)


def test_how_a_table_was_made_is_told_once_for_its_numbers(store: Results):
    assert explain("share.*").count("made by") == 1
    assert explain("share.*", "difference.urgency.*").count("made by") == 2


def test_many_changes_are_counted(store: Results):
    write_log(WAVE, LOG[:1] * 30)
    assert "    ... and 18 more; `--as json` has all.\n" in explain(ID)


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_a_terminal_obeys_is_never_printed(store: Results, form: str):
    hostile = "\x1b]0;title\x07\x9b31m\u202e\r'=1+1"
    write_result(shares(("urgency", hostile), ("urgency", "teachers")).assign(weighted_by=hostile), WAVE, "shares")
    write_log(WAVE, [("R01", "urgency_teachers", hostile.replace("\r", " "), hostile.replace("\r", " "))])
    told = explain("share.*", "--as", form)
    assert [character for character in told if not character.isprintable() and character != "\n"] == []
    assert "title" in told


def test_numbers_of_a_page_are_told_under_its_headings(store: Results, tmp_path):
    page = tmp_path / f"national.{WAVE}.nl.html"
    number = '<data value="0.88" data-result="{}">\x1b[1m88%</data>'
    page.write_text(
        f"<h2>Urgent\x9b</h2>{number.format(ID)}<h2>B</h2>{number.format('x')}{number.format('share.yield.image.top')}"
    )
    told = explain("--page", str(page)).splitlines()
    assert told[0] == "Urgent\\x9b"
    assert told[1].startswith(f"  line 1  “\\x1b[1m88%”  {ID}  = 0.8823529412")
    assert told[2:4] == ["B", "  line 1  “\\x1b[1m88%”  x  NO SUCH RESULT"]
    assert told[-1] == "3 numbers; 1 name no result of the store, 0 are not those of the store."
