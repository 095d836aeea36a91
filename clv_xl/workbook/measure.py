"""How much room blocks need, in characters and points."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.workbook import design
from clv_xl.workbook.declarations import (
    Abreast,
    Chart,
    Fields,
    Formula,
    Grid,
    Heading,
    Listing,
    Records,
    SheetBlock,
    Spill,
    Stack,
    Style,
    TableColumn,
    Value,
)

WIDEST: Final = 60
"""No column of a listing is wider by itself; longer texts wrap."""
_RUNNING_ON: Final = {Style.TITLE, Style.LEAD, Style.HEADING, Style.NOTE, Style.BAND, Style.PLAIN}
"""Texts that run over the empty cells on their right."""
_LETTER: Final = {Style.FORMULA: 1.1, Style.FIGURE: 1.4, Style.HEADER: 1.1}
"""Width of a letter, in widths of a digit of the ordinary font."""


def widths_of(block: SheetBlock) -> list[float]:
    """Return the width that each column of a block needs, in characters."""
    if isinstance(block, Stack):
        parts = [widths_of(part) for part in block.blocks]
        return [max(column) for column in zip_longest(*parts, fillvalue=0.0)]
    if isinstance(block, Abreast):
        parts = [[0.0] * at + widths_of(part) for at, part in block.blocks]
        return [max(column) for column in zip_longest(*parts, fillvalue=0.0)]
    match block:
        case Fields():
            labels = max(len(one.label) for one in block.fields)
            notes = [float(design.width(Unit.MONEY))] * block.note_columns
            wanted = [max(18.0, labels * 0.95 + 2), 14.0, *notes]
        case Records():
            wanted = [_column_width(column) for column in block.columns]
        case Spill():
            wanted = [_heading_width(heading) for heading in block.columns]
        case Listing():
            wanted = _listing_widths(block)
        case Grid():
            wanted = [22.0] + [float(design.width(block.unit))] * len(block.across)
        case Chart():
            wanted = [0.0] * block.columns
    return wanted


def shown_width(value: Value, style: Style) -> float:
    """Return the width of a text as its style shows it, in characters."""
    if value is None or isinstance(value, (Formula, int, float, dt.date)):
        return 0.0
    return 0.0 if style in _RUNNING_ON else len(value) * _LETTER.get(style, 0.82)


def header_height(titles: Sequence[str | Formula], widths: Mapping[int, float], left: int) -> float:
    """Return the height of a header whose titles wrap, in points."""
    lines = [
        _lines(title, max(int(widths[left + offset] / 1.05), 1))
        for offset, title in enumerate(titles)
        if isinstance(title, str)
    ]
    return max(20.0, max(lines, default=1) * 13.0 + 5)


def _lines(text: str, room: int) -> int:
    lines, used = 1, 0
    for word in text.split():
        if used and used + 1 + len(word) > room:
            lines, used = lines + 1, 0
        used += len(word) + (1 if used else 0)
    return lines


def _column_width(column: TableColumn) -> float:
    longest = max((len(value) for value in column.values if isinstance(value, str)), default=0)
    button = 4  # the arrow of the header's filter
    return float(
        max(column.width, len(column.name) * 1.1 + button, longest + 2, design.width(column.unit))
    )


def _heading_width(heading: Heading) -> float:
    title = heading.title if isinstance(heading.title, str) else ""
    word = max((len(word) for word in title.split()), default=0)
    usual = 4 if heading.unit is Unit.TEXT and heading.width else design.width(heading.unit)
    return float(heading.width or max(usual, math.ceil(word * 1.15) + 2))


def _listing_widths(block: Listing) -> list[float]:
    count = max([len(block.header), len(block.widths), *map(len, block.rows)])
    widths = []
    for at in range(count):
        if at < len(block.widths) and block.widths[at]:
            widths.append(float(block.widths[at]))
            continue
        cells = [shown_width(row[at].value, row[at].style) for row in block.rows if at < len(row)]
        header = len(block.header[at]) * 1.12 if at < len(block.header) else 0
        widths.append(min(float(WIDEST), max([8.0, header + 2, *(cell + 2 for cell in cells)])))
    return widths
