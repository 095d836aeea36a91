"""A script for a Python that has `uno`: does in a new document what a user would do, for the tests.

The pipe of LibreOffice is the only argument. A request comes as JSON on standard input, the answer
goes as JSON to standard output. A request may hold

cells           {"A1": 5, "A2": "=A1*2", "B1:C1": [[1, 2]]}, laid down in the first sheet
null_date       [1904, 1, 1], the day zero of the document
typed           ["=CLV(1000,6,5)"], each typed into a cell of its own, as a user types it
arrays          [["=CLV_ERRORS()", 3, 4]], each an array formula over so many rows and columns
descriptions    true, for the texts of the function wizard
"""

import json
import os
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.table import CellAddress
from com.sun.star.util import Date

EXCEL = 1


def connect(pipe):
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", here
    )
    return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")


def shown(cell):
    error = cell.getError()
    if error:
        return {"error": error}
    if cell.FormulaResultType2 == 1:
        return cell.Value
    return cell.String


def lay_down(sheet, cells):
    for name, value in cells.items():
        cell = sheet.getCellRangeByName(name)
        if isinstance(value, list):
            cell.setDataArray(tuple(map(tuple, value)))
        elif isinstance(value, str) and value.startswith("="):
            cell.FormulaLocal = value
        elif isinstance(value, str):
            cell.String = value
        else:
            cell.Value = value


def typed(sheet, formulas):
    answers = []
    for row, formula in enumerate(formulas):
        cell = sheet.getCellByPosition(20, row)
        start = time.perf_counter()
        cell.FormulaLocal = formula
        answers.append({"value": shown(cell), "seconds": time.perf_counter() - start})
    return answers


def arrays(document, sheet, formulas):
    parser = document.createInstance("com.sun.star.sheet.FormulaParser")
    parser.FormulaConvention = EXCEL
    answers = []
    for formula, rows, columns in formulas:
        block = sheet.getCellRangeByPosition(30, 0, 30 + columns - 1, rows - 1)
        address = CellAddress(block.RangeAddress.Sheet, 30, 0)
        block.setArrayTokens(parser.parseFormula(formula.removeprefix("="), address))
        answers.append(
            [
                [shown(block.getCellByPosition(column, row)) for column in range(columns)]
                for row in range(rows)
            ]
        )
        block.clearContents(1023)
    return answers


def descriptions(context):
    service = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.sheet.FunctionDescriptions", context
    )
    found = {}
    for index in range(service.Count):
        known = {one.Name: one.Value for one in service.getByIndex(index)}
        found[known["Name"]] = {
            "category": known["Category"],
            "description": known["Description"],
            "arguments": [[one.Name, one.Description] for one in known["Arguments"] or ()],
        }
    return found


def main():
    request = json.load(sys.stdin)
    context = connect(sys.argv[1])
    desktop = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.frame.Desktop", context
    )
    hidden = PropertyValue()
    hidden.Name, hidden.Value = "Hidden", True
    document = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (hidden,))
    try:
        if "null_date" in request:
            year, month, day = request["null_date"]
            document.NullDate = Date(day, month, year)
        sheet = document.Sheets.getByIndex(0)
        lay_down(sheet, request.get("cells", {}))
        answer = {
            "typed": typed(sheet, request.get("typed", [])),
            "arrays": arrays(document, sheet, request.get("arrays", [])),
        }
        if request.get("descriptions"):
            answer["descriptions"] = descriptions(context)
    finally:
        document.close(True)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
    # The bridge to LibreOffice now and then crashes while Python takes itself apart.
    sys.stdout.flush()
    os._exit(0)
