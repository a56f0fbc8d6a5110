"""A chart that PowerPoint draws, and that can be edited there with its data."""

import io
import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_THEME_COLOR as THEME
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt
from xlsxwriter import Workbook

from sto_workbench.pages import fitting
from sto_workbench.pages.charted import Charted

SIZES = (14, 13, 12, 11, 10)
"""Of letters, in points."""
_KINDS = {"bar": XL_CHART_TYPE.BAR_CLUSTERED, "stacked": XL_CHART_TYPE.BAR_STACKED}
_FORMS = {"percent": "0%", "points": '[>=0.5]+0;[<=-0.5]"−"0;0', "number": "0"}
_PALE = 0.45
"""How much lighter a series is that stands there for comparison."""
_APART = (THEME.ACCENT_1, THEME.ACCENT_2, THEME.ACCENT_3)
"""Of series beside each other."""
_GAP = 0.45
"""Between rows, in bars."""
_HEADS, _SPACE, _LEGEND, _KEY = 0.42, 8.0, 26.0, 3.0
"""Most of the width that the heads of rows take; space beside them and height of a line of the legend, in points;
space for the key of a series, in sizes of its letters."""
_TINTS = {
    THEME.ACCENT_1: (THEME.ACCENT_4, 0.0),
    THEME.ACCENT_2: (THEME.ACCENT_5, 0.0),
    THEME.ACCENT_3: (THEME.ACCENT_3, 0.75),
}
"""Colour → what it is where a row steps back."""
_SMALL = '[<0.045]"";0%'
"""No label where a part of a bar has no room for it."""
_DARK = 0.75
"""How far from the middle a part of a bar is so dark that its label is white."""


def draw(placeholder: Any, drawn: Charted, pale: Sequence[int], made: datetime) -> Any:
    """Put a chart in a placeholder.

    Parameters
    ----------
    placeholder : ChartPlaceholder
        Of a slide.
    drawn : Charted
        What to draw; the workbook behind the chart holds this and nothing else.
    pale : sequence of int
        Series that stand beside the others for comparison.
    made : datetime
        Date of the workbook.

    Returns
    -------
    PlaceholderGraphicFrame
        The chart on the slide.
    """
    data: Any = CategoryChartData()
    data.categories = drawn.rows
    for series in drawn.series:
        data.add_series(series.name, series.values)
    frame = placeholder.insert_chart(_KINDS[drawn.kind], data)
    chart: Chart = frame.chart
    part: Any = chart.part
    part.chart_workbook.update_from_xlsx_blob(_workbook(drawn, made))
    size = _set_out(chart, drawn, frame.width.pt, frame.height.pt)
    chart.has_title = False
    chart.font.size, chart.font.color.theme_color = Pt(size), THEME.TEXT_1
    _set_axes(chart, drawn)
    _colour(chart, drawn, pale)
    return frame


def capacity(drawn: Charted, room: tuple[float, float]) -> int:
    """How many rows of a chart have room (width, height, in points) at the smallest letters."""
    bars = 1 if drawn.kind == "stacked" else len(drawn.series)
    tallest = max(fitting.lines(head, _HEADS * room[0] / SIZES[-1]) for head in drawn.rows)
    row = SIZES[-1] * max(1.15 * (bars + _GAP), 1.2 * tallest + _GAP)
    return int((room[1] - _legend(drawn, room[0])) / row)


