"""An executed notebook → one self-contained page."""

import sys
from functools import cache
from pathlib import Path
from typing import Any

from nbconvert import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML

from sto_analysis import report

TEMPLATE = Path(report.__file__).with_name("template") / "sto"
"""The page template, with the names of what prepares a notebook for it in ``conf.json``."""


class _Exporter(HTMLExporter):
    """That of nbconvert, without the second look at the page: it is for Lab's markup, and a fifth of the time."""

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
        """Render a notebook."""
        own: Any = self
        told = nb.metadata.get("language_info", {})
        lexer = told.get("pygments_lexer", told.get("name"))
        own.register_filter("highlight_code", lambda code, metadata: coloured(code, lexer))
        return TemplateExporter.from_notebook_node(self, nb, own._init_resources(resources), **kw)


@cache
def coloured(code: str, lexer: str | None) -> str:
    """Return the code of a cell as HTML with its words in colours; `lexer` is a name of pygments."""
    made: Any = Highlight2HTML
    return str(made(pygments_lexer=lexer)(code))


@cache
def _exporter() -> Any:
    """Take the templates of this environment only: the user's own folders may hold others."""
    made: Any = _Exporter
    exporter = made(template_name=TEMPLATE.name, extra_template_basedirs=[str(TEMPLATE.parent)])
    exporter.get_prefix_root_dirs = lambda: [str(Path(sys.prefix) / "share" / "jupyter")]
    return exporter


def render(notebook: Any, home: str, other: str = "") -> str:
    """Render an executed notebook with the compendium's template.

    Parameters
    ----------
    notebook : NotebookNode
        Executed without errors.
    home : str
        Link to the index page.
    other : str
        Link to the page in the other language; empty where there is none.

    Returns
    -------
    str
        HTML that loads nothing from outside.

    Raises
    ------
    NotebookFailed
        When an output is an error or a picture without alt text: neither is ever published.
    """
    html: str = _exporter().from_notebook_node(notebook, resources={"home": home, "other": other})[0]
    return html
