"""What is known of all regions without asking: how it was measured, how many values there are, what goes with what."""

from itertools import combinations, pairwise

import numpy as np
import pandas as pd

_ENDS = ("", "_low", "_high")
_TOLD = ["level", "unit_nl", "unit_en", "source_nl", "source_en"]


def measured(codes: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """Say of each variable how many regions have it, how many values they have, and how far these lie apart.

    Parameters
    ----------
    codes : DataFrame
        Level of each region (rows) in each variable; NaN where unknown.
    values : DataFrame
        Rows of a region and a ``variable``: ``value``; its ``form``, ``number`` or ``share``, or empty where it is a
        code; the ``place`` that it is of; ``code_low`` and ``code_high``; texts that are the same for all regions:
        ``level`` of the places, units and sources. Without any rows the codes are all that is known.

    Returns
    -------
    DataFrame
        A row per variable: ``concept``; ``regions`` with a level; ``distinct`` values; ``places`` that share them, NaN
        where each region has its own; ``open``: regions whose level hidden counts or coders leave open; median and
        range of what was measured: ``number``, ``number_low``, ``number_high``, or ``share``, ...; and the texts.
    """
    found = {str(name): rows for name, rows in values.groupby("variable")}
    rows = [_measured(name, codes[name].dropna(), found.get(name)) for name in map(str, codes)]
    forms = [f"{form}{end}" for form in ("number", "share") for end in _ENDS]
    return pd.DataFrame(rows, columns=["concept", "regions", "distinct", "places", "open", *forms, *_TOLD])


def _measured(name: str, codes: pd.Series, rows: pd.DataFrame | None) -> dict[str, object]:
    told: dict[str, object] = {"concept": name, "regions": len(codes), "distinct": codes.nunique()}
    if rows is None or (having := rows[rows["value"].notna()]).empty:
        return told
    told |= {name: having[name].iloc[0] for name in _TOLD}
    told |= {"distinct": having["value"].nunique(), "open": int((having["code_low"] < having["code_high"]).sum())}
    if (places := having["place"].nunique()) < len(having):
        told["places"] = places
    if form := having["form"].iloc[0]:
        told |= dict(zip((f"{form}{end}" for end in _ENDS), having["value"].quantile([0.5, 0, 1]), strict=True))
    return told


def level_bounds(values: pd.DataFrame) -> pd.DataFrame:
    """Return from where to where each level goes.

    Parameters
    ----------
    values : DataFrame
        Of each ``variable`` the ``cuts`` between its levels, rising; whether it is ``falling``: levels rise as values
        fall; its ``form``, ``number`` or ``share``.

    Returns
    -------
    DataFrame
        A row per ``concept`` and ``position`` of the level, from the lowest: ``number_from`` and ``number_to``, or
        ``share_from`` and ``share_to``; NaN where it has no end.
    """
    rows = []
    for each in values.drop_duplicates("variable").to_dict("records") if len(values) else ():
        ends = [*pairwise([np.nan, *each["cuts"], np.nan])]
        for position, (low, high) in enumerate(ends[::-1] if each["falling"] else ends):
            told = {f"{each['form']}_from": low, f"{each['form']}_to": high} if each["form"] else {}
            rows.append({"concept": each["variable"], "position": position, **told})
    columns = ["concept", "position", "number_from", "number_to", "share_from", "share_to"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:], float) | {"position": int})


def go_together(codes: pd.DataFrame) -> pd.DataFrame:
    """Return the rank correlation (Spearman) of each pair of variables.

    Parameters
    ----------
    codes : DataFrame
        Regions in rows; a pair is compared over the regions that have both.

    Returns
    -------
    DataFrame
        A row per pair: ``concept``, ``variable``, ``rho`` (NaN where one of them does not vary) and ``base``.
    """
    both = codes.notna().astype(int)
    rho, bases = codes.corr(method="spearman"), both.T @ both
    pairs = [*combinations(map(str, codes), 2)]
    rows = [(one, other, rho.loc[one, other], bases.loc[one, other]) for one, other in pairs]
    return pd.DataFrame(rows, columns=["concept", "variable", "rho", "base"])
