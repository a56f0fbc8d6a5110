"""Texts that a person would call the same."""

import re
import unicodedata

_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
"""Soft hyphens, joiners and marks that print as nothing."""
_LONGEST, _DIGITS = 2_000, 40
"""Characters of a text that is composed, and of a number: beyond them, both can take time without end."""


def visible(text: str) -> str:
    """Reduce a text to what is seen of it: composed letters, single spaces, nothing that does not print."""
    text = text if len(text) > _LONGEST else unicodedata.normalize("NFC", text.translate(_UNSEEN))
    return " ".join(text.split())


def answer_key(text: str) -> str:
    """Make answers comparable: as `visible`, no case; ``3,0`` and ``03`` are ``3``."""
    plain = visible(text).casefold()
    if len(plain) <= _DIGITS and (number := re.fullmatch(r"([+-]?)0*(\d+)(?:[.,]0+)?", plain)):
        return number[1].replace("+", "") + number[2]
    return plain
