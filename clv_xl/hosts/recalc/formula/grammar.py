"""Formulas read into a tree: tokens, calls, and operators in their precedence.

Excel's operators, the tightest first: references (`:` and a space), `%` and `#` after an operand,
`+`, `-` and `@` before one, `^`, `*` and `/`, `+` and `-`, `&`, comparisons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from clv_xl.cells import Cell
from clv_xl.hosts.recalc.formula.limits import MOST_LEVELS

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_SHEET = r"(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?"
_COLUMN = (
    r"\$?(?:[A-Wa-w][A-Za-z]{0,2}|[YyZz][A-Za-z]?"
    r"|[Xx](?:[A-Ea-e][A-Za-z]?|[Ff][A-Da-d]?|[G-Zg-z])?)"
)
_ROW = (
    r"\$?(?:[1-9][0-9]{0,5}|10[0-3][0-9]{4}|104[0-7][0-9]{3}|1048[0-4][0-9]{2}"
    r"|10485[0-6][0-9]|104857[0-6])(?![0-9])"
)
"""The sheet ends at XFD1048576: YTD2024 and ZIP5 are names."""
_CELLS = rf"{_COLUMN}{_ROW}(?::{_COLUMN}{_ROW})?|{_COLUMN}:{_COLUMN}(?![A-Za-z0-9$])|{_ROW}:{_ROW}"
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
    |(?P<sign><>|<=|>=|.)""",
    re.VERBOSE | re.DOTALL,
)
_PREFIX = re.compile(r"^(?:_xlfn\.|_xlws\.|_xludf\.|_xlpm\.|_xll\.)+", re.IGNORECASE)
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})?\$?([0-9]+)?(?::\$?([A-Za-z]{1,3})?\$?([0-9]+)?)?")

_MOVING_ROW = re.compile(r"(?<![$0-9])[0-9]+")


class Area(NamedTuple):
    """A block of cells: the sheet by name, rows and columns from 1, both ends included."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    @property
    def is_whole(self) -> bool:
        """Whether it reaches down to the last row of its sheet."""
        return self.bottom == LAST_ROW


@dataclass(frozen=True, slots=True)
class Token:
    """A leaf: a number, text, error, array, reference, spill, name, or an argument left out."""

    kind: str
    text: str
    sheet: str = ""
    cells: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments; parentheses alone are a call without a name."""

    name: str
    arguments: Sequence[Expression]


@dataclass(frozen=True, slots=True)
class Prefix:
    """An operand with a sign before it, or with the workbook that it is in."""

    sign: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Postfix:
    """An operand with a sign after it."""

    operand: Expression
    sign: str


@dataclass(frozen=True, slots=True)
class Infix:
    """Two or more operands with the signs between them, which are of one precedence.

    A long sum is one flat node, so that no depth of recursion depends on a formula's length.
    """

    signs: Sequence[str]
    operands: Sequence[Expression]


@dataclass(slots=True)
class Value:
    """The result of a custom call: one cell, or rows of them."""

    content: Cell | list[list[Cell]]
    place: str = field(default="")  # where in the scratch sheet a table lies, once it lies there


Expression: TypeAlias = Token | Call | Prefix | Postfix | Infix | Value

LEFT_OUT: Final = Token("missing", "")
"""An argument that is left out."""


class GrammarError(Exception):
    """The text is no formula that this module can read."""


def plain_name(name: str) -> str:
    """Return a function's name as people write it: upper case, without the files' prefixes."""
    return _PREFIX.sub("", name).upper()


@lru_cache(maxsize=16_384)  # the formulas of a table's column are alike
def parse(text: str) -> Expression:
    """Return a formula, with or without its equals sign, as a tree.

    Raises
    ------
    GrammarError
        It is no formula.
    """
    parser = _Parser(text.removeprefix("="))
    found = parser.infix(UNION)
    if parser.next is not None:
        raise GrammarError
    return found


UNION, _TIGHT = 0, 6
_LEVELS: Final = (",", "= <> < > <= >=", "&", "+ -", "* /", "^", ": !")
_LEVEL: Final = {sign: level for level, signs in enumerate(_LEVELS) for sign in signs.split()} | {
    "": _TIGHT,
    " ": _TIGHT,
}
_BEFORE: Final = frozenset("+-@")
_AFTER: Final = frozenset("%#")
_MOST_NESTED: Final = MOST_LEVELS + 1
"""The operand inside all levels is one more."""


def level(sign: str) -> int:
    """Return how tightly an infix sign binds."""
    return _LEVEL[sign]


