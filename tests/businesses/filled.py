"""The template filled with a business's data and computed; its figures by block and label."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import openpyxl
from businesses.generators import Business
from lxml import etree

import clv_xl.refresh
from clv_xl.functions.verdicts import Verdict
from clv_xl.package import open_package
from clv_xl.package.namespaces import MAIN
from clv_xl.package.xml_parts import parse, serialize
from clv_xl.workbook.finishing import finish
from clv_xl.workbook.layout import arrange
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

    def sentences(self, sheet: str, word: str) -> list[str]:
        """The sentences of a sheet that begin with a verdict and name something."""
        cells = (cell for row in self.values[sheet].iter_rows(values_only=True) for cell in row)
        return [str(cell) for cell in cells if begins_with_a_word(cell) and word in str(cell)]

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
_SETTINGS = next(at for at, layout in enumerate(_LAYOUTS, 1) if layout.sheet.title == "Settings")


def fill(business: Business, folder: Path) -> Filled:
    """Write an empty template with the settings of a business, and put its data in."""
    path = folder / "book.xlsx"
    path.write_bytes(_empty_template())
    _set(path, business.settings)
    report = clv_xl.refresh(
        path, orders=business.orders, customers=business.customers, channels=business.channels
    )
    return Filled(business, path, report)


@cache
def _empty_template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        write(_LAYOUTS, path)
        finish(path, None)
        return path.read_bytes()


def _set(path: Path, settings: Mapping[str, Any]) -> None:
    """Type values into cells of sheet Settings, by their defined names."""
    package = open_package(path)
    part = f"xl/worksheets/sheet{_SETTINGS}.xml"
    root = parse(package.read(part))
    cells = {cell.get("r"): cell for cell in root.iter("{*}c")}
    names = _LAYOUTS[_SETTINGS - 1].names
    for name, value in settings.items():
        cell = cells[names[name].rpartition("!")[2].replace("$", "")]
        cell.set("t", "str" if isinstance(value, str) else "n")
        for old in list(cell):
            cell.remove(old)
        etree.SubElement(cell, f"{{{MAIN}}}v").text = str(value)
    package.save({part: serialize(root)})


def begins_with_a_word(sentence: object) -> bool:
    """Whether it is a sentence that begins with a declared verdict."""
    words = tuple(verdict.word for verdict in Verdict)
    return isinstance(sentence, str) and sentence.startswith(words)
