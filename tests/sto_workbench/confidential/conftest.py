"""A compendium under git, as a clone of it would be."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT

Git = Callable[..., str]


def under_git(top: Path) -> Git:
    """Put a compendium under git, with the house's own rules, and commit what they allow."""

    def git(*words: str, fine: bool = True) -> str:
        named = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.safecrlf=false"]
        done = subprocess.run(["git", *named, *words], cwd=top, check=False, capture_output=True, text=True)
        assert (done.returncode == 0) is fine, done.stderr
        return done.stdout + done.stderr

    for name in (".gitignore", ".gitattributes"):
        shutil.copy(ROOT / name, top)
    git("init", "--quiet")
    git("add", "--all")
    git("commit", "--quiet", "--message", "as shipped")
    return git


@pytest.fixture
def git(copy: Path) -> Git:
    """Git in a copy of the compendium (`copy`)."""
    return under_git(copy)
