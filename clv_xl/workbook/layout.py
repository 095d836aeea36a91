"""Where everything goes: from declared sheets to cells, without writing anything."""

from __future__ import annotations

import dataclasses
import math
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from openpyxl.utils import get_column_letter

from clv_xl.errors import ArgumentError
from clv_xl.functions.spec import Meaning, Unit
from clv_xl.workbook import design
from clv_xl.workbook.measure import height_of, shown_width, widths_of
from clv_xl.workbook.sheets import (
    Block,
    Chart,
    Fields,
    Formula,
    Grid,
    Listing,
    Records,
    Rule,
    Sheet,
    Spill,
    Stack,
    Style,
    Value,
)

MARGIN: Final = 2
"""Width of the empty first column, and of the gap between blocks, in characters."""
FIRST_ROW: Final = 2
READY: Final = 500
"""Rows at most that are given their looks before anything stands in them."""
_TOKEN: Final = re.compile(r"§(\w+)(?:\.(\d+|all))?(?:\.(\d+|head))?§")


@dataclass(frozen=True)
class Area:
    """A block of cells, first and last row and column counting from 1."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def name(self) -> str:
        """The area as a formula on its own sheet writes it."""
        first = f"{get_column_letter(self.left)}{self.top}"
        last = f"{get_column_letter(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    @property
    def fixed(self) -> str:
        """The area with dollar signs."""
        return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", self.name)

    def cells(self) -> Iterator[tuple[int, int]]:
        """Yield every row and column of it."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield row, column


@dataclass(frozen=True)
class PlacedCell:
    """One cell: what it holds, what it means, what it counts."""

    value: Value
    style: Style | None
    unit: Unit = Unit.TEXT
    fine: bool = False
    link: str = ""


@dataclass(frozen=True)
class PlacedTable:
    """A table: its cells with the header, and its columns' formulas by name."""

    name: str
    area: Area
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PlacedInput:
    """Cells that allow what a meaning says."""

    area: Area
    label: str
    meaning: Meaning
    prompt: str
    optional: bool


