"""Expressions as formula text again, for the scratch sheet or for the cell they came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from clv_xl.cells import Cell
from clv_xl.hosts.recalc.formula.defined_names import Names
from clv_xl.hosts.recalc.formula.grammar import (
    Area,
    Call,
    Expression,
    Infix,
    Postfix,
    Prefix,
    Token,
    Value,
    area,
    cell_name,
    level,
    plain_name,
    quote,
)
from clv_xl.hosts.recalc.formula.limits import MOST_WRITTEN, TooLargeError
from clv_xl.hosts.recalc.formula.literals import literal
from clv_xl.session import Fault

_TIGHT: Final = level(":")


@dataclass(frozen=True, slots=True)
class FormulaContext:
    """Where a formula is (sheet by name and number), and the faults of its calls."""

    sheet: str
    number: int
    row: int
    column: int
    faults: list[Fault] = field(default_factory=list, compare=False)


class Writer:
    """Writes expressions as text.

    Parameters
    ----------
    names : Names
    keep : callable
        Writes a result table of a custom call down and returns the reference to it.
    """

    def __init__(self, names: Names, keep: Callable[[list[list[Cell]]], str]) -> None:
        self._names = names
        self._keep = keep

    def text(self, expression: Expression, context: FormulaContext, *, moved: bool) -> str:
        """Return an expression as text.

        Parameters
        ----------
        expression : Expression
        context : FormulaContext
            Where the formula belongs.
        moved : bool
            Whether the text will go into the scratch sheet, so that references need their sheet's
            name and what depends on the cell's own place must be spelled out.

        Raises
        ------
        TooLargeError
            The text is too long.
        """
        match expression:
            case Value():
                text = self._value(expression)
            case Call():
                text = self._call(expression, context, moved)
            case Token():
                text = self._token(expression, context, moved)
            case Prefix("@", Token("reference") as token) if moved:
                text = _intersected(area(token, context.sheet), context)
            case Prefix(sign, operand):
                text = sign + self._operand(operand, _TIGHT - 1, context, moved)
            case Postfix(operand, sign):
                text = self._operand(operand, _TIGHT, context, moved) + sign
            case Infix(signs, operands):
                around = level(signs[0])
                texts = [self._operand(operand, around, context, moved) for operand in operands]
                text = texts[0] + "".join(map("".join, zip(signs, texts[1:], strict=True)))
        if len(text) > MOST_WRITTEN:
            raise TooLargeError
        return text

    def _operand(
        self, operand: Expression, around: int, context: FormulaContext, moved: bool
    ) -> str:
        """Return an operand, in parentheses where it would fall apart without them."""
        text = self.text(operand, context, moved=moved)
        apart = isinstance(operand, Infix) and level(operand.signs[0]) <= around
        return f"({text})" if apart else text

    def _token(self, piece: Token, context: FormulaContext, moved: bool) -> str:
        if piece.kind in {"reference", "spill"}:
            return (
                f"{quote(context.sheet)}!{piece.text}" if moved and not piece.sheet else piece.text
            )
        meaning = self._names.meaning(piece.text, context.number) if piece.kind == "name" else None
        if meaning is None or (meaning.native and not moved):
            return piece.text
        return f"({self.text(meaning.expression, context, moved=moved)})"

    def _call(self, call: Call, context: FormulaContext, moved: bool) -> str:
        own_place = moved and not call.arguments and plain_name(call.name)
        if own_place == "ROW":
            return str(context.row)
        if own_place == "COLUMN":
            return str(context.column)
        texts = [self.text(argument, context, moved=moved) for argument in call.arguments]
        if moved and texts and plain_name(call.name) == "INDIRECT":
            own = literal(quote(context.sheet) + "!")
            texts[0] = f'IF(ISNUMBER(FIND("!",{texts[0]})),{texts[0]},{own}&{texts[0]})'
        arguments = ",".join(texts)
        return f"{call.name}({arguments})"

    def _value(self, value: Value) -> str:
        if not isinstance(value.content, list):
            return literal(value.content)
        if not value.place:
            value.place = self._keep(value.content)
        return f"HSTACK({value.place})"


def _intersected(block: Area, context: FormulaContext) -> str:
    """Return the one cell of a block that lies in the formula's own row or column."""
    sheet = quote(block.sheet)
    if block.top == block.bottom and block.left == block.right:
        return f"{sheet}!{cell_name(block.top, block.left)}"
    if block.left == block.right and block.top <= context.row <= block.bottom:
        return f"{sheet}!{cell_name(context.row, block.left)}"
    if block.top == block.bottom and block.left <= context.column <= block.right:
        return f"{sheet}!{cell_name(block.top, context.column)}"
    return "#VALUE!"
