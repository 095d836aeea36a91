"""Layouts into a workbook file, by openpyxl; the last pass adds what openpyxl cannot write."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from openpyxl import Workbook
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.formatting.rule import Rule as LookRule
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table, TableFormula, TableStyleInfo

from clv_xl.functions.spec import Kind, Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook import design
from clv_xl.workbook.charts import native_chart
from clv_xl.workbook.declarations import Formula, Rule, Style
from clv_xl.workbook.formulas import stored_formula
from clv_xl.workbook.places import CellRange, Layout, PlacedCell, PlacedInput, PlacedTable, quoted

CREATED: Final = dt.datetime(2025, 1, 1)
"""Every build says it was made then, so that two builds are equal."""
_HEADERS: Final = frozenset({Style.HEADER, Style.UPPER_HEADER, Style.INPUT_HEADER})
_ALIGNED_BY_UNIT: Final = _HEADERS | {Style.LABEL, None}
_UNSEEN: Final = frozenset({Style.UNSEEN_HEADER, Style.UNSEEN})
_INSET: Final = frozenset(
    {Style.NOTE, Style.FORMULA, Style.TEXT, Style.PLAIN, Style.EXAMPLE, Style.BAND}
)
_Looks: TypeAlias = dict[PlacedCell, Any]
"""The look of a first cell of each kind, as openpyxl numbers it."""


def write(layouts: Sequence[Layout], path: Path) -> None:
    """Write layouts as a workbook, formulas without their values.

    Parameters
    ----------
    layouts : sequence of Layout
        One a sheet, in order.
    path : Path
    """
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    book.code_name = "ThisWorkbook"
    ordinary = design.LOOKS[Style.PLAIN].font
    looks: Any = book
    looks._fonts = IndexedList([ordinary])
    looks._named_styles["Normal"].font = ordinary
    book.properties.creator = "clv_xl"
    book.properties.title = "Customer lifetime value"
    book.properties.created = CREATED
    book.calculation = CalcProperties(calcId=191029, fullCalcOnLoad=False)
    looks_alike: _Looks = {}
    for number, layout in enumerate(layouts, start=1):
        _write_sheet(book, layout, number, looks_alike)
    for layout in layouts:
        for name, text in layout.names.items():
            book.defined_names[name] = DefinedName(name, attr_text=text)
    book.save(path)


def _write_sheet(book: Any, layout: Layout, number: int, looks_alike: _Looks) -> None:
    sheet = book.create_sheet(layout.sheet.title)
    sheet.sheet_properties.codeName = f"Sheet{number}"
    sheet.sheet_properties.tabColor = design.TABS[layout.sheet.role]
    sheet.sheet_view.showGridLines = False
    for (row, column), placed in sorted(layout.cells.items()):
        cell = sheet.cell(row, column)
        _write_value(cell, placed)
        _give_look(cell, placed, looks_alike)
    for column, width in layout.widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, height in layout.heights.items():
        sheet.row_dimensions[row].height = height
    for row in layout.hidden_rows:
        sheet.row_dimensions[row].hidden = True
    for area in layout.merged:
        sheet.merge_cells(area.name)
    for table in layout.tables:
        sheet.add_table(_table(table))
    for given in layout.inputs:
        sheet.add_data_validation(_validation(given))
    for rule, area in layout.rules:
        _add_rule(sheet, rule, area)
    for area, chart in layout.charts:
        sheet.add_chart(native_chart(chart, area, layout.widths))
    if layout.freeze:
        sheet.freeze_panes = layout.freeze
    _print_setup(sheet, layout)


def _write_value(cell: Any, placed: PlacedCell) -> None:
    value = placed.value
    if isinstance(value, Formula):
        text = stored_formula(value.text)
        cell.value = ArrayFormula(cell.coordinate, text) if value.spills else text
    else:
        cell.value = value
        if _is_shown_formula(placed):
            cell.data_type = "s"
    if placed.link:
        place = placed.link if "!" in placed.link else f"{quoted(placed.link)}!A1"
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place)


def _is_shown_formula(placed: PlacedCell) -> bool:
    """Whether a cell shows the text of a formula."""
    return isinstance(placed.value, str) and placed.value.startswith("=")


def _give_look(cell: Any, placed: PlacedCell, looks_alike: _Looks) -> None:
    """Give a cell its look, which is worked out once for all cells that look alike.

    openpyxl compares each part of a look with all others of the workbook.
    """
    key = replace(placed, value=_is_shown_formula(placed), link=placed.link and "somewhere")
    if key not in looks_alike:
        _work_out_look(cell, placed)
        looks_alike[key] = cell._style
    cell._style = copy(looks_alike[key])


def _work_out_look(cell: Any, placed: PlacedCell) -> None:
    if _is_shown_formula(placed):
        cell.quotePrefix = True
    if placed.style is not None:
        look = design.LOOKS[placed.style]
        cell.font = look.font
        if look.fill is not None:
            cell.fill = look.fill
        if look.border is not None:
            cell.border = look.border
        if look.alignment is not None:
            cell.alignment = look.alignment
    else:
        cell.font = design.LOOKS[Style.TEXT].font
    cell.number_format = _number_format(placed)
    if placed.style in _ALIGNED_BY_UNIT:
        words = placed.unit is Unit.TEXT
        cell.alignment = Alignment(
            horizontal="left" if words else "right",
            vertical="bottom" if placed.style is Style.UPPER_HEADER else "center",
            wrap_text=placed.style in _HEADERS,
            indent=_indent(placed, words=words),
        )
    elif placed.inset and placed.style in _INSET:
        wrapped = design.LOOKS[placed.style].alignment
        cell.alignment = Alignment(
            horizontal="left",
            vertical=wrapped.vertical if wrapped is not None else None,
            wrap_text=wrapped.wrap_text if wrapped is not None else None,
            indent=1,
        )
    if placed.link:
        cell.font = design.LOOKS[Style.LINK].font


def _number_format(placed: PlacedCell) -> str:
    if placed.style in _UNSEEN:
        return design.UNSEEN
    if placed.style in _HEADERS:
        return "General"
    return design.number_format(placed.unit, fine=placed.fine)


def _indent(placed: PlacedCell, *, words: bool) -> int:
    if words:
        return 1 if placed.inset else 0
    return 2 if placed.button else 0


def _table(placed: PlacedTable) -> Table:
    table = Table(displayName=placed.name, name=placed.name, ref=placed.area.name)
    cast("Any", table)._initialise_columns()
    for column, (name, formula) in zip(table.tableColumns, placed.columns, strict=True):
        column.name = name
        if formula:
            column.calculatedColumnFormula = TableFormula(
                attr_text=stored_formula(formula).removeprefix("=")
            )
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    return table


def _validation(given: PlacedInput) -> DataValidation:
    meaning = given.meaning
    made = DataValidation(allow_blank=given.optional, showErrorMessage=True, showInputMessage=True)
    made.sqref = given.area.name
    made.promptTitle, made.prompt = given.label[:32], given.prompt[:255]
    made.errorTitle = "Please check"
    made.error = f"This must {meaning.domain or 'be a number'}."[:225]
    if meaning.choices:
        made.type = "list"
        made.formula1 = '"' + ",".join(str(choice) for choice in meaning.choices) + '"'
    elif meaning.kind is Kind.DATE:
        made.type, made.operator = "date", "greaterThan"
        made.formula1 = "1"
        made.error = "This must be a date."
    elif meaning.kind is Kind.NUMBER:
        made.type = "whole" if meaning.whole else "decimal"
        _limits(made, meaning.low, meaning.high)
        strict = meaning.above_low and math.isinf(meaning.high)
        made.operator = "greaterThan" if strict else made.operator
    else:
        made.showErrorMessage = False
    return made


def _limits(made: DataValidation, low: float, high: float) -> None:
    """A number's limits; without any, a range that holds every number but no text."""
    if math.isinf(high) and not math.isinf(low):
        made.operator, made.formula1 = "greaterThanOrEqual", f"{low:g}"
        return
    made.operator = "between"
    made.formula1 = f"{low if math.isfinite(low) else -1e15:g}"
    made.formula2 = f"{high if math.isfinite(high) else 1e15:g}"


