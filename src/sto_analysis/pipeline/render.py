"""An executed notebook → one self-contained page."""

from functools import cache
from importlib.resources import files
from typing import Any

from sto_analysis.errors import NotebookFailed


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
        When an output of the notebook is an error: a traceback is never published.
    """
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                what = f"the executed notebook holds an error ({output['ename']}) in cell {number}."
                raise NotebookFailed(what, "Mend it and run the notebook again.")
    html: str = _exporter().from_notebook_node(notebook, resources={"home": home, "metadata": {"name": "STO"}})[0]
    return html
