"""A stand-in for a workbook that is open in Excel: the members that refresh uses, as documented.

Ranges are named by address, collections count from 1, Value2 of several cells is rows, a text that
Excel would take for a number becomes one unless its cell is formatted as text.
"""

from __future__ import annotations

import re
from typing import Any

from openpyxl.utils import column_index_from_string

Cells = dict[tuple[int, int], Any]


class ComError(Exception):
    """What pywin32 raises where Excel refuses."""


class Collection:
    def __init__(self, members: list[Any]) -> None:
        self.members = members

    @property
    def Count(self) -> int:
        return len(self.members)

    def Item(self, place: int) -> Any:
        assert 1 <= place <= len(self.members)
        return self.members[place - 1]


class Range:
    def __init__(self, sheet: Worksheet, address: str) -> None:
        found = re.fullmatch(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?", address)
        assert found
        self.sheet, self.Column, self.Row = sheet, column_index_from_string(found[1]), int(found[2])
        self.right = column_index_from_string(found[3] or found[1])
        self.bottom = int(found[4] or found[2])

    @property
    def Rows(self) -> Collection:
        return Collection([None] * (self.bottom - self.Row + 1))

    def places(self) -> list[list[tuple[int, int]]]:
        return [
            [(row, column) for column in range(self.Column, self.right + 1)]
            for row in range(self.Row, self.bottom + 1)
        ]

    @property
    def Value2(self) -> Any:
        rows = tuple(tuple(self.sheet.shown(place) for place in row) for row in self.places())
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows

    @Value2.setter
    def Value2(self, values: Any) -> None:
        if self.sheet.protected:
            raise ComError
        places = self.places()
        assert [len(row) for row in values] == [len(row) for row in places]
        for row, line in zip(places, values, strict=True):
            for place, value in zip(row, line, strict=True):
                assert value is not None  # pywin32 makes Null of it
                self.sheet.type_in(place, value)

    @property
    def HasFormula(self) -> Any:
        found = {place in self.sheet.formulas for row in self.places() for place in row}
        return found.pop() if len(found) == 1 else None

    @property
    def NumberFormat(self) -> Any:
        raise NotImplementedError

    @NumberFormat.setter
    def NumberFormat(self, code: str) -> None:
        for row in self.places():
            for place in row:
                self.sheet.formats[place] = code

    def ClearContents(self) -> None:
        for row in self.places():
            for place in row:
                self.sheet.cells.pop(place, None)
                self.sheet.formulas.pop(place, None)

    def FillDown(self) -> None:
        first, *others = self.places()
        for row in others:
            for source, place in zip(first, row, strict=True):
                for kind in (self.sheet.cells, self.sheet.formulas, self.sheet.formats):
                    kind.pop(place, None)
                    if source in kind:
                        kind[place] = kind[source]


class Worksheet:
    def __init__(self, name: str) -> None:
        self.Name = name
        self.cells: Cells = {}
        self.formulas: Cells = {}
        self.formats: Cells = {}
        self.tables: list[ListObject] = []
        self.protected = False

    @property
    def ListObjects(self) -> Collection:
        return Collection(self.tables)

    def Range(self, address: str) -> Range:
        return Range(self, address)

    def shown(self, place: tuple[int, int]) -> Any:
        return "computed" if place in self.formulas else self.cells.get(place)

    def type_in(self, place: tuple[int, int], value: Any) -> None:
        self.formulas.pop(place, None)
        if value == "":
            self.cells.pop(place, None)
            return
        if self.formats.get(place) == "@":
            self.cells[place] = value if isinstance(value, str) else f"{value:g}"
        elif isinstance(value, str) and re.fullmatch(r"[=+]?[\d.-]+", value):
            self.cells[place] = float(value.strip("=+"))
        else:
            self.cells[place] = value

    def table(self, name: str, address: str, rows: list[list[Any]]) -> ListObject:
        """Lay a table down: headings, then rows; a text that begins with "=" is a formula."""
        for row, line in zip(Range(self, address).places(), rows, strict=True):
            for place, value in zip(row, line, strict=True):
                if isinstance(value, str) and value.startswith("="):
                    self.formulas[place] = value
                elif value is not None:
                    self.cells[place] = value
        self.tables.append(ListObject(self, name, address))
        return self.tables[-1]


class ListObject:
    def __init__(self, sheet: Worksheet, name: str, address: str) -> None:
        self.Parent, self.Name, self.Range = sheet, name, Range(sheet, address)
        self.ShowHeaders, self.ShowTotals, self.AutoFilter = True, False, None

    @property
    def HeaderRowRange(self) -> Range:
        return Range(self.Parent, re.sub(r"\d+$", str(self.Range.Row), self.address))

    @property
    def address(self) -> str:
        from openpyxl.utils import get_column_letter

        left, right = get_column_letter(self.Range.Column), get_column_letter(self.Range.right)
        return f"{left}{self.Range.Row}:{right}{self.Range.bottom}"

    def Resize(self, area: Range) -> None:
        assert (area.Row, area.Column) == (self.Range.Row, self.Range.Column)
        assert area.bottom > area.Row
        self.Range = area

    def rows(self) -> list[list[Any]]:
        return [[self.Parent.shown(place) for place in row] for row in self.Range.places()]


class Name:
    def __init__(self, name: str, area: Range) -> None:
        self.Name, self.RefersToRange = name, area


class Application:
    """Excel itself: what is typed into its input boxes, False for Cancel, and what they ask."""

    def __init__(self) -> None:
        self.typed: list[str | bool] = []
        self.asked: list[str] = []

    def InputBox(self, prompt: str, title: str) -> str | bool:
        assert len(prompt) <= 255
        assert title
        self.asked.append(prompt)
        return self.typed.pop(0) if self.typed else False


class Workbook:
    def __init__(self, *sheets: Worksheet, date1904: bool = False) -> None:
        self.Worksheets, self.Date1904 = Collection(list(sheets)), date1904
        self.Names = Collection([])
        self.Application = Application()
