"""The figures: one style, colour-blind safe, direct labels."""

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from sto_analysis.report.language import Texts

INK, BLUE, ORANGE, GREY, PALE = "#1b2a3a", "#0b5c8c", "#c8601a", "#6f7d8a", "#dbe3ea"

_STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": "#e6ebf0",
    "figure.facecolor": "white",
}


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Make an empty figure (inches) in the style of the house."""
    plt.style.use(_STYLE)
    figure, axes = plt.subplots(figsize=(width, height), layout="constrained")
    return figure, axes


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as dictionaries by column name."""
    return [{str(name): value for name, value in record.items()} for record in frame.to_dict("records")]


def reason(texts: Texts, labels: Mapping[str, str], row: Mapping[str, Any]) -> str:
    """Why a row of associations has no estimate, in words (``status``, and ``alias`` where it has one)."""
    alias = row.get("alias")
    names = [] if pd.isna(alias) else [labels[name] for name in str(alias).split()]
    return texts(f"status.{row['status']}", names=texts.both(names))


def _rows(figure: Figure, axes: Axes, labels: Sequence[str], width: int = 42) -> None:
    """Label horizontal rows from the top down, flush left, without spine or ticks."""
    axes.set_yticks(range(len(labels)), [fill(label, width) for label in labels], ha="left")
    figure.draw_without_rendering()
    widest = max(label.get_window_extent().width for label in axes.get_yticklabels())
    axes.tick_params(axis="y", pad=widest * 72 / figure.dpi + 8)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")


def quadrant(
    x: pd.Series,
    y: pd.Series,
    labels: Mapping[str, str],
    stand_out: Sequence[str],
    x_label: str,
    y_label: str,
) -> Figure:
    """Scatter of two percentages per concept with direct labels and lines at the medians.

    Parameters
    ----------
    x, y : Series
        Percentages by concept; a concept that lacks one of them is left out.
    labels : mapping of str to str
        Concept → label.
    stand_out : sequence of str
        Concepts in the accent colour.
    x_label, y_label : str
        Axis labels.
    """
    known = x.reindex(y.index).notna() & y.notna()
    x, y = x.reindex(y.index)[known], y[known]
    figure, axes = canvas(7.2, 5.0)
    for value, line in ((x.median(), axes.axvline), (y.median(), axes.axhline)):
        line(value, color=GREY, lw=0.8, ls=(0, (4, 3)))
    axes.set(xlim=(min(x) - 13, max(x) + 13), ylim=(min(y) - 7, max(y) + 7), xlabel=x_label, ylabel=y_label)
    axes.grid(visible=True)
    points = [(concept, float(x[concept]), float(y[concept])) for concept in y.index]
    for concept, at, up in points:
        axes.scatter(at, up, s=55, color=ORANGE if concept in stand_out else BLUE, zorder=3)
    figure.draw_without_rendering()
    taken = [_box(axes, at, up) for _, at, up in points]
    for concept, at, up in points:
        strong = concept in stand_out
        for dx, dy, ha, va in _PLACES:
            text = axes.annotate(
                labels[concept], (at, up), (dx, dy), textcoords="offset points", ha=ha, va=va,
                color=ORANGE if strong else INK, weight="bold" if strong else "normal",
            )  # fmt: skip
            box = text.get_window_extent()
            inside = axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1
            if (inside and not any(box.overlaps(other) for other in taken)) or (dx, dy) == _PLACES[-1][:2]:
                taken.append(box)
                break
            text.remove()
    return figure


_PLACES: tuple[tuple[int, int, str, str], ...] = (
    (8, 0, "left", "center"),
    (-8, 0, "right", "center"),
    (0, 9, "center", "bottom"),
    (0, -9, "center", "top"),
    (8, 10, "left", "bottom"),
    (8, -10, "left", "top"),
)


def _box(axes: Axes, x: float, y: float) -> Any:
    at = axes.transData.transform((x, y))
    return mpl.transforms.Bbox.from_extents(at[0] - 5, at[1] - 5, at[0] + 5, at[1] + 5)


