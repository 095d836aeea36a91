"""IronCalc, which knows the native functions: cells read in bulk, set, and evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final, TypeVar

from clv_xl.cells import Cell, CellError
from clv_xl.errors import FileError
from clv_xl.hosts.recalc.budget import Budget, current
from clv_xl.hosts.recalc.formula.grammar import LAST_COLUMN, LAST_ROW, Area
from clv_xl.hosts.recalc.formula.limits import UnsupportedError
from clv_xl.hosts.recalc.process import engine_output_discarded

_ERRORS: Final = {error.value: error for error in CellError} | {
    "#CIRC!": CellError.VALUE,
    "#ERROR!": CellError.NAME,
    "#N/IMPL!": CellError.NAME,
}
_T = TypeVar("_T")
NOT_OF_ARRAYS: Final = (
    "The built-in engine cannot compute one of its functions for arrays; "
    "open and save the workbook in Excel, or use --engine libreoffice."
)


def free_name(names: Iterable[str]) -> str:
    """Return a name for the sheet for scratch work that no other sheet has."""
    taken = {name.casefold() for name in names}
    name = "clv_xl_scratch"
    while name in taken:
        name += "_"
    return name


class Engine:
    """One workbook in memory; while `as_filed` is true, its cells show what the file says.

    Parameters
    ----------
    path : str, optional
        The workbook to load; without it the book has one empty sheet.
    scratch : str, optional
        The name of the sheet for scratch work, the last one, where the workbook has it already.
    shown : str, optional
        The name of the workbook for sentences.
    """

    def __init__(
        self, path: str | None = None, scratch: str | None = None, shown: str | None = None
    ) -> None:
        import ironcalc

        self.budget: Budget = current()
        subject = "The formula" if shown is None else f"'{shown}'"
        self._fault = (
            f"{subject} cannot be computed by the built-in engine; "
            "open and save it in Excel, or use --engine libreoffice."
        )
        self._error_type = ironcalc.CellType.ErrorValue
        if path is None:
            self.model: Any = ironcalc.create("book", "en", "UTC", "en")
        else:
            with engine_output_discarded():
                self.model = self._guard(lambda: ironcalc.load_from_xlsx(path, "en", "UTC", "en"))
        self.names: list[str] = [sheet["name"] for sheet in self.model.get_worksheets_properties()]
        self.as_filed = self.names[-1:] == [scratch]
        self._changed = self.as_filed
        if self.as_filed:
            self.scratch_name = self.names.pop()
        else:
            self.scratch_name = free_name(self.names)
            self.model.add_sheet(self.scratch_name)  # which computes everything
        self.scratch = len(self.names)
        self._index = {
            name.casefold(): number for number, name in enumerate([*self.names, self.scratch_name])
        }
        self._used = [self.model.get_sheet_dimensions(number) for number in range(self.scratch)]
        self._used.append((1, 1, 1, 1))

    def _guard(self, work: Callable[[], _T]) -> _T:
        """Turn whatever IronCalc raises, its panics included, into one sentence."""
        try:
            return work()
        except (KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except BaseException as fault:  # a panic of IronCalc is no Exception
            raise FileError(self._fault) from fault

    def sheet(self, name: str) -> int | None:
        """Return a sheet's number, whatever the case of its name."""
        return self._index.get(name.casefold())

    def defined_names(self) -> list[tuple[str, int | None, str]]:
        """Return name, sheet it is limited to, and formula of every defined name."""
        found = self.model.get_defined_name_list()
        return [(name["name"], name["scope"], name["formula"]) for name in found]

    def evaluate(self) -> None:
        """Compute every native formula, if anything has changed since it was last done."""
        if self._changed:
            self.budget.spend_evaluation()
            with engine_output_discarded():
                self._guard(self.model.evaluate)
            self._changed = self.as_filed = False

    def formula(self, sheet: int, row: int, column: int) -> str | None:
        """Return a cell's formula with structured references resolved, or None."""
        found: str | None = self.model.get_cell_formula(sheet, row, column)
        return found

    def as_read(self, text: str) -> str:
        """Return a formula as the engine writes it: functions that it knows in upper case."""
        self.model.set_user_input(self.scratch, 1, 1, text)
        found = self.formula(self.scratch, 1, 1) or ""
        self.model.range_clear_contents(self.scratch, 1, 1, 1, 1)
        return found

    def cell(self, sheet: int, row: int, column: int) -> Cell:
        """Return a cell's value; an empty cell is None."""
        value: Cell = self.model.get_cell_value(sheet, row, column)
        if isinstance(value, str) and value.startswith("#") and value in _ERRORS:
            return self._error(sheet, row, column, value)
        return value

    def _error(self, sheet: int, row: int, column: int, text: str) -> Cell:
        if self.model.get_cell_type(sheet, row, column) != self._error_type:
            return text
        if sheet == self.scratch and text == "#N/IMPL!":
            raise UnsupportedError(NOT_OF_ARRAYS)
        return _ERRORS[text]

    def error_text(self, sheet: int, row: int, column: int) -> str:
        """Return a cell's error as IronCalc names it, or nothing."""
        value = self.model.get_cell_value(sheet, row, column)
        is_text = isinstance(value, str) and value.startswith("#")
        if is_text and self.model.get_cell_type(sheet, row, column) == self._error_type:
            return str(value)
        return ""

    def used_rows(self) -> int:
        """Return the last row that holds anything on any sheet."""
        return int(max(used[1] for used in self._used))

    def last_row(self, block: Area) -> int:
        """Return the last row of a block that holds anything, 0 where none does."""
        sheet = self.sheet(block.sheet)
        if sheet is None:
            return 0
        used_bottom, used_right = self.used(sheet)
        columns = range(block.left, min(block.right, used_right) + 1)
        get = self.model.get_cell_value
        rows = range(min(block.bottom, used_bottom), block.top - 1, -1)
        held = (row for row in rows if any(get(sheet, row, one) is not None for one in columns))
        return next(held, 0)

    def clip(self, block: Area) -> Area:
        """Cut whole columns and whole rows to the part of the book in use."""
        bottom, right = block.bottom, block.right
        if block.top == 1 and bottom == LAST_ROW:
            bottom = self.used_rows()
        if block.left == 1 and right == LAST_COLUMN:
            right = max(used[3] for used in self._used)
        return Area(block.sheet, block.top, block.left, bottom, right)

    def grow(self, sheet: int, bottom: int, right: int) -> None:
        """Take note that cells down to there are in use now."""
        top, old_bottom, left, old_right = self._used[sheet]
        self._used[sheet] = (top, max(old_bottom, bottom), left, max(old_right, right))

    def used(self, sheet: int) -> tuple[int, int]:
        """Return the last row and column of a sheet that hold anything."""
        return self._used[sheet][1], self._used[sheet][3]

    def read(self, block: Area) -> Cell | list[list[Cell]]:
        """Return the value of one cell, or the rows of a block; what is empty is None.

        Raises
        ------
        UnsupportedError
            There are too many cells.
        """
        sheet = self.sheet(block.sheet)
        if sheet is None:
            return CellError.REF
        if block.top == block.bottom and block.left == block.right:
            return self.cell(sheet, block.top, block.left)
        top, left, bottom, right = self.clip(block)[1:]
        get = self.model.get_cell_value
        if (bottom - top + 1) * (right - left + 1) > self.budget.limits.cells:
            raise UnsupportedError(self.budget.too_many_cells())
        used_bottom, used_right = self.used(sheet)
        rows = range(top, min(bottom, used_bottom) + 1)
        width = right - left + 1
        if width == 1:
            flat = [get(sheet, row, left) for row in rows]
            table: list[list[Cell]] = [[value] for value in flat]
        else:
            columns = range(left, min(right, used_right) + 1)
            rest: list[Cell] = [None] * (width - len(columns))
            table = [[get(sheet, row, column) for column in columns] + rest for row in rows]
            flat = list(chain.from_iterable(table))
        if not _ERRORS.keys().isdisjoint(flat):
            self._mark_errors(table, sheet, top, left)
        table += [[None] * width for _ in range(bottom - top + 1 - len(table))]
        return table

    def _mark_errors(self, table: list[list[Cell]], sheet: int, top: int, left: int) -> None:
        for number, row in enumerate(table):
            for place, value in enumerate(row):
                if type(value) is str and value in _ERRORS:
                    row[place] = self._error(sheet, top + number, left + place, value)

    def filled(self, block: tuple[int, int, int, int, int]) -> Iterator[tuple[int, int]]:
        """Yield row and column of what a block holds: sheet, top, left, bottom, right."""
        sheet, top, left, bottom, right = block
        used_bottom, used_right = self.used(sheet)
        get = self.model.get_cell_value
        for row in range(top, min(bottom, used_bottom) + 1):
            for column in range(left, min(right, used_right) + 1):
                if get(sheet, row, column) is not None:
                    yield row, column

    def set_value(self, sheet: int, row: int, column: int, value: Cell) -> None:
        """Put a constant into a cell; None is the empty text that a cell with a formula shows."""
        self._changed = True
        if isinstance(value, bool):
            self.model.update_cell_with_bool(sheet, row, column, value)
        elif isinstance(value, (int, float)):
            self.model.update_cell_with_number(sheet, row, column, float(value))
        elif isinstance(value, CellError):
            self.model.set_user_input(sheet, row, column, value.value)
        else:
            self.model.update_cell_with_text(sheet, row, column, value or "")

    def set_table(self, sheet: int, row: int, column: int, table: Sequence[Sequence[Cell]]) -> None:
        """Put constants into a block of cells."""
        self._changed = True
        self.grow(sheet, row + len(table) - 1, column + max(map(len, table)) - 1)
        for down, line in enumerate(table, row):
            for across, value in enumerate(line, column):
                if type(value) is float:
                    self.model.update_cell_with_number(sheet, down, across, value)
                else:
                    self.set_value(sheet, down, across, value)

    def set_formula(self, sheet: int, row: int, column: int, text: str) -> None:
        """Put a formula into a cell, free to spill."""
        self._changed = True
        self._guard(lambda: self.model.set_user_input(sheet, row, column, text))

    def set_array(self, block: tuple[int, int, int, int, int], text: str) -> None:
        """Put a formula into a block of fixed size: sheet, top, left, bottom, right."""
        sheet, top, left, bottom, right = block
        self._changed = True
        self.grow(sheet, bottom, right)
        self._guard(
            lambda: self.model.set_user_array_formula(
                sheet, top, left, right - left + 1, bottom - top + 1, text
            )
        )

    def clear(self, sheet: int, top: int, left: int, bottom: int, right: int) -> None:
        """Empty a block of cells."""
        self._changed = self._changed or sheet != self.scratch
        self._guard(lambda: self.model.range_clear_contents(sheet, top, left, bottom, right))
