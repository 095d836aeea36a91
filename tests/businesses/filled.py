"""The template filled with a business's data and computed; its figures by block and label."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl
from businesses.generators import Business

import clv_xl.refresh
from clv_xl.workbook.finishing import finish
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.places import PlacedCell
from clv_xl.workbook.sample import EMPTY
from clv_xl.workbook.template import sheets
from clv_xl.workbook.writer import write


@dataclass
class Filled:
    """A computed workbook of a business."""

    business: Business
    path: Path
    report: Any

    @cached_property
    def values(self) -> openpyxl.Workbook:
        """What a reader of stored values sees."""
        return openpyxl.load_workbook(self.path, data_only=True)

    def errors(self) -> list[str]:
        """Every cell that shows an error, on any sheet."""
        return [
            f"{sheet.title}!{cell.coordinate} {cell.value}"
            for sheet in self.values
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "e"
        ]

    def labelled(self, sheet: str, label: str) -> Any:
        """The value on the right of a label, which stands once on the sheet."""
        (found,) = (
            row[at + 1]
            for row in self.values[sheet].iter_rows(values_only=True)
            for at, value in enumerate(row)
            if value == label
        )
        return found

    def rows(self, key: str) -> list[list[Any]]:
        """The rows of a block below its heading, down to the first that is blank."""
        ((title, body),) = (
            (layout.sheet.title, layout.bodies[key]) for layout in _LAYOUTS if key in layout.bodies
        )
        found = []
        for line in self.values[title].iter_rows(
            body.top, min_col=body.left, max_col=body.right, values_only=True
        ):
            if line[0] is None:
                break
            found.append(list(line))
        return found


_LAYOUTS = arrange(sheets(EMPTY))


def fill(business: Business, folder: Path) -> Filled:
    """Write an empty template with the settings of a business, and put its data in."""
    path = folder / "book.xlsx"
    layouts = arrange(sheets(EMPTY))
    for layout in layouts:
        for name, value in business.settings.items():
            if name in layout.names:
                _set(layout, layout.names[name], value)
    write(layouts, path)
    finish(path, None)
    report = clv_xl.refresh(
        path, orders=business.orders, customers=business.customers, channels=business.channels
    )
    return Filled(business, path, report)


def _set(layout: Any, name: str, value: Any) -> None:
    row, column = openpyxl.utils.cell.coordinate_to_tuple(name.partition("!")[2].replace("$", ""))
    old = layout.cells[row, column]
    layout.cells[row, column] = PlacedCell(value, old.style, old.unit, old.fine)
