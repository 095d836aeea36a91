"""Native charts in one look, from what a sheet declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from openpyxl.chart import BarChart, LineChart, ScatterChart
from openpyxl.chart.data_source import (
    AxDataSource,
    NumDataSource,
    NumRef,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.legend import LegendEntry
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series as NativeSeries
from openpyxl.chart.series import SeriesLabel, XYSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
    RichTextProperties,
)

from clv_xl.workbook import design
from clv_xl.workbook.declarations import Chart, ChartKind, Series
from clv_xl.workbook.places import CellRange, column_pixels

_THIN: Final = 9525
"""One pixel, in the units of drawings."""
_UPWARDS: Final = -5_400_000
"""A quarter turn, in the units of drawings: names below many narrow columns are read upwards."""
_BARS: Final = frozenset({ChartKind.BARS, ChartKind.COLUMNS, ChartKind.STACKED})


def native_chart(chart: Chart, area: CellRange, widths: Mapping[int, float]) -> Any:
    """Return the chart as openpyxl writes it, over the cells of an area.

    Parameters
    ----------
    chart : Chart
    area : CellRange
    widths : mapping
        Of the sheet's columns, in characters.
    """
    match chart.kind:
        case ChartKind.BARS | ChartKind.COLUMNS | ChartKind.STACKED:
            drawn: Any = BarChart()
            drawn.type = "bar" if chart.kind is ChartKind.BARS else "col"
            drawn.gapWidth = 60
            if chart.kind is ChartKind.STACKED:
                drawn.grouping, drawn.overlap = "stacked", 100
            elif len(chart.series) > 1:
                drawn.overlap = -5
        case ChartKind.LINES:
            drawn = LineChart()
        case ChartKind.SCATTER | ChartKind.CURVE:
            drawn = ScatterChart()
            drawn.style = None
            drawn.scatterStyle = "lineMarker"
    colours = iter(design.SERIES)
    across = LineChart()
    for one in chart.series:
        plain = one.guide or one.label
        made = _series(chart, one, design.GUIDE if plain else next(colours))
        (across if one.guide and chart.kind in _BARS else drawn).series.append(made)
    if across.series:
        drawn += across
    drawn.title = _title(chart.title, 9 if chart.small else 11, design.INK, bold=True)
    _axes(drawn, chart)
    data = [one for one in chart.series if not one.label]
    if len(data) > 1:
        drawn.legend.position = "b"
        drawn.legend.legendEntry = [
            LegendEntry(idx=index, delete=True)
            for index, one in enumerate(chart.series)
            if one.label
        ]
        drawn.legend.txPr = _text(8 if chart.small else 9, design.MUTED)
    else:
        drawn.legend = None
    if chart.small and chart.kind in _BARS - {ChartKind.BARS}:
        drawn.x_axis.txPr.bodyPr = RichTextProperties(rot=_UPWARDS, vert="horz")
    drawn.graphical_properties = GraphicalProperties(solidFill=design.WHITE)
    drawn.graphical_properties.line = LineProperties(solidFill=design.LINE, w=_THIN)
    drawn.plot_area.graphicalProperties = GraphicalProperties(noFill=True)
    drawn.plot_area.graphicalProperties.line = LineProperties(noFill=True)
    drawn.roundedCorners = False
    drawn.visible_cells_only = False  # a row of its data may be hidden
    drawn.display_blanks = "gap"
    drawn.anchor = TwoCellAnchor(
        editAs="oneCell",
        _from=_corner(area.left, chart.starts, area.top - 1, widths),
        to=_corner(area.right, chart.ends, area.bottom, widths),
    )
    return drawn


def _corner(column: int, share: float, row: int, widths: Mapping[int, float]) -> AnchorMarker:
    """Return the place in a column, counting from 1, that has a share of it on its left."""
    if share in {0.0, 1.0}:
        return AnchorMarker(col=column - 1 + int(share), row=row)
    pixels = column_pixels(widths.get(column, design.NARROW))
    return AnchorMarker(col=column - 1, colOff=round(pixels * share) * _THIN, row=row)


def _series(chart: Chart, one: Series, colour: str) -> Any:
    scatter = chart.kind in {ChartKind.SCATTER, ChartKind.CURVE}
    made: Any = XYSeries() if scatter else NativeSeries()
    made.tx = SeriesLabel(strRef=StrRef(f=one.name)) if "!" in one.name else SeriesLabel(v=one.name)
    values = NumDataSource(numRef=NumRef(f=one.values))
    if scatter:
        made.yVal = values
        made.xVal = AxDataSource(numRef=NumRef(f=one.positions))
    else:
        made.val = values
        made.cat = AxDataSource(strRef=StrRef(f=one.positions))
    made.spPr = GraphicalProperties()
    drawn = chart.kind in {ChartKind.LINES, ChartKind.CURVE} and not one.points
    lines = drawn or one.guide
    if chart.kind in _BARS and not one.guide:
        made.spPr.solidFill = colour
        made.invertIfNegative = False
        return made
    made.smooth = False
    made.marker = Marker("none")
    if one.label:
        made.spPr.line = LineProperties(noFill=True)
        made.dLbls = DataLabelList(
            showSerName=True,
            showVal=False,
            showCatName=False,
            showLegendKey=False,
            showPercent=False,
        )
        made.dLbls.position = "ctr"
        made.dLbls.txPr = _text(10, design.MUTED, bold=True)
    elif lines:
        made.spPr.line = LineProperties(
            solidFill=colour,
            w=_THIN * (1 if one.guide else 3),
            prstDash="dash" if one.guide else None,
        )
    else:
        made.spPr.line = LineProperties(noFill=True)
        made.marker = Marker("circle", size=4)
        made.marker.spPr = GraphicalProperties(solidFill=colour)
        made.marker.spPr.line = LineProperties(solidFill=design.WHITE, w=_THIN // 2)
    return made


def _axes(drawn: Any, chart: Chart) -> None:
    for axis, title, source, unit, limits in (
        (drawn.x_axis, chart.x_title, chart.x_title_from, chart.x_unit, chart.x_range),
        (drawn.y_axis, chart.y_title, chart.y_title_from, chart.y_unit, chart.y_range),
    ):
        axis.delete = False  # without it the axes are hidden
        axis.title = _title(title, 9, design.MUTED, source=source) if title else None
        axis.txPr = _text(8 if chart.small else 9, design.MUTED)
        axis.number_format = _axis_format(design.number_format(unit))
        axis.majorTickMark = "none"
        axis.spPr = GraphicalProperties()
        axis.spPr.line = LineProperties(solidFill=design.LINE, w=_THIN)
        axis.tickLblPos = "low"
        if limits is not None:
            axis.scaling.min, axis.scaling.max = limits
    lines = drawn.y_axis.majorGridlines
    lines.spPr = GraphicalProperties()
    lines.spPr.line = LineProperties(solidFill=design.LINE, w=_THIN)
    if chart.kind in {ChartKind.SCATTER, ChartKind.CURVE}:
        drawn.x_axis.majorGridlines = None
    if chart.kind is ChartKind.BARS:
        drawn.x_axis.scaling.orientation = "maxMin"  # the first row on top
        drawn.y_axis.crosses = "max"  # which puts the numbers below
        drawn.y_axis.tickLblPos = "nextTo"


def _axis_format(text: str) -> str:
    return "0%" if text == "0.0%" else text


def _properties(size: float, colour: str, *, bold: bool) -> CharacterProperties:
    return CharacterProperties(
        latin=Font(typeface=design.FONT), sz=int(size * 100), b=bold, solidFill=colour
    )


def _text(size: float, colour: str, *, bold: bool = False) -> RichText:
    looks = ParagraphProperties(defRPr=_properties(size, colour, bold=bold))
    return RichText(p=[Paragraph(pPr=looks, endParaRPr=CharacterProperties())])


def _title(text: str, size: float, colour: str, *, bold: bool = False, source: str = "") -> Title:
    """Return a title; with a `source`, that cell's text, and this one until it is read."""
    looks = _properties(size, colour, bold=bold)
    if source:
        cache = StrData(ptCount=1, pt=[StrVal(idx=0, v=text)])
        linked = Title(overlay=False, txPr=_text(size, colour, bold=bold))
        linked.tx = Text(strRef=StrRef(f=source, strCache=cache))
        return linked
    paragraph = Paragraph(
        pPr=ParagraphProperties(defRPr=looks), r=[RegularTextRun(rPr=looks, t=text)]
    )
    made = Title(overlay=False)
    made.tx = Text(rich=RichText(p=[paragraph]))
    return made
