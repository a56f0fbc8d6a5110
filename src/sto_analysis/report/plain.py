"""Text as it stands on a page: what is not explicitly ours is never markup, and steers nothing beside it."""

import re
from html import unescape

from markupsafe import Markup, escape

_STEERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0e"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Control characters and lone surrogates, what turns the direction of text, and what has no width."""
_TAG = re.compile("<[^>]*>")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def inert(text: str) -> str:
    """Put U+FFFD for every character that cannot be seen but steers a terminal, or the text beside it."""
    return _STEERS.sub("\ufffd", text)


def ours(text: str) -> str:
    """Return a text of a catalogue: where it has ``**bold**``, as markup that escapes whatever fills it."""
    return Markup(_BOLD.sub(r"<strong>\1</strong>", str(escape(text)))) if "**" in text else text


def plain(text: str) -> str:
    """Return the words of a text of ours without its markup; what is not markup as it is."""
    return unescape(_TAG.sub("", text)) if isinstance(text, Markup) else text
