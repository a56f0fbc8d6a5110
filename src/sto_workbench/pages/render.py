"""An executed notebook → one self-contained page."""

from contextlib import suppress
from functools import cache
from importlib import import_module
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


def warm_up(modules: list[str]) -> None:
    """Load what notebooks import of this package, and make one page, so that forked processes find it all loaded.

    Parameters
    ----------
    modules : list of str
        Names of modules; what is no module is passed over.
    """
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    for name in modules:
        with suppress(ModuleNotFoundError):
            import_module(name)
    render(new_notebook(cells=[new_markdown_cell("# a\n\n## b"), new_code_cell("c = 1")]), "index.html")
