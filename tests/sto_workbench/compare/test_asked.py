"""What `sto diff` is asked for: which runs, and where it is written."""

from pathlib import Path

import pytest

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_workbench.compare import asked, kept, named
from sto_workbench.confidential.removal import EXPORTED
from tests.running import WAVE
from tests.sto_workbench.compare.test_kept import _change as change

pytestmark = pytest.mark.whole
NONE = {"page": None, "word": None}


def _told(*runs: str) -> list[str]:
    return list(asked.diff(runs, "text", NONE, "nl"))


def test_runs_are_found_by_what_the_user_calls_them(finished_copy: Path, tmp_path: Path):
    assert _told(WAVE) == [f"Nothing changed between {WAVE}@1 and {WAVE}."]
    change(finished_copy, "anders")
    kept.keep(WAVE)
    assert _told(WAVE)[0].startswith(f"No result differs between {WAVE}@1 and {WAVE};")
    assert _told() == _told(WAVE)
    assert named.run(f"{WAVE}@last").files["pages/nl.html"]() == named.standing(WAVE).files["pages/nl.html"]()
    assert _told(f"{WAVE}@2", WAVE) == [f"Nothing changed between {WAVE}@2 and {WAVE}."]
    path = str(kept.kept(WAVE)[1])
    assert _told(path) == [f"Nothing changed between {path} and {WAVE}."]
    kept.hand_out(WAVE)
    assert _told(WAVE) == [f"Nothing changed between {WAVE}@handed-out and {WAVE}."]
    assert named.run(str(compendium.processed(WAVE))).wave == WAVE
    with pytest.raises(Problems, match="one run too many"):
        _told(WAVE, WAVE, WAVE)
    for wrong, said in ((f"{WAVE}@7", "no run '7'"), ("nowhere", "no run 'nowhere'"), ("../x@1", "no run '../x@1'")):
        with pytest.raises(Problems, match=said):
            _told(wrong, WAVE)


def test_what_is_written_elsewhere_is_private_and_known_when_a_region_withdraws(finished_copy: Path, tmp_path: Path):
    page = tmp_path / "what changed.html"
    change(finished_copy, "anders")
    said = list(asked.diff((f"{WAVE}@1", WAVE), "json", {"page": page, "word": None}, "en"))
    assert said[0].startswith("{")
    assert page.stat().st_mode & 0o077 == 0
    assert str(page.resolve()) in (compendium.processed(WAVE) / EXPORTED).read_text(encoding="utf-8").splitlines()
    with pytest.raises(Problems, match="delivered here"):
        list(asked.diff((WAVE, WAVE), "text", {"page": compendium.raw(WAVE) / "x.html"}, "nl"))


def test_a_wave_that_nobody_ran_has_no_run(copy: Path):
    with pytest.raises(Problems, match="has no results"):
        _told(WAVE)
