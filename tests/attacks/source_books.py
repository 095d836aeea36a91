"""Small workbooks that hold, between them, what the code reads and changes of a file."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from recalc_books import ORDERS, edit, workbook
from refresh import own_book

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "workbook_template.xlsm"
_LIBREOFFICE = ROOT / "tests" / "data" / "libreoffice_controls.xlsx"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TABLES = {"Orders": ("Data", "A1:C5")}
_FORMULAS = {
    "A1": "=CLV(1000,6,5)",
    "A2": "=SUM(Orders[amount])/A1",
    "A3": '=IF(A2>0,CLV(A2,2,"x"),"none")',
    "A4": "=CLV(A5,6,5)",
    "A5": "=A4+1",
    "A6": "=Rate*2",
    "A7": "=CAC(300,Rate)",
    "C1": "~=RFM_SUMMARY(Orders[customer],Orders[date],Orders[amount])",
    "I1": ("{=Orders[amount]*2}", "I1:I4"),
    "K1": "=CLV_CONCENTRATION(Orders[customer],Orders[amount])",
    "K9": '=VLOOKUP("Ann",Data!A1:C9,3,FALSE)',
    "B8": '=TEXT(TODAY(),"yyyy")',
    "B9": "=#REF!+1",
}
_NAMES = {"Rate": "Answers!$B$1", "Column": "INDEX(Orders[],0,Answers!$B$2)"}


@cache
def sources() -> dict[str, bytes]:
    """Return the files by a word for each, the template last."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        answers = {**_FORMULAS, "B1": 0.25, "B2": "=2+1", "B3": "=SUM(Column)"}
        settings = {"tables": _TABLES, "names": _NAMES}
        sheets = {"Data": {**ORDERS, "A7": "far"}, "Answers": answers}
        mixed = workbook(path, sheets, **settings).read_bytes()
        below = {**ORDERS, "A6": "Dee", "B6": 45030, "C6": 5.0, "D1": "channel", "D3": "web"}
        growing = workbook(
            path, {"Data": below, "Answers": {"A1": "=SUM(Orders[amount])"}}, tables=_TABLES
        ).read_bytes()
        old = workbook(path, sheets, **settings, date1904=True).read_bytes()
        own = own_book.write(path).read_bytes()
        workbook(path, {"Sheet": {"A1": 1, "B1": "=CLV(A1,6,5)"}})
        edit(path, {"xl/worksheets/sheet1.xml": [("<sheetData>", f"<sheetData>{_ROWS}")]})
        edit(path, {"xl/worksheets/sheet1.xml": [('<row r="1"', '<row r="40"')]})
        edit(path, {"xl/worksheets/sheet1.xml": [('r="A1"', 'r="A40"'), ('r="B1"', 'r="B40"')]})
        by_hand = path.read_bytes()
    return {
        "mixed": mixed,
        "own": own,
        "growing": growing,
        "by hand": by_hand,
        "1904": old,
        "prefixed": prefixed(mixed),
        "LibreOffice": _LIBREOFFICE.read_bytes(),
        "template": TEMPLATE.read_bytes(),
    }


_ROWS = (
    '<row r="3"><c r="A3" t="inlineStr"><is><r><t>Ann</t></r><r><t xml:space="preserve"> B</t></'
    "r></is></c>"
    '<c r="B3"><f t="shared" ref="B3:B5" si="0">A3*2</f><v>2</v></c><c r="C3" t="d"><v>'
    "2024-01-05</v></c></row>"
    '<row r="4" spans="1:3"><c r="A4"><v>3</v></c><c r="B4"><f t="shared" si="0"/><v>6</v></c>'
    '<c r="C4" t="b"><f>A4&gt;2</f><v>1</v></c></row>'
    '<row><c><v>4</v></c><c><f t="shared" si="0"/></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    '<row r="6"><c r="A6" t="str"><f>"a&amp;b"</f><v>a&amp;b</v><extLst/></c>'
    '<c r="B6"><f t="dataTable" ref="B6:B7" dt2D="0" dtr="0" r1="A4"/><v>7</v></c></row>'
    '<row r="7"><c r="A7" s="0"><f>CLV(A4,<!-- c -->6,5)</f></c><c r="B7"><v>8</v></c></row>'
)
"""What openpyxl does not write."""


def prefixed(content: bytes) -> bytes:
    """Return the same file with a prefix before the tags of its sheets."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"<(/?)(?=\w+[\s/>])", rb"<\1x:", part)
                part = part.replace(f'xmlns="{_MAIN}"'.encode(), f'xmlns:x="{_MAIN}"'.encode())
            new.writestr(name, part)
    return made.getvalue()
