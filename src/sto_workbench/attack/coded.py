"""What the code of a release may not hold, whatever else is in it: outputs of notebooks, and addresses of people."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path

from sto_workbench.attack.patterns import addresses
from sto_workbench.attack.scan import Leak


def in_code(folder: Path, allowed: Collection[str]) -> Iterator[Leak]:
    """Look for outputs of notebooks and for addresses of mail in code.

    Parameters
    ----------
    folder : Path
        Of the code.
    allowed : collection of str
        Addresses that may be named.
    """
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        place, text = f"{folder.name}/{path.relative_to(folder).as_posix()}", path.read_text("utf-8", errors="replace")
        if path.suffix == ".ipynb":
            try:
                outputs = any(cell.get("outputs") for cell in json.loads(text)["cells"])
            except (ValueError, KeyError, TypeError, AttributeError):
                yield Leak("unread", place, "no notebook")
            else:
                yield from [Leak("answers", place, "outputs of a notebook")] if outputs else []
        yield from (Leak("mail", place, each) for each in addresses(text) if each not in allowed)
