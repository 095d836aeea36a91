"""A new sheet needs its own file and its line in the template; all else follows."""

from __future__ import annotations

import ast
from pathlib import Path

from openpyxl import load_workbook

import clv_xl.workbook.sheets
from clv_xl.functions.spec import Unit
from clv_xl.workbook import buttons, template
from clv_xl.workbook.declarations import Formula, Item, Listing, Role, Sheet
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.sample import generate
from clv_xl.workbook.sheets.segments import BY_SEGMENT
from clv_xl.workbook.sheets.start import start
from clv_xl.workbook.writer import write

FOLDER = Path(clv_xl.workbook.sheets.__file__).parent


def new_sheet() -> Sheet:
    best = Formula(f"=LET(best,{BY_SEGMENT.cell(1, 1)},best)")
    listing = Listing("new_listing", ((Item("Best segment"), Item(best, unit=Unit.TEXT)),))
    return Sheet("New report", Role.REPORT, "New report", "What is new. And more.", ((listing,),))


def test_the_rest_of_the_workbook_follows_a_new_sheet(tmp_path: Path) -> None:
    _, *others = template.sheets(generate())
    extended = [*others, new_sheet()]
    layouts = arrange([start(extended), *extended])
    assert "New report" in buttons.places(layouts)
    write(layouts, tmp_path / "book.xlsx")
    book = load_workbook(tmp_path / "book.xlsx")
    links = {cell.value: cell.hyperlink for row in book["Start"].iter_rows() for cell in row}
    assert links["New report"].location == "'New report'!A1"
    assert "What is new." in links
    formula = book["New report"]["C5"].value
    assert formula.startswith("=_xlfn.LET(_xlpm.best,Segments!$B$")


def test_every_sheet_that_has_a_file_is_in_the_template() -> None:
    made = {sheet.title for sheet in template.sheets(generate())}
    declared = {
        node.args[0].value
        for path in FOLDER.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Sheet"
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(declared) > 15
    assert declared == made
