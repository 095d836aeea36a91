"""Which rows of a list of orders count, and the sentences about those that are left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from clv_xl.arguments import InputColumn, first_set
from clv_xl.errors import Caveat
from clv_xl.functions.spec import Kind
from clv_xl.maths.arrays import Flags
from clv_xl.maths.counted_rows import ReadColumn, RowsLeftOut, count_rows

MERGED_CELLS: Final = " (of merged cells only the first holds the name)"
ENTER: Final = {Kind.NUMBER: "numbers", Kind.DATE: "dates", Kind.LABEL: "text"}
"""What to enter in the cells of a column that cannot be read."""


class Counted(NamedTuple):
    """The rows that count, and what is to be said of the others."""

    rows: Flags
    left_out: RowsLeftOut
    caveats: list[Caveat]


def count(parts: Sequence[InputColumn], rows: Flags) -> Counted:
    """Return which of these rows count, by what the arguments' meanings say of such rows.

    Where not one can be read all are returned: there is a fault then, which is the result.

    Raises
    ------
    ArgumentError
        A column can be read in two ways.
    """
    deciding = [part for part in parts if part.parameter.meaning.row_left_out]
    for part in deciding:
        if part.column.question is not None:
            raise part.column.question
    number = next((part for part in parts if part.parameter.meaning.numbers_orders), None)
    alike = [
        part
        for part in parts
        if part is not number and part.parameter.meaning.kind is not Kind.DATE and not part.repeats
    ]
    found = count_rows(
        [_read(part) for part in deciding],
        ~rows,
        None if number is None else _read(number),
        [_read(part) for part in alike],
    )
    if not found.counted.any():
        return Counted(rows, RowsLeftOut(0, 0), [])
    said: list[Caveat | None] = []
    for part, missing, unreadable in zip(deciding, found.missing, found.unreadable, strict=True):
        said += [
            _missing(part, missing),
            _unreadable(part, unreadable & rows),
            _swapped(part, found.counted),
        ]
    if number is not None:
        said += [_not_compared(number, found.counted), _repeated(number, alike, found.repeated)]
    readable = found.counted | found.repeated
    left_out = RowsLeftOut(_number(rows & ~readable), _number(found.repeated))
    return Counted(found.counted, left_out, [caveat for caveat in said if caveat is not None])


def _read(part: InputColumn) -> ReadColumn:
    return ReadColumn(part.column.values, part.column.blank, part.faulty)


def _number(flags: Flags) -> int:
    return int(np.count_nonzero(flags))


def _missing(part: InputColumn, where: Flags) -> Caveat | None:
    merged = MERGED_CELLS if part.parameter.meaning.kind is Kind.LABEL else ""
    return _left_out(part, where, "is missing", f"Fill in what is missing{merged}")


def _unreadable(part: InputColumn, where: Flags) -> Caveat | None:
    return _left_out(part, where, "cannot be read", _enter(part))


def _enter(part: InputColumn) -> str:
    return f"Enter {ENTER[part.parameter.meaning.kind]} there"


def _left_out(part: InputColumn, where: Flags, what: str, remedy: str) -> Caveat | None:
    """Return the sentence on the rows that are left out because of one column, if there are any."""
    if not where.any():
        return None
    name, one = part.parameter.name, _number(where) == 1
    rows = "this row is" if one else "these rows are"
    return Caveat(f"{name} {what}{_rows(part, where)}; {rows} left out. {remedy}", name)


def _swapped(part: InputColumn, counted: Flags) -> Caveat | None:
    """Return the sentence on dates whose day and month may have been swapped before."""
    where: Flags = np.zeros(counted.size, dtype=np.bool_)
    where[list(part.column.swapped)] = True
    where &= counted
    if not where.any():
        return None
    name = part.parameter.name
    return Caveat(
        f"{name} is real in some rows and text in others, so day and month may have been swapped "
        f"before{_rows(part, where)}. Compare with the source, or give all dates as 2024-03-31",
        name,
    )


def _not_compared(number: InputColumn, counted: Flags) -> Caveat | None:
    """Return the sentence on order numbers that cannot be read, if there are any."""
    where = number.faulty & counted
    if not where.any():
        return None
    name = number.parameter.name
    sentence = f"{name} cannot be read{_rows(number, where)}, and is not compared. {_enter(number)}"
    return Caveat(sentence, name)


def _repeated(number: InputColumn, alike: Sequence[InputColumn], where: Flags) -> Caveat | None:
    """Return the sentence on rows that repeat an order, if there are any."""
    if not where.any():
        return None
    *others, last = [part.parameter.name for part in alike]
    same = " and ".join([", ".join(["order number", *others]), last])
    return Caveat(
        f"The same {same} occur again{_rows(number, where)}; counted once. Give further orders a "
        "number of their own",
        number.parameter.name,
    )


def _rows(part: InputColumn, where: Flags) -> str:
    """Return which rows these are, as " in 12 rows, the first in row 3"."""
    place, count = part.source.place(first_set(where)), _number(where)
    return place if count == 1 else f" in {count:,} rows, the first{place}"
