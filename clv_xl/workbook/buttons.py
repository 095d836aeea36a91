"""The button "Refresh" beside a sheet's title: a shape that runs a macro, in Excel's drawings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lxml import etree

from clv_xl.hosts.vba.ribbon import REFRESH_MACRO
from clv_xl.package.content_types import add_part
from clv_xl.package.namespaces import MAIN, OFFICE
from clv_xl.package.relations import Parts, relate, relations
from clv_xl.package.sheet_list import sheet_parts
from clv_xl.package.xml_parts import serialize
from clv_xl.workbook import design
from clv_xl.workbook.declarations import Role, Style
from clv_xl.workbook.layout import FIRST_ROW
from clv_xl.workbook.places import Layout, column_pixels

LABEL: Final = "Refresh"
WIDTH, HEIGHT = 84, 24
"""Size of the button, in pixels."""
GAP: Final = 28
"""Distance from the longest title, in pixels."""
WITH_BUTTON: Final = frozenset({Role.START, Role.REPORT})
EMU: Final = 9525
"""A pixel, in the units of drawings."""

_DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_LOOKS: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
_CHOICES: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_EXCEL: Final = ("sle15", "http://schemas.microsoft.com/office/drawing/2012/slicer")
"""A namespace of Excel 2013 and newer: where it is unknown, the button is left out.

LibreOffice would show the button, print it and do nothing when it is pressed.
"""
_DRAWING_TYPE: Final = "application/vnd.openxmlformats-officedocument.drawing+xml"
_AFTER_DRAWING: Final = frozenset(
    f"{{{MAIN}}}{name}"
    for name in (
        *("legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects"),
        *("controls", "webPublishItems", "tableParts", "extLst"),
    )
)


def places(layouts: Sequence[Layout]) -> dict[str, tuple[int, int, int]]:
    """Return where the button is on each sheet that has one.

    It is as far from the left on every sheet, so that it stays in its place from tab to tab.

    Parameters
    ----------
    layouts : sequence of Layout

    Returns
    -------
    dict
        By the sheet's title: the column, counting from 0, and the distances from its left edge
        and from the top of the titles' row, in pixels.
    """
    chosen = [layout for layout in layouts if layout.sheet.role in WITH_BUTTON]
    left = max((_title_end(layout) for layout in chosen), default=0) + GAP
    return {layout.sheet.title: _place(layout, left) for layout in chosen}


def add_buttons(parts: Parts, where: Mapping[str, tuple[int, int, int]]) -> None:
    """Add the buttons to the drawings of their sheets, or drawings where there are none.

    Parameters
    ----------
    parts : dict
        The parts of the workbook, changed in place.
    where : mapping
        What `places` returned.
    """
    for title, sheet in list(sheet_parts(parts)):
        if title in where:
            drawing = _drawing(parts, sheet)
            root = etree.fromstring(parts[drawing])
            root.append(_button(root, *where[title]))
            parts[drawing] = serialize(root)


def _title_end(layout: Layout) -> int:
    size = design.LOOKS[Style.TITLE].font.size or 18
    title = len(layout.sheet.heading) * size * 0.76
    return column_pixels(layout.widths[1]) + round(title)


def _place(layout: Layout, left: int) -> tuple[int, int, int]:
    column = 1
    while left >= (wide := column_pixels(layout.widths.get(column, design.NARROW))):
        left -= wide
        column += 1
    row = round(layout.heights[FIRST_ROW] * 4 / 3)
    return column - 1, left, (row - HEIGHT) // 2


def _drawing(parts: Parts, sheet: str) -> str:
    """The drawing of a sheet, made if there is none."""
    root: Any = etree.fromstring(parts[sheet])
    found = root.find(f"{{{MAIN}}}drawing")
    if found is not None:
        return relations(parts, sheet)[found.get(f"{{{OFFICE}}}id")]
    number = 1
    while f"xl/drawings/drawing{number}.xml" in parts:
        number += 1
    name = f"xl/drawings/drawing{number}.xml"
    empty = etree.Element(f"{{{_DRAWING}}}wsDr", nsmap={"xdr": _DRAWING, "a": _LOOKS})
    add_part(parts, name, serialize(empty), _DRAWING_TYPE)
    made = etree.Element(f"{{{MAIN}}}drawing", nsmap={"r": OFFICE})
    made.set(f"{{{OFFICE}}}id", relate(parts, sheet, f"{OFFICE}/drawing", name))
    follower = next((child for child in root if child.tag in _AFTER_DRAWING), None)
    if follower is None:
        root.append(made)
    else:
        follower.addprevious(made)
    parts[sheet] = serialize(root)
    return name


def _button(drawing: Any, column: int, across: int, down: int) -> Any:
    numbers = [int(one.get("id")) for one in drawing.iter(f"{{{_DRAWING}}}cNvPr")]
    return etree.fromstring(
        f"""<mc:AlternateContent xmlns:mc="{_CHOICES}"><mc:Choice xmlns:{_EXCEL[0]}="{_EXCEL[1]}" \
Requires="{_EXCEL[0]}"><xdr:oneCellAnchor xmlns:xdr="{_DRAWING}" xmlns:a="{_LOOKS}"><xdr:from>\
<xdr:col>{column}</xdr:col><xdr:colOff>{across * EMU}</xdr:colOff>\
<xdr:row>{FIRST_ROW - 1}</xdr:row><xdr:rowOff>{down * EMU}</xdr:rowOff></xdr:from>\
<xdr:ext cx="{WIDTH * EMU}" cy="{HEIGHT * EMU}"/>\
<xdr:sp macro="[0]!{REFRESH_MACRO}" textlink=""><xdr:nvSpPr>\
<xdr:cNvPr id="{max(numbers, default=1) + 1}" name="{LABEL}" \
descr="Button: adds new orders of a file, computes all formulas"/><xdr:cNvSpPr/></xdr:nvSpPr>\
<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{WIDTH * EMU}" cy="{HEIGHT * EMU}"/></a:xfrm>\
<a:prstGeom prst="roundRect"><a:avLst><a:gd name="adj" fmla="val 18000"/></a:avLst></a:prstGeom>\
<a:solidFill><a:srgbClr val="{design.ACCENT}"/></a:solidFill><a:ln><a:noFill/></a:ln></xdr:spPr>\
<xdr:txBody><a:bodyPr vertOverflow="clip" horzOverflow="clip" wrap="none" lIns="0" tIns="0" \
rIns="0" bIns="0" rtlCol="0" anchor="ctr"/><a:lstStyle/><a:p><a:pPr algn="ctr"/><a:r>\
<a:rPr lang="en-US" sz="1000" b="1"><a:solidFill><a:srgbClr val="{design.WHITE}"/></a:solidFill>\
<a:latin typeface="{design.FONT}"/></a:rPr><a:t>{LABEL}</a:t></a:r></a:p></xdr:txBody></xdr:sp>\
<xdr:clientData fPrintsWithSheet="0"/></xdr:oneCellAnchor></mc:Choice><mc:Fallback/>\
</mc:AlternateContent>"""
    )
