"""Where everything goes: from declared sheets to cells, without writing anything."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Final

from openpyxl.utils import get_column_letter

from clv_xl.errors import ArgumentError
from clv_xl.workbook import design
from clv_xl.workbook.banner import place_banner
from clv_xl.workbook.blocks import MARGIN, place_block, place_text
from clv_xl.workbook.declarations import Formula, Sheet, SheetBlock, Style
from clv_xl.workbook.measure import widths_of
from clv_xl.workbook.places import CellRange, Layout, PlacedCell, quoted
from clv_xl.workbook.references import Span, resolve

FIRST_ROW: Final = 2


def arrange(sheets: Sequence[Sheet]) -> list[Layout]:
    """Return the layout of every sheet, with formulas that name each other's places.

    Parameters
    ----------
    sheets : sequence of Sheet

    Returns
    -------
    list of Layout
        In the order of the sheets; the same for the same sheets.

    Raises
    ------
    ArgumentError
        A formula names a place that there is not, or two blocks want one cell.
    """
    layouts = [_place(sheet) for sheet in sheets]
    places = {
        key: (layout.sheet.title, body) for layout in layouts for key, body in layout.bodies.items()
    }
    names = {one.instead_of: one.name for sheet in sheets for one in sheet.names if one.instead_of}
    for layout in layouts:
        _resolve(layout, places, names)
    return layouts


def reference(
    text: str, sheet: str, places: Mapping[str, tuple[str, CellRange]], *, qualified: bool = False
) -> str:
    """Return a formula of a sheet with its references written out.

    References to the sheet itself bear no title, unless they are `qualified`.
    """

    def place(key: str, span: Span) -> str:
        if key not in places:
            raise ArgumentError(f"No block is called {key} (in a formula of sheet {sheet})")
        title, body = places[key]
        there = "" if title == sheet and not qualified else f"{quoted(title)}!"
        left = body.left + span.left
        if span.top is None:
            letter = get_column_letter(left)
            if span.bottom is None:
                return f"{there}${letter}:${letter}"
            return there + CellRange(1, left, body.top + span.bottom, left).fixed
        bottom = body.bottom if span.bottom is None else body.top + span.bottom
        right = body.right if span.right is None else body.left + span.right
        return there + CellRange(body.top + span.top, left, bottom, right).fixed

    return resolve(text, place)


def _place(sheet: Sheet) -> Layout:
    layout = Layout(sheet)
    starts = [_columns(band) for band in sheet.bands]
    layout.widths[1] = MARGIN
    _widths(layout, starts)
    layout.put(FIRST_ROW, 2, PlacedCell(sheet.heading, Style.TITLE))
    layout.heights[FIRST_ROW] = design.HEIGHTS[Style.TITLE]
    last = max(layout.widths)
    row = place_text(layout, FIRST_ROW + 1, CellRange(1, 2, 1, last), sheet.lead, Style.LEAD)
    place_banner(layout, row)
    row += 1
    if sheet.compact:
        title = design.COMPACT[Style.TITLE]
        layout.heights |= {1: design.TOP, FIRST_ROW: title, row - 1: design.GAP}
    for band, columns in zip(sheet.bands, starts, strict=True):
        last = max(
            place_block(layout, block, row, left) for block, left in zip(band, columns, strict=True)
        )
        if sheet.compact:
            layout.heights[last + 1] = design.GAP
        row = last + 2
    if sheet.freeze:
        body = layout.bodies[sheet.freeze]
        layout.freeze = f"{get_column_letter(body.left + 1)}{body.top}"
        top = layout.headings.get(sheet.freeze, body.top - 1)
        layout.repeated_rows = f"{top}:{body.top - 1}"
    layout.breaks = [layout.areas[key].top - 2 for key in sheet.new_pages]
    if sheet.last_on_paper:
        last = layout.areas[sheet.last_on_paper].bottom
        right = max(area.right for area in layout.areas.values() if area.bottom <= last)
        layout.printed = CellRange(1, 1, last, right).name
    _hide_headings(layout)
    return layout


def _hide_headings(layout: Layout) -> None:
    """Hide the rows in which nothing is to be seen but the headings that formulas give.

    What a chart draws may be there too: it is drawn from hidden cells as well. Elsewhere the plain
    heading above takes both rows.
    """
    styles: dict[int, set[Style | None]] = {}
    for (row, _), cell in layout.cells.items():
        styles.setdefault(row, set()).add(cell.style)
    for row, found in styles.items():
        if Style.UNSEEN_HEADER not in found:
            continue
        if row not in layout.open_rows and found <= {Style.UNSEEN_HEADER, Style.HIDDEN}:
            layout.hidden_rows.add(row)
            continue
        for (at, column), cell in list(layout.cells.items()):
            if at == row and cell.style is Style.UNSEEN_HEADER:
                above = layout.cells[row - 1, column]
                upper = dataclasses.replace(above, style=Style.UPPER_HEADER)
                layout.cells[row - 1, column] = upper


def _widths(layout: Layout, starts: Sequence[Sequence[int]]) -> None:
    """Give every column the width of its contents; charts use the widths that they find."""
    last = 2
    for band, columns in zip(layout.sheet.bands, starts, strict=True):
        for block, left in zip(band, columns, strict=True):
            for offset, wanted in enumerate(widths_of(block)):
                column = left + offset
                last = max(last, column)
                if wanted:
                    layout.widths[column] = max(layout.widths.get(column, MARGIN), wanted)
    for column in range(2, last + 1):
        if column not in layout.widths:
            gap = column + 1 in layout.widths and column - 1 in layout.widths
            layout.widths[column] = MARGIN if gap else design.NARROW


def _columns(band: Sequence[SheetBlock]) -> list[int]:
    """The first column of each block of a band, a gap between them."""
    columns, left = [], 2
    for block in band:
        columns.append(left)
        left += len(widths_of(block)) + 1
    return columns


def _by_name(formula: str, names: Mapping[str, str]) -> str:
    """Return a formula that reads columns by the names that find them."""
    for column, name in names.items():
        formula = formula.replace(column, name)
    return formula


def _resolve(
    layout: Layout, places: Mapping[str, tuple[str, CellRange]], names: Mapping[str, str]
) -> None:
    title = layout.sheet.title
    for one in layout.sheet.names:
        formula = reference(one.formula, title, places, qualified=True)
        layout.names[one.name] = formula.removeprefix("=")
    for place, cell in layout.cells.items():
        if isinstance(cell.value, Formula):
            text = reference(_by_name(cell.value.text, names), title, places)
            layout.cells[place] = dataclasses.replace(cell, value=Formula(text, cell.value.spills))
        elif cell.link:
            link = reference(cell.link, title, places, qualified=True)
            layout.cells[place] = dataclasses.replace(cell, link=link)
    layout.tables = [
        dataclasses.replace(
            table,
            columns=tuple(
                (name, reference(_by_name(formula, names), title, places))
                for name, formula in table.columns
            ),
        )
        for table in layout.tables
    ]
    for index, (area, chart) in enumerate(layout.charts):
        series = tuple(
            dataclasses.replace(
                one,
                name=reference(one.name, title, places, qualified=True),
                values=reference(one.values, title, places, qualified=True),
                positions=reference(one.positions, title, places, qualified=True),
            )
            for one in chart.series
        )
        layout.charts[index] = (
            area,
            dataclasses.replace(
                chart,
                series=series,
                x_title_from=reference(chart.x_title_from, title, places, qualified=True),
                y_title_from=reference(chart.y_title_from, title, places, qualified=True),
            ),
        )
