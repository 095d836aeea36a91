"""What a refresh needs of a workbook, be it a file or open in Excel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from clv_xl.cells import Cell
from clv_xl.refresh.tables import InputTable

LAST_REFRESH: Final = "Last_refresh"
"""The defined name of the cells that say what the last refresh did."""


class Book(Protocol):
    """A workbook whose tables are being changed."""

    @property
    def date1904(self) -> bool:
        """Whether serial numbers of dates count from 1904."""

    def find(self, name: str) -> InputTable:
        """Return a table by its name.

        Raises
        ------
        FileError
            There is none, or rows cannot be put into it.
        """

    def own_headings(self, name: str) -> dict[str, str]:
        """Return the user's own headings of a table's columns, typed on sheet Settings."""

    def columns(self, table: InputTable) -> tuple[int, dict[str, list[Cell]]]:
        """Return how many rows of a table hold data, and its columns by heading."""

    def put(self, table: InputTable, keep: int, columns: Mapping[str, Sequence[Cell]]) -> None:
        """Put rows into a table behind those that are kept; the others are removed.

        Raises
        ------
        FileError
            What stands below the table is in the way.
        """

    def say(self, lines: Sequence[str]) -> None:
        """Write lines into the cells named `LAST_REFRESH`, where the workbook has them."""


def fitted(lines: Sequence[str], room: int) -> list[str]:
    """Return as many lines as there is room for: blank ones below, or a count of those left out."""
    if len(lines) > room:
        left_out = len(lines) - room + 1
        return [*lines[: room - 1], f"and {left_out:,} more; clv-xl refresh prints them."]
    return [*lines, *[""] * (room - len(lines))]