def dumbbell(
    earlier: pd.Series,
    later: pd.Series,
    labels: Mapping[str, str],
    marked: Mapping[str, str],
    legend: tuple[str, str],
) -> Figure:
    """Change of percentages between two waves, one row per concept, sorted by the change.

    Parameters
    ----------
    earlier, later : Series
        Percentages by concept.
    labels : mapping
        Concept → label.
    marked : mapping
        Concept → text at the right of the row (concepts with text are drawn in the accent colour when it holds
        an asterisk).
    legend : tuple of str
        Names of the earlier and the later wave.
    """
    order = (later - earlier).sort_values(ascending=False, kind="stable").index
    figure, axes = canvas(7.2, 0.46 * len(order) + 0.9)
    for row, concept in enumerate(order):
        colour = ORANGE if "*" in marked.get(concept, "") else BLUE
        axes.plot([earlier[concept], later[concept]], [row, row], color=colour, lw=2.2, alpha=0.55, zorder=2)
        axes.scatter(earlier[concept], row, s=46, facecolor="white", edgecolor=colour, lw=1.6, zorder=3)
        axes.scatter(later[concept], row, s=52, color=colour, zorder=4)
        axes.text(
            1.02,
            row,
            marked.get(concept, ""),
            transform=axes.get_yaxis_transform(),
            va="center",
            color=colour,
        )
    first = order[0]
    for value, name in ((earlier[first], legend[0]), (later[first], legend[1])):
        axes.annotate(name, (value, 0), (0, 9), textcoords="offset points", ha="center", fontsize=8.5, color=GREY)
    _rows(figure, axes, [labels[concept] for concept in order])
    axes.set_ylim(len(order) - 0.5, -0.8)
    axes.set_xlabel("%")
    return figure


def intervals(table: pd.DataFrame, labels: Mapping[str, str], x_label: str) -> Figure:
    """Shares with their intervals, one row per concept, the largest first.

    Parameters
    ----------
    table : DataFrame
        ``concept``, ``share`` and, where there are intervals, ``low`` and ``high`` as proportions.
    labels : mapping
        Concept → label.
    x_label : str
        Axis label.
    """
    ordered = table.sort_values("share", ascending=False, kind="stable").reset_index(drop=True)
    figure, axes = canvas(7.2, 0.42 * len(ordered) + 0.8)
    for row, line in enumerate(records(ordered)):
        if "low" in ordered:
            axes.plot(
                [100 * line["low"], 100 * line["high"]],
                [row, row],
                color=BLUE,
                lw=5,
                alpha=0.28,
                solid_capstyle="round",
            )
        else:
            axes.plot([0, 100 * line["share"]], [row, row], color=BLUE, lw=5, alpha=0.28, solid_capstyle="butt")
        axes.scatter(100 * line["share"], row, s=52, color=BLUE, zorder=3)
    _rows(figure, axes, [labels[concept] for concept in ordered["concept"]])
    axes.set(xlim=(0, 100), xlabel=x_label)
    return figure


