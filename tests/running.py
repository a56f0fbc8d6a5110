"""Runs of `sto` as a user starts them: in a process of their own, on a compendium that is named."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat

WAVE, EARLIER = "synthetic-2024", "synthetic-2021"
REGIONS = ("R01", "R02", "R03", "R05", "R07")  # R05 and R07 did not answer
LIGHT = [("permutations", "99"), ("simulations", "20")]


def words(regions: tuple[str, ...], *languages: str) -> list[str]:
    """The command line of a light run of some regions."""
    given = [word for name, value in LIGHT for word in ("-p", name, value)]
    chosen = [("--region", region) for region in regions] + [("--language", language) for language in languages]
    return ["run", WAVE, *given, *(word for pair in chosen for word in pair)]


def start(root: Path, *said: str, **more: Any) -> subprocess.Popen[str]:
    key = root / "data" / "processed" / ".key"
    if not key.exists():  # so that what runs make of two copies can be compared
        key.parent.mkdir(mode=0o700, exist_ok=True)
        key.touch(mode=0o600)
        key.write_bytes(b"the same in all copies, 32 bytes")
    command = [sys.executable, "-c", "from sto_workbench.cli import main; main()", *said]
    environment = {**os.environ, "STO_ROOT": str(root)}
    piped: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=root, env=environment, start_new_session=True, **piped, **more)


def sto(root: Path, *said: str, **more: Any) -> tuple[int, str, str]:
    """Exit code, output and errors of `sto`."""
    process = start(root, *said, **more)
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def files(root: Path, *trees: str) -> dict[str, bytes]:
    """What runs made below some folders, but for the lock, the key and the runs that are kept of before."""
    found = [path for tree in trees or ("reports", "data/processed") for path in (root / tree).rglob("*")]
    made = [path for path in sorted(found) if path.is_file() and path.name not in (".lock", ".key")]
    made = [path for path in made if path.parent.name != "runs"]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in made}


def unswitched(page: bytes) -> bytes:
    """Take its link to the other language out of a page, which a run of one language does not make."""
    return re.sub(rb'<a class="language"[^>]*>[^<]*</a>', b"", page)


def put_first(notebook: Path, *lines: str) -> None:
    """Let a notebook begin with some lines, once it knows its parameters."""
    node = nbformat.read(notebook, as_version=4)
    code = [cell for cell in node.cells if cell.cell_type == "code"]
    place = next(place for place, cell in enumerate(code) if "parameters" in cell.metadata.get("tags", []))
    code[place + 1].source = "\n".join([*lines, code[place + 1].source])
    nbformat.write(node, notebook)
