"""The sheets of a workbook file, read as rows of values."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from itertools import islice
from typing import Any

from openpyxl.reader.excel import ExcelReader

from clv_xl.package import Package
from clv_xl.package.shared_texts import shared_texts
from clv_xl.package.text_escapes import decoded, encoded
from clv_xl.refresh.row_limits import limited


class SheetRows:
    """The sheets of a workbook by their titles; their rows are read when they are asked for."""

    def __init__(self, package: Package) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = _Reader(package)
            reader.read()
        self._sheets = {one.title: one for one in reader.wb.worksheets}

    @property
    def titles(self) -> list[str]:
        """The sheets, in their order."""
        return list(self._sheets)

    def first(self, title: str, count: int) -> list[list[Any]]:
        """Return the first rows of a sheet."""
        return list(islice(self._rows(title), count))

    def all(self, title: str) -> list[list[Any]]:
        """Return every row of a sheet."""
        return list(self._rows(title))

    def _rows(self, title: str) -> Iterator[list[Any]]:
        sheet = self._sheets[title]
        sheet.reset_dimensions()  # what a sheet says of its size need not be true
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for row in limited(sheet.values):
                yield [decoded(cell) if isinstance(cell, str) else cell for cell in row]


class _Reader(ExcelReader):
    """openpyxl's reader, but that shared texts keep what its own reading takes out of them."""

    def __init__(self, package: Package) -> None:
        super().__init__(io.BytesIO(package.content), read_only=True, data_only=True)
        self._opened = package

    def read_strings(self) -> None:
        self.shared_strings = list(map(encoded, shared_texts(self._opened)))
