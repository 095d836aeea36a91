"""The input tables of a workbook: where each lies, its columns, its part with another last row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from clv_xl import headings
from clv_xl.errors import FileError
from clv_xl.hosts.recalc.formula.grammar import column_number
from clv_xl.package import Package
from clv_xl.package.namespaces import MAIN, OFFICE
from clv_xl.package.relations import main_part, relations
from clv_xl.package.text_escapes import decoded
from clv_xl.package.xml_parts import parse

HEADINGS: Final = {
    "Orders": ("order", "date", "customer", "product", "amount"),
    "Customers": ("customer", "segment", "channel", "town", "satisfaction", "acquisition_cost"),
    "Channels": ("channel", "spend", "new_customers"),
}
"""The headings by which columns are known, however a workbook calls them."""
_PLACE: Final = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")
_NAMED_COLUMN: Final = re.compile(r"'?((?:[^']|'')+?)'?!\$([A-Z]+)\$(\d+):\$\2\$(\d+)")


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and the formula of every row where it is calculated.

    A heading that the workbook writes otherwise, such as Kunde, is the one that it is known by.
    """

    heading: str
    formula: str = ""
    is_array: bool = False


@dataclass(frozen=True)
class InputTable:
    """A table and where it lies.

    Parameters
    ----------
    name, sheet : str
        Its own name and the title of its sheet.
    sheet_id : str
        The number by which the workbook knows the sheet.
    sheet_part, part : str
        The parts of the sheet and of the table.
    top, bottom : int
        The first and last row of its data.
    left : int
        The first of its columns.
    columns : tuple of Column
    """

    name: str
    sheet: str
    sheet_id: str
    sheet_part: str
    part: str
    top: int
    bottom: int
    left: int
    columns: tuple[Column, ...]

    @property
    def right(self) -> int:
        """The last of its columns."""
        return self.left + len(self.columns) - 1

    @property
    def inputs(self) -> list[str]:
        """The headings of the columns that hold data, not formulas."""
        return [column.heading for column in self.columns if not column.formula]


def find_table(package: Package, name: str, own: Mapping[str, str]) -> InputTable:
    """Return a table by its name, its columns known by their headings, the user's own first.

    Raises
    ------
    FileError
        There is none, or rows cannot be put into it.
    """
    workbook_part = main_part(package)
    targets = relations(package, workbook_part)
    for sheet in parse(package.read(workbook_part)).iter("{*}sheet"):
        sheet_part = targets.get(sheet.get(f"{{{OFFICE}}}id") or "", "")
        if sheet_part not in package.names:
            continue
        for part in relations(package, sheet_part).values():
            if "/tables/" not in f"/{part}" or part not in package.names:
                continue
            root = parse(package.read(part))
            if (root.get("displayName") or "").casefold() == name.casefold():
                where = (sheet.get("name", ""), sheet.get("sheetId", ""), sheet_part, part)
                return _table(root, name, own, *where)
    raise FileError(
        f"The workbook has no table {name}. Refresh a workbook made by clv-xl template, or name "
        f"your table {name} (Table Design in Excel)."
    )


def _table(
    root: Any,
    name: str,
    own: Mapping[str, str],
    sheet: str,
    sheet_id: str,
    sheet_part: str,
    part: str,
) -> InputTable:
    match = _PLACE.fullmatch(root.get("ref", ""))
    if match is None or root.get("headerRowCount", "1") != "1":
        raise FileError(f"Table {name} has no row of headings. Show its headings and retry.")
    if root.get("totalsRowCount", "0") != "0":
        raise FileError(f"Table {name} has a total row. Switch it off and retry.")
    found = [_column(one) for one in root.iter(f"{{{MAIN}}}tableColumn")]
    columns = known_columns(name, found, own)
    return InputTable(
        name, sheet, sheet_id, sheet_part, part,
        int(match[2]) + 1, int(match[4]), column_number(match[1]), columns,
    )  # fmt: skip


def known_columns(
    table: str, columns: Sequence[Column], own: Mapping[str, str]
) -> tuple[Column, ...]:
    """Return the columns of a table under the headings that they are known by."""
    found = ["" if column.formula else column.heading for column in columns]
    known = headings.recognised(found, HEADINGS.get(table, ()), own)
    return tuple(
        replace(column, heading=known.get(place, column.heading))
        for place, column in enumerate(columns)
    )


def named_column(package: Package, name: str) -> InputTable | None:
    """Return the cells of a defined name, if it is of one column, as a table without a part."""
    root = parse(package.read(main_part(package)))
    places = (one.text or "" for one in root.iter("{*}definedName") if one.get("name") == name)
    found = _NAMED_COLUMN.fullmatch(next(places, ""))
    for sheet in root.iter("{*}sheet") if found else ():
        if found and sheet.get("name") == found[1].replace("''", "'"):
            part = relations(package, main_part(package))[sheet.get(f"{{{OFFICE}}}id") or ""]
            left, top, bottom = column_number(found[2]), int(found[3]), int(found[4])
            where = (found[1], sheet.get("sheetId", ""), part, "")
            return InputTable(name, *where, top, bottom, left, (Column(name),))
    return None


def _column(element: Any) -> Column:
    formula = element.find(f"{{{MAIN}}}calculatedColumnFormula")
    heading = decoded(element.get("name", ""))
    if formula is None or not formula.text:
        return Column(heading)
    return Column(heading, formula.text, formula.get("array") in {"1", "true"})


def with_last_row(content: bytes, table: InputTable, bottom: int) -> bytes:
    """Return the part of a table that now ends in another row, its filter and sorting too."""
    reference = re.compile(rb'(\bref="[A-Z]+\d+:[A-Z]+)%d"' % table.bottom)
    return reference.sub(rb'\g<1>%d"' % bottom, content)
