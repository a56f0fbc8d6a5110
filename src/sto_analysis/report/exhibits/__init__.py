"""What pages show: for each figure and each table one function that makes it, with what its caption says.

``page.figure("forest", ...)`` calls `forest_figure` of one of these files, ``page.table("forest", ...)`` would call
`forest_table`; their texts stand under ``figure.forest`` and ``table.forest`` of the catalogues.
"""

from collections.abc import Callable

from sto_analysis.report.exhibit import Exhibit
from sto_analysis.report.exhibits import (
    answers,
    came_in,
    causes,
    models,
    pooling,
    published,
    region,
    regional,
    shares,
    slides,
    theory,
    waves,
)

EXHIBITS: dict[str, Callable[..., Exhibit]] = {
    name: function
    for module in (
        answers,
        came_in,
        causes,
        models,
        pooling,
        published,
        region,
        regional,
        shares,
        slides,
        theory,
        waves,
    )
    for name, function in vars(module).items()
    if name.endswith(("_figure", "_table"))
}
"""``<name>_figure`` and ``<name>_table`` → the function that makes it from the context of the page and its data."""
