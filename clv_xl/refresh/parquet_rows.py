"""A Parquet file, read as rows of values."""

from __future__ import annotations

import importlib
import io
from typing import Any, Final

from clv_xl.errors import FileError
from clv_xl.package.workbook_file import MAX_BYTES
from clv_xl.refresh.damage import DAMAGED
from clv_xl.refresh.row_limits import refuse_size

_TEXTS: Final = {"string", "large_string", "binary", "large_binary"}


def parquet_rows(content: bytes, file: str) -> list[list[Any]]:
    """Return the rows of a file, headings first.

    A text is held once, however often the file repeats it: a small file may hold a long one a
    million times.

    Raises
    ------
    FileError
        It is damaged or too large, or the library that reads such files is not installed.
    """
    try:
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise FileError(
            f"{file} is a Parquet file. To read it, run: pip install pyarrow (or install "
            "clv_xl[parquet]); or save the table as .csv or .xlsx"
        ) from None
    try:
        sizes = parquet.read_metadata(io.BytesIO(content))
        _refuse_large(sizes, file)
        schema = sizes.schema.to_arrow_schema()
        texts = [field.name for field in schema if str(field.type) in _TEXTS]
        table = parquet.ParquetFile(io.BytesIO(content), read_dictionary=texts).read()
        columns = [_values(column) for column in table.columns]
    except FileError:
        raise
    except DAMAGED:
        raise FileError(f"{file} cannot be read as a Parquet file; save it again") from None
    return [list(table.column_names), *map(list, zip(*columns, strict=True))]


def _refuse_large(sizes: Any, file: str) -> None:
    """Raise FileError if a file says that it holds too much; what it says is checked by reading."""
    groups = [sizes.row_group(number) for number in range(sizes.num_row_groups)]
    columns = [group.column(number) for group in groups for number in range(group.num_columns)]
    refuse_size(sizes.num_rows, sizes.num_columns, sum(column.num_values for column in columns))
    if sum(group.total_byte_size for group in groups) > MAX_BYTES:
        raise FileError(f"File refused: '{file}' unpacks to over {MAX_BYTES // 2**20} MB.")


def _values(column: Any) -> list[Any]:
    """Return the values of a column; those that a dictionary holds are the same objects."""
    if not str(column.type).startswith("dictionary"):
        return list(column.to_pylist())
    found: list[Any] = []
    for chunk in column.chunks:
        known = chunk.dictionary.to_pylist()
        found += [None if at is None else known[at] for at in chunk.indices.to_pylist()]
    return found
