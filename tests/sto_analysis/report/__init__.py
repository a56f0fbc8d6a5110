"""Contexts whose concepts have names of the test."""

from pathlib import Path

from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.monitor.scales import Language
from sto_analysis.report.context import Context

_CODEBOOK = read_codebook(Path(__file__).parents[3] / "data" / "codebook.yaml")


def named(language: Language, **names: str) -> Context:
    """A context in which the concepts have these names, in full and in short; its texts have no marks of sources."""
    context = Context(language, _CODEBOOK)
    vars(context).update(full=names, short=names, texts=context.plain)
    return context
