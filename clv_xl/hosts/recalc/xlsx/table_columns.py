"""Tables grown over the headings directly right of them, as Excel does while columns are pasted.

LibreOffice and other programs leave a table as it was. The columns of a table take their names from
the cells of its headings, also those that were overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lxml import etree

from clv_xl.hosts.recalc.formula.grammar import Area, cell_name, column_number
from clv_xl.package import Package
from clv_xl.package.relations import main_part, relations
from clv_xl.package.text_escapes import decoded, encoded_heading
from clv_xl.package.xml_parts import parse, serialize


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
    shared: list[str] = []
    if any(cell.get("t") == "s" for cell in cells):
        shared = _shared_texts(package)
    return dict(_texts(cells, shared.__getitem__))


def _texts(cells: Any, shared: Callable[[int], str]) -> Iterator[tuple[int, str]]:
    for cell in cells:
        if cell.find("{*}f") is not None:
            continue
        column = column_number(cell.get("r", "").rstrip("0123456789"))
        match cell.get("t"):
            case "s":
                yield column, shared(int(cell.findtext("{*}v", "0")))
            case "inlineStr":
                yield column, decoded("".join(cell.itertext("{*}t")))
            case _:
                pass


def _shared_texts(package: Package) -> list[str]:
    targets = relations(package, main_part(package)).values()
    part = next(one for one in targets if one.lower().endswith("sharedstrings.xml"))
    return [
        decoded("".join(item.itertext("{*}t"))) for item in parse(package.read(part)).iter("{*}si")
    ]


def widened(content: bytes, table: Area, headings: Sequence[str]) -> bytes:
    """Return the part of a table with these headings, of which it may have fewer columns so far."""
    root = parse(content)
    columns = root.find("{*}tableColumns")
    ids = [int(column.get("id", "0")) for column in columns]
    for column, heading in zip(columns, headings, strict=False):
        column.set("name", encoded_heading(heading))
    for number, heading in enumerate(headings[len(columns) :], start=max(ids) + 1):
        etree.SubElement(columns, columns[0].tag, id=str(number), name=encoded_heading(heading))
    columns.set("count", str(len(columns)))
    first = cell_name(table.top, table.left)
    reference = f"{first}:{cell_name(table.bottom, table.left + len(headings) - 1)}"
    root.set("ref", reference)
    filtered = root.find("{*}autoFilter")
    if filtered is not None:
        filtered.set("ref", reference)
    return serialize(root)
