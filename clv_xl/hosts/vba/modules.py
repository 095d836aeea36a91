"""The modules of a workbook's VBA project, in the order in which they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from clv_xl.hosts.vba.project import Kind, Module, vba_project
from clv_xl.hosts.vba.wrappers import descriptions_text, functions_text

WORKBOOK = "ThisWorkbook"
EMPTY = "Option Explicit\n"


def modules(sheets: Sequence[str]) -> list[Module]:
    """Return the modules of a workbook whose sheets have these code names.

    Parameters
    ----------
    sheets : sequence of str
        The code name of each sheet, in the order of the sheets. Excel shows a sheet twice if the
        file and the project disagree.
    """
    return [
        Module(WORKBOOK, Kind.WORKBOOK, _text(WORKBOOK)),
        *(Module(name, Kind.SHEET, EMPTY) for name in sheets),
        Module("ClvHost", Kind.STANDARD, _text("ClvHost")),
        Module("ClvFunctions", Kind.STANDARD, functions_text()),
        Module("ClvDescriptions", Kind.STANDARD, descriptions_text()),
        Module("ClvRibbon", Kind.STANDARD, _text("ClvRibbon")),
    ]


def start_modules(sheet: str, version: str) -> list[Module]:
    """Return the modules of the start add-in, the only ones that declare Windows functions.

    Parameters
    ----------
    sheet : str
        The code name of its one sheet.
    version : str
        xlwings' version, which is part of the names of its DLLs.
    """
    return [
        Module(WORKBOOK, Kind.WORKBOOK, EMPTY),
        Module(sheet, Kind.SHEET, EMPTY),
        Module("ClvStart", Kind.STANDARD, _text("ClvStart").replace("VERSION", version)),
    ]


def project_for(sheets: Sequence[str]) -> bytes:
    """Return ``xl/vbaProject.bin`` for a workbook whose sheets have these code names."""
    return vba_project(modules(sheets))


def _text(name: str) -> str:
    return (files(__package__) / "text" / f"{name}.bas").read_text("ascii")
