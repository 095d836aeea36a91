"""What stands at the top of a report: what is not counted, and whether the functions answer.

Where clv_xl is missing, formulas that give a table lose their values when a file is opened, in
LibreOffice at least. The banner is a plain text in white: a conditional format turns it red where
the formula on its left, one that always has the same value, shows an error. It reads that cell of
its own sheet only, so that no other sheet is needed, and no volatile function, which would make
LibreOffice compute what else it leaves as it is stored.
"""

from __future__ import annotations

from typing import Final

from clv_xl.workbook.declarations import Formula, Role, Rule, Style
from clv_xl.workbook.places import CellRange, Layout, PlacedCell

ROW: Final = 1
NAME: Final = "Data_note"
"""The defined name of the cell that says which rows are not counted; its text is empty if none."""
MISSING: Final = (
    "The figures on this sheet need clv_xl: where it is missing, install it, or ask the sender for "
    "a copy with values only (clv-xl share)."
)
_WITH_BANNER: Final = frozenset({Role.START, Role.REPORT})


def place_banner(layout: Layout, note_row: int) -> None:
    """Place the banner above the title of a report, and below its lead what is not counted.

    Parameters
    ----------
    layout : Layout
        Changed in place.
    note_row : int
        The empty row below the lead.
    """
    role = layout.sheet.role
    if role not in _WITH_BANNER:
        return
    layout.put(ROW, 1, PlacedCell(Formula("=CLV(1,1,1)", spills=True), Style.UNSEEN))
    layout.put(ROW, 2, PlacedCell(MISSING, Style.BANNER))
    layout.rules.append((Rule.BANNER, CellRange(ROW, 2, ROW, 2)))
    if role is Role.REPORT:
        layout.put(note_row, 2, PlacedCell(Formula(f"={NAME}"), Style.WARNING))
