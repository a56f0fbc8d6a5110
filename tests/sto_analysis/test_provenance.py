"""What was read, written and loaded is taken down as it was, and a change of any of it is named."""

import json
import re
import sys
from pathlib import Path

import pandas as pd
import pytest

from sto_analysis import compendium, provenance
from sto_analysis.digests import ABSENT, digest
from sto_analysis.errors import Problems
from sto_analysis.monitor.answers import read_answers
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.monitor.own import read_own
from sto_analysis.monitor.published_figures import read_published
from sto_analysis.monitor.register import read_register
from sto_analysis.monitor.wave import chain
from sto_analysis.provenance import Record, colophon, commit, record, recorded, recording, versions
from sto_analysis.results import read_result, write_result
from sto_workbench.intake.clean import clean_wave, write_clean
from tests.running import files
from tests.sto_workbench.confidential.conftest import under_git

WAVE = "synthetic-2024"


def test_what_is_read_and_written_is_taken_down_by_those_who_do_it(copy: Path):
    with recording():
        clean = clean_wave(WAVE)
        write_clean(WAVE, clean)
        found = recorded()
    raw = f"data/raw/{WAVE}"
    assert set(found.data) == {
        "data/codebook.yaml",
        "data/regions.csv",
        *(f"{raw}/{name}" for name in ("wave.yaml", "frame.csv", "context.csv", "context.yaml", f"{WAVE}.sav")),
        f"{raw}/context/sources.yaml",
    }
    assert set(found.results) == set(files(copy))
    assert all(digest(copy / name) == value for name, value in (found.data | found.results).items())


def test_every_reader_takes_down_what_it_opens(copy: Path):
    write_clean(WAVE, clean_wave(WAVE))
    trend = {"measure": "urgency", "concept": "teachers", "in_wave": WAVE, "series": 1, "share": 0.5}
    write_result(pd.DataFrame([trend]), WAVE, "trend")
    with recording():
        read_answers(WAVE), read_result(WAVE, "trend"), read_own(WAVE, "R01", read_codebook())
        read_register("synthetic"), read_published(), chain(WAVE)
        names = set(recorded().data)
    assert {
        f"data/processed/{WAVE}/{name}" for name in ("answers.parquet", "results/trend.parquet", "own/R01.json")
    } <= names
    assert {"data/regions.csv", "data/raw/published/grades.csv", "data/raw/synthetic-2021/wave.yaml"} <= names


def test_what_nobody_made_yet_is_named_with_what_to_do(copy: Path):
    with pytest.raises(Problems, match=rf"NotMade.*results/shares\.parquet.*sto run {WAVE}"):
        read_result(WAVE, "shares")


def test_a_file_counts_as_it_was_when_it_was_read(copy: Path):
    path = copy / "data" / "codebook.yaml"
    with recording():
        read_codebook()
        before = digest(path)
        path.write_text(path.read_text() + "# more\n")
        assert recorded().data == {"data/codebook.yaml": before}


def test_a_block_of_recording_leaves_no_trace(copy: Path):
    with recording():
        read_codebook()
        outer = recorded()
        with recording():
            assert recorded().data == {}
            chain(WAVE)
        assert recorded() == outer


def test_the_code_is_what_the_process_has_loaded(copy: Path):
    loaded = set(provenance.loaded())
    assert Path(sys.modules["sto_analysis.monitor.answers"].__file__ or "") in loaded
    assert all(path.is_relative_to(provenance.SOURCE) for path in loaded)
    assert set(recorded().code) >= {path.relative_to(provenance.SOURCE).as_posix() for path in loaded}


def _record(root: Path) -> Record:
    """A record of one file of code, one that is read and one that is made."""
    code = provenance.SOURCE / "sto_analysis" / "errors.py"
    result = compendium.write_text(root / "reports" / "page.html", "whole")
    return record([code], [root / "data" / "codebook.yaml"], [result])


