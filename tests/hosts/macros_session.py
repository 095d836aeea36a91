"""A script for a Python that has `uno`: opens a workbook with its macros allowed, presses a button.

The pipe of LibreOffice and the file are the arguments; the answer is JSON on standard output: for
each sheet whether it is seen, its buttons with what they run, and its cells before and after.
"""

import json
import os
import pathlib
import sys

import uno
from vba_session import ALWAYS_EXECUTE, named


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
    pipe, path = sys.argv[1:]
    here = uno.getComponentContext()
    context = here.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", here
    ).resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
    desktop = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.frame.Desktop", context
    )
    document = desktop.loadComponentFromURL(
        pathlib.Path(path).resolve().as_uri(),
        "_blank",
        0,
        named(Hidden=True, MacroExecutionMode=ALWAYS_EXECUTE),
    )
    sheets = [document.Sheets.getByIndex(place) for place in range(document.Sheets.Count)]
    spare = sheets[0].getCellByPosition(30, 0)
    spare.Formula = "=RAND()"
    told, scripts, dice = {}, set(), [spare.Value]
    for sheet in sheets:
        page = sheet.DrawPage
        shapes = [page.getByIndex(place) for place in range(page.Count)]
        buttons = [script(shape) for shape in shapes if "Custom" in shape.ShapeType]
        told[sheet.Name] = {"seen": sheet.IsVisible, "buttons": buttons, "before": cells(sheet)}
        scripts.update(buttons)
    for one in sorted(scripts):
        document.getScriptProvider().getScript(one).invoke((), (), ())
    dice.append(spare.Value)
    for sheet in sheets:
        told[sheet.Name]["after"] = cells(sheet)
    document.close(True)
    sys.stdout.write(json.dumps({"sheets": told, "dice": dice}))


if __name__ == "__main__":
    main()
    # The bridge to LibreOffice now and then crashes while Python takes itself apart.
    sys.stdout.flush()
    os._exit(0)
