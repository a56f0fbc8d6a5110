"""How to cite what a page says: author, version and day of the compendium, from its CITATION.cff."""

from sto_analysis import compendium
from sto_analysis.monitor.described import parse_yaml
from sto_analysis.provenance import read

_PARTS = ("given-names", "name-particle", "family-names", "name")


def cited() -> dict[str, str]:
    """Return ``author``, ``version`` and ``date`` (ISO) of the compendium; nothing where it has no CITATION.cff."""
    path = compendium.root() / "CITATION.cff"
    if not path.is_file():
        return {}
    told = parse_yaml(read(path).read_text(encoding="utf-8")) or {}
    authors = [" ".join(str(each[part]) for part in _PARTS if part in each) for each in told.get("authors", [])]
    version, day = str(told.get("version", "")), str(told.get("date-released", ""))
    return {"author": ", ".join(authors), "version": version, "date": day}
