"""Workbooks for the tests of the recalculation, finished as Excel writes them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

ORDERS = {"A1": "customer", "B1": "date", "C1": "amount"} | {
    f"{column}{row}": value
    for row, order in enumerate(
        [("Ann", 45000, 10.0), ("Ben", 45003, 20.0), ("Ann", 45010, 30.0), ("Cid", 45020, 40.0)], 2
    )
    for column, value in zip("ABC", order, strict=True)
}
"""Four orders of three customers, from A1."""


def workbook(path: Path, sheets: Mapping[str, Mapping[str, Any]], **settings: Any) -> Path:
    """Write sheets of cells.

    A formula starting with "{=" fills a fixed block: ("{=...}", "A1:A3"); "~=" spills.
    settings: tables (name -> (sheet, ref)), names (name -> text), date1904.
    """
    made = openpyxl.Workbook()
    made.remove(made.active)
    spilling: list[tuple[int, str]] = []
    for number, (title, cells) in enumerate(sheets.items(), 1):
        sheet = made.create_sheet(title)
        for name, value in cells.items():
            content, ref = value if isinstance(value, tuple) else (value, name)
            if isinstance(content, str) and content.startswith("{="):
                content = ArrayFormula(ref, content[1:-1])
            elif isinstance(content, str) and content.startswith("~="):
                spilling.append((number, name))
                content = ArrayFormula(ref, content[1:])
            sheet[name] = content
    for name, (title, ref) in settings.get("tables", {}).items():
        made[title].add_table(Table(displayName=name, ref=ref))
    for name, text in settings.get("names", {}).items():
        made.defined_names[name] = openpyxl.workbook.defined_name.DefinedName(name, attr_text=text)
    if settings.get("date1904"):
        made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    made.save(path)
    edit(
        path,
        {
            f"xl/worksheets/sheet{number}.xml": [(f'<c r="{name}"', f'<c r="{name}" cm="1"')]
            for number, name in spilling
        }
        if len({number for number, _ in spilling}) == len(spilling)
        else _grouped(spilling),
    )
    return path


def _grouped(spilling: Iterable[tuple[int, str]]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for number, name in spilling:
        part = f"xl/worksheets/sheet{number}.xml"
        found.setdefault(part, []).append((f'<c r="{name}"', f'<c r="{name}" cm="1"'))
    return found


def edit(path: Path, changes: Mapping[str, Iterable[tuple[str, str]]]) -> Path:
    """Replace texts inside parts."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in parts.items():
            content = part
            for before, after in changes.get(name, ()):
                assert before.encode() in content, (name, before)
                content = content.replace(before.encode(), after.encode())
            new.writestr(name, content)
    return path


def shown(path: Path, sheet: str | None = None) -> dict[str, Any]:
    """What a reader of stored values sees in one sheet, by cell name."""
    book = openpyxl.load_workbook(path, data_only=True)
    cells = (book[sheet] if sheet else book.worksheets[0]).iter_rows()
    return {cell.coordinate: cell.value for row in cells for cell in row if cell.value is not None}


def xml(path: Path, number: int = 1) -> str:
    """The XML of a sheet."""
    with zipfile.ZipFile(path) as opened:
        return opened.read(f"xl/worksheets/sheet{number}.xml").decode()


def cell_xml(path: Path, name: str, number: int = 1) -> str:
    """The XML of one cell."""
    found = re.search(rf'<c r="{name}"[^>]*?(?:/>|>.*?</c>)', xml(path, number), re.DOTALL)
    return found[0] if found else ""
