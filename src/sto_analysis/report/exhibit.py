"""A numbered figure or table of a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd
from markupsafe import Markup

from sto_analysis.report.figures import Drawing

Base = float | Iterable[float] | None


@dataclass(frozen=True)
class Exhibit:
    """What `Page.figure` and `Page.table` show.

    Parameters
    ----------
    table : DataFrame of str
        Finished texts: the table, or what the figure shows as a table, folded under it for those who cannot see it.
        The first column heads the rows; column names are shown as they are.
    base : int or iterable of int, optional
        Answers behind it, for the source line; several are shown as a range. Also fills ``{base}``.
    words : mapping
        Fill the placeholders of caption, note and alt text, beside ``{base}`` and ``{alpha}``; ``origin`` stands in the
        source line where it is not of the answers.
    figure : Drawing, optional
        Draws the figure on a sheet; a table has none.
    html : Markup, optional
        In place of a picture: words that are laid out, and reflow on a phone.
    part : bool
        Whether a release withholds numbers of the figure that the table does not have.
    """

    table: pd.DataFrame
    base: Base = None
    words: Mapping[str, object] = field(default_factory=dict)
    figure: Drawing | None = None
    html: Markup | None = None
    part: bool = False
