"""What a document says of itself: title, author, language, date, subject, and what runs at the head of its pages."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bs4 import BeautifulSoup

from sto_analysis.report.citation import cited
from sto_analysis.report.language import Texts

_LOCALES = {"nl": "nl-NL", "en": "en-GB"}


@dataclass(frozen=True)
class About:
    """What a document says of itself.

    Attributes
    ----------
    locale : str
        Its language, as ``nl-NL``.
    title, heading, subtitle : str
        With region and wave, for its properties; as printed; under that.
    contents : str
        Heading of its contents; empty where the page has none.
    running, mark : str
        At the head of its pages: what it is; and what nobody may overlook, on each page.
    author, keywords : str
        Who made the compendium (`CITATION.cff`), but of a page of a release; what it is about.
    made : datetime or None
        The day on which the page was made, at noon UTC.
    """

    locale: str
    title: str
    heading: str
    subtitle: str
    contents: str
    running: str
    mark: str
    author: str
    keywords: str
    made: datetime | None

    @property
    def subject(self) -> str:
        """What the document is, and of whom it may be seen."""
        return " · ".join(filter(None, (self.running, self.mark)))

    @property
    def texts(self) -> Texts:
        """Words in its language."""
        return Texts("nl" if self.locale.startswith("nl") else "en")


def about(page: BeautifulSoup, html: Path | None = None) -> About:
    """Read off a page what its documents say of themselves.

    Parameters
    ----------
    page : BeautifulSoup
        A rendered page.
    html : Path, optional
        Its file, which was written when the page was made: to the day, so that a copy gives the same document.

    Returns
    -------
    About
        Without date where there is no file, without author where the compendium has no `CITATION.cff`.
    """
    language = str(page.select("html")[0].get("lang", "nl"))
    texts = Texts("en" if language.startswith("en") else "nl")
    heading, told, banner, contents = (_text(page, part) for part in ("h1", ".about", ".banner", ".contents summary"))
    mark = page.select_one("meta[name=sto-mark]")
    return About(
        _LOCALES[texts.language],
        page.title.get_text() if page.title else heading,
        heading,
        " – ".join(filter(None, (told, banner))),
        "" if page.select("nav.brief") else contents,
        " · ".join(filter(None, (heading, told))),
        str(mark["content"]) if mark else "",
        "" if page.select_one("p.public") else cited().get("author", ""),
        texts("page.keywords"),
        datetime.fromtimestamp(html.stat().st_mtime, UTC).replace(hour=12, minute=0, second=0, microsecond=0)
        if html
        else None,
    )


def _text(page: BeautifulSoup, selector: str) -> str:
    found = page.select_one(selector)
    return found.get_text(" ", strip=True) if found else ""
