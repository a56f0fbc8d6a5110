"""What came in: each item's place in the export, and what its answers go with."""

import pandas as pd

from sto_analysis.report import figures
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Exhibit
from sto_analysis.report.sentences.came_in import item_names

_CORRELATIONS = ("with_earlier", "with_rest")


def came_in_figure(context: Context, agreements: pd.DataFrame) -> Exhibit:
    """Rank correlations of each item with the same regions' earlier answers and with the rest of its question."""
    t = context.texts
    names = item_names(context, list(agreements.index))
    shades = agreements[list(_CORRELATIONS)].set_axis(names)
    shades = shades.rename(columns={name: t(f"column.{name}") for name in _CORRELATIONS})
    printed = shades.map(lambda value: t.number(value, 2))
    table = pd.concat([pd.Series(names, names, name=t("column.item_in_brief")), printed], axis="columns")
    return Exhibit(table.reset_index(drop=True), figure=figures.agreement(context, shades))


def came_in_table(context: Context, mapping: pd.DataFrame, agreements: pd.DataFrame) -> Exhibit:
    """Which column became which item; how many answered, and their mean beside the earlier one.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    mapping : DataFrame of str
        ``item``, ``column``, ``wording``, ``missing``: texts of the delivery.
    agreements : DataFrame
        As `sto_analysis.analysis.came_in.agreements` gives it.
    """
    t, found = context.texts, agreements.loc[mapping["item"]]
    pairs = zip(found["before"], found["after"], strict=True)
    columns = {
        "item_in_brief": item_names(context, list(mapping["item"])),
        "delivered": list(mapping["column"]),
        "wording": list(mapping["wording"]),
        "base": [t.number(value) for value in found["base"]],
        "absent": list(mapping["missing"]),
        "means": [f"{t.number(before, 2)} → {t.number(after, 2)}" for before, after in pairs],
    }
    return Exhibit(pd.DataFrame({t(f"column.{name}"): cells for name, cells in columns.items()}, dtype=object))


def codes_table(context: Context, mapping: pd.DataFrame) -> Exhibit:
    """Which code became which answer, once for all items that share them; `mapping` as `came_in_table` takes it."""
    t, rows = context.texts, []
    for (question, answers), found in mapping.groupby(["question", "answers"], sort=False):
        every = len(found) == (mapping["question"] == question).sum()
        name = t(f"question.{question}") if every else t.both(item_names(context, list(found["item"])))
        rows.append((name, answers))
    return Exhibit(pd.DataFrame(rows, columns=[t("column.item_in_brief"), t("column.codes")], dtype=object))