class _Parser:
    """Reads a formula from left to right, one token ahead."""

    def __init__(self, text: str) -> None:
        self._matches = _TOKEN.finditer(text)
        self._depth = 0
        self._spaced = False
        self.next: re.Match[str] | None = None
        self._advance()

    def _advance(self) -> None:
        self._spaced = False
        self.next = next(self._matches, None)
        while self.next is not None and self.next.lastgroup == "blank":
            self._spaced = True
            self.next = next(self._matches, None)

    def _sign(self) -> str:
        return self.next["sign"] or "" if self.next is not None else ""

    def infix(self, lowest: int) -> Expression:
        """Read operands and the signs between them that bind at least as tightly as that level."""
        found = self._operand()
        while (sign := self._infix_sign()) is not None and _LEVEL[sign] >= lowest:
            here = _LEVEL[sign]
            signs: list[str] = []
            operands = [found]
            while sign is not None and _LEVEL[sign] == here:
                if sign.strip():
                    self._advance()
                signs.append(sign)
                operands.append(self.infix(here + 1))
                sign = self._infix_sign()
            found = Infix(signs, operands)
        return found

    def _infix_sign(self) -> str | None:
        """Return the sign that follows; operands side by side have a space or nothing between."""
        if self.next is None:
            return None
        sign = self._sign()
        if sign in _LEVEL and sign:
            return sign
        if sign and sign not in "(@":
            return None
        return " " if self._spaced else ""

    def _operand(self) -> Expression:
        self._depth += 1
        if self._depth > _MOST_NESTED:
            raise GrammarError
        sign = self._sign()
        if sign in _BEFORE and sign:
            self._advance()
            found: Expression = Prefix(sign, self.infix(_TIGHT))
        else:
            found = self._primary()
        while self._sign() in _AFTER and self._sign():
            found = Postfix(found, self._sign())
            self._advance()
        self._depth -= 1
        return found

    def _primary(self) -> Expression:
        match = self.next
        if match is None:
            raise GrammarError
        self._advance()
        kind, found = match.lastgroup or "", match.group()
        if match["call"] is not None or found == "(":
            return self._call(match["call"] or "")
        if match["foreign"] is not None:
            return Prefix(found, self._operand())
        if match["sign"] is not None:
            raise GrammarError
        if match["reference"] is not None:
            kind = "spill" if match["spill"] else "reference"
            return Token(kind, found, _unquote(match["sheet"] or ""), match["cells"])
        return Token(kind, found)

    def _call(self, name: str) -> Call:
        arguments: list[Expression] = []
        while True:
            if self._sign() and self._sign() in ",)":
                arguments.append(LEFT_OUT)
            else:
                arguments.append(self.infix(UNION + 1))
            sign = self._sign()
            self._advance()
            if sign == ")":
                return Call(name, [] if name and arguments == [LEFT_OUT] else arguments)
            if sign != ",":
                raise GrammarError


def relative_rows(text: str) -> Iterator[tuple[int, int]]:
    """Yield where in a formula a row number stands that moves with it: start and end."""
    for token in _TOKEN.finditer(text):
        if token["cells"]:
            for row in _MOVING_ROW.finditer(text, *token.span("cells")):
                yield row.span()


def references(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the cells of each reference stand in a formula, in the order of `walk`."""
    for token in _TOKEN.finditer(text):
        if token["cells"]:
            yield token.span("cells")


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


def children(expression: Expression) -> Sequence[Expression]:
    """Return what an expression is made of, one level down."""
    match expression:
        case Call(_, parts) | Infix(_, parts):
            return parts
        case Prefix(_, operand) | Postfix(operand, _):
            return (operand,)
        case _:
            return ()


def with_children(expression: Expression, parts: Sequence[Expression]) -> Expression:
    """Return an expression of the same kind made of other parts."""
    match expression:
        case Call(name, _):
            return Call(name, parts)
        case Infix(signs, _):
            return Infix(signs, parts)
        case Prefix(sign, _):
            return Prefix(sign, parts[0])
        case Postfix(_, sign):
            return Postfix(parts[0], sign)
        case _:
            return expression


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield every node, an expression before what it is made of."""
    waiting = [expression]
    while waiting:
        piece = waiting.pop()
        yield piece
        waiting.extend(reversed(children(piece)))


def count_pieces(expression: Expression, known: dict[int, int] | None = None) -> int:
    """Return how many nodes `walk` yields; a part that stands in many places is counted once."""
    known = {} if known is None else known
    if id(expression) not in known:
        inside = sum(count_pieces(part, known) for part in children(expression))
        known[id(expression)] = inside + 1
    return known[id(expression)]
