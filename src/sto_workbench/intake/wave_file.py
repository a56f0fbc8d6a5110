"""wave.yaml as a file that people edit too: made, changed and written with its comments."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.emitter import Emitter
from ruamel.yaml.error import CommentMark, YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString
from ruamel.yaml.tokens import CommentToken

from sto_analysis import compendium
from sto_analysis.errors import Problems, shown
from sto_analysis.messages import problem
from sto_analysis.monitor.described import parse_yaml
from sto_workbench.intake.header import Layout


class _Emitter(Emitter):
    """That of ruamel.yaml, but a text stands on one line, and what does not print is escaped."""

    MAX_SIMPLE_KEY_LENGTH = 1000  # in place of 128: YAML knows no longer keys without a question mark before them

    def check_simple_key(self) -> bool:
        """Whether a key needs no question mark, as long as its escapes make it."""
        text = getattr(self.event, "value", None) or ""
        return len(_quoted(text)) < self.MAX_SIMPLE_KEY_LENGTH and super().check_simple_key()

    def write_double_quoted(self, text: Any, split: Any = True) -> None:
        """Write a text."""
        self.write_indicator(_quoted(text), True)


def _quoted(text: str) -> str:
    return shown(json.dumps(text, ensure_ascii=False), sys.maxsize)


def _yaml() -> YAML:
    """Of YAML 1.2, to which ``yes`` and ``no`` are texts: what a person wrote comes out as it stood, for our reader."""
    made = YAML()
    made.preserve_quotes, made.width, made.Emitter = True, 1_000_000, _Emitter
    return made


def node(value: Any) -> Any:
    """Return a value as it is written: texts quoted unless they are a word, what holds others on one line.

    Parameters
    ----------
    value : Any
        A text, number, list or mapping; whatever a delivery holds is safe in it.
    """
    if isinstance(value, str):
        word = re.fullmatch(r"[A-Za-z][\w.-]*", value, re.ASCII) and parse_yaml(value) == value
        return value if word else DoubleQuotedScalarString(value)
    if isinstance(value, CommentedMap):
        return value or None  # what stands behind '#' may be taken into it
    if not isinstance(value, Mapping | list):
        return value
    made: Any = CommentedSeq(map(node, value))
    if isinstance(value, Mapping):
        made = CommentedMap(zip(made, map(node, value.values()), strict=True))
    made.fa.set_flow_style()
    return made


def put(told: CommentedMap, key: str, value: Any, behind: str = "", below: Iterable[str] = ()) -> None:
    """Write a line into a mapping, in the place of that of the same key; without a value that one is removed.

    Parameters
    ----------
    told : CommentedMap
        What is written into.
    key, value
        The line, as `node` writes it.
    behind, below : str, iterable of str
        Comments on the line and under it, whatever they hold.
    """
    if value is None:
        told.pop(key, None)
        return
    told[node(key)] = node(value)
    text = (f" # {shown(behind)}" if behind else "") + "".join(f"\n    # {shown(line.strip())}" for line in below)
    if text:
        told.ca.items[key] = [None, None, CommentToken(f"{text}\n", CommentMark(0), None), None]


@contextmanager
def edited(path: Path) -> Iterator[CommentedMap]:
    """Give a wave.yaml to be changed; it is written where nothing is raised.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    Problems
        A file that cannot be written without changing what it says.
    """
    text = path.read_text(encoding="utf-8")
    try:
        told = _yaml().load(text)
        same = parse_yaml(written(told)) == parse_yaml(text)
    except YAMLError:
        same = False
    if not same:
        raise Problems([problem("wave_file.by_hand", file=path)])
    yield told
    compendium.write_text(path, written(told))


def layout_keys(layout: Layout) -> dict[str, Any]:
    """Return how the answers stand in the file, as wave.yaml says it; None where it says nothing."""
    rows = {name: row for name in ("names", "group", "labels", "first") if (row := getattr(layout, name))}
    found = {name: getattr(layout, name) for name in ("sheet", "separator", "encoding")}
    return {**found, "header": rows if layout.names else None}


def written(told: CommentedMap) -> str:
    """Return the text of a wave.yaml."""
    text = StringIO()
    _yaml().dump(told, text)
    return text.getvalue()
