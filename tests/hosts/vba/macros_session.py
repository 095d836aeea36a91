"""A script for a Python that has `uno`: opens a workbook with its macros allowed and runs one.

The pipe of LibreOffice, the file and the macro are the arguments; the answer is JSON on standard
output: for each sheet whether it is seen, its buttons, and its cells before and after.
"""

import json
import os
import sys

from vba_session import opened


def cells(sheet):
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(True)
    return cursor.getDataArray()


def script(shape):
    events = shape.Events
    if not events.ElementNames:
        return None
    return {one.Name: one.Value for one in events.getByName("OnClick")}["Script"]


def main():
    *where, macro = sys.argv[1:]
    document = opened(*where)
    sheets = [document.Sheets.getByIndex(place) for place in range(document.Sheets.Count)]
    spare = sheets[0].getCellByPosition(30, 0)
    spare.Formula = "=RAND()"
    report, dice = {}, [spare.Value]
    for sheet in sheets:
        page = sheet.DrawPage
        shapes = [page.getByIndex(place) for place in range(page.Count)]
        buttons = [script(shape) for shape in shapes if "Custom" in shape.ShapeType]
        report[sheet.Name] = {"seen": sheet.IsVisible, "buttons": buttons, "before": cells(sheet)}
    document.getScriptProvider().getScript(macro).invoke((), (), ())
    dice.append(spare.Value)
    for sheet in sheets:
        report[sheet.Name]["after"] = cells(sheet)
    document.close(True)
    sys.stdout.write(json.dumps({"sheets": report, "dice": dice}))


if __name__ == "__main__":
    main()
    # The bridge to LibreOffice now and then crashes while Python takes itself apart.
    sys.stdout.flush()
    os._exit(0)
