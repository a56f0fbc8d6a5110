"""A page as it is mailed: alone with its folder, without what only stands here."""

import re
from collections.abc import Collection, Mapping
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag

from sto_analysis.report.language import Texts
from sto_workbench.pages.book import offered

_ELSEWHERE = re.compile(r"https?:|mailto:")
_COPIED = re.compile(r"\.(csv|svg|png)$")


def mailed(html: str, there: Collection[str], offers: Mapping[str, str], texts: Texts, *, code: bool) -> str:
    """Unlink what does not go along, and offer what does.

    Parameters
    ----------
    html : str
        The page as it stands in reports/.
    there : collection of str
        Files of the folder, as the page reaches them.
    offers : mapping of str to str
        What is offered at the end of the page: key in the catalogue → file.
    texts : Texts
        Of the language of the page.
    code : bool
        Whether the page keeps its code. That of a region names the region with which its notebook was written.

    Returns
    -------
    str
        HTML whose every link leads to a place in it, to a file of the folder, or to the web.
    """
    page = BeautifulSoup(html, "html.parser")
    for part in page.select("#book > *" if code else ".code, .switch, #book > *"):
        part.decompose()
    ids = {str(part["id"]) for part in page.select("[id]")}
    for line in page.select(".files:not(#book)"):
        if not all(_reached(link, there, ids) for link in line.select("a[href]") if _COPIED.search(str(link["href"]))):
            line.clear()
    for link in page.select("a[href]"):
        if not _reached(link, there, ids):
            link.unwrap()
    return offered(str(page), offers, texts)


def _reached(link: Tag, there: Collection[str], ids: Collection[str]) -> bool:
    """Whether a link leads somewhere."""
    name, _, place = str(link["href"]).partition("#")
    return bool(_ELSEWHERE.match(name)) or (unquote(name) in there if name else place in ids)
