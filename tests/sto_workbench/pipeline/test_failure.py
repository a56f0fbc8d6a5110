"""A failure names the notebook, the cell and what to do."""

from pathlib import Path

from sto_workbench.pipeline.failure import failed, told


def test_the_last_cell_that_began_is_named(tmp_path: Path):
    assert "(before the first cell)" in told(tmp_path, "it took too long.", "a.ipynb")
    (tmp_path / "cell").write_text("x = 1\nwait(x)\n")
    found = told(tmp_path, "it took too long.", "a.ipynb")
    assert found.startswith("NotebookFailed: a.ipynb: it took too long.")
    assert "\n    x = 1\n    wait(x)\n" in found
    assert found.endswith("Mend the data or the notebook and run again.")


def test_what_says_itself_what_to_do_is_not_told_so_twice():
    found = failed("Problems: 1 problem:\n- NotMade: a.csv: nobody made it. Run `sto run 2024`.", "read()", "a.ipynb")
    assert found.endswith("Then run again.")