def forest(
    table: pd.DataFrame, labels: Mapping[str, str], groups: Mapping[str, str], texts: Texts, alpha: float
) -> Figure:
    """Odds ratios with intervals on a logarithmic axis, grouped by family.

    Parameters
    ----------
    table : DataFrame
        Rows of `association_table` with ``family``; a row that is not estimated shows only its reason, a ridge
        estimate is an open point without interval.
    labels : mapping
        Exposure → label.
    groups : mapping
        Family → heading, in order.
    texts : Texts
        Language of numbers and notes.
    alpha : float
        Adjusted p-values below it are drawn in the accent colour; without any p there is no column for it.
    """
    lines = [(name, rows) for name in groups for rows in [None, *records(table[table["family"] == name])]]
    figure, axes = canvas(7.6, 0.4 * len(lines) + 0.9)
    tested = bool(table["p_adjusted"].notna().any())
    axes.axvline(1, color=GREY, lw=1)
    at_right: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center", "fontsize": 8.8}
    for row, (_, line) in enumerate(lines):
        if line is None:
            if row == 0:
                axes.text(1.02, row, texts("axis.points"), color=GREY, **at_right)
                if tested:
                    axes.text(1.11, row, texts("axis.p"), color=GREY, **at_right)
            continue
        colour = ORANGE if line["p_adjusted"] < alpha else BLUE
        if np.isnan(line["odds_ratio"]):
            axes.text(1.02, row, reason(texts, labels, line), color=GREY, **at_right)
            continue
        bare = line["status"] == "ridge"
        axes.plot([line["low"], line["high"]], [row, row], color=colour, lw=2.4, solid_capstyle="round")
        axes.scatter(line["odds_ratio"], row, s=56, facecolor="white" if bare else colour, edgecolor=colour, zorder=3)
        axes.text(1.02, row, texts.points(line["effect"]), color=colour, **at_right)
        if tested:
            axes.text(1.11, row, texts.p(line["p_adjusted"]), color=colour, **at_right)
    axes.set_xscale("log")
    bounds = table[["low", "high", "odds_ratio"]].to_numpy(float)
    bounds = bounds[np.isfinite(bounds)]
    low, high = (bounds.min(), bounds.max()) if bounds.size else (0.5, 2.0)
    axes.set_xlim(min(low, 0.5) / 1.15, max(high, 2) * 1.15)
    ticks = [
        tick for tick in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if axes.get_xlim()[0] <= tick <= axes.get_xlim()[1]
    ]
    axes.set_xticks(ticks, [texts.number(tick, 2 if tick < 0.1 else 1 if tick < 1 else 0) for tick in ticks])
    axes.minorticks_off()
    named = [groups[f] if line is None else labels[line["exposure"]] + _prior(line["status"]) for f, line in lines]
    _rows(figure, axes, named, 34)
    for (_, line), label in zip(lines, axes.get_yticklabels(), strict=True):
        label.set_fontweight("bold" if line is None else "normal")
    axes.set_xlabel(texts("axis.odds_ratio"))
    return figure


def _prior(status: str) -> str:
    """Mark of an estimate under a prior."""
    return " (ridge)" if status == "ridge" else ""


def specification_curve(table: pd.DataFrame, dimensions: Sequence[str], headline: pd.Series, texts: Texts) -> Figure:
    """Effects of all specifications of one exposure, sorted, above the choices that made them.

    Parameters
    ----------
    table : DataFrame
        Rows of `sto_analysis.analysis.multiverse.specification_curve`: ``effect`` with ``effect_low`` and
        ``effect_high`` as proportions, ``status`` (ridge estimates are open points), and a column per dimension.
    dimensions : sequence of str
        Dimensions to show; those with one choice are left out.
    headline : Series of bool
        Which row is the headline, if any.
    texts : Texts
        Language of numbers and choices.
    """
    order = table["effect"].sort_values(kind="stable").dropna().index
    place = pd.Series(np.arange(len(order)), index=order)
    varied = [name for name in dimensions if len(set(table[name])) > 1]
    rows = [(name, choice) for name in varied for choice in dict.fromkeys(table[name])]
    plt.style.use(_STYLE)
    figure, (top, below) = plt.subplots(
        2, 1, figsize=(7.6, 2.9 + 0.2 * len(rows)), layout="constrained", sharex=True,
        gridspec_kw={"height_ratios": [2.6, 0.2 * len(rows) + 0.1]},
    )  # fmt: skip
    effects: dict[Any, float] = table["effect"].to_dict()
    values = 100 * table.loc[order, ["effect_low", "effect_high"]].to_numpy()
    top.plot(_segments(place.to_numpy()), _between(values[:, 0], values[:, 1]), color=PALE, lw=1.1)
    top.axhline(0, color=GREY, lw=1)
    top.plot(place.to_numpy(), [100 * effects[row] for row in order], color=BLUE, lw=2.2)
    ridge = [row for row in order if table.at[row, "status"] == "ridge"]
    if ridge:
        name, values_there = texts("axis.ridge", count=len(ridge)), [100 * effects[row] for row in ridge]
        top.scatter(place[ridge], values_there, s=14, facecolor="white", edgecolor=GREY, lw=0.8, zorder=3, label=name)
        top.legend(loc="upper left", frameon=False, fontsize=8.5)
    for row in order[headline[order]]:
        top.scatter(place[row], 100 * effects[row], s=60, color=ORANGE, zorder=3)
        top.annotate(
            texts("axis.headline"), (place[row], 100 * effects[row]), (0, 12), textcoords="offset points",
            ha="center", color=ORANGE, fontsize=8.8,
        )  # fmt: skip
    top.set_ylabel(texts("axis.points_top"))
    top.grid(axis="y")
    for row, (name, choice) in enumerate(rows):
        here = place[[index for index in order if table.at[index, name] == choice]].to_numpy()
        below.plot(
            _segments(here), _between(np.full(len(here), row - 0.32), np.full(len(here), row + 0.32)), color=BLUE, lw=1
        )
    _rows(figure, below, [_choice(texts, name, str(choice)) for name, choice in rows])
    below.grid(visible=False)
    for row in range(1, len(rows)):
        if rows[row][0] != rows[row - 1][0]:
            below.axhline(row - 0.5, color=PALE, lw=1)
    below.set_xticks([])
    below.spines["bottom"].set_visible(False)
    below.set_xlabel(texts("axis.specifications", count=len(order)))
    return figure


