"""The endings .xlsx, .xlsm, .xltx and .xltm: Excel opens a file only under the one of its kind."""

from __future__ import annotations

import posixpath
from typing import Final

from clv_xl.errors import FileError

_KINDS: Final = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": ".xlsx",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml": ".xlsm",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": ".xltx",
    "application/vnd.ms-excel.template.macroEnabled.main+xml": ".xltm",
}
_WITH_MACROS: Final = (".xlsm", ".xltm")


def refuse_other_ending(content_types: bytes, out: str) -> None:
    """Raise if a workbook is to be written under the ending of another kind.

    Parameters
    ----------
    content_types : bytes
        The part of the content types, as it will be written.
    out : str
        The name of the new file; endings that say nothing of the kind are not judged.

    Raises
    ------
    FileError
        Excel would refuse the file, since its content is of another kind than its ending.
    """
    ending, kind = posixpath.splitext(out)[1].lower(), _kind(content_types)
    if not kind or ending == kind or ending not in _KINDS.values():
        return
    if kind in _WITH_MACROS and ending not in _WITH_MACROS:
        raise FileError(
            f"A {ending} file cannot hold the macros of this workbook: let '{out}' end in {kind}, "
            "or write a copy without macros and formulas by clv-xl share."
        )
    raise FileError(f"Excel opens this workbook only as a {kind} file: let '{out}' end in {kind}.")


def _kind(content_types: bytes) -> str:
    """Return the ending for the main part of a workbook; empty where its type is another."""
    from clv_xl.package.xml_parts import parse

    types = (entry.get("ContentType") for entry in parse(content_types))
    return next((_KINDS[one] for one in types if one in _KINDS), "")
