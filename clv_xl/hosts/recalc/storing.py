"""Values into the sheet XML: beside each formula, and in the cells that it fills."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from lxml import etree

from clv_xl.cells import Cell, CellError
from clv_xl.hosts.recalc.book import SheetPart
from clv_xl.hosts.recalc.calculation import Outcome
from clv_xl.hosts.recalc.excerpt import restored
from clv_xl.hosts.recalc.formula import cell_name, column_letters
from clv_xl.hosts.recalc.sheets import MAIN, complete, place

LONGEST_TEXT: Final = 32_767
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_UNWRITABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)"
)
_IN_FILES: Final = {CellError.SPILL: "#VALUE!", CellError.CALC: "#VALUE!"}
"""Excel stores its newer errors as #VALUE! with a note of its own; nothing else may stand here."""


def store(part: SheetPart, outcomes: Iterable[Outcome]) -> tuple[bytes | None, int]:
    """Write the values of a sheet's formula cells into its XML.

    Parameters
    ----------
    part : SheetPart
    outcomes : iterable of Outcome
        The formula cells of this sheet with what they show.

    Returns
    -------
    bytes or None
        The new part; None where nothing changed.
    int, count
        Cells that changed.
    """
    known = [outcome for outcome in outcomes if outcome.rows is not None]
    if part.gaps and not _rows_filled(known) <= _rows_at_hand(part):
        complete(part)
    writer = _SheetWriter(part)
    for outcome in known:
        writer.write(outcome, outcome.rows or [])
    if not writer.changed:
        return None, 0
    tree = part.root.getroottree()
    content = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return restored(content, part.gaps), writer.changed


def _rows_filled(outcomes: Iterable[Outcome]) -> set[int]:
    """Return the rows that formulas fill, or have filled."""
    filled: set[int] = set()
    for outcome in outcomes:
        top, _, bottom, _ = outcome.cell.old_block
        filled.update(range(top, max(bottom + 1, top + len(outcome.rows or []))))
    return filled


def _rows_at_hand(part: SheetPart) -> set[int]:
    return {int(row.get("r", 0)) for row in part.root.iterfind("{*}sheetData/{*}row")}


