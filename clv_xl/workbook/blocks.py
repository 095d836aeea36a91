"""Where the cells of a block go."""

from __future__ import annotations

import math
import textwrap
from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.workbook import design
from clv_xl.workbook.declarations import (
    Abreast,
    Chart,
    Fields,
    Formula,
    Grid,
    Listing,
    Records,
    Rule,
    SheetBlock,
    Spill,
    Stack,
    Style,
    Value,
)
from clv_xl.workbook.measure import header_height, shown_width, widths_of
from clv_xl.workbook.places import CellRange, Layout, PlacedCell, PlacedInput, PlacedTable, quoted
from clv_xl.workbook.references import Ref

MARGIN: Final = 2
"""Width of the empty first column, and of the gap between blocks, in characters."""
READY: Final = 500
"""Rows at most that are formatted before they hold anything."""


def place_block(layout: Layout, block: SheetBlock, row: int, left: int) -> int:
    """Place a block; return its last row."""
    if isinstance(block, Stack):
        last = row
        for part in block.blocks:
            last = place_block(layout, part, row, left)
            row = last + 2
        return last
    if isinstance(block, Abreast):
        return max(place_block(layout, part, row, left + at) for at, part in block.blocks)
    right = left + len(widths_of(block)) - 1
    top = row
    heading = getattr(block, "heading", "")
    if heading:
        layout.put(row, left, PlacedCell(heading, Style.HEADING))
        heights = design.COMPACT if layout.sheet.compact else design.HEIGHTS
        layout.heights[row] = heights[Style.HEADING]
        row += 1
    note = getattr(block, "note", "")
    if note:
        row = place_text(layout, row, CellRange(row, left, row, right), note, Style.NOTE)
    check = getattr(block, "check", None)
    if check:
        layout.put(row, left, PlacedCell(check, Style.NOTE))
        layout.rules.append((Rule.STATUS, CellRange(row, left, row, left)))
        row += 1
    match block:
        case Fields():
            body = _fields(layout, block, row, left)
        case Records():
            body = _records(layout, block, row, left)
        case Spill():
            body = _spill(layout, block, row, left)
        case Listing():
            body = _listing(layout, block, row, left)
        case Grid():
            body = _grid(layout, block, row, left)
        case Chart():
            body = _chart(layout, block, row, left)
    layout.bodies[block.key] = body
    layout.areas[block.key] = CellRange(top, left, body.bottom, max(right, body.right))
    return body.bottom


def place_text(layout: Layout, row: int, across: CellRange, text: str, style: Style) -> int:
    """Place a text, broken into lines as wide as an area; return the row below."""
    room = sum(layout.widths.get(column, MARGIN) for column in range(across.left, across.right + 1))
    for line in textwrap.wrap(text, max(50, int(min(room, 150) * 1.15))):
        layout.put(row, across.left, PlacedCell(line, style))
        row += 1
    return row


def _fields(layout: Layout, block: Fields, row: int, left: int) -> CellRange:
    for offset, one in enumerate(block.fields):
        at = row + offset
        given = not isinstance(one.value, Formula)
        fine = given and one.unit is Unit.MONEY
        layout.put(at, left, PlacedCell(one.label, Style.LABEL))
        style = Style.INPUT if given else Style.RESULT
        layout.put(at, left + 1, PlacedCell(one.value, style, one.unit, fine=fine))
        if one.note and block.note_columns:
            layout.put(at, left + 2, PlacedCell(one.note, Style.NOTE, inset=True))
        layout.heights[at] = 18.0
        place = CellRange(at, left + 1, at, left + 1)
        if given and one.meaning is not None:
            prompt = one.meaning.sentence
            layout.inputs.append(PlacedInput(place, one.label, one.meaning, prompt, one.optional))
        if one.name:
            layout.names[one.name] = f"{quoted(layout.sheet.title)}!{place.fixed}"
    return CellRange(row, left, row + len(block.fields) - 1, left + 1 + block.note_columns)


def _records(layout: Layout, block: Records, row: int, left: int) -> CellRange:
    body = CellRange(row + 1, left, row + block.rows, left + len(block.columns) - 1)
    for offset, column in enumerate(block.columns):
        at = left + offset
        header = Style.HEADER if column.formula else Style.INPUT_HEADER
        inset = offset > 0
        title = PlacedCell(column.name, header, column.unit, inset=inset, button=True)
        layout.put(row, at, title)
        for index in range(block.rows):
            given = column.values[index] if index < len(column.values) else None
            value = Formula(column.formula) if column.formula else given
            cell = PlacedCell(value, Style.LABEL, column.unit, column.fine, inset=inset)
            layout.put(row + 1 + index, at, cell)
        if column.meaning is not None and not column.formula:
            area = CellRange(body.top, at, body.bottom, at)
            prompt = column.prompt or column.meaning.sentence
            layout.inputs.append(
                PlacedInput(area, column.name, column.meaning, prompt, optional=True)
            )
    layout.heights[row] = 20.0
    layout.tables.append(
        PlacedTable(
            block.key,
            CellRange(row, left, body.bottom, body.right),
            tuple((column.name, column.formula) for column in block.columns),
        )
    )
    return body


