"""How many rows, columns and cells a file of a table may hold: what a sheet can take in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from typing import Final, TypeVar

from clv_xl.errors import FileError

MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
MOST_CELLS: Final = 32_000_000
"""Blank ones between others included."""
Row = TypeVar("Row", bound=Sized)


def limited(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows as long as they are not too many.

    Raises
    ------
    FileError
        There are more than a sheet can hold, or than can be read with a reasonable memory.
    """
    cells = 0
    for number, row in enumerate(rows, 1):
        cells += len(row)
        refuse_size(number, len(row), cells)
        yield row


def refuse_size(rows: int, columns: int, cells: int) -> None:
    """Raise FileError if a table has too many rows, columns or cells."""
    if rows > MOST_ROWS:
        what = f"more rows than a sheet can hold ({MOST_ROWS:,}); split it"
    elif columns > MOST_COLUMNS:
        what = f"more columns than a sheet can hold ({MOST_COLUMNS:,}); remove those not needed"
    elif cells > MOST_CELLS:
        what = (
            f"more than {MOST_CELLS / 1e6:,.0f} million cells; remove columns that are not needed"
        )
    else:
        return
    raise FileError(f"The file has {what}, and try again")
