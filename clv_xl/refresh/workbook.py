"""Put new data into the input tables of a workbook and recompute it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from clv_xl.hosts.recalc.workbook import computed
from clv_xl.hosts.recalc.xlsx.table_growth import grow_tables
from clv_xl.package import lock, open_package
from clv_xl.refresh.file_book import FileBook
from clv_xl.refresh.report import Report
from clv_xl.refresh.update import update

STEPS: Final = ("Reading", "Putting rows in", "Computing", "Saving")


def refresh(
    path: str | os.PathLike[str],
    *,
    orders: Any = None,
    customers: Any = None,
    channels: Any = None,
    add: bool = False,
    mapping: Mapping[str, str] | None = None,
    decimal: str = "",
    date_order: str = "",
    sheet: str = "",
    encoding: str = "",
    backup: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Put new data into the tables Orders, Customers and Channels of a workbook and recompute it.

    Rows directly below a table are part of it, as for `recalculate`. New customers of the orders
    are appended to Customers; the customers of the template's sample are removed when own orders
    replace its own. What was done stands in the cells named Last_refresh. Only the sheets of these
    cells and tables and those whose values change are rewritten; the file is replaced in one step.

    Parameters
    ----------
    path : path
        The workbook, .xlsx or .xlsm.
    orders, customers, channels : path or data frame, optional
        The new rows: .csv, .txt, .xlsx, .xlsm, .parquet, a data frame, or columns by heading.
    add : bool
        Keep the old rows; what is already there is not added again. By default the new rows stand
        in place of the old.
    mapping : mapping of heading to the source's own, optional
    decimal : "," or ".", optional
    date_order : "dmy", "mdy" or "ymd", optional
    sheet : str, optional
        The sheet of a source that is a workbook.
    encoding : str, optional
        That of a text file, by its name in Python, where its letters do not show it.
    backup : bool
        Keep the last three versions of the workbook beside it, as NAME.backup-1.xlsx (the newest)
        to NAME.backup-3.xlsx.
    progress : callable, optional
        Told each of `STEPS` as it begins.

    Returns
    -------
    Report

    Raises
    ------
    ArgumentError
        No source is given, one can be read in two ways, or lacks a column that is needed.
    FileError
        The workbook or a source cannot be read, the workbook lacks a table, or what stands below
        a table is in the way. The workbook is unchanged.
    """
    with lock(path):
        progress(STEPS[0])
        package = open_package(path)
        grown, growth = grow_tables(package)
        book = FileBook(package.with_parts(grown))
        done = update(
            book,
            {"Orders": orders, "Customers": customers, "Channels": channels},
            add=add,
            progress=lambda: progress(STEPS[1]),
            before=map(str, growth),
            mapping=mapping,
            decimal=decimal,
            date_order=date_order,
            sheet=sheet,
            encoding=encoding,
        )
        progress(STEPS[2])
        changes = {**grown, **book.finish()}
        values, recalculation = computed(package.with_parts(changes))
        progress(STEPS[3])
        package.save({**changes, **values}, backup=backup)
    recalculation = replace(recalculation, growth=tuple(growth))
    return Report(**vars(done), path=package.path, recalculation=recalculation)
