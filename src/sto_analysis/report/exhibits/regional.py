"""The regional context of all regions: levels, cut-offs and sources; as tiles; what goes with what."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from markupsafe import Markup

from sto_analysis.known import numbers, records
from sto_analysis.report import figures
from sto_analysis.report.columns import columns
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Exhibit
from sto_analysis.report.language import DASH
from sto_analysis.report.sentences.region import Row, semicolons, text_of


def context_table(context: Context, levels: pd.DataFrame, measured: pd.DataFrame) -> Exhibit:
    """Each context variable with its levels, their cut-offs and regions, what was measured, and how it is known.

    Parameters
    ----------
    context : Context
        Language, variables and levels.
    levels, measured : DataFrame
        The results ``context`` and ``context_measured``.
    """
    t, found = context.texts, records(measured)
    at = {name: [row for row in records(levels) if row["concept"] == name] for name in measured["concept"]}
    rows = []
    for row in found:
        told = semicolons(_level(context, each) for each in at[row["concept"]])
        rows.append([context.short[row["concept"]], Markup("\n").join([told, *_known(context, row)])])
    heads = [t(f"column.{name}") for name in ("variable", "levels_of_regions")]
    origin = "of_files" if measured["open"].notna().any() else "frame"
    words = {"origin": t(f"regional.{origin}")}
    return Exhibit(pd.DataFrame(rows, columns=heads, dtype=object), numbers(measured, "regions"), words)


def _level(context: Context, row: Row) -> str:
    """A level in words, how many regions are at it, and from where to where it goes."""
    t = context.texts
    label = context.codebook.context_variables[row["concept"]].levels[int(row["position"])].label(t.language)
    count = t.number(row["count"])
    form, low, high = "number", row["number_from"], row["number_to"]
    if not np.isfinite([low, high]).any():
        form, low, high = "share", row["share_from"], row["share_to"]
    ends = [np.isfinite(end) for end in (low, high)]
    if not any(ends):
        return t("regional.level", level=label, count=count)
    low, high = (t.percent(end) if form == "share" else t.number(end, 2 * (end % 1 > 0)) for end in (low, high))
    way = "between" if all(ends) else "from" if ends[0] else "to"
    return t("regional.level_cut", level=label, count=count, cut=t(f"regional.{way}", low=low, high=high))


def _known(context: Context, row: Row) -> Iterator[str]:
    """What was measured, how many different values there are and of how many areas, what is open, and the source."""
    t, unit = context.texts, text_of(context, row, "unit")
    if np.isfinite(row["share"]):
        span = t.span(t.percent, row["share_low"], row["share_high"])
        yield t("regional.range", value=t.percent(row["share"]), span=span, unit=unit)
    elif np.isfinite(row["number"]):
        span = t.numbers(row["number_low"], row["number_high"], 2)
        yield t("regional.range", value=t.number(row["number"], 2), span=span, unit=unit)
    yield t(f"regional.{'shared' if row['places'] > 0 else 'own'}", values=row["distinct"], places=row["places"])
    if row["open"] > 0:
        yield t("regional.left_open", count=row["open"])
    if (source := text_of(context, row, "source")) != DASH:
        yield t("own.source", source=source)


def tiles_figure(context: Context, values: pd.DataFrame) -> Exhibit:
    """A tile per region, by province or labour-market region, coloured by its level in what public files say.

    Parameters
    ----------
    context : Context
        Language, variables and levels.
    values : DataFrame
        Rows of `read_measured`; those that people judged are left out: no page shows what was thought of one region.
    """
    t, rows = context.texts, values[values["level"] != "judgement"]
    areas, of = areas_of(values)
    shown, told = list[figures.Tiled](), pd.DataFrame({t("column.region"): areas.index}, dtype=object)
    told[t(f"column.{of}")] = areas.replace("", DASH).to_numpy()
    for name, found in rows.groupby("variable", sort=False):
        levels, each = context.codebook.context_variables[str(name)].levels, found.set_index("region")
        place = each["code"].map({level.code: at for at, level in enumerate(levels)})
        labels = [level.label(context.language) for level in levels]
        shown.append(figures.Tiled(context.short[str(name)], labels, place, each["code_low"] < each["code_high"]))
        told[context.short[str(name)]] = [DASH if pd.isna(at) else labels[int(at)] for at in place[areas.index]]
    drawing = figures.tiles(areas, shown, context.plain("regional.open"), context.plain("regional.unknown"))
    names = context.names(rows["variable"].unique())
    words = {"origin": t("regional.files"), "areas": t(f"regional.{of}"), "names": names}
    return Exhibit(told.sort_values([*told.columns[1::-1]]), None, words, drawing)


def areas_of(values: pd.DataFrame) -> tuple[pd.Series, str]:
    """Return the province of each region (empty where unknown); the labour-market region where most have no province.

    Returns
    -------
    areas : Series of str
        Index region.
    of : str
        ``province`` or ``labour_market_region``.
    """
    first = values.drop_duplicates("region").set_index("region")["province"]
    if (first != "").mean() > 0.5:
        return first, "province"
    shared = values[values["level"] == "arbeidsmarktregio"].drop_duplicates("region").set_index("region")["place"]
    return shared.reindex(first.index).fillna(""), "labour_market_region"


def measured_figure(context: Context, values: pd.DataFrame) -> Exhibit:
    """How the measured values of all regions are spread, with the cut-offs between the levels.

    Parameters
    ----------
    context : Context
        Language and names of the variables.
    values : DataFrame
        Rows of `read_measured`.
    """
    t, shown = context.texts, list[figures.Spread]()
    for name, rows in values[values["form"] != ""].groupby("variable", sort=False):
        of = rows.iloc[0]
        unit = of[f"unit_{context.language}"]
        shown.append(
            figures.Spread(context.short[str(name)], unit, rows["value"], [*of["cuts"]], of["form"] == "share")
        )
    names = [each.name for each in shown]
    table = pd.DataFrame({t("column.variable"): names, t("column.unit"): [each.unit for each in shown]}, dtype=object)
    return Exhibit(
        table, None, {"names": t.both(names), "origin": t("regional.files")}, figures.spreads(context, shown)
    )


def context_together_figure(context: Context, pairs: pd.DataFrame) -> Exhibit:
    """Which context variables go together over all regions.

    Parameters
    ----------
    context : Context
        Language and names of the variables.
    pairs : DataFrame
        The result ``context_together``.
    """
    names = [*dict.fromkeys([*pairs["concept"], *pairs["variable"]])]
    both = pd.concat([pairs, pairs.rename(columns={"concept": "variable", "variable": "concept"})])
    square = both.pivot_table("rho", "concept", "variable").reindex(index=names, columns=names)
    found = sorted(records(pairs[pairs["rho"].notna()]), key=lambda row: -abs(row["rho"]))
    t, values = context.texts, {"first": DASH, "second": DASH, "value": DASH}
    if found:
        strongest = found[0]
        values = {"first": context.short[strongest["concept"]], "second": context.short[strongest["variable"]]}
        values["value"] = t.number(strongest["rho"], 2)
    values["origin"] = t("regional.frame")
    table = columns(context, pairs, "variable:concept other:variable rho base")
    return Exhibit(table, numbers(pairs, "base"), values, figures.together(context, square))
