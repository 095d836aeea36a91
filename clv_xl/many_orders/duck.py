"""DuckDB as an engine: within this process, on disk where memory is short."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from clv_xl.errors import FileError, HostError
from clv_xl.many_orders import files
from clv_xl.many_orders.columns import Kind
from clv_xl.many_orders.engine import Columns
from clv_xl.many_orders.names import ENGINES, FUNCTIONS
from clv_xl.many_orders.statements import NEEDED, expression, quoted, sqlglot, written

_KINDS: Final = {
    "VARCHAR": Kind.TEXT,
    '"NULL"': Kind.TEXT,
    "DATE": Kind.DATE,
    "TIMESTAMP WITH TIME ZONE": Kind.INSTANT,
    **dict.fromkeys(
        ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP_US"), Kind.MOMENT
    ),
    **dict.fromkeys(
        (
            *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT"),
            *("UINTEGER", "UBIGINT", "UHUGEINT", "UUID"),
        ),
        Kind.WHOLE,
    ),
    **dict.fromkeys(("FLOAT", "DOUBLE"), Kind.NUMBER),
}
NO_MEMORY: Final = "The memory allowed is too little for these orders; allow more with --memory"
NO_DISK: Final = "The disk is too small for these orders; name a folder with more room with --temp"
UNREADABLE: Final = (
    "The orders cannot be read: the file is damaged, of another kind than its name says, or holds "
    "letters in another encoding than UTF-8; save it again as Parquet or as CSV in UTF-8"
)
_ATTACHED: Final = "orders_file"
_TABLES: Final = """
SELECT table_name AS title FROM information_schema.tables
WHERE table_catalog = 'orders_file' AND table_schema = 'main'
"""
_SHARE: Final = 0.6
"""Of the memory allowed; the rest is for fits and the buffers that DuckDB does not count."""


def duckdb() -> Any:
    """Return the library.

    Raises
    ------
    HostError
        It is not installed.
    """
    try:
        return importlib.import_module("duckdb")
    except ImportError:
        raise HostError(NEEDED) from None


def add_functions(connection: Any) -> None:
    """Give a connection what compares names of other letters than plain ones."""
    for name, function in FUNCTIONS.items():
        with contextlib.suppress(duckdb().NotImplementedException):  # it has them already
            connection.create_function(name, function, ["VARCHAR"], "VARCHAR")


def kind_of(type_name: object) -> Kind:
    """Return what a column of a type of DuckDB holds.

    Examples
    --------
    >>> kind_of("DECIMAL(18,2)")
    <Kind.NUMBER: 'numbers'>
    """
    name = str(type_name)
    if name.startswith("DECIMAL"):
        return Kind.NUMBER
    return Kind.TEXT if name.startswith("ENUM") else _KINDS.get(name, Kind.OTHER)


class DuckDB:
    """A database in a folder of its own, which is given up with the folder."""

    dialect = "duckdb"
    names = ENGINES["duckdb"]

    def __init__(self, folder: Path, memory: int = 0) -> None:
        self._appended: set[str] = set()
        self.connection = duckdb().connect(str(folder / "work.duckdb"))
        self._set("autoinstall_known_extensions", value=False)
        self._set("preserve_insertion_order", value=False)
        self._set("temp_directory", value=str(folder / "spill"))
        if memory:
            self._set("memory_limit", value=f"{int(memory * _SHARE)}B")
        add_functions(self.connection)

    def _set(self, setting: str, *, value: str | bool) -> None:
        text = f"'{value}'" if isinstance(value, str) else str(value).lower()
        self.connection.execute(f"SET {setting} = {text}")

    def close(self) -> None:
        """Let go of the files."""
        self.connection.close()

    def table_of(self, source: str, table: str, folder: Path) -> Any:
        """Return what to select from, for a file, a folder or a pattern of files."""
        found = files.find(source, table, folder)
        match found.kind:
            case files.FileKind.PARQUET:
                return _reader(f"READ_PARQUET('{quoted(found.pattern)}', union_by_name = TRUE)")
            case files.FileKind.TEXT:
                return _reader(
                    f"READ_CSV('{quoted(found.pattern)}', header = TRUE, all_varchar = TRUE)"
                )
        self._attach(Path(found.pattern))
        listed = self.fetch(expression(_TABLES))
        files.require_table(table, list(map(str, listed["title"])), found.pattern)
        exp = sqlglot().exp
        return exp.table_(exp.to_identifier(table, quoted=True), db="main", catalog=_ATTACHED)

    def _attach(self, path: Path) -> None:
        """Let statements read a DuckDB file."""
        self._run(f"ATTACH '{quoted(path)}' AS {_ATTACHED} (READ_ONLY)")

    def describe(self, tree: Any) -> dict[str, Kind]:
        """Return the columns of a query, and what each holds."""
        relation = self._query(tree)
        return dict(zip(relation.columns, map(kind_of, relation.types), strict=True))

    def define(self, name: str, tree: Any, *, stored: bool = False) -> None:
        """Make a table of a query."""
        what = "TABLE" if stored else "VIEW"
        self._run(f"CREATE OR REPLACE {what} {name} AS {self._text(tree)}")

    def fetch(self, tree: Any) -> Columns:
        """Return the result of a query as columns; NULL is NaN or NaT."""
        relation = self._query(tree)
        with _faults_as_sentences():
            found = relation.fetchnumpy()
        return {name: _filled(column) for name, column in found.items()}

    def append(self, name: str, columns: Columns) -> None:
        """Add rows to a table."""
        with _faults_as_sentences():
            days = [name for name, column in columns.items() if column.dtype.kind == "M"]
            moments = {name: columns[name].astype("datetime64[us]") for name in days}
            self.connection.register("appended", {**columns, **moments})
            rows = self.connection.table("appended")
            rows = rows.project(
                ", ".join(
                    f"CAST({name} AS DATE) AS {name}" if name in days else name for name in columns
                )
            )
            if name in self._appended:
                rows.insert_into(name)
            else:
                rows.create(name)
            self._appended.add(name)
            self.connection.unregister("appended")

    def write(self, tree: Any, path: Path) -> None:
        """Write the result of a query to a new file."""
        how = "FORMAT csv, HEADER" if path.suffix == ".csv" else "FORMAT parquet"
        self._run(f"COPY ({self._text(tree)}) TO '{quoted(path)}' ({how})")

    def _text(self, tree: Any) -> str:
        return tree if isinstance(tree, str) else written(tree, self.dialect)

    def _query(self, tree: Any) -> Any:
        with _faults_as_sentences():
            return self.connection.sql(self._text(tree))

    def _run(self, text: str) -> None:
        with _faults_as_sentences():
            self.connection.execute(text)


@contextlib.contextmanager
def _faults_as_sentences() -> Iterator[None]:
    """Raise what DuckDB raises as a sentence of our own: its own may hold data."""
    library = duckdb()
    try:
        yield
    except library.OutOfMemoryException as fault:
        disk = "disk" in str(fault).lower()
        raise FileError(NO_DISK if disk else NO_MEMORY) from fault
    except library.Error as fault:
        raise FileError(UNREADABLE) from fault


def _reader(text: str) -> Any:
    """Return a function that gives a table, to select from."""
    exp = sqlglot().exp
    return exp.select("*").from_(exp.Table(this=expression(text))).args["from_"].this


def _filled(column: Any) -> Any:
    if not isinstance(column, np.ma.MaskedArray):
        return column
    if column.dtype.kind in "iu":
        column = column.astype(float)
    return column.filled(np.nan if column.dtype.kind == "f" else None)
