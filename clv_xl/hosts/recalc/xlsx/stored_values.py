"""Values for the sheets of a package: beside each formula, and in the cells that it fills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from clv_xl.cells import Cell, CellError
from clv_xl.hosts.recalc.formula.grammar import cell_name
from clv_xl.hosts.recalc.xlsx.book import Outcome, SheetPart
from clv_xl.hosts.recalc.xlsx.filed_rows import broken
from clv_xl.hosts.recalc.xlsx.formula_scanner import place
from clv_xl.hosts.recalc.xlsx.value_patcher import DisorderError, Put, splice
from clv_xl.package.text_escapes import encoded

LONGEST_TEXT: Final = 32_767
_EMPTY: Final = Put()
_IN_FILES: Final = {CellError.SPILL: "#VALUE!", CellError.CALC: "#VALUE!"}
"""Excel stores its newer errors as #VALUE! with a note of its own."""


def store(
    part: SheetPart, outcomes: Iterable[Outcome], mark: int | None = None
) -> tuple[bytes | None, int]:
    """Write the values of a sheet's formula cells into it.

    Parameters
    ----------
    part : SheetPart
    outcomes : iterable of Outcome
        The formula cells of this sheet with what they show.
    mark : int, optional
        By which a cell says that its formula spills; for those that the file has otherwise.

    Returns
    -------
    bytes or None
        The new part; None where nothing changed.
    int, count
        Cells that changed.
    """
    known = [(one, one.rows) for one in outcomes if one.rows is not None]
    if not known:
        return None, 0
    wanted: dict[int, dict[int, Put]] = {}
    for outcome, rows in known:
        _empty(outcome, rows, wanted)
    for outcome, rows in known:
        _fill(outcome, rows, wanted, mark)
    try:
        new, changed = splice(part.sheet.rows, wanted)
    except DisorderError:
        raise broken(part.name) from None
    return (part.sheet.with_pieces(new).part(), changed) if changed else (None, 0)


def _empty(outcome: Outcome, rows: list[list[Cell]], wanted: dict[int, dict[int, Put]]) -> None:
    """Note the cells that a spilling formula has left."""
    if outcome.cell.kind != "dynamic":
        return
    top, left, bottom, right = outcome.cell.old_block
    height, width = len(rows), len(rows[0])
    for row in range(top, bottom + 1):
        first = left + width if row < top + height else left
        for column in range(first, right + 1):
            wanted.setdefault(row, {})[column] = _EMPTY


def _fill(
    outcome: Outcome,
    rows: list[list[Cell]],
    wanted: dict[int, dict[int, Put]],
    mark: int | None,
) -> None:
    """Note what a formula's own cell and the others that it fills are to hold."""
    cell = outcome.cell
    _, top, left = cell.place
    reference = ""
    if cell.kind == "dynamic":
        bottom, right = top + len(rows) - 1, left + len(rows[0]) - 1
        reference = cell_name(top, left)
        if (bottom, right) != (top, left):
            reference += ":" + cell_name(bottom, right)
    if cell.kind in {"array", "dynamic"}:
        for row, line in enumerate(rows, top):
            puts = (Put(*stored_form(value)) for value in line)
            wanted.setdefault(row, {}).update(enumerate(puts, left))
    new_mark = mark if cell.filed_kind else None
    wanted.setdefault(top, {})[left] = Put(*stored_form(rows[0][0]), reference, new_mark)


def stored_form(value: Cell) -> tuple[str, str]:
    """Return the type and text with which a file holds a formula's value."""
    if type(value) is float:
        return "n", _number(value)
    if isinstance(value, bool):
        return "b", "1" if value else "0"
    if isinstance(value, CellError):
        return "e", _IN_FILES.get(value, value.value)
    if value is None or isinstance(value, str):
        if len(value or "") > LONGEST_TEXT:
            return "e", "#VALUE!"
        return "str", encoded(value or "")
    if isinstance(value, (int, float)):
        return "n", _number(float(value))
    raise TypeError(type(value).__name__)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def by_place(values: Mapping[str, Mapping[str, Cell]]) -> dict[tuple[str, int, int], Cell]:
    """Return values given by sheet and cell name, keyed by sheet, row and column."""
    return {
        (sheet.casefold(), *place(name)): value
        for sheet, cells in values.items()
        for name, value in cells.items()
    }