def _choice(texts: Texts, dimension: str, choice: str) -> str:
    """A choice of a dimension in words; formulas and levels as they were declared."""
    kind, _, rest = choice.partition(":")
    if dimension == "adjust":
        return texts("choice.adjust", choice=choice)
    if dimension == "coding":
        return texts(f"choice.{kind}" if rest else "choice.level", choice=(rest or choice).replace("_", " "))
    return texts(f"choice.{choice}")


def _segments(x: Any) -> Any:
    """Abscissae of vertical strokes that make one path."""
    return np.repeat(np.asarray(x, dtype=float), 3)


def _between(low: Any, high: Any) -> Any:
    """Ordinates of those strokes."""
    return np.column_stack([low, high, np.full(len(low), np.nan)]).ravel()


def cells(
    p: pd.DataFrame,
    ratios: pd.DataFrame,
    status: pd.DataFrame,
    rows: Mapping[str, str],
    labels: Mapping[str, str],
    texts: Texts,
    alpha: float,
) -> Figure:
    """Odds ratios of every exposure with every item; framed where p lies below `alpha`.

    Parameters
    ----------
    p, ratios, status : DataFrame
        Adjusted p-values, odds ratios and their status (items by exposures); Firth's and ridge estimates carry an F or
        an R.
    rows, labels : mapping
        Item and exposure → label.
    texts : Texts
        Language of the numbers.
    alpha : float
        Level.
    """
    figure, axes = canvas(7.6, 0.42 * len(ratios) + 1.9)
    colours = LinearSegmentedColormap.from_list("sign", [ORANGE, "#f4f6f8", BLUE])
    values, adjusted, states = ratios.to_numpy(float), p.to_numpy(float), status.to_numpy()
    shade = np.clip(np.log(values) / np.log(20), -1, 1)
    axes.imshow(np.ma.masked_invalid(shade), cmap=colours, vmin=-1.15, vmax=1.15, aspect="auto")
    for row, column in np.argwhere(np.isfinite(values)):
        value, strong = values[row, column], abs(shade[row, column]) > 0.6
        mark = {"firth": " F", "ridge": " R"}.get(str(states[row, column]), "")
        axes.text(
            column, row, texts.number(value, 1) + mark, ha="center", va="center", fontsize=9,
            color="white" if strong else INK,
        )  # fmt: skip
        if adjusted[row, column] < alpha:
            axes.add_patch(mpl.patches.Rectangle((column - 0.46, row - 0.44), 0.92, 0.88, fill=False, ec=INK, lw=2))
    _rows(figure, axes, [rows[item] for item in ratios.index], 34)
    axes.set_xticks(range(ratios.shape[1]), [fill(labels[name], 14) for name in ratios.columns], fontsize=8.5)
    axes.tick_params(axis="x", length=0, labeltop=True, labelbottom=False)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    return figure


