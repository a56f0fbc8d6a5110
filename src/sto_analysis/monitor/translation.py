"""The Dutch text of a notebook whose markdown is English."""

from sto_analysis import compendium
from sto_analysis.monitor.described import parse_yaml
from sto_analysis.provenance import read


def read_translation(notebook: str) -> dict[str, str]:
    """Read ``notebooks/<notebook>.nl.yaml``: id of a markdown cell → its text in Dutch.

    Parameters
    ----------
    notebook : str
        Name of the notebook, without ``.ipynb``.
    """
    path = compendium.notebook(notebook).with_suffix(".nl.yaml")
    return dict(parse_yaml(read(path).read_text(encoding="utf-8")))
