"""Spark as an engine: the same statements, on a data frame of Spark or on files, in local mode."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Final

from clv_xl.errors import ArgumentError, HostError
from clv_xl.many_orders import files
from clv_xl.many_orders.columns import Kind
from clv_xl.many_orders.duck import DuckDB
from clv_xl.many_orders.engine import Columns
from clv_xl.many_orders.names import ENGINES, FUNCTIONS
from clv_xl.many_orders.statements import sqlglot, written

_NEEDED: Final = 'Spark is not installed, or has no Java; type: pip install "clv_xl[spark]"'
_KINDS: Final = {
    "string": Kind.TEXT,
    "void": Kind.TEXT,
    "date": Kind.DATE,
    "timestamp": Kind.INSTANT,
    "timestamp_ntz": Kind.MOMENT,
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), Kind.WHOLE),
    **dict.fromkeys(("float", "double"), Kind.NUMBER),
}
_DIALECT: Final = "spark"


def add_functions(session: Any) -> None:
    """Give a session what compares names of other letters than plain ones."""
    for name, function in FUNCTIONS.items():
        session.udf.register(name, _without_null(function), "string")


def _without_null(function: Any) -> Any:
    return lambda name: None if name is None else function(name)


def kind_of(type_name: str) -> Kind:
    """Return what a column of a type of Spark holds.

    Examples
    --------
    >>> kind_of("decimal(18,2)")
    <Kind.NUMBER: 'numbers'>
    """
    return Kind.NUMBER if type_name.startswith("decimal") else _KINDS.get(type_name, Kind.OTHER)


def kinds_of(frame: Any) -> dict[str, Kind]:
    """Return the columns of a data frame, and what each holds."""
    return {name: kind_of(type_name) for name, type_name in frame.dtypes}


def columns_of(frame: Any) -> Columns:
    """Return a data frame as columns; what is missing is NaN, NaT or None."""
    found = frame.toPandas()
    return {name: found[name].to_numpy() for name in found.columns}


class FrameEngine:
    """A data frame of Spark: what reads it runs in its own session."""

    dialect = _DIALECT
    names = ENGINES[_DIALECT]

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        add_functions(frame.sparkSession)

    def describe(self, _table: Any) -> dict[str, Kind]:
        """Return its columns, and what each holds."""
        return kinds_of(self._frame)

    def fetch(self, tree: Any) -> Columns:
        """Return the result of a query of it as columns."""
        (table,) = {one.name for one in tree.find_all(sqlglot().exp.Table)}
        return columns_of(self.query(table, written(tree, _DIALECT)))

    def query(self, name: str, text: str) -> Any:
        """Return a query of it, in which it has a name."""
        self._frame.createOrReplaceTempView(name)
        return self._frame.sparkSession.sql(text)


class Spark:
    """A session of Spark in local mode, with tables of its own."""

    dialect = _DIALECT
    names = ENGINES[_DIALECT]

    def __init__(self, folder: Path, memory: int = 0) -> None:
        try:
            sql = importlib.import_module("pyspark.sql")
            builder = sql.SparkSession.builder.master("local[*]").appName("clv_xl")
            options = {
                "spark.local.dir": str(folder),
                "spark.sql.warehouse.dir": str(folder / "warehouse"),
                "spark.sql.session.timeZone": "UTC",
                "spark.ui.enabled": "false",
                "spark.driver.bindAddress": "127.0.0.1",
                "spark.driver.host": "127.0.0.1",
                "spark.log.level": "ERROR",
                **({"spark.driver.memory": f"{memory // 2**20}m"} if memory else {}),
            }
            for name, value in options.items():
                builder = builder.config(name, value)
            self._session = builder.getOrCreate()
        except Exception as fault:
            raise HostError(_NEEDED) from fault
        self._folder = folder
        (folder / "local").mkdir()
        self._local = DuckDB(folder / "local", memory)
        self._appended: set[str] = set()
        add_functions(self._session)

    def close(self) -> None:
        """End the session."""
        self._local.close()
        self._session.stop()

    def table_of(self, source: str, table: str, folder: Path) -> Any:
        """Return what to select from, for a file, a folder or a pattern of files."""
        found = files.find(source, table, folder)
        reader = self._session.read
        if found.kind is files.FileKind.PARQUET:
            self._name("orders_given", reader.parquet(*files.paths(found.pattern)))
        elif found.kind is files.FileKind.TEXT:
            paths = files.paths(found.pattern)
            options = {"header": True, "sep": files.separator(paths[0]), "escape": '"'}
            self._name("orders_given", reader.options(**options).csv(paths))
        else:
            raise ArgumentError(
                "Spark reads no DuckDB files; leave out --engine", argument="engine"
            )
        return sqlglot().exp.to_table("orders_given")

    def _name(self, name: str, frame: Any) -> None:
        frame.createOrReplaceTempView(name)

    def describe(self, tree: Any) -> dict[str, Kind]:
        """Return the columns of a query, and what each holds."""
        return kinds_of(self._query(tree))

    def define(self, name: str, tree: Any, *, stored: bool = False) -> None:
        """Make a table of a query."""
        frame = self._query(tree)
        if stored:
            place = str(self._folder / f"{name}.parquet")
            frame.write.mode("overwrite").parquet(place)
            frame = self._session.read.parquet(place)
        self._name(name, frame)

    def fetch(self, tree: Any) -> Columns:
        """Return the result of a query as columns."""
        return columns_of(self._query(tree))

    def append(self, name: str, columns: Columns) -> None:
        """Add rows to a table, which is small: DuckDB keeps it until it is read."""
        self._local.append(name, columns)
        self._appended.add(name)

    def write(self, tree: Any, path: Path) -> None:
        """Write the result of a query to a new file: of Spark's many files, DuckDB makes one."""
        for name in self._appended:
            place = self._folder / f"{name}.parquet"
            self._local.write(_all_of(name), place)
            self._name(name, self._session.read.parquet(str(place)))
        parts = self._folder / "written"
        self._query(tree).write.parquet(str(parts))
        self._local.write(_all_of(self._local.table_of(str(parts), "", self._folder)), path)

    def _query(self, tree: Any) -> Any:
        return self._session.sql(written(tree, _DIALECT))


def _all_of(table: Any) -> Any:
    return sqlglot().exp.select("*").from_(table)