def _add_rule(sheet: Any, rule: Rule, area: CellRange) -> None:
    first = get_column_letter(area.left)
    looks = sheet.conditional_formatting
    scale: Any = ColorScaleRule
    match rule:
        case Rule.LINE:
            filled = f'${first}{area.top}<>""'
            looks.add(area.name, LookRule("expression", dxf=design.WHEN_FILLED, formula=[filled]))
        case Rule.TOTAL:
            total = f'${first}{area.top}&""="All"'
            looks.add(
                area.name,
                LookRule("expression", dxf=design.WHEN_TOTAL, formula=[total]),
            )
        case Rule.BANNER:
            fails = f"ISERROR($A${area.top})"
            looks.add(area.name, LookRule("expression", dxf=design.WHEN_MISSING, formula=[fails]))
        case Rule.HEAT:
            low, high = design.HEAT
            looks.add(
                area.name,
                scale(start_type="min", start_color=low, end_type="max", end_color=high),
            )
        case Rule.STATUS:
            for verdict in Verdict:
                look = design.WHEN_JUDGED.get(verdict.severity)
                if look is not None:
                    begins = f'LEFT({first}{area.top},{len(verdict.word)})="{verdict.word}"'
                    looks.add(area.name, LookRule("expression", dxf=look, formula=[begins]))


def _print_setup(sheet: Any, layout: Layout) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 1 if layout.sheet.one_page else 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom = 0.5, 0.6
    sheet.oddFooter.left.text = "&A"
    sheet.oddFooter.right.text = "Page &P of &N"
    for part in (sheet.oddFooter.left, sheet.oddFooter.right):
        part.size, part.font, part.color = 8, design.FONT, design.MUTED
    for row in layout.breaks:
        sheet.row_breaks.append(Break(id=row))
    if layout.printed:
        sheet.print_area = layout.printed
    if layout.repeated_rows:
        sheet.print_title_rows = layout.repeated_rows
