"""How each meaning looks: one calm look for the whole workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Severity
from clv_xl.workbook.declarations import Role, Style

INK: Final = "1F2A33"
MUTED: Final = "66737D"
ACCENT: Final = "1B5E6B"
TINT: Final = "E6F0F2"
SAND: Final = "FBF3DC"
SAND_LINE: Final = "DCCB98"
LINE: Final = "DDE3E7"
RED: Final = "A63A2B"
WHITE: Final = "FFFFFF"
SERIES: Final = ("1B5E6B", "D08A3C", "7FA8B2", "8C6BB1", "6B8E4E", "B5515C")
GUIDE: Final = "A9B4BB"
FONT: Final = "Arial"
TABS: Final = {
    Role.START: INK,
    Role.INPUT: "D9B44A",
    Role.REPORT: ACCENT,
    Role.REFERENCE: "A9B4BB",
}

NUMBER_FORMATS: Final = {
    Unit.MONEY: "#,##0",
    Unit.SHARE: "0.0%",
    Unit.PERIODS: "0.0",
    Unit.MONTHS: "0.0",
    Unit.DAYS: "0",
    Unit.COUNT: "#,##0",
    Unit.DECIMAL: "0.00",
    Unit.RATIO: "0.0",
    Unit.SCORE: "0",
    Unit.DATE: "yyyy-mm-dd",
    Unit.TEXT: "General",
}
FINE: Final = {Unit.MONEY: "#,##0.00", Unit.DECIMAL: "0.0000"}
"""With more digits, where they matter."""
UNSEEN: Final = ";;;"
WIDTHS: Final = {Unit.MONEY: 12, Unit.DATE: 12, Unit.TEXT: 16}
"""Width of a column by what it holds, in characters."""
NARROW: Final = 11
LINE_HEIGHT: Final = 15.0
"""Height of an ordinary row, in points."""
HEIGHTS: Final = {
    Style.TITLE: 30.0,
    Style.HEADING: 24.0,
    Style.FIGURE: 22.0,
    Style.BAND: 20.0,
    Style.CARD_FIGURE: 25.5,
}
TOP: Final = 12.0
"""Height of the row above the title, of a sheet on which little is left between blocks."""
GAP: Final = 4.5
"""Height of the empty row between two blocks of such a sheet."""
COMPACT: Final = {Style.TITLE: 22.5, Style.HEADING: 16.5}
"""Heights on such a sheet, where they differ."""


@dataclass(frozen=True)
class Look:
    """The looks of a cell."""

    font: Font
    fill: PatternFill | None = None
    border: Border | None = None
    alignment: Alignment | None = None


def _font(
    size: float = 10,
    colour: str = INK,
    name: str = FONT,
    *,
    bold: bool = False,
    italic: bool = False,
) -> Font:
    return Font(name=name, size=size, color=colour, bold=bold, italic=italic)


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour)


def _under(colour: str) -> Border:
    return Border(bottom=Side(style="thin", color=colour))


_EDGE: Final = Side(style="thin", color=SAND_LINE)
_BETWEEN: Final = Side(style="thick", color=WHITE)
"""What parts a card from the one on its left."""
_BOX: Final = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_TOP: Final = Alignment(vertical="top", wrap_text=True)
_MIDDLE: Final = Alignment(vertical="center", wrap_text=True)

LOOKS: Final = {
    Style.TITLE: Look(_font(18, ACCENT, bold=True), alignment=Alignment(vertical="center")),
    Style.LEAD: Look(_font(10, MUTED)),
    Style.HEADING: Look(_font(12, ACCENT, bold=True), alignment=Alignment(vertical="center")),
    Style.NOTE: Look(_font(9, MUTED), alignment=Alignment(vertical="center")),
    Style.HEADER: Look(_font(10, ACCENT, bold=True), _fill(TINT), _under(ACCENT), _MIDDLE),
    Style.UPPER_HEADER: Look(_font(10, ACCENT, bold=True), _fill(TINT), None, _MIDDLE),
    Style.UNSEEN_HEADER: Look(_font(8, TINT), _fill(TINT), _under(ACCENT), _MIDDLE),
    Style.INPUT_HEADER: Look(_font(10, INK, bold=True), _fill(SAND), _under(SAND_LINE), _MIDDLE),
    Style.LABEL: Look(_font(), None, _under(LINE), Alignment(vertical="center")),
    Style.INPUT: Look(_font(), _fill(SAND), _BOX, Alignment(horizontal="right", vertical="center")),
    Style.RESULT: Look(
        _font(bold=True), None, _under(LINE), Alignment(horizontal="right", vertical="center")
    ),
    Style.FIGURE: Look(
        _font(14, ACCENT, bold=True),
        None,
        _under(LINE),
        Alignment(horizontal="right", vertical="center"),
    ),
    Style.TEXT: Look(_font(), alignment=_TOP),
    Style.BAND: Look(_font(11, ACCENT, bold=True), _fill(TINT), None, Alignment(vertical="center")),
    Style.PLAIN: Look(_font()),
    Style.EXAMPLE: Look(_font(bold=True), alignment=Alignment(horizontal="left", vertical="top")),
    Style.FORMULA: Look(_font(9.5, INK, "Courier New"), alignment=_TOP),
    Style.LINK: Look(
        _font(10, ACCENT, bold=True), None, _under(LINE), Alignment(vertical="center")
    ),
    Style.HIDDEN: Look(_font(8, GUIDE)),
    Style.UNSEEN: Look(_font(8, WHITE)),
    Style.BANNER: Look(_font(10, WHITE, bold=True)),
    Style.WARNING: Look(_font(10, RED, bold=True)),
    Style.CARD_LABEL: Look(
        _font(9, INK),
        _fill(TINT),
        Border(left=_BETWEEN, top=Side(style="medium", color=ACCENT)),
        Alignment(horizontal="left", vertical="center", indent=1),
    ),
    Style.CARD_FIGURE: Look(
        _font(20, ACCENT, bold=True),
        _fill(TINT),
        Border(left=_BETWEEN),
        Alignment(horizontal="left", vertical="center", indent=1),
    ),
    Style.CARD_CHANGE: Look(
        _font(9, MUTED),
        _fill(TINT),
        Border(left=_BETWEEN),
        Alignment(horizontal="left", vertical="center", indent=1),
    ),
    Style.CAPTION: Look(_font(9, INK, bold=True), alignment=Alignment(vertical="center")),
    Style.MAP: Look(_font(9), alignment=Alignment(horizontal="center", vertical="center")),
}

WHEN_FILLED: Final = DifferentialStyle(border=Border(bottom=Side(style="thin", color=LINE)))
WHEN_TOTAL: Final = DifferentialStyle(
    font=Font(bold=True, color=INK), border=Border(top=Side(style="thin", color=ACCENT))
)
WHEN_MISSING: Final = DifferentialStyle(font=Font(color=RED, bold=True))
WHEN_JUDGED: Final = {
    Severity.GOOD: DifferentialStyle(font=Font(color="3F7D3A", bold=True)),
    Severity.BAD: DifferentialStyle(font=Font(color=RED, bold=True)),
    Severity.WARNING: DifferentialStyle(font=Font(color="9A6A12", bold=True)),
}
HEAT: Final = (WHITE, "8FBAC3")
"""From the least to the most."""


def number_format(unit: Unit, *, fine: bool = False) -> str:
    """Return how numbers of a unit are shown; with more digits where they are `fine`."""
    return FINE.get(unit, NUMBER_FORMATS[unit]) if fine else NUMBER_FORMATS[unit]


def width(unit: Unit) -> int:
    """Return the width that a column of the unit needs, in characters."""
    return WIDTHS.get(unit, NARROW)
