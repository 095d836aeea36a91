"""What a sheet says of the cells of a table: rules and formats grow with it."""

from __future__ import annotations

import re
from typing import Final

from clv_xl.hosts.recalc.formula.grammar import column_letters, column_number
from clv_xl.refresh.tables import InputTable

_RULES: Final = re.compile(rb"<(?:\w+:)?(?:dataValidation|conditionalFormatting)\s[^<>]*>")
_SQREF: Final = re.compile(rb'(\ssqref=")([^"]*)(")')
_EXTENSIONS: Final = re.compile(
    rb"<(?P<name>(?:\w+:)(?:dataValidation|conditionalFormatting))[\s>].*?</(?P=name)>", re.DOTALL
)
_EXTENSION_SQREF: Final = re.compile(rb"(<\w+:sqref>)([^<]*)(</)")
_DIMENSION: Final = re.compile(rb'(<(?:\w+:)?dimension\s[^<>]*?ref=")([^"]*)(")')
_AREA: Final = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")


def extended(head: bytes, tail: bytes, table: InputTable, bottom: int) -> tuple[bytes, bytes]:
    """Return what stands before and behind the rows of a sheet, following a table.

    Data validations, conditional formats and the extent do; of the rules only those that covered a
    column of the table from its first to its last row.

    Parameters
    ----------
    head, tail : bytes
    table : InputTable
        As it was.
    bottom : int
        The row in which it ends now.
    """
    head = _DIMENSION.sub(
        lambda found: found[1] + _dimension(found[2], table, bottom) + found[3], head
    )
    if bottom <= table.bottom:
        return head, tail

    def areas(found: re.Match[bytes]) -> bytes:
        return found[1] + _areas(found[2], table, bottom) + found[3]

    tail = _RULES.sub(lambda rule: _SQREF.sub(areas, rule[0]), tail)
    tail = _EXTENSIONS.sub(lambda rule: _EXTENSION_SQREF.sub(areas, rule[0]), tail)
    return head, tail


def _areas(references: bytes, table: InputTable, bottom: int) -> bytes:
    return " ".join(
        _area(reference, table, bottom) for reference in references.decode().split()
    ).encode()


def _area(reference: str, table: InputTable, bottom: int) -> str:
    match = _AREA.fullmatch(reference)
    if match is None:
        return reference
    left, top, right, last = (
        match[1],
        int(match[2]),
        match[3] or match[1],
        int(match[4] or match[2]),
    )
    beside = column_number(right) < table.left or column_number(left) > table.right
    if beside or not top <= table.top <= table.bottom <= last < bottom:
        return reference
    return f"{left}{top}:{right}{bottom}"


def _dimension(reference: bytes, table: InputTable, bottom: int) -> bytes:
    match = _AREA.fullmatch(reference.decode())
    if match is None:
        return reference
    left, right = column_number(match[1]), column_number(match[3] or match[1])
    first = f"{column_letters(min(left, table.left))}{min(int(match[2]), table.top - 1)}"
    last = max(int(match[4] or match[2]), bottom)
    return f"{first}:{column_letters(max(right, table.right))}{last}".encode()
