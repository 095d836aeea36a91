"""A script for a Python that has `uno`: opens a workbook with its macros allowed, prints its cells.

The pipe of LibreOffice and the file are the arguments; the answer is JSON on standard output: the
rows of the first sheet, an error as {"error": its number}, and the modules' texts.
"""

import json
import os
import pathlib
import sys

import uno
from com.sun.star.beans import PropertyValue

ALWAYS_EXECUTE = 4


def named(**values):
    found = []
    for name, value in values.items():
        one = PropertyValue()
        one.Name, one.Value = name, value
        found.append(one)
    return tuple(found)


def shown(cell):
    if cell.getError():
        return {"error": cell.getError()}
    if cell.Type.value == "EMPTY":
        return None
    return cell.Value if cell.FormulaResultType2 == 1 else cell.String


def opened(pipe, path):
    """The workbook in the LibreOffice of that pipe, its macros allowed."""
    here = uno.getComponentContext()
    context = here.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", here
    ).resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
    desktop = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.frame.Desktop", context
    )
    return desktop.loadComponentFromURL(
        pathlib.Path(path).resolve().as_uri(),
        "_blank",
        0,
        named(Hidden=True, MacroExecutionMode=ALWAYS_EXECUTE),
    )


def main():
    document = opened(*sys.argv[1:])
    document.calculateAll()
    sheet = document.Sheets.getByIndex(0)
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    rows = [
        [shown(sheet.getCellByPosition(column, row)) for column in range(end.EndColumn + 1)]
        for row in range(end.EndRow + 1)
    ]
    library = document.BasicLibraries.getByName("VBAProject")
    texts = {name: library.getByName(name) for name in library.ElementNames}
    document.close(True)
    sys.stdout.write(json.dumps({"rows": rows, "texts": texts}))


if __name__ == "__main__":
    main()
    # The bridge to LibreOffice now and then crashes while Python takes itself apart.
    sys.stdout.flush()
    os._exit(0)
