"""Tables as Python has them: lists of rows that a data frame can be made of."""

from __future__ import annotations

import datetime as dt
import importlib
import importlib.util
import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

from clv_xl.errors import ArgumentError, HostError
from clv_xl.functions.spec import Result, Unit
from clv_xl.functions.spec import Table as TableResult

LIBRARIES: Final = ("pandas", "polars")
_WHOLE: Final = frozenset({Unit.COUNT, Unit.SCORE})


class Table(list[list[Any]]):
    """The rows of a table, mostly with the headings first; equal to a list of the same rows."""

    def __init__(self, rows: Iterable[list[Any]], result: Result) -> None:
        super().__init__(rows)
        self._result = result

    def frame(self, library: str = "") -> Any:
        """Return the table as a data frame: a column for each heading.

        Counts and whole numbers of customers are integers, dates are dates; what has no answer is
        missing.

        Parameters
        ----------
        library : str, optional
            pandas or polars; by default the first of these that is installed.

        Raises
        ------
        ArgumentError
            There is no such library.
        HostError
            It is not installed.

        Examples
        --------
        >>> from clv_xl import RFM_SUMMARY
        >>> found = RFM_SUMMARY([7, 7], ["2024-01-01", "2024-01-15"]).frame("pandas")
        >>> found.loc[0, ["customer", "frequency"]].tolist()
        [7, 1]
        """
        headings, rows = self._headings_and_rows()
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(headings)
        units = self._units(len(headings))
        if _chosen(library) == "pandas":
            return _pandas(headings, columns, units)
        return _polars(headings, columns, units)

    def _headings_and_rows(self) -> tuple[list[str], list[list[Any]]]:
        result = self._result
        if isinstance(result, TableResult) and result.beside_input:
            return [title for title, _ in result.columns], list(self)
        heading, *rows = self
        return [one if isinstance(one, str) else f"{one:g}" for one in heading], rows

    def _units(self, width: int) -> list[Unit | None]:
        """Return what each column counts; None where that differs from row to row."""
        if isinstance(self._result, TableResult):
            return [unit for _, unit in self._result.columns]
        return [Unit.TEXT, *[None] * (width - 1)]


def _chosen(library: str) -> str:
    if library and library not in LIBRARIES:
        raise ArgumentError(f"library must be one of {', '.join(LIBRARIES)}", argument="library")
    for name in [library] if library else LIBRARIES:
        if importlib.util.find_spec(name) is not None:
            return name
    missing = f"{library} is" if library else "Neither pandas nor polars is"
    raise HostError(f'{missing} installed; type: pip install "clv_xl[frames]"')


def _missing(cell: Any) -> bool:
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def _cells(column: Sequence[Any], unit: Unit | None) -> list[Any]:
    """Return the cells of a column, None where there is none, whole where they are counts."""
    known = [None if _missing(cell) else cell for cell in column]
    if unit in _WHOLE and all(cell is None or float(cell).is_integer() for cell in known):
        return [None if cell is None else int(cell) for cell in known]
    return known


def _kinds(cells: Sequence[Any]) -> set[type]:
    return {type(cell) for cell in cells if cell is not None}


def _pandas(
    headings: Sequence[str], columns: Sequence[Sequence[Any]], units: Sequence[Unit | None]
) -> Any:
    pandas = importlib.import_module("pandas")

    def series(column: Sequence[Any], unit: Unit | None) -> Any:
        cells = _cells(column, unit)
        kinds = _kinds(cells)
        if unit is Unit.DATE:
            return pandas.Series(pandas.to_datetime(cells))
        if kinds == {int} or (unit in _WHOLE and not kinds):
            return pandas.Series(cells, dtype="Int64" if None in cells else "int64")
        if kinds <= {float} and unit is not Unit.TEXT:
            return pandas.Series(cells, dtype="float64")
        return pandas.Series(cells, dtype=object)

    found = [series(*one) for one in zip(columns, units, strict=True)]
    return pandas.concat(found, axis=1, keys=list(headings))


def _polars(
    headings: Sequence[str], columns: Sequence[Sequence[Any]], units: Sequence[Unit | None]
) -> Any:
    polars = importlib.import_module("polars")

    types = {int: polars.Int64, float: polars.Float64, dt.date: polars.Date, str: polars.String}

    def series(title: str, column: Sequence[Any], unit: Unit | None) -> Any:
        cells = _cells(column, unit)
        kinds = _kinds(cells)
        if len(kinds) == 1:
            return polars.Series(title, cells, dtype=types.get(kinds.pop(), polars.Object))
        if not kinds:
            empty = {Unit.TEXT: str, Unit.DATE: dt.date}
            kind = int if unit in _WHOLE else empty.get(unit or Unit.DECIMAL, float)
            return polars.Series(title, cells, dtype=types[kind])
        return polars.Series(title, cells, dtype=polars.Object)

    return polars.DataFrame([series(*one) for one in zip(headings, columns, units, strict=True)])
