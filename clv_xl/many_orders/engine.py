"""What an engine does: it holds tables, and gives and takes columns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from numpy.typing import NDArray

from clv_xl.many_orders.columns import Kind
from clv_xl.many_orders.names import Names

Columns: TypeAlias = Mapping[str, NDArray[Any]]


class Engine(Protocol):
    """DuckDB or Spark: what runs the statements."""

    dialect: str
    names: Names

    def table_of(self, source: str, table: str, folder: Path) -> Any:
        """Return what to select from for a file, folder or pattern; `folder` may be used."""

    def describe(self, tree: Any) -> dict[str, Kind]:
        """Return the columns of a query, and what each holds."""

    def define(self, name: str, tree: Any, *, stored: bool = False) -> None:
        """Make a table of a query: computed once if it is stored, else whenever it is read."""

    def fetch(self, tree: Any) -> Columns:
        """Return the result of a query as columns."""

    def append(self, name: str, columns: Columns) -> None:
        """Add rows to a table, which is made if it does not exist."""

    def write(self, tree: Any, path: Path) -> None:
        """Write the result of a query to a new file: .parquet or .csv."""
