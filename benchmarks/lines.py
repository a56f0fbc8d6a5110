"""Lines of code of each package of src/, and its longest file; `make check` prints them.

A line of code is a line that is no blank, no comment and no docstring.
"""

import ast
import io
import tokenize
from pathlib import Path

SRC = Path(__file__).parents[1] / "src"
LIMITS = {"sto_analysis": 8_587, "forked_kernels": 475}
LONGEST = 300
_NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def lines_of_code(path: Path) -> int:
    """Count the lines of a file that hold code."""
    text = path.read_text(encoding="utf-8")
    docstrings: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            docstrings |= set(range(node.lineno, (node.end_lineno or 0) + 1))
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _NO_CODE:
            code |= set(range(token.start[0], token.end[0] + 1))
    return len(code - docstrings)


def counts() -> dict[str, int]:
    """Lines of code per package, and of all."""
    files = [(path.relative_to(SRC).parts[0], lines_of_code(path)) for path in sorted(SRC.rglob("*.py"))]
    packages = dict.fromkeys(package for package, _ in files)
    each = {package: sum(lines for name, lines in files if name == package) for package in packages}
    return {**each, "all": sum(each.values())}


def longest() -> tuple[int, str]:
    """Lines of the longest file, of whatever kind, and its name."""
    return max((len(p.read_text(encoding="utf-8").splitlines()), str(p.relative_to(SRC))) for p in SRC.rglob("*.py"))


if __name__ == "__main__":
    for package, found in counts().items():
        print(
            f"{package:16}{found:6,} lines of code" + (f" (at most {LIMITS[package]:,})" if package in LIMITS else "")
        )
    print(f"longest file    {longest()[0]:6} lines (at most {LONGEST}): {longest()[1]}")
