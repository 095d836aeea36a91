"""Files of orders: text files, Parquet, databases; one or many."""

from __future__ import annotations

import csv
import enum
import itertools
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

from clv_xl.errors import ArgumentError, FileError
from clv_xl.many_orders.statements import sqlglot, written

_PARQUET: Final = frozenset({".parquet", ".pq"})
_TEXT: Final = frozenset({".csv", ".txt", ".tsv"})
_SEPARATORS: Final = ",;\t|"
_SIGNS: Final = frozenset("*?[")
"""What makes a path a pattern."""
_SQLITE: Final = b"SQLite format 3\0"
_DUCKDB: Final = b"DUCK"
_KINDS: Final = (
    "a CSV or Parquet file, a folder or pattern of such files, or a DuckDB or SQLite file"
)


class FileKind(enum.Enum):
    """What kind of files the orders are in."""

    TEXT = "text"
    PARQUET = "Parquet"
    DUCKDB = "DuckDB"


class Files(NamedTuple):
    """Files of orders: a path or a pattern of paths."""

    kind: FileKind
    pattern: str


def find(source: str, table: str, folder: Path) -> Files:
    """Return the files of orders that a path, a folder or a pattern names.

    Parameters
    ----------
    source : str
    table : str
        The table of a database; empty for files without tables.
    folder : Path
        Where the rows of an SQLite file are written to as text, which every engine reads.

    Raises
    ------
    ArgumentError
        A database needs a table, or has no such one.
    FileError
        There is no such file, or it is of another kind.
    """
    path = Path(source)
    if path.is_file():
        with path.open("rb") as file:
            head = file.read(16)
        if head.startswith(_SQLITE):
            target = folder / "orders.csv"
            _write_rows(path, table, target)
            return Files(FileKind.TEXT, str(target))
        if head[8:12] == _DUCKDB:
            return Files(FileKind.DUCKDB, str(path))
    if table:
        raise ArgumentError("--table is for DuckDB and SQLite files", argument="table")
    pattern, suffix = _pattern(path)
    if suffix in _PARQUET:
        return Files(FileKind.PARQUET, pattern)
    if suffix in _TEXT:
        return Files(FileKind.TEXT, pattern)
    raise FileError(f"The orders must be {_KINDS}; clv-xl refresh reads workbooks")


def paths(pattern: str) -> list[str]:
    """Return the files that a pattern names."""
    whole = Path(pattern)
    if whole.is_file():
        return [pattern]
    plain = itertools.takewhile(lambda part: not _SIGNS & set(part), whole.parts)
    start = Path(*plain)
    return sorted(map(str, start.glob(str(whole.relative_to(start)))))


def separator(path: str) -> str:
    """Return what separates the columns of a text file: what its headings have most of."""
    with Path(path).open(encoding="utf-8", errors="replace") as file:
        line = file.readline()
    return max(_SEPARATORS, key=line.count)


def _pattern(path: Path) -> tuple[str, str]:
    """Return the pattern of the files to read, and how their names end."""
    if path.is_dir():
        suffixes = {one.suffix.lower() for one in path.rglob("*")} & (_PARQUET | _TEXT)
        if len(suffixes) != 1:
            raise FileError(
                f"The folder {path.name} must hold files of one kind, all .parquet or all .csv; "
                "give a pattern such as folder/*.parquet"
            )
        return str(path / "**" / f"*{(suffix := suffixes.pop())}"), suffix
    named = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    if not path.is_file() and not _SIGNS & set(str(path)):
        raise FileError(f"{path.name} does not exist; check the path")
    return str(path), named.suffix.lower()


def require_table(table: str, titles: Sequence[str], file: str) -> None:
    """Raise ArgumentError unless a database has the table."""
    if table not in titles:
        choices = ", ".join(titles) or "none"
        what = "There is no such table" if table else "Say which table holds the orders"
        raise ArgumentError(
            f"{what}, with --table; {Path(file).name} has {choices}", argument="table"
        )


def _write_rows(path: Path, table: str, target: Path) -> None:
    """Write the rows of a table of SQLite as text."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            titles = database.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
            )
            require_table(table, [title for (title,) in titles], path.name)
            exp = sqlglot().exp
            every = exp.select("*").from_(exp.to_identifier(table, quoted=True))
            rows = database.execute(written(every, "sqlite"))
            headings = [column[0] for column in rows.description]
            with target.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(headings)
                writer.writerows(_readable(rows))
    except sqlite3.Error:
        raise FileError(f"{path.name} cannot be read as an SQLite file; check it") from None


def _readable(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Give rows whose texts are text; what is bytes is no order."""
    for row in rows:
        yield tuple(None if isinstance(cell, bytes) else cell for cell in row)
