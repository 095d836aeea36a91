"""What a file stores for its formula cells, compared with what a program computes in them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import openpyxl
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.formula import ArrayFormula

from clv_xl.cells import Cell, CellError
from clv_xl.functions import CATALOGUE

CHANGING = re.compile(
    r"\b(" + "|".join(one.name for one in CATALOGUE.values() if one.volatile) + r")\("
)


def formulas_and_values(path: Path) -> dict[tuple[str, str], tuple[str, object]]:
    """Every cell that holds a formula or is filled by one, with what the file stores for it."""
    found = {}
    written = openpyxl.load_workbook(path)
    stored = openpyxl.load_workbook(path, data_only=True)
    for sheet in written:
        for row in sheet.iter_rows():
            for cell in row:
                value = cell.value
                text = value.text if isinstance(value, ArrayFormula) else value
                if cell.data_type == "f" or isinstance(value, ArrayFormula):
                    found[sheet.title, cell.coordinate] = (
                        str(text),
                        stored[sheet.title][cell.coordinate].value,
                    )
    return found


def equal(ours: object, theirs: object) -> bool:
    if isinstance(ours, CellError):
        return str(ours) == theirs
    if isinstance(theirs, datetime):
        theirs = to_excel(theirs)
    if isinstance(ours, (float, int)) and isinstance(theirs, (float, int)):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)
    return (ours or None) == (theirs or None)


def disagreements(path: Path, computed: Mapping[str, Mapping[str, Cell]]) -> list[str]:
    """Cells that are errors or not what is stored, those filled by array formulas included."""
    formulas = formulas_and_values(path)
    stored = openpyxl.load_workbook(path, data_only=True)
    found = [f"{sheet}!{cell}: no value" for sheet, cell in formulas if cell not in computed[sheet]]
    for sheet, cells in computed.items():
        for cell, value in cells.items():
            formula = formulas.get((sheet, cell), ("", None))[0]
            in_file = stored[sheet][cell].value
            if CHANGING.search(formula):
                continue
            if isinstance(value, CellError) or not equal(value, in_file):
                found.append(f"{sheet}!{cell} {formula}: {value!r}, stored {in_file!r}")
    return found
