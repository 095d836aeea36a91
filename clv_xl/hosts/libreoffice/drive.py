"""Run by a Python that has LibreOffice's `uno`, never imported: does one thing in a running LibreOffice, answers in JSON.

    drive.py PIPE SECONDS ready
    drive.py PIPE SECONDS compute FILE
    drive.py PIPE SECONDS save FILE OUT FILTER
    drive.py PIPE SECONDS end

It needs nothing but the standard library, since that Python is LibreOffice's or the system's. SECONDS is how long to wait
for LibreOffice to answer.
"""

import json
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

FORMULA = 16
ERROR = 4
LOGICAL = 1024
NEVER = 0
CIRCULAR = (522, 523)


def connect(pipe, seconds):
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


def desktop(context):
    """Return the object that opens files."""
    return context.ServiceManager.createInstanceWithContext(
        "com.sun.star.frame.Desktop", context
    )


def named(**values):
    """Return properties as UNO takes them."""
    properties = []
    for name, value in values.items():
        one = PropertyValue()
        one.Name, one.Value = name, value
        properties.append(one)
    return tuple(properties)


def opened(context, path):
    """Return the document of a file, its macros and links asleep, every formula computed anew."""
    document = desktop(context).loadComponentFromURL(
        Path(path).resolve().as_uri(),
        "_blank",
        0,
        named(Hidden=True, ReadOnly=True, MacroExecutionMode=NEVER, UpdateDocMode=NEVER),
    )
    if document is None or not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
        if document is not None:
            document.close(True)
        raise ValueError(path)
    document.calculateAll()
    return document


def compute(context, path):
    """Return the formula cells of each sheet: lists of column, row, value, and "b" or "e" where it is no plain value."""
    document = opened(context, path)
    try:
        formats = document.getNumberFormats()
        logical = {}

        def is_logical(cell):
            key = cell.NumberFormat
            if key not in logical:
                logical[key] = bool(formats.getByKey(key).Type & LOGICAL)
            return logical[key]

        return {sheet.Name: sheet_values(sheet, is_logical) for sheet in document.Sheets}
    finally:
        document.close(True)


def sheet_values(sheet, is_logical):
    """Return the formula cells of a sheet."""
    found = []
    errors = {}
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


def save(context, path, out, filter_name):
    """Save a file, computed anew, in another place or form."""
    document = opened(context, path)
    try:
        document.storeToURL(
            Path(out).resolve().as_uri(), named(FilterName=filter_name, Overwrite=True)
        )
    finally:
        document.close(True)


def main():
    """Do what the command line says."""
    pipe, seconds, command, *arguments = sys.argv[1:]
    context = connect(pipe, float(seconds))
    answer = None
    if command == "compute":
        answer = compute(context, *arguments)
    elif command == "save":
        save(context, *arguments)
    elif command == "end":
        desktop(context).terminate()
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