class _SheetWriter:
    """Changes the cells of one sheet and counts the changes."""

    def __init__(self, part: SheetPart) -> None:
        self._namespace = etree.QName(part.root).namespace or MAIN
        self._data = part.root.find(self._tag("sheetData"))
        self._value_tag, self._formula_tag = self._tag("v"), self._tag("f")
        self._rows: dict[int, Any] | None = None
        self._cells: dict[int, dict[int, Any]] = {}
        self._last_row = 0
        self.changed = 0

    def _tag(self, name: str) -> str:
        return f"{{{self._namespace}}}{name}"

    def write(self, outcome: Outcome, rows: list[list[Cell]]) -> None:
        cell = outcome.cell
        self._set(cell.element, rows[0][0])
        if cell.kind not in {"array", "dynamic"}:
            return
        _, top, left = cell.place
        formula = cell.element.find(self._formula_tag)
        old = cell.old_block
        height, width = len(rows), max(map(len, rows))
        if cell.kind == "dynamic":
            reference = cell_name(top, left)
            if height * width > 1:
                reference += ":" + cell_name(top + height - 1, left + width - 1)
            if formula.get("ref") != reference:
                formula.set("ref", reference)
                self.changed += 1
            for row in range(old[0], old[2] + 1):
                for column in range(old[1], old[3] + 1):
                    if row >= top + height or column >= left + width:
                        self._empty(row, column)
        self._all_rows()
        new = max(self._last_row + 1 - top, 1)
        for down, line in enumerate(rows[:new]):
            for across, value in enumerate(line):
                if down or across:
                    self._set(self._find(top + down, left + across), value)
        self._append(top + new, left, rows[new:])

    def _set(self, element: Any, value: Cell) -> None:
        """Put a value into a cell's XML, unless it is there already."""
        kind, text = stored_form(value)
        content = element.find(self._value_tag)
        same_text = content is not None and (content.text or "") == text
        if (element.get("t", "n"), same_text) == (kind, True) and content.get(_SPACE) in {
            None,
            "preserve",
        }:
            return
        for child in list(element):
            if child.tag != self._formula_tag:
                element.remove(child)
        element.attrib.pop("vm", None)
        if kind == "n":
            element.attrib.pop("t", None)
        else:
            element.set("t", kind)
        content = etree.SubElement(element, self._value_tag)
        content.text = text
        if text != text.strip():
            content.set(_SPACE, "preserve")
        self.changed += 1

    def _append(self, top: int, left: int, rows: list[list[Cell]]) -> None:
        """Add rows below the last one, all at once."""
        if not rows:
            return
        letters = [column_letters(left + across) for across in range(len(rows[0]))]
        lines = [f'<sheetData xmlns="{self._namespace}">']
        for number, line in enumerate(rows, top):
            cells = "".join(
                _cell_text(f"{letter}{number}", *stored_form(value))
                for letter, value in zip(letters, line, strict=True)
            )
            lines.append(f'<row r="{number}">{cells}</row>')
        made = etree.fromstring("".join([*lines, "</sheetData>"]), etree.XMLParser(huge_tree=True))
        found = list(made)
        self._all_rows().update(enumerate(found, top))
        self._data.extend(found)
        self._last_row = top + len(rows) - 1
        self.changed += sum(map(len, rows))

    def _empty(self, row: int, column: int) -> None:
        """Clear a cell that a formula no longer fills; its style stays."""
        element = self._known(row).get(column) if row in self._all_rows() else None
        if element is None or element.find(self._formula_tag) is not None or not len(element):
            return
        for child in list(element):
            element.remove(child)
        for name in ("t", "vm", "cm"):
            element.attrib.pop(name, None)
        self.changed += 1

    def _all_rows(self) -> dict[int, Any]:
        if self._rows is None:
            self._rows = {}
            number = 0
            for row in self._data.iterchildren(self._tag("row")):
                number = int(row.get("r") or number + 1)
                self._rows[number] = row
            self._last_row = max(self._rows, default=0)
        return self._rows

    def _known(self, row: int) -> dict[int, Any]:
        if row not in self._cells:
            cells = self._all_rows()[row].iterchildren(self._tag("c"))
            self._cells[row] = {place(cell.get("r"))[1]: cell for cell in cells}
        return self._cells[row]

    def _find(self, row: int, column: int) -> Any:
        """Return a cell's element, made in its place where there was none."""
        rows = self._all_rows()
        if row not in rows:
            element = etree.Element(self._tag("row"), {"r": str(row)})
            if row > self._last_row:
                self._data.append(element)
                self._last_row = row
            else:
                rows[min(number for number in rows if number > row)].addprevious(element)
            rows[row] = element
        cells = self._known(row)
        if column not in cells:
            element = etree.Element(self._tag("c"), {"r": cell_name(row, column)})
            after = [number for number in cells if number > column]
            if after:
                cells[min(after)].addprevious(element)
            else:
                extra = rows[row].find(self._tag("extLst"))
                rows[row].append(element) if extra is None else extra.addprevious(element)
            cells[column] = element
            if rows[row].get("spans"):
                del rows[row].attrib["spans"]
        return cells[column]


def stored_form(value: Cell) -> tuple[str, str]:
    """Return the type and text with which a file holds a formula's value."""
    if isinstance(value, bool):
        return "b", "1" if value else "0"
    if isinstance(value, CellError):
        return "e", _IN_FILES.get(value, value.value)
    if value is None or isinstance(value, str):
        if len(value or "") > LONGEST_TEXT:
            return "e", "#VALUE!"
        return "str", _UNWRITABLE.sub(_escape, value or "")
    if isinstance(value, (int, float)):
        number = float(value)
        return "n", str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    raise TypeError(type(value).__name__)


def _cell_text(name: str, kind: str, text: str) -> str:
    """Return the XML of a cell."""
    if kind == "n":
        return f'<c r="{name}"><v>{text}</v></c>'
    space = ' xml:space="preserve"' if text != text.strip() else ""
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        text = text.replace(sign, written)
    return f'<c r="{name}" t="{kind}"><v{space}>{text}</v></c>'


def _escape(match: re.Match[str]) -> str:
    return f"_x{ord(match[0]):04X}_"


def by_place(values: Mapping[str, Mapping[str, Cell]]) -> dict[tuple[str, int, int], Cell]:
    """Return values given by sheet and cell name, keyed by sheet, row and column."""
    return {
        (sheet.casefold(), *place(name)): value
        for sheet, cells in values.items()
        for name, value in cells.items()
    }
