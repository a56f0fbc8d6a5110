"""Progress is told in plain lines where there is no terminal."""

import pytest

from sto_workbench.pipeline import progress as module
from sto_workbench.pipeline.batch import Ended
from sto_workbench.pipeline.progress import progress


def test_plain_lines_say_how_far_it_is_and_what_failed(capsys: pytest.CaptureFixture[str], monkeypatch):
    monkeypatch.setattr(module, "EVERY", 0.0)
    with progress(4) as told:
        told(Ended("a", "kept"))
        told(Ended("b", "made"))
        told(Ended("c", "failed", "why"))
        told(Ended("d", "not run"))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("2 of 4: 1 made, 1 kept; about ")
    assert lines[1] == "failed: c"
    assert lines[2].startswith("3 of 4: 1 made, 1 kept, 1 failed; about ")
    assert len(lines) == 3, "what was kept costs no time and is not told; the end is told by the command"
