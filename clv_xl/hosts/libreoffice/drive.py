"""A script, never imported, for a Python that has `uno`: one command in a running LibreOffice.

    drive.py PIPE SECONDS ready
    drive.py PIPE SECONDS compute FILE
    drive.py PIPE SECONDS save FILE OUT FILTER
    drive.py PIPE SECONDS end

The answer is JSON. It uses the standard library only, since that Python is LibreOffice's or
the system's. SECONDS is how long to wait for LibreOffice to answer.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

FORMULA = 16
ERROR = 4
LOGICAL = 1024
NEVER = 0
CIRCULAR = (522, 523)


def connect(pipe: str, seconds: float) -> Any:
    """Return the component context of the LibreOffice that listens on a pipe."""
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", here
    )
    end = time.monotonic() + seconds
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def desktop(context: Any) -> Any:
    """Return the object that opens files."""
    return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)


def properties(**values: Any) -> tuple[Any, ...]:
    """Return properties as UNO takes them."""
    found = []
    for name, value in values.items():
        one = PropertyValue()
        one.Name, one.Value = name, value
        found.append(one)
    return tuple(found)


def open_document(context: Any, path: str) -> Any:
    """Return the document of a file, its macros and links switched off.

    Every formula is recomputed, as the settings of this LibreOffice (office.py) demand.
    """
    document = desktop(context).loadComponentFromURL(
        Path(path).resolve().as_uri(),
        "_blank",
        0,
        properties(Hidden=True, ReadOnly=True, MacroExecutionMode=NEVER, UpdateDocMode=NEVER),
    )
    if document is None or not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
        if document is not None:
            document.close(True)
        raise ValueError(path)
    return document


def compute(context: Any, path: str) -> dict[str, list[list[Any]]]:
    """Return each sheet's formula cells: column, row, value, and "b" or "e" if no plain value."""
    document = open_document(context, path)
    try:
        formats = document.getNumberFormats()
        logical: dict[int, bool] = {}

        def is_logical(cell: Any) -> bool:
            key = cell.NumberFormat
            if key not in logical:
                logical[key] = bool(formats.getByKey(key).Type & LOGICAL)
            return logical[key]

        return {sheet.Name: sheet_values(sheet, is_logical) for sheet in document.Sheets}
    finally:
        document.close(True)


def sheet_values(sheet: Any, is_logical: Callable[[Any], bool]) -> list[list[Any]]:
    """Return the formula cells of a sheet."""
    found: list[list[Any]] = []
    errors: dict[tuple[int, int], int] = {}
    for area in sheet.queryFormulaCells(ERROR).RangeAddresses:
        for row in range(area.StartRow, area.EndRow + 1):
            for column in range(area.StartColumn, area.EndColumn + 1):
                errors[row, column] = sheet.getCellByPosition(column, row).getError()
    for area in sheet.queryContentCells(FORMULA).RangeAddresses:
        top, left = area.StartRow, area.StartColumn
        block = sheet.getCellRangeByPosition(left, top, area.EndColumn, area.EndRow)
        for row, cells in enumerate(block.getDataArray(), top):
            for column, value in enumerate(cells, left):
                if (row, column) in errors:
                    if errors[row, column] not in CIRCULAR:
                        found.append([column, row, errors[row, column], "e"])
                elif value in (0.0, 1.0) and is_logical(sheet.getCellByPosition(column, row)):
                    found.append([column, row, value == 1.0, "b"])
                else:
                    found.append([column, row, value, ""])
    return found


def save(context: Any, path: str, out: str, filter_name: str) -> None:
    """Compute a file and save it under another name or in another format."""
    document = open_document(context, path)
    try:
        document.storeToURL(
            Path(out).resolve().as_uri(), properties(FilterName=filter_name, Overwrite=True)
        )
    finally:
        document.close(True)


def ready(context: Any, seconds: float) -> None:
    """Wait until a new document computes a function of the add-in.

    LibreOffice accepts connections before its extensions are loaded, and then opens nothing, or
    opens files without them.
    """
    end = time.monotonic() + seconds
    while not computes(context):
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.2)


def computes(context: Any) -> bool:
    """Whether a new document opens and computes =CLV(1,1,1)."""
    try:
        document = desktop(context).loadComponentFromURL(
            "private:factory/scalc", "_blank", 0, properties(Hidden=True)
        )
        if document is None:
            return False
        try:
            cell = document.Sheets.getByIndex(0).getCellByPosition(0, 0)
            cell.setFormula("=CLV(1;1;1)")
            return bool(cell.getError() == 0 and cell.getValue() == 1.0)
        finally:
            document.close(True)
    except Exception:  # noqa: BLE001 - whatever UNO raises while LibreOffice is starting
        return False


def main() -> None:
    """Run the command of the command line."""
    pipe, seconds, command, *arguments = sys.argv[1:]
    context = connect(pipe, float(seconds))
    answer: Any = None
    if command == "ready":
        ready(context, float(seconds))
    elif command == "compute":
        answer = compute(context, *arguments)
    elif command == "save":
        save(context, *arguments)
    elif command == "end":
        desktop(context).terminate()
    json.dump(answer, sys.stdout)
    # The bridge to LibreOffice sometimes crashes while Python shuts down.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
