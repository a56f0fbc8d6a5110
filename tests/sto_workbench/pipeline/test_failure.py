"""A failure names the notebook, the cell and what to do; what may be read by others holds no value."""

from pathlib import Path

from nbformat.v4 import new_code_cell

from sto_analysis import compendium
from sto_workbench.pipeline.failure import begin_cell, failed, left, log_of, write


def test_the_last_cell_that_began_is_named(tmp_path: Path):
    assert failed(tmp_path, "x/a.ipynb", "it took too long").told == "a, before the first cell: it took too long"
    begin_cell(tmp_path, new_code_cell("x = 1\nwait(x)\n", id="waits"), 4)
    found = failed(tmp_path, "a.ipynb", "it took too long")
    assert found.told == "a, cell 5 (waits): it took too long"
    assert found.detail.startswith("NotebookFailed: a.ipynb: it took too long")
    assert "\n    x = 1\n    wait(x)\n" in found.detail
    assert found.detail.endswith("Mend the data or the notebook and run again.")


def test_a_note_that_was_cut_hides_nothing_else(tmp_path: Path):
    (tmp_path / "cell").write_text('["cell 1 (re', encoding="utf-8")
    assert failed(tmp_path, "a.ipynb", "OSError").told == "a, before the first cell: OSError"


def test_what_happened_is_told_to_the_user_only(tmp_path: Path):
    begin_cell(tmp_path, new_code_cell("answers['R01']", id="reads"), 0)
    found = failed(tmp_path, "a.ipynb", "KeyError", "KeyError: 'urgent'")
    assert found.told == "a, cell 1 (reads): KeyError"
    assert "KeyError: 'urgent'" in found.detail


def test_what_says_itself_what_to_do_is_not_told_so_twice(tmp_path: Path):
    what = "Problems: 1 problem:\n- NotMade: a.csv: nobody made it. Run `sto run 2024`."
    assert failed(tmp_path, "a.ipynb", "Problems", what).detail.endswith("Then run again.")


def test_a_failure_comes_back_as_it_was_left(tmp_path: Path):
    assert left(tmp_path) is None
    found = failed(tmp_path, "a.ipynb", "KeyError", "KeyError: 'é'")
    write(tmp_path, found)
    assert left(tmp_path) == found


def test_the_log_stands_with_the_answers(copy: Path):
    assert compendium.confidential(log_of("w/regions/R01.w.nl"))
    assert log_of("w/regions/R01.w.nl") == copy / "data/processed/w/logs/regions/R01.w.nl.log"
    assert log_of("published/published.nl") == copy / "data/processed/published/logs/published.nl.log"
