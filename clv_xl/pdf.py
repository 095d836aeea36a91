"""The reports of a workbook as one PDF, printed by an installed LibreOffice."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from clv_xl.errors import FileError
from clv_xl.hosts.libreoffice import save_as
from clv_xl.hosts.libreoffice.office import Office
from clv_xl.package import lock, replace_file
from clv_xl.values_copy.printed import reports_only
from clv_xl.workbook import banner
from clv_xl.workbook.declarations import Role
from clv_xl.workbook.design import TABS


class Written(NamedTuple):
    """The PDF, the titles of the sheets in it, and how many formulas had no stored value."""

    path: Path
    sheets: tuple[str, ...]
    without_value: int


def write(
    path: str | os.PathLike[str], out: str | os.PathLike[str], *, office: Office | None = None
) -> Written:
    """Write the reports of a workbook as a PDF, each sheet one page wide.

    It shows the values that the workbook holds, without buttons; inputs and hidden sheets are left
    out. The copy that LibreOffice prints is in a folder that only this user may read, and is
    removed with it.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm file; it stays as it is.
    out : path
        The .pdf file to write. A file of this name is replaced in one step.
    office : Office, optional
        A running one to use; by default one is started for this file.

    Returns
    -------
    Written

    Raises
    ------
    FileError
        The file is no workbook or has no reports; `out` is no .pdf file or cannot be written.
    HostError
        LibreOffice is missing, too old, or does not answer.
    """
    target = Path(out)
    if target.suffix.lower() != ".pdf":
        raise FileError(
            f"The reports are written as a PDF: let the name '{target.name}' end in .pdf."
        )
    printed = reports_only(path, {TABS[Role.START], TABS[Role.REPORT]}, banner.MISSING)
    with lock(target), Office() if office is None else nullcontext(office) as running:
        content = _print(printed.content, running)
        replace_file(target, [content], size=len(content))
    return Written(target, printed.sheets, printed.without_value)


def _print(content: bytes, office: Office) -> bytes:
    """Return the PDF of a workbook; its copy on the disk is removed whatever happens."""
    copy, made = office.scratch / "reports.xlsx", office.scratch / "reports.pdf"
    try:
        copy.write_bytes(content)
        save_as(copy, made, office=office)
        return made.read_bytes()
    finally:
        for file in (copy, made):
            file.unlink(missing_ok=True)
