"""Tables grown over the headings directly right of them, as Excel does while columns are pasted.

LibreOffice and other programs leave a table as it was. The columns of a table take their names from
the cells of its headings, also those that were overwritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from lxml import etree

from clv_xl.errors import FileError
from clv_xl.hosts.recalc.formula.grammar import Area, cell_name, column_number
from clv_xl.package import Package
from clv_xl.package.damage import DAMAGED
from clv_xl.package.shared_texts import item_text, shared_texts
from clv_xl.package.text_escapes import encoded_heading
from clv_xl.package.xml_parts import parse, serialize

_ID: Final = re.compile("[0-9]{1,9}")


def heading_texts(package: Package, sheet: str, row: int) -> dict[int, str]:
    """Return the texts in a row of a sheet, by column; formulas and numbers are left out."""
    cells = next(
        (
            line
            for line in parse(package.read(sheet)).iterfind("{*}sheetData/{*}row")
            if line.get("r") == str(row)
        ),
        (),
    )
    is_shared = any(cell.get("t") == "s" for cell in cells)
    return dict(_texts(cells, shared_texts(package) if is_shared else ()))


def _texts(cells: Any, shared: Sequence[str]) -> Iterator[tuple[int, str]]:
    for cell in cells:
        if cell.find("{*}f") is not None:
            continue
        column = column_number(cell.get("r", "").rstrip("0123456789"))
        match cell.get("t"):
            case "s":
                number = cell.findtext("{*}v", "")
                if number.isdecimal() and int(number) < len(shared):
                    yield column, shared[int(number)]
            case "inlineStr":
                yield column, item_text(cell)
            case _:
                pass


def widened(content: bytes, table: Area, headings: Sequence[str]) -> bytes:
    """Return the part of a table with these headings, of which it may have fewer columns so far."""
    root = parse(content)
    columns = root.find("{*}tableColumns")
    if columns is None or not len(columns):
        raise FileError(DAMAGED)
    ids = [found for column in columns if _ID.fullmatch(found := column.get("id", ""))]
    for column, heading in zip(columns, headings, strict=False):
        column.set("name", encoded_heading(heading))
    after = max(map(int, ids), default=0)
    for number, heading in enumerate(headings[len(columns) :], start=after + 1):
        etree.SubElement(columns, columns[0].tag, id=str(number), name=encoded_heading(heading))
    columns.set("count", str(len(columns)))
    first = cell_name(table.top, table.left)
    reference = f"{first}:{cell_name(table.bottom, table.left + len(headings) - 1)}"
    root.set("ref", reference)
    filtered = root.find("{*}autoFilter")
    if filtered is not None:
        filtered.set("ref", reference)
    return serialize(root)
