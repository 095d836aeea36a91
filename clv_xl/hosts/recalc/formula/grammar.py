"""Formulas read into tokens, calls and values: enough to find custom calls and references."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from clv_xl.cells import Cell

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_SHEET = r"(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?"
_CELLS = (
    r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}(?::\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6})?"
    r"|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?[1-9][0-9]{0,6}:\$?[1-9][0-9]{0,6}"
)
_BRACKETS = r"\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]"
_TOKEN = re.compile(
    rf"""(?P<text>"(?:[^"]|"")*")
    |(?P<error>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!|CIRC!|N/IMPL!|ERROR!))
    |(?P<array>\{{(?:"(?:[^"]|"")*"|[^{{}}"])*\}})
    |(?P<call>[^\W\d][\w.]*)\(
    |(?P<reference>{_SHEET}(?P<cells>{_CELLS})(?P<spill>\#)?)(?![\w.(!\[])
    |(?P<foreign>'(?:[^']|'')+'!|{_BRACKETS}[\w.]*!)
    |(?P<name>(?:[^\W\d]|\\)[\w.\\?]*(?:{_BRACKETS})?|{_BRACKETS})
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?)
    |(?P<blank>\s+)
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_PREFIX = re.compile(r"^(?:_xlfn\.|_xlws\.|_xludf\.|_xlpm\.|_xll\.)+", re.IGNORECASE)
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})?\$?([0-9]+)?(?::\$?([A-Za-z]{1,3})?\$?([0-9]+)?)?")


class Area(NamedTuple):
    """A block of cells: the sheet by name, rows and columns from 1, both ends included."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Token:
    """A piece of formula text that is no call."""

    kind: str
    text: str
    sheet: str = ""
    cells: str = ""


@dataclass(slots=True)
class Call:
    """A function and its arguments; parentheses alone are a call without a name."""

    name: str
    arguments: list[Expression]


@dataclass(slots=True)
class Value:
    """The result of a custom call: one cell, or rows of them."""

    content: Cell | list[list[Cell]]
    place: str = field(default="")  # where in the scratch sheet a table lies, once it lies there


Piece: TypeAlias = Token | Call | Value
Expression: TypeAlias = list[Piece]


class GrammarError(Exception):
    """The text is no formula that this module can read."""


def plain_name(name: str) -> str:
    """Return a function's name as people write it: upper case, without the files' prefixes."""
    return _PREFIX.sub("", name).upper()


def parse(text: str) -> Expression:
    """Return a formula, with or without its equals sign, as text pieces and calls."""
    top: Expression = []
    target = top
    open_calls: list[tuple[Call, Expression]] = []
    for match in _TOKEN.finditer(text.removeprefix("=")):
        kind, found = match.lastgroup or "", match.group()
        if match["call"] is not None or found == "(":
            call = Call(match["call"] or "", [[]])
            target.append(call)
            open_calls.append((call, target))
            target = call.arguments[0]
        elif found == ")":
            if not open_calls:
                raise GrammarError
            call, target = open_calls.pop()
            if call.arguments == [[]] and call.name:
                call.arguments = []
        elif found == ";":
            raise GrammarError  # the engine would drop the rest in silence
        elif found == "," and open_calls:
            target = []
            open_calls[-1][0].arguments.append(target)
        elif match["reference"] is not None:
            kind = "spill" if match["spill"] else "reference"
            target.append(Token(kind, found, _unquote(match["sheet"] or ""), match["cells"]))
        else:
            target.append(Token(kind, found))
    if open_calls:
        raise GrammarError
    return top


def _unquote(sheet: str) -> str:
    return sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet


def quote(sheet: str) -> str:
    """Return a sheet's name as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"


def area(token: Token, sheet: str) -> Area:
    """Return the block of cells that a reference means in a formula of a sheet."""
    return _area(token.sheet or sheet, token.cells)


@lru_cache(maxsize=65_536)
def _area(sheet: str, cells: str) -> Area:
    match = _RANGE.fullmatch(cells)
    if match is None:
        raise GrammarError
    left, top, right, bottom = match.groups()
    if ":" not in cells:
        right, bottom = left, top
    columns = sorted((column_number(left or "A"), column_number(right) if right else LAST_COLUMN))
    rows = sorted((int(top or 1), int(bottom or LAST_ROW)))
    if rows[1] > LAST_ROW or columns[1] > LAST_COLUMN:
        raise GrammarError
    return Area(sheet, rows[0], columns[0], rows[1], columns[1])


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """Return a column's number from its letters: A is 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=1024)
def column_letters(number: int) -> str:
    """Return a column's letters from its number: 1 is A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """Return a cell's name, such as B7."""
    return f"{column_letters(column)}{row}"


def without_blanks(expression: Expression) -> Expression:
    """Return the pieces that are not mere space."""
    return [
        piece for piece in expression if not (isinstance(piece, Token) and piece.kind == "blank")
    ]


def only(expression: Expression) -> Piece | None:
    """Return the one piece that an expression consists of, or None where it has none or more."""
    pieces = without_blanks(expression)
    return pieces[0] if len(pieces) == 1 else None


def walk(expression: Expression) -> Iterator[Token | Call | Value]:
    """Yield every piece, a call before what is inside it."""
    for piece in expression:
        yield piece
        if isinstance(piece, Call):
            for argument in piece.arguments:
                yield from walk(argument)
