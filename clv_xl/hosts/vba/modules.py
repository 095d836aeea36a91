"""The modules of a workbook's VBA project, in the order in which they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from clv_xl.hosts.vba.project import Module, ModuleKind, vba_project
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
        Module(WORKBOOK, ModuleKind.WORKBOOK, _text(WORKBOOK)),
        *(Module(name, ModuleKind.SHEET, EMPTY) for name in sheets),
        Module("ClvHost", ModuleKind.STANDARD, _text("ClvHost")),
        Module("ClvFunctions", ModuleKind.STANDARD, functions_text()),
        Module("ClvDescriptions", ModuleKind.STANDARD, descriptions_text()),
        Module("ClvRibbon", ModuleKind.STANDARD, _text("ClvRibbon")),
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
        Module(WORKBOOK, ModuleKind.WORKBOOK, EMPTY),
        Module(sheet, ModuleKind.SHEET, EMPTY),
        Module("ClvStart", ModuleKind.STANDARD, _text("ClvStart").replace("VERSION", version)),
    ]


def project_for(sheets: Sequence[str]) -> bytes:
    """Return ``xl/vbaProject.bin`` for a workbook whose sheets have these code names."""
    return vba_project(modules(sheets))


def _text(name: str) -> str:
    return (files(__package__) / "text" / f"{name}.bas").read_text("ascii")
