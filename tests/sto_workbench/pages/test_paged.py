"""Without LibreOffice, or with one that fails, pages are not known, and nothing stops."""

from pathlib import Path

import pytest

from sto_workbench.pages import paged


def test_without_libreoffice_no_page_is_known(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paged.shutil, "which", lambda name: None)
    assert paged.office() is None
    assert paged.pages_of(b"") == {}


@pytest.mark.parametrize("does", ["exit 3", "exit 0"])
def test_one_that_fails_or_makes_nothing_is_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str):
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(0o755)
    monkeypatch.setattr(paged, "office", lambda: str(program))
    assert paged.pages_of(b"") == {}