def _spill(layout: Layout, block: Spill, row: int, left: int) -> CellRange:
    """Place plain headings, below them the formula's own in a row that is not seen, and the body.

    So the headings stay where the formula cannot be computed.
    """
    for offset, (title, column) in enumerate(zip(block.headings, block.columns, strict=True)):
        shown = PlacedCell(title, Style.HEADER, column.unit, inset=offset > 0)
        layout.put(row, left + offset, shown)
    _heighten(layout, row, header_height(block.headings, layout.widths, left))
    layout.headings[block.key] = row
    row += block.headed or block.quiet
    if block.open_ended:
        layout.open_rows.add(row)
        _heighten(layout, row, design.LINE_HEIGHT)
    body = CellRange(row + 1, left, row + block.room, left + len(block.columns) - 1)
    for offset, column in enumerate(block.columns):
        formula = column.formula or ("" if offset else block.formula)
        if block.headed or block.quiet:
            head = Formula(formula, spills=True) if block.headed and formula else None
            layout.put(row, left + offset, PlacedCell(head, Style.UNSEEN_HEADER, column.unit))
        inset = offset > 0
        for index in range(min(block.room, READY)):
            first = not block.headed and not index and formula
            value = Formula(formula, spills=True) if first else None
            unit = column.unit
            if offset and index < len(block.row_units):
                unit = block.row_units[index]
                _heighten(layout, row + 1 + index, 18.0)
            cell = PlacedCell(value, None, unit, column.fine, inset=inset)
            layout.put(row + 1 + index, left + offset, cell)
    for rule in block.rules:
        start = left + block.heat_from - 1 if rule is Rule.HEAT else left
        layout.rules.append((rule, CellRange(body.top, start, body.bottom, body.right)))
    return body


def _heighten(layout: Layout, row: int, height: float) -> None:
    """Make a row high enough for one more of its blocks."""
    layout.heights[row] = max(layout.heights.get(row, 0.0), height)


def _listing(layout: Layout, block: Listing, row: int, left: int) -> CellRange:
    width = len(widths_of(block))
    if block.header:
        for offset in range(width):
            title = block.header[offset] if offset < len(block.header) else None
            unit = block.rows[0][offset].unit if offset < len(block.rows[0]) else Unit.TEXT
            layout.put(row, left + offset, PlacedCell(title, Style.HEADER, unit, inset=offset > 0))
        layout.heights[row] = 20.0
        row += 1
    for index, items in enumerate(block.rows):
        at = row + index
        for offset, item in enumerate(items):
            if item.value is None and item.style is Style.TEXT:
                continue
            cell = PlacedCell(item.value, item.style, item.unit, link=item.link, inset=offset > 0)
            layout.put(at, left + offset, cell)
            if item.span > 1:
                layout.merged.append(
                    CellRange(at, left + offset, at, left + offset + item.span - 1)
                )
        layout.heights[at] = block.row_height or max(
            [24.0 if block.tall else design.LINE_HEIGHT]
            + [
                _item_height(item.value, item.style, layout.widths[left + offset])
                for offset, item in enumerate(items)
            ]
        )
    body = CellRange(row, left, row + len(block.rows) - 1, left + width - 1)
    if block.name:
        layout.names[block.name] = f"{quoted(layout.sheet.title)}!{body.fixed}"
    for rule, column in block.rules:
        at = left + column - 1
        concerned = CellRange(body.top, at, body.bottom, at) if column else body
        layout.rules.append((rule, concerned))
    return body


def _item_height(value: Value, style: Style, wide: float) -> float:
    wraps = style in {Style.TEXT, Style.FORMULA}
    lines = math.ceil(shown_width(value, style) / max(wide - 1, 1)) if wraps else 1
    return max(design.HEIGHTS.get(style, 0.0), lines * 13.5 + 1.5)


def _grid(layout: Layout, block: Grid, row: int, left: int) -> CellRange:
    """Place the inputs across and down, and the formula between; the corner names both."""
    layout.put(
        row, left, PlacedCell(f"{block.down_label} down, {block.across_label} across", Style.HEADER)
    )
    layout.heights[row] = 30.0
    for offset, value in enumerate(block.across, start=1):
        layout.put(row, left + offset, PlacedCell(value, Style.INPUT, block.across_unit))
    body = CellRange(row + 1, left + 1, row + len(block.down), left + len(block.across))
    for index, value in enumerate(block.down):
        layout.put(body.top + index, left, PlacedCell(value, Style.INPUT, block.down_unit))
        layout.heights[body.top + index] = 18.0
    for at, column in body.cells():
        first = (at, column) == (body.top, body.left)
        content = Formula(block.formula, spills=True) if first else None
        layout.put(at, column, PlacedCell(content, None, block.unit))
    layout.rules += [(Rule.LINE, body), (Rule.HEAT, body)]
    return body


def _chart(layout: Layout, block: Chart, row: int, left: int) -> CellRange:
    area = CellRange(row, left, row + block.rows - 1, left + block.columns - 1)
    layout.charts.append((area, block))
    for down, items in enumerate(block.data):
        for offset, item in enumerate(items):
            layout.put(
                row + 2 + down, left + offset, PlacedCell(item.value, Style.HIDDEN, item.unit)
            )
    layout.bodies[Ref(block.key).data.key] = CellRange(
        row + 2, left, row + 1 + max(len(block.data), 1), area.right
    )
    return area