def test_every_kind_of_change_is_named(copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = _record(copy)
    assert made.differences() == []
    (copy / "reports" / "page.html").write_text("half")
    (copy / "data" / "codebook.yaml").write_text("other")
    assert made.differences() == ["data/codebook.yaml", "reports/page.html is changed"]
    (copy / "reports" / "page.html").unlink()
    assert made.differences()[-1] == "reports/page.html is gone"
    monkeypatch.setattr(provenance, "SOURCE", tmp_path / "elsewhere")
    assert made.differences()[0] == "code sto_analysis/errors.py"


def test_another_version_of_a_library_is_a_change_and_the_lock_too(copy: Path, monkeypatch: pytest.MonkeyPatch):
    made = _record(copy)
    assert {"Python", "pandas", "statsmodels", "nbconvert", "requirements.lock"} <= set(versions())
    assert re.fullmatch(r"\d+\.\d+.*", versions()["pandas"])
    site = copy / "site"
    (site / "pandas-0.1.dist-info").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])
    provenance._installed.cache_clear()
    assert made.differences() == [f"pandas {made.versions['pandas']} → 0.1"]
    monkeypatch.undo()
    monkeypatch.setenv("STO_ROOT", str(copy))
    provenance._installed.cache_clear()
    lock = copy / "requirements.lock"
    lock.write_text(lock.read_text() + "# another\n")
    assert [each.split()[0] for each in made.differences()] == ["requirements.lock"]


def test_what_is_not_in_the_lock_is_no_ingredient(copy: Path, monkeypatch: pytest.MonkeyPatch):
    made = _record(copy)
    (copy / "site" / "a_toy-1.0.dist-info").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(copy / "site"), *sys.path])
    provenance._installed.cache_clear()
    assert made.differences() == []
    provenance._installed.cache_clear()


def test_a_file_that_is_absent_is_taken_down_as_such(copy: Path):
    with recording():
        provenance.read(copy / "data" / "none.yaml")
        found = recorded()
    assert found.data == {"data/none.yaml": ABSENT}
    (copy / "data" / "none.yaml").write_text("now")
    assert found.differences() == ["data/none.yaml"]


def test_the_colophon_prints_the_record(copy: Path, monkeypatch: pytest.MonkeyPatch):
    with recording():
        read_codebook()
        printed, made = colophon(seed=3)
        assert json.loads(made)["data"] == recorded().data
    assert printed["data"] == f"codebook.yaml {digest(copy / 'data' / 'codebook.yaml')[:16]}"
    assert printed["parameters"] == "seed = 3"
    assert "statsmodels" in printed["packages"]
    assert re.fullmatch("[0-9a-f]{64}", printed["lock"])
    assert printed["commit"] == ABSENT, "outside git there is no commit"
    monkeypatch.setenv(provenance.COMMIT, "c0ffee")
    assert colophon()[0]["commit"] == "c0ffee"


def test_inside_git_there_is_a_commit():
    assert re.match(r"[0-9a-f]{40}", commit())


def test_an_untracked_file_marks_a_commit_only_where_it_was_read(copy: Path):
    git = under_git(copy)
    (copy / "docs").mkdir()
    (copy / "docs" / "notes.md").write_text("of no matter")
    (copy / "scratch.txt").write_text("ignored")
    (copy / "notebooks" / "00_published.nl.yaml").rename(copy / "elsewhere")
    git("rm", "--cached", "--quiet", "notebooks/00_published.nl.yaml")
    git("commit", "--quiet", "--message", "one text less")
    (copy / "elsewhere").rename(copy / "notebooks" / "00_published.nl.yaml")
    with recording():
        read_codebook()
        provenance.read(copy / "scratch.txt")
        assert colophon()[0]["commit"] == commit() == git("rev-parse", "HEAD").strip()
        provenance.read(copy / "notebooks" / "00_published.nl.yaml")
        assert colophon()[0]["commit"] == f"{commit()} + changes"
        (copy / "data" / "codebook.yaml").write_text("other: 1")
        assert commit().endswith(" + changes")
        assert colophon()[0]["commit"] == commit(), "said once"
