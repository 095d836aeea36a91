"""Which of the new rows are put into a table, and which customers are new."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from clv_xl.cells import Cell, is_blank, serial
from clv_xl.coercion import label_key
from clv_xl.errors import ArgumentError, ClvError
from clv_xl.refresh.column_cells import read_column

Columns: TypeAlias = Mapping[str, Sequence[Cell]]


class _Order(NamedTuple):
    """What alike orders share, apart from their numbers."""

    customer: str
    date: str
    amount: str


def new_orders(known: Columns, read: Columns, *, date1904: bool = False) -> list[int]:
    """Return the places of the orders read that are not yet known, in their order.

    The same order number, customer and amount again is one order, as in `counted_rows`. Orders
    without a number are counted: two of one customer, date and amount are two orders, and as many
    as are known are not new.

    Parameters
    ----------
    known, read : columns by heading
        order (may be absent), customer, date, amount.
    date1904 : bool
        Whether the serial numbers of dates count from 1904.
    """
    there = list(_orders(known, date1904=date1904))
    numbered = {(number, key.customer, key.amount) for number, key in there if number}
    any_number = Counter(key for _, key in there)
    no_number = Counter(key for number, key in there if not number)
    new: list[int] = []
    for index, (number, key) in enumerate(_orders(read, date1904=date1904)):
        alike = no_number if number else any_number
        order = (number, key.customer, key.amount)
        if order in numbered:
            continue
        if alike[key]:
            alike[key] -= 1
            continue
        if number:
            numbered.add(order)
        new.append(index)
    return new


def with_texts_read(known: Columns, *, decimal: str, date_order: str) -> dict[str, list[Cell]]:
    """Return dates and amounts of a workbook, those written as text read as in a file.

    A text that cannot be read stays.

    Parameters
    ----------
    known : columns by heading
    decimal, date_order : str
        What decides where the column itself does not.

    Raises
    ------
    ArgumentError
        The texts can be read in two ways.
    """
    read: dict[str, list[Cell]] = {}
    for name in ("date", "amount"):
        texts = [cell for cell in known[name] if isinstance(cell, str) and not is_blank(cell)]
        try:
            found = read_column(name, texts)
        except ArgumentError as fault:
            if not (decimal if name == "amount" else date_order):
                raise fault.with_sentence(f"Table Orders: {fault.sentence}") from None
            found = read_column(name, texts, decimal, date_order)
        values = {
            text: text if isinstance(value, ClvError) else value
            for text, value in zip(texts, found.cells, strict=True)
        }
        read[name] = [
            values.get(cell, cell) if isinstance(cell, str) else cell for cell in known[name]
        ]
    return read


def new_labels(known: Iterable[Cell], read: Sequence[Cell]) -> list[int]:
    """Return the places of names that are not yet known, each where it is read first."""
    seen = {label_key(cell) for cell in known}
    new: list[int] = []
    for index, cell in enumerate(read):
        if not is_blank(cell) and (key := label_key(cell)) not in seen:
            seen.add(key)
            new.append(index)
    return new


def _orders(columns: Columns, *, date1904: bool) -> Iterator[tuple[str, _Order]]:
    """Yield number (empty where there is none) and customer, date and amount of every order."""
    customers = columns["customer"]
    numbers = columns.get("order", [None] * len(customers))
    for number, customer, date, amount in zip(
        numbers, customers, columns["date"], columns["amount"], strict=True
    ):
        day = serial(date, date1904=date1904) if isinstance(date, dt.date) else date
        yield _key(number), _Order(label_key(customer), _key(day), _key(amount))


def _key(cell: Cell) -> str:
    """Return what alike cells share, be they read from the workbook or from a file."""
    if is_blank(cell):
        return ""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return f"{cell:.6f}".rstrip("0").rstrip(".")
    return label_key(cell)
