"""Personal data: which columns look like it."""

import re

import pandas as pd

from sto_workbench.intake.readers import distinct

_NAMES = {
    "a name": r"\b(voor|achter)?na(a)?m(en)?\b|\b(first|last|full|recipient(first|last))?\s*name\b"
    r"|ingevuld door|(filled in|completed) by|contactpersoon|contact person|\brespondent\b",
    "an e-mail address": r"e-?mail",
    "an IP address": r"\bip\b|ip-?(adres|address)",
    "coordinates": r"latitude|longitude|breedtegraad|lengtegraad|\b(lat|lng|lon|long)\b|\bgps\b|coord",
    "a telephone number": r"telefoon|telephone|\bphone|mobiel",
    "an address": r"\badres\b|postcode|woonplaats|zip ?code",
    "a date of birth": r"geboorte|birth",
    "a token that leads to a person": r"\btoken\b|externalreference|external (data )?reference",
}
_VALUES = {
    "e-mail addresses": r"[^@\s]+@[^@\s]+\.[a-z]{2,}",
    "IP addresses": r"(\d{1,3}\.){3}\d{1,3}|([0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}(::[0-9a-f]{0,4})?",
    "coordinates": r"-?\d{1,3}[.]\d{2,}\s*[,;]\s*-?\d{1,3}[.]\d{2,}",
    "telephone numbers": r"(\+|00)\d[\d\s-]{8,}|0[1-9][\d\s-]{8,}",
}


def looks_personal(name: str, label: str, values: pd.Series) -> str | None:
    """Say what personal data a column seems to hold.

    Parameters
    ----------
    name, label : str
        Of the column.
    values : Series of str
        Its cells.

    Returns
    -------
    str or None
        In words; None where nothing points to it.
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|[_.]", " ", name)
    given = distinct(values)[:5_000]
    short = [text.strip() for text in given if len(text) < 200]
    for kinds, matches, texts in ((_NAMES, re.search, [name, spaced, label]), (_VALUES, re.fullmatch, short)):
        for what, pattern in kinds.items():
            if any(matches(pattern, text, re.IGNORECASE) for text in texts):
                return what
    long = [text for text in given if len(text) > 25 and " " in text]
    return "open text" if len(long) >= 2 and len(long) > len(given) / 4 else None
