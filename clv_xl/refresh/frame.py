"""Data frames and columns by heading, read as columns of cells."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

from clv_xl.cells import Cell
from clv_xl.errors import ArgumentError
from clv_xl.refresh.source import SourceTable


def read_frame(
    source: Any,
    wanted: Sequence[str],
    *,
    required: Sequence[str],
    mapping: Mapping[str, str] | None = None,
) -> SourceTable:
    """Return the wanted columns of a data frame, or of a mapping of heading to cells.

    Parameters
    ----------
    source : data frame (pandas, polars) or mapping
    wanted, required, mapping : as for `read_source`

    Raises
    ------
    ArgumentError
        A required column is missing, or the columns are of unequal length.
    """
    headings = list(source.columns if hasattr(source, "columns") else source)
    names = {name: (mapping or {}).get(name, name) for name in wanted}
    missing = next((name for name in required if names[name] not in headings), "")
    if missing:
        raise ArgumentError(
            f"The data have no column {missing}. Give the column that heading, or name it in "
            "mapping.",
            argument=missing,
        )
    columns = {
        name: [_cell(value) for value in source[own]]
        for name, own in names.items()
        if own in headings
    }
    if len(lengths := set(map(len, columns.values()))) > 1:
        raise ArgumentError("The columns of the data are of unequal length.", argument=required[0])
    return SourceTable(columns, list(range(1, 1 + max(lengths, default=0))), [], [])


def _cell(value: Any) -> Cell:
    """Return a value of a data frame as a cell: numpy's and pandas' types as Python's own."""
    if value is None or value != value:  # noqa: PLR0124 - not a number, not a time
        return None
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime()
    elif hasattr(value, "item"):
        value = value.item()
    if isinstance(value, (bool, int, float, str, dt.date)):
        return None if isinstance(value, float) and not math.isfinite(value) else value
    return str(value)
