"""VBA projects of any number of sheets, and a strict reader of their file."""

import io

import olefile

from clv_xl.hosts.vba.project import (
    Module,
    ModuleKind,
)

SHEET_COUNTS = (1, 5, 64, 65, 99, 300)


def book(sheets):
    return [
        Module("ThisWorkbook", ModuleKind.WORKBOOK, "Option Explicit\n"),
        *(
            Module(f"Sheet{n}", ModuleKind.SHEET, f"Option Explicit\n' {n}\n")
            for n in range(1, sheets + 1)
        ),
        Module(
            "Functions",
            ModuleKind.STANDARD,
            'Option Explicit\n\' caf\u00e9 "x"\n' + "Dim a\n" * 900,
        ),
    ]


def strict(data):
    return olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_UNSURE)
