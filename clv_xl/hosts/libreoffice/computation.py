"""A workbook computed by real LibreOffice: the values of its formulas, or the file saved again.

A separate LibreOffice is started and controlled over UNO by a script (`drive.py`) in a Python that
has the module `uno`. The user's Python hardly ever has it: LibreOffice brings such a Python on
Windows and Mac, a distribution builds `uno` for the system's Python. So this works alike on all
systems, and nothing of LibreOffice is imported here.
"""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Final

from clv_xl.cells import Cell
from clv_xl.errors import FileError, HostError
from clv_xl.hosts.libreoffice.error_values import error_value
from clv_xl.hosts.libreoffice.office import Office

FILTERS: Final = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".ods": "calc8",
    ".pdf": "calc_pdf_Export",
    ".csv": "Text - txt - csv (StarCalc)",
}
"""LibreOffice's names of the file formats it can save, by suffix."""

_UNREADABLE: Final = (
    "LibreOffice cannot open {name}: it is damaged, protected by a password, or no workbook"
)


def compute(
    path: str | os.PathLike[str], *, office: Office | None = None
) -> dict[str, dict[str, Cell]]:
    """Return what LibreOffice computes in every formula cell of a workbook.

    Parameters
    ----------
    path : path
        The workbook; it is only read.
    office : Office, optional
        A running one to use; by default one is started for this file.

    Returns
    -------
    dict of dict
        Sheet name to cell name to value. All cells of an array formula are there; cells of a
        circular reference, which have no value, are not.

    Raises
    ------
    FileError
        LibreOffice cannot open the file.
    HostError
        LibreOffice is missing, too old, or does not answer.
    """
    from openpyxl.utils import get_column_letter  # not needed by the add-in's process

    file = _existing_file(path)
    with Office() if office is None else nullcontext(office) as running:
        sheets = _ask_about(running, file, "compute", file)
    return {
        sheet: {
            f"{get_column_letter(column + 1)}{row + 1}": _cell(value, kind)
            for column, row, value, kind in cells
        }
        for sheet, cells in sheets.items()
    }


def save_as(
    path: str | os.PathLike[str], out: str | os.PathLike[str], *, office: Office | None = None
) -> None:
    """Have LibreOffice compute a workbook and save it in the format that the suffix of `out` names.

    Parameters
    ----------
    path : path
        The workbook; it is only read.
    out : path
        Where to save: .xlsx, .xlsm, .ods, .pdf or .csv.
    office : Office, optional
        A running one to use; by default one is started for this file.

    Raises
    ------
    FileError
        LibreOffice cannot open the file, or not save it in this format.
    HostError
        LibreOffice is missing, too old, or does not answer.
    """
    file, target = _existing_file(path), Path(out).absolute()
    kind = FILTERS.get(target.suffix.lower())
    if kind is None:
        raise FileError(f"LibreOffice does not save as {target.suffix}; use {', '.join(FILTERS)}")
    with Office() if office is None else nullcontext(office) as running:
        _ask_about(running, file, "save", file, target, kind)
    if not target.is_file():
        raise FileError(f"LibreOffice could not save {target.name}")


def _existing_file(path: str | os.PathLike[str]) -> Path:
    file = Path(path).absolute()
    if not file.is_file():
        raise FileError(f"There is no file {file.name}")
    return file


def _ask_about(office: Office, file: Path, *command: str | Path) -> Any:
    """Return the answer to a command; if there is none though LibreOffice runs, the file is bad."""
    try:
        return office.ask(*command)
    except HostError:
        office.ask("ready")
        raise FileError(_UNREADABLE.format(name=file.name)) from None


def _cell(value: Any, kind: str) -> Cell:
    return error_value(value) if kind == "e" else value
