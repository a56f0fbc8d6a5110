"""What every benchmark table says about where it was made, and how its numbers are laid out."""

import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]


def machine(packages: Sequence[str], r_packages: Sequence[str] = ()) -> str:
    """Processor, cores, system, and versions, as one paragraph."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.processor()
    versions = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in packages)]
    if r_packages:
        listed = ", ".join(f'"{name}"' for name in r_packages)
        code = f"cat(R.version.string, sapply(c({listed}), function(p) paste(p, packageVersion(p))), sep = ', ')"
        versions.append(subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True).stdout)
    return f"{processor}, {os.cpu_count()} cores; {platform.system()}; {', '.join(versions)}."


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def publish(name: str, title: str, *parts: str) -> None:
    """Print a page and write it to docs/benchmarks/."""
    text = "\n\n".join([f"# {title}", "Made by `make bench`; do not edit.", *parts]) + "\n"
    sys.stdout.write(text)
    (ROOT / "docs" / "benchmarks" / f"{name}.md").write_text(text, encoding="utf-8")
