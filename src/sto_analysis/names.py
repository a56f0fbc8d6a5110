"""What a name may be that becomes a path, a key, a column or a term of a formula."""

import re
import unicodedata

from sto_analysis.messages import say

LONGEST_ID, LONGEST_FILE, LONGEST_NAME = 40, 100, 120
_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?")
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE | re.DOTALL
)
"""Names that Windows keeps for devices, whatever ending they have."""


def plain_id(text: object) -> str:
    """Return an id as it is.

    Parameters
    ----------
    text : str
        Of a region, a wave, an item, a concept, a level.

    Raises
    ------
    ValueError
        It is a number, as ``papermill -p wave 2024`` makes it; empty, too long, has other than letters a to z, digits
        and, inside, ``-`` and ``_``, or Windows keeps it for a device.
    """
    if not isinstance(text, str):
        raise ValueError(say("names.number", text=text))
    if not _ID.fullmatch(text) or len(text) > LONGEST_ID or _DEVICE.fullmatch(text):
        raise ValueError(say("names.no_id", text=text[:60], longest=LONGEST_ID))
    return text


def plain_file(text: str) -> str:
    r"""Return the name of a file as it is.

    Parameters
    ----------
    text : str
        Of a file in a folder that is known.

    Raises
    ------
    ValueError
        It is empty, too long or hidden, leads to another folder, has one of ``/ \ : * ? " < > |`` or a character that
        does not print, ends in a point or a space, or Windows keeps it for a device.
    """
    odd = any(c in '/\\:*?"<>|' or not c.isprintable() for c in text) or _DEVICE.fullmatch(text)
    long = len(unicodedata.normalize("NFD", text[: LONGEST_FILE + 1]).encode()) > LONGEST_FILE
    if odd or long or not text.strip(" .") or text[0] in " ." or text[-1] in " .":
        raise ValueError(say("names.no_file", text=text[:60], longest=LONGEST_FILE))
    return text


def plain_name(text: str) -> str:
    """Return what a person calls a region as it is.

    Raises
    ------
    ValueError
        It is longer than a name is, or has a character that does not print.
    """
    if len(text) > LONGEST_NAME or not text.isprintable():
        raise ValueError(say("names.no_name", text=text[:60], longest=LONGEST_NAME))
    return text
