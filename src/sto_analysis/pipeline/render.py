"""An executed notebook → one self-contained page."""

from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _exporter() -> Any:
    from nbconvert import HTMLExporter

    folder = str(files("sto_analysis.report") / "template")
    return HTMLExporter(template_name="sto", extra_template_basedirs=[folder])


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
