"""Defined names that pick a column of a table by the number in a cell, as plain ranges.

A name such as INDEX(Orders[],0,Settings!$E$22) means another column when the number changes, and
the number follows from the headings of the table. The engine loads each of these names as the range
that it means by the number that the file holds; where the numbers turn out to be others, the book
is loaded and computed once more (see `solver.solved`).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from clv_xl.cells import Cell
from clv_xl.hosts.recalc.formula.grammar import (
    Area,
    Call,
    Expression,
    GrammarError,
    Infix,
    Token,
    area,
    column_letters,
    parse,
    quote,
)
from clv_xl.hosts.recalc.xlsx.book import Book, Numbers, Place
from clv_xl.package.xml_parts import parse as parse_part
from clv_xl.package.xml_parts import serialize

_BLANK: Final = Token("text", '""')


class _Pick(NamedTuple):
    """A table, the cell with the number of its column, and whether there may be none."""

    table: str
    number: Token
    optional: bool


def names_as_ranges(
    content: bytes, book: Book, numbers: Numbers | None = None
) -> tuple[bytes, Numbers]:
    """Return the main part with the names as ranges, and the numbers that they follow.

    Parameters
    ----------
    content : bytes
        The main part.
    book : Book
    numbers : mapping of place to cell, optional
        What the cells show that hold the numbers; by default what the file says.

    Returns
    -------
    bytes, mapping of place to cell
        Where no name picks a column, the same content and an empty mapping.
    """
    if b"INDEX(" not in content:
        return content, {}
    stored = {cell.place: cell.stored for cell in book.formula_cells()}
    tables = {name.casefold(): block for name, block in book.tables}
    root = parse_part(content)
    used: dict[Place, Cell] = {}
    for name in root.iterfind("{*}definedNames/{*}definedName"):
        pick = _pick(name.text or "")
        if pick is None or pick.number.sheet not in book.sheets:
            continue
        table = tables.get(pick.table.casefold())
        if table is None:
            continue
        cell = area(pick.number, "")
        place = Place(book.sheets.index(cell.sheet), cell.top, cell.left)
        used[place] = (stored if numbers is None else numbers).get(place)
        name.text = _meaning(pick, table, used[place])
    return (serialize(root) if used else content), used


def _meaning(pick: _Pick, table: Area, number: Cell) -> str:
    """Return the range that a name means; without a column, what gives the error that it gives."""
    data = table._replace(top=table.top + 1)
    if isinstance(number, float) and 1 <= number <= table.right - table.left + 1:
        column = table.left + int(number) - 1
        return _reference(data._replace(left=column, right=column))
    if pick.optional and number == "":
        return pick.number.text
    return f"INDEX({_reference(data)},0,{pick.number.text})"


def _reference(block: Area) -> str:
    left, right = column_letters(block.left), column_letters(block.right)
    return f"{quote(block.sheet)}!${left}${block.top}:${right}${block.bottom}"


def _pick(text: str) -> _Pick | None:
    """Return what a name picks: INDEX(table,0,number) or IF(number="",number,INDEX(...))."""
    try:
        expression = parse(text)
    except GrammarError:
        return None
    match expression:
        case Call("IF", [Infix(["="], [number, blank]), same, picked]):
            return _of(picked, optional=True) if number == same and blank == _BLANK else None
        case _:
            return _of(expression, optional=False)


def _of(expression: Expression, *, optional: bool) -> _Pick | None:
    match expression:
        case Call(
            "INDEX", [Token("name", table), Token("number", "0"), Token("reference") as number]
        ) if number.sheet and ":" not in number.cells:
            return _Pick(table.removesuffix("[]"), number, optional)
        case _:
            return None