def _workbook(drawn: Charted, made: datetime) -> bytes:
    """The data behind a chart; a text that begins like a formula or an address is a text."""
    whole, options = io.BytesIO(), {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(whole, options) as book:
        book.set_properties({"created": made})
        sheet, form = book.add_worksheet(), book.add_format({"num_format": _FORMS[drawn.unit]})
        sheet.set_column(0, 0, 45)
        sheet.write_row(0, 1, [series.name for series in drawn.series])
        sheet.write_column(1, 0, drawn.rows)
        for place, series in enumerate(drawn.series, start=1):
            sheet.write_column(1, place, series.values, form)
    return whole.getvalue()


def _set_out(chart: Chart, drawn: Charted, wide: float, high: float) -> float:
    """Divide a chart among heads of rows, bars and legend; give the size of its letters."""
    above = _legend(drawn, wide)
    row = (high - above) / len(drawn.rows)
    bars = 1 if drawn.kind == "stacked" else len(drawn.series)
    for size in SIZES:
        heads = min(max(map(fitting.width, drawn.rows)) * size, _HEADS * wide)
        tallest = max(fitting.lines(head, heads / size) for head in drawn.rows)
        if tallest * size * 1.2 <= row and size * 1.15 <= row / (bars + _GAP):
            break
    left, top = (heads + _SPACE) / wide, above / high
    _place(chart._chartSpace.chart.plotArea, "inner", left, top, 1 - left, 1 - top, first=True)
    chart.has_legend = bool(above)
    if chart.legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
        _place(chart.legend._element, "", 0, 0, 1, top * 0.9)
    return size


def _legend(drawn: Charted, wide: float) -> float:
    """Height of a legend; one series has none: the title says what it is."""
    needed = sum(fitting.width(series.name) + _KEY for series in drawn.series) * SIZES[0]
    return _LEGEND * math.ceil(needed / wide) if len(drawn.series) > 1 else 0.0


def _place(part: Any, target: str, x: float, y: float, w: float, h: float, *, first: bool = False) -> None:
    """Give a part of a chart its place, in parts of the chart."""
    for layout in part.findall("{*}layout"):
        part.remove(layout)
    inner = f'<c:layoutTarget val="{target}"/>' if target else ""
    modes = '<c:xMode val="edge"/><c:yMode val="edge"/>'
    places = "".join(f'<c:{name} val="{value:.4f}"/>' for name, value in zip("xywh", (x, y, w, h), strict=True))
    xml = f"<c:layout {nsdecls('c')}><c:manualLayout>{inner}{modes}{places}</c:manualLayout></c:layout>"
    part.insert(0 if first else 1, parse_xml(xml))


def _set_axes(chart: Chart, drawn: Charted) -> None:
    """Rows from the top, heads at the left of all bars, and no scale: each bar says its number."""
    rows, scale = chart.category_axis, chart.value_axis
    rows.reverse_order, rows.has_major_gridlines, rows.major_tick_mark = True, False, XL_TICK_MARK.NONE
    rows.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    rows.format.line.color.theme_color = THEME.ACCENT_3
    scale.visible, scale.has_major_gridlines = False, False
    known = [value for series in drawn.series for value in series.values if value is not None]
    least, most = min([0.0, *known]), 1.0 if drawn.unit == "percent" else max([0.0, *known])
    room = 0.0 if drawn.kind == "stacked" else 0.08 * (most - least)
    scale.maximum_scale, scale.minimum_scale = most + room, least - room if least < 0 else 0.0


def _colour(chart: Chart, drawn: Charted, pale: Sequence[int]) -> None:
    """Colours of the theme; labels at the bars."""
    plot, stacked = chart.plots[0], drawn.kind == "stacked"
    plot.gap_width, plot.overlap = int(100 * _GAP), 100 if stacked else 0
    full = [place for place in range(len(drawn.series)) if place not in pale]
    for place, series in enumerate(plot.series):
        labels = series.data_labels
        labels.show_value, labels.number_format_is_linked = True, False
        labels.number_format = _SMALL if stacked and drawn.unit == "percent" else _FORMS[drawn.unit]
        labels.position = XL_LABEL_POSITION.CENTER if stacked else XL_LABEL_POSITION.OUTSIDE_END
        labels.font.color.theme_color, labels.font.bold = THEME.TEXT_1, not stacked
        if stacked:
            _shade(series, 2 * place / max(1, len(drawn.series) - 1) - 1)
        else:
            colour = (THEME.ACCENT_3, _PALE) if place in pale else (_APART[full.index(place) % len(_APART)], 0.0)
            _fill(series.format, *colour)
        if drawn.named and not stacked:
            _step_back(series, drawn.named)


def _shade(series: Any, off: float) -> None:
    """Colour a part of a bar by how far it is from the middle, from -1 to 1."""
    strong, weak = (THEME.ACCENT_1, THEME.ACCENT_4) if off > 0 else (THEME.ACCENT_2, THEME.ACCENT_5)
    dark = abs(off) > _DARK
    lighter = 0.0 if dark or abs(off) == 0.5 else 0.75 - abs(off) / 2
    _fill(series.format, strong if dark else weak if off else THEME.ACCENT_3, lighter)
    series.format.line.color.theme_color = THEME.BACKGROUND_1
    if dark:
        series.data_labels.font.color.theme_color = THEME.BACKGROUND_1


def _step_back(series: Any, named: frozenset[int]) -> None:
    """Let rows that the title does not name step back: a tint of the same colour."""
    tint = _TINTS[series.format.fill.fore_color.theme_color]
    for row in range(len(series.values)):
        if row not in named:
            _fill(series.points[row].format, *tint)


def _fill(form: Any, colour: THEME, lighter: float = 0.0) -> None:
    form.fill.solid()
    form.fill.fore_color.theme_color, form.fill.fore_color.brightness = colour, lighter