@dataclass
class Layout:
    """One sheet as the writer finds it."""

    sheet: Sheet
    cells: dict[tuple[int, int], PlacedCell] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    tables: list[PlacedTable] = field(default_factory=list)
    inputs: list[PlacedInput] = field(default_factory=list)
    charts: list[tuple[Area, Chart]] = field(default_factory=list)
    rules: list[tuple[Rule, Area]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    freeze: str = ""
    repeated_row: int = 0
    areas: dict[str, Area] = field(default_factory=dict)
    """All that a block occupies, by key."""
    bodies: dict[str, Area] = field(default_factory=dict)
    """The cells below a block's header, by key."""

    def put(self, row: int, column: int, cell: PlacedCell) -> None:
        """Place a cell where none is yet.

        Raises
        ------
        ArgumentError
            Two blocks want the same cell.
        """
        if (row, column) in self.cells:
            raise ArgumentError(f"Two things want cell {get_column_letter(column)}{row} of {self.sheet.title}")
        self.cells[row, column] = cell


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
    for layout in layouts:
        _resolve(layout, places)
    return layouts


def reference(text: str, sheet: str, places: Mapping[str, tuple[str, Area]]) -> str:
    """Return a formula with the places it names written as references, as seen from a sheet."""

    def written(match: re.Match[str]) -> str:
        key, column, row = match.groups()
        if key not in places:
            raise ArgumentError(f"No block is called {key}")
        title, body = places[key]
        if column is None:
            area = Area(body.top, body.left, body.top, body.left)
        elif column == "all":
            area = body
        else:
            left = body.left + int(column) - 1
            letter = get_column_letter(left)
            if row == "0":
                return f"{'' if title == sheet else quoted(title) + '!'}${letter}:${letter}"
            top = body.top - 1 if row == "head" else body.top + int(row or 1) - 1
            area = Area(top, left, body.bottom if row is None else top, left)
        return area.fixed if title == sheet else f"{quoted(title)}!{area.fixed}"

    return _TOKEN.sub(written, text)


def quoted(title: str) -> str:
    """Return a sheet's title as formulas write it."""
    return title if title.isidentifier() and title.isascii() else f"'{title}'"


def _place(sheet: Sheet) -> Layout:
    layout = Layout(sheet)
    starts = [_columns(band) for band in sheet.bands]
    layout.widths[1] = MARGIN
    _widths(layout, starts)
    layout.put(FIRST_ROW, 2, PlacedCell(sheet.heading, Style.TITLE))
    layout.heights[FIRST_ROW] = design.HEIGHTS[Style.TITLE]
    last = max(layout.widths)
    row = _text(layout, FIRST_ROW + 1, Area(1, 2, 1, last), sheet.lead, Style.LEAD) + 1
    for band, columns in zip(sheet.bands, starts, strict=True):
        row = 1 + max(
            _block(layout, block, row, left) for block, left in zip(band, columns, strict=True)
        ) + 1
    if sheet.freeze:
        body = layout.bodies[sheet.freeze]
        layout.freeze = f"{get_column_letter(body.left + 1)}{body.top}"
        layout.repeated_row = body.top - 1 if sheet.repeat_header else 0
    return layout


def _widths(layout: Layout, starts: Sequence[Sequence[int]]) -> None:
    """Give every column the width of what stands in it; a gap is narrow, and charts take what they find."""
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


def _columns(band: Sequence[Block]) -> list[int]:
    """The first column of each block of a band, a gap between them."""
    columns, left = [], 2
    for block in band:
        columns.append(left)
        left += len(widths_of(block)) + 1
    return columns


def _text(layout: Layout, row: int, across: Area, text: str, style: Style) -> int:
    """Place a text, broken into lines as wide as an area; return the row below."""
    room = sum(layout.widths.get(column, MARGIN) for column in range(across.left, across.right + 1))
    for line in textwrap.wrap(text, max(50, int(min(room, 150) * 1.05))):
        layout.put(row, across.left, PlacedCell(line, style))
        row += 1
    return row


def _block(layout: Layout, block: Block, row: int, left: int) -> int:
    """Place a block; return its last row."""
    if isinstance(block, Stack):
        last = row
        for part in block.blocks:
            last = _block(layout, part, row, left)
            row = last + 2
        return last
    right = left + len(widths_of(block)) - 1
    top = row
    heading = getattr(block, "heading", "")
    if heading:
        layout.put(row, left, PlacedCell(heading, Style.HEADING))
        layout.heights[row] = design.HEIGHTS[Style.HEADING]
        row += 1
    note = getattr(block, "note", "")
    if note:
        row = _text(layout, row, Area(row, left, row, right), note, Style.NOTE)
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
    layout.areas[block.key] = Area(top, left, body.bottom, max(right, body.right))
    return body.bottom


def _fields(layout: Layout, block: Fields, row: int, left: int) -> Area:
    for offset, one in enumerate(block.fields):
        at = row + offset
        given = not isinstance(one.value, Formula)
        layout.put(at, left, PlacedCell(one.label, Style.LABEL))
        style = Style.INPUT if given else Style.RESULT
        layout.put(at, left + 1, PlacedCell(one.value, style, one.unit, fine=given))
        layout.put(at, left + 2, PlacedCell(f"  {one.note}" if one.note else None, Style.NOTE))
        layout.heights[at] = 18.0
        place = Area(at, left + 1, at, left + 1)
        if given and one.meaning is not None:
            prompt = one.meaning.sentence
            layout.inputs.append(PlacedInput(place, one.label, one.meaning, prompt, one.optional))
        if one.name:
            layout.names[one.name] = f"{quoted(layout.sheet.title)}!{place.fixed}"
    return Area(row, left, row + len(block.fields) - 1, left + 2)


def _records(layout: Layout, block: Records, row: int, left: int) -> Area:
    body = Area(row + 1, left, row + block.rows, left + len(block.columns) - 1)
    for offset, column in enumerate(block.columns):
        at = left + offset
        header = Style.HEADER if column.formula else Style.INPUT_HEADER
        layout.put(row, at, PlacedCell(column.name, header))
        for index in range(block.rows):
            value = Formula(column.formula) if column.formula else column.values[index]
            style = Style.LABEL
            layout.put(row + 1 + index, at, PlacedCell(value, style, column.unit, column.fine))
        if column.meaning is not None and not column.formula:
            area = Area(body.top, at, body.bottom, at)
            prompt = column.prompt or column.meaning.sentence
            layout.inputs.append(PlacedInput(area, column.name, column.meaning, prompt, optional=True))
    layout.heights[row] = 20.0
    layout.tables.append(
        PlacedTable(
            block.key,
            Area(row, left, body.bottom, body.right),
            tuple((column.name, column.formula) for column in block.columns),
        )
    )
    return body


def _spill(layout: Layout, block: Spill, row: int, left: int) -> Area:
    body = Area(row + 1, left, row + block.room, left + len(block.columns) - 1)
    for offset, column in enumerate(block.columns):
        title: Value = None if block.headed else column.title
        if block.headed and not offset:
            title = Formula(block.formula, spills=True)
        formula = column.formula or ("" if offset else block.formula)
        layout.put(row, left + offset, PlacedCell(title, Style.HEADER))
        for index in range(min(block.room, READY)):
            at = row + 1 + index
            first = not block.headed and not index and formula
            value = Formula(formula, spills=True) if first else None
            unit = column.unit
            if offset and index < len(block.row_units):
                unit = block.row_units[index]
            layout.put(at, left + offset, PlacedCell(value, None, unit))
    layout.heights[row] = height_of(block, layout.widths, left)
    layout.rules += [(rule, body) for rule in block.rules]
    return body


def _listing(layout: Layout, block: Listing, row: int, left: int) -> Area:
    width = len(widths_of(block))
    if block.header:
        for offset in range(width):
            title = block.header[offset] if offset < len(block.header) else None
            layout.put(row, left + offset, PlacedCell(title, Style.HEADER))
        layout.heights[row] = 20.0
        row += 1
    for index, items in enumerate(block.rows):
        at = row + index
        for offset, item in enumerate(items):
            if item.value is None and item.style is Style.TEXT:
                continue
            cell = PlacedCell(item.value, item.style, item.unit, link=item.link)
            layout.put(at, left + offset, cell)
        layout.heights[at] = max(
            [24.0 if block.tall else design.LINE_HEIGHT]
            + [
                _item_height(item.value, item.style, layout.widths[left + offset])
                for offset, item in enumerate(items)
            ]
        )
    body = Area(row, left, row + len(block.rows) - 1, left + width - 1)
    for rule, column in block.rules:
        at = left + column - 1
        concerned = Area(body.top, at, body.bottom, at) if column else body
        layout.rules.append((rule, concerned))
    return body


def _item_height(value: Value, style: Style, wide: float) -> float:
    wraps = style in {Style.TEXT, Style.FORMULA}
    lines = math.ceil(shown_width(value, style) / max(wide - 1, 1)) if wraps else 1
    return max(design.HEIGHTS.get(style, 0.0), lines * 13.5 + 1.5)


def _grid(layout: Layout, block: Grid, row: int, left: int) -> Area:
    """Place the inputs across and down, and the formula between; the corner names both."""
    layout.put(row, left, PlacedCell(f"{block.down_label} down, {block.across_label} across", Style.HEADER))
    layout.heights[row] = 30.0
    for offset, value in enumerate(block.across, start=1):
        layout.put(row, left + offset, PlacedCell(value, Style.INPUT, block.across_unit))
    body = Area(row + 1, left + 1, row + len(block.down), left + len(block.across))
    down = Area(body.top, left, body.bottom, left)
    across = Area(row, body.left, row, body.right)
    formula = block.formula.replace("§down§", down.fixed).replace("§across§", across.fixed)
    for index, value in enumerate(block.down):
        layout.put(body.top + index, left, PlacedCell(value, Style.INPUT, block.down_unit))
        layout.heights[body.top + index] = 18.0
    for at, column in body.cells():
        first = (at, column) == (body.top, body.left)
        content = Formula(formula, spills=True) if first else None
        layout.put(at, column, PlacedCell(content, None, block.unit))
    layout.rules += [(Rule.LINE, body), (Rule.HEAT, body)]
    return body


def _chart(layout: Layout, block: Chart, row: int, left: int) -> Area:
    area = Area(row, left, row + block.rows - 1, left + block.columns - 1)
    layout.charts.append((area, block))
    for down, items in enumerate(block.data):
        for offset, item in enumerate(items):
            layout.put(row + 2 + down, left + offset, PlacedCell(item.value, Style.HIDDEN, item.unit))
    layout.bodies[f"{block.key}_data"] = Area(
        row + 2, left, row + 1 + max(len(block.data), 1), area.right
    )
    return area


def _resolve(layout: Layout, places: Mapping[str, tuple[str, Area]]) -> None:
    title = layout.sheet.title
    for place, cell in layout.cells.items():
        if isinstance(cell.value, Formula):
            text = reference(cell.value.text, title, places)
            layout.cells[place] = dataclasses.replace(
                cell, value=Formula(text, cell.value.spills)
            )
    for index, (area, chart) in enumerate(layout.charts):
        series = tuple(
            dataclasses.replace(
                one,
                name=reference(one.name, "", places),
                values=reference(one.values, "", places),
                positions=reference(one.positions, "", places),
            )
            for one in chart.series
        )
        layout.charts[index] = (area, dataclasses.replace(chart, series=series))
    for name, text in layout.sheet.names.items():
        layout.names[name] = reference(text, "", places)