def together(correlations: pd.DataFrame, labels: Mapping[str, str], texts: Texts) -> Figure:
    """Correlations between exposures, each pair once.

    Parameters
    ----------
    correlations : DataFrame
        Square, by exposure.
    labels : mapping
        Exposure → label.
    texts : Texts
        Language of the numbers.
    """
    import seaborn as sns  # slow to import, and only this figure needs it

    shown = correlations.rename(index=labels, columns=labels).iloc[1:, :-1]
    later = np.triu(np.ones(shown.shape, dtype=bool), 1)
    numbers = shown.map(lambda value: texts.number(value, 2))
    figure, axes = canvas(7.2, 4.6)
    sns.heatmap(
        shown, mask=later, annot=numbers, fmt="", center=0, vmin=-1, vmax=1, cbar=False, linewidths=1.5, ax=axes,
        cmap=LinearSegmentedColormap.from_list("sign", [ORANGE, "#f4f6f8", BLUE]),
    )  # fmt: skip
    axes.set(xlabel="", ylabel="")
    axes.tick_params(axis="x", rotation=35)
    plt.setp(axes.get_xticklabels(), ha="right", rotation_mode="anchor")
    return figure


def feasible_sizes(
    feasible: Mapping[str, Sequence[int]],
    bases: Sequence[int],
    joint: Mapping[str, Sequence[int]],
    x_label: str,
) -> Figure:
    """Sample sizes that each column of percentages allows, and those that a group of columns allows together.

    Parameters
    ----------
    feasible : mapping
        Column → sizes.
    bases : sequence of int
        Sizes that were tried.
    joint : mapping
        Group of columns → sizes that fit all of them.
    x_label : str
        Axis label.
    """
    rows = [(name, sizes, GREY) for name, sizes in feasible.items()] + [
        (name, sizes, ORANGE) for name, sizes in joint.items()
    ]
    figure, axes = canvas(7.2, 0.5 * len(rows) + 0.8)
    for row, (_, sizes, colour) in enumerate(rows):
        axes.scatter(sizes, [row] * len(sizes), s=48, marker="s", color=colour, zorder=3)
        for size in sizes if colour == ORANGE else ():
            axes.annotate(
                str(size),
                (size, row),
                (0, 6),
                textcoords="offset points",
                ha="center",
                fontsize=8.5,
                color=colour,
            )
    _rows(figure, axes, [name for name, _, _ in rows], 26)
    axes.set_ylim(len(rows) - 0.5, -0.7)
    axes.set(xlim=(bases[0] - 1, bases[-1] + 1), xlabel=x_label)
    return figure


def profile(
    distribution: pd.DataFrame, own: pd.Series, labels: Mapping[str, str], levels: Sequence[str], marker: str
) -> Figure:
    """Answers of all regions as stacked bars, with the place of one region's own answer.

    Parameters
    ----------
    distribution : DataFrame
        Shares (rows: concepts; columns: positions of the scale, low to high).
    own : Series
        Position of the region's answer by concept; NaN where it gave none.
    labels : mapping
        Concept → label.
    levels : sequence of str
        Names of the positions.
    marker : str
        Name of the marker of the own answer.
    """
    figure, axes = canvas(7.2, 0.44 * len(distribution) + 1.1)
    colours = LinearSegmentedColormap.from_list("levels", ["#edf1f5", "#2f6f98"])(np.linspace(0, 1, len(levels)))
    left = np.zeros(len(distribution))
    for position, level in enumerate(levels):
        width = 100 * distribution[position].to_numpy()
        axes.barh(range(len(distribution)), width, left=left, color=colours[position], height=0.62, ec="white")
        for row, concept in enumerate(distribution.index):
            if own[concept] == position:
                axes.scatter(
                    left[row] + width[row] / 2,
                    row,
                    s=85,
                    marker="D",
                    color=ORANGE,
                    edgecolor="white",
                    zorder=3,
                )
        axes.scatter([], [], marker="s", s=70, color=colours[position], label=level)
        left += width
    if own.notna().any():
        axes.scatter([], [], marker="D", s=60, color=ORANGE, label=marker)
    _rows(figure, axes, [labels[concept] for concept in distribution.index], 34)
    axes.set(xlim=(0, 100), xlabel="%")
    axes.grid(visible=False)
    figure.legend(
        loc="outside upper center", ncols=3, frameon=False, fontsize=8.5, handletextpad=0.3, columnspacing=1.2
    )
    return figure
