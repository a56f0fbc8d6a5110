"""An executed notebook → one self-contained page."""

import sys
from functools import cache
from pathlib import Path
from typing import Any

from nbconvert import HTMLExporter

from sto_analysis import report

TEMPLATE = Path(report.__file__).with_name("template") / "sto"
"""The page template, with the names of what prepares a notebook for it in ``conf.json``."""


@cache
def _exporter() -> Any:
    """Take the templates of this environment only: the user's own folders may hold others."""
    exporter: Any = HTMLExporter(template_name=TEMPLATE.name, extra_template_basedirs=[str(TEMPLATE.parent)])
    exporter.get_prefix_root_dirs = lambda: [str(Path(sys.prefix) / "share" / "jupyter")]
    return exporter


def render(notebook: Any, home: str) -> str:
    """Render an executed notebook with the compendium's template.

    Parameters
    ----------
    notebook : NotebookNode
        Executed without errors.
    home : str
        Link to the index page.

    Returns
    -------
    str
        HTML that loads nothing from outside.

    Raises
    ------
    NotebookFailed
        When an output is an error or a picture without alt text: neither is ever published.
    """
    html: str = _exporter().from_notebook_node(notebook, resources={"home": home})[0]
    return html
