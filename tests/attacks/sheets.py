"""Sheets written as no usual program writes them: computed, and no other byte changed.

    python tests/attacks/sheets.py --count 1000 --seed 1

prints one line of figures and ends with status 1 if a sheet was damaged, a value was wrong, a byte
outside the computed cells changed, or anything but a sentence was raised.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import openpyxl
from lxml import etree

from clv_xl.errors import FileError
from clv_xl.hosts.recalc import recalculate

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
NUMBERS = {"A1": 2, "A2": 3, "A3": 5}
"""The cells to which formulas refer."""
FORMULAS: list[tuple[str, Callable[[int], float | str]]] = [
    ("CLV({0},2,1)", lambda number: 2.0 * number),
    ("{0}+1", lambda number: number + 1.0),
    ('IF({0}<9,"a&b>c",CLV(1,1,1))', lambda _: "a&b>c"),
]
STRANGE = [
    '<o:sheetData xmlns:o="urn:o"><o:c r="A1"><o:v>9</o:v></o:c></o:sheetData>',
    '<sheetData xmlns="urn:o"><row r="1"><c r="A1"><v>9</v></c></row></sheetData>',
    '<ext xmlns="urn:o" uri=">"/>',
]
"""Elements of other programs, which look like those of the format."""


@dataclass
class Sheet:
    """A sheet in pieces, every second of which is a formula cell, and what those cells show."""

    pieces: list[str] = field(default_factory=lambda: [""])
    values: list[float | str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    in_order: bool = True

    def add(self, text: str) -> None:
        self.pieces[-1] += text

    def add_formula(self, text: str, value: float | str, kept: str) -> None:
        self.pieces += [text, ""]
        self.values.append(value)
        self.kept.append(kept)

    @property
    def content(self) -> bytes:
        return "".join(self.pieces).encode()


def odd_sheet(draw: random.Random) -> Sheet:
    """Return a sheet whose writer had habits of its own."""
    return _Writer(draw).sheet()


class _Writer:
    """The habits of one program: which oddities it has, and how often."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.odd = draw.choice([0.0, 0.1, 0.5])
        self.prefixes = draw.choice([[""], ["x:"], ["", "x:"], ["x:", "y:"]])
        self.places = draw.random() < 0.8
        self.has_default = "" in self.prefixes

    def is_odd(self) -> bool:
        return self.draw.random() < self.odd

    def gap(self) -> str:
        if not self.is_odd():
            return ""
        gaps = ["\n  ", "\r\n", "<!-- <c r='A1'><f>1</f></c> -->", "<?note </row>?>", "\t"]
        return self.draw.choice([*gaps, "<o:note xmlns:o='urn:o'>1</o:note>"])

    def tag(self, name: str, attributes: dict[str, str], inside: str) -> str:
        """An element of the format."""
        prefix = self.draw.choice(self.prefixes)
        pairs = list(attributes.items())
        if self.is_odd():
            pairs.append(("o:note", "</c>".replace("<", "&lt;")))
            pairs.append(("xmlns:o", "urn:o"))
            self.draw.shuffle(pairs)
        elif self.is_odd():
            self.draw.shuffle(pairs)
        written = "".join(map(self.attribute, pairs))
        end = self.draw.choice(["", " ", "\n"]) if self.is_odd() else ""
        if not inside and not self.is_odd():
            return f"<{prefix}{name}{written}{end}/>"
        return f"<{prefix}{name}{written}{end}>{inside}</{prefix}{name}>"

    def attribute(self, pair: tuple[str, str]) -> str:
        blank, sign, quote = " ", "=", '"'
        if self.is_odd():
            blank, sign = self.draw.choice(["  ", "\n"]), self.draw.choice(["=", " = "])
            quote = self.draw.choice("'\"")
        return f"{blank}{pair[0]}{sign}{quote}{pair[1]}{quote}"

    def text(self, text: str) -> str:
        if self.is_odd() and text:
            middle = self.draw.randrange(len(text) + 1)
            return self.draw.choice([
                f"<![CDATA[{text}]]>",
                "".join(f"&#{ord(sign)};" for sign in text),
                f"{_escaped(text[:middle])}<!-- <v> -->{_escaped(text[middle:])}",
            ])  # fmt: skip
        return _escaped(text)

    def kept(self) -> str:
        """What a cell holds besides its value."""
        if not self.is_odd():
            return ""
        prefix = self.draw.choice(self.prefixes)
        return f"<{prefix}extLst>{self.draw.choice(STRANGE)}</{prefix}extLst>"

    def sheet(self) -> Sheet:
        sheet = Sheet()
        spaces = [f'xmlns{":" if one else ""}{one[:-1]}="{MAIN}"' for one in self.prefixes]
        if not self.has_default:
            spaces += self.draw.choice([[], ['xmlns="urn:other"']])
        self.draw.shuffle(spaces)
        root = f"{self.prefixes[0]}worksheet"
        sheet.add(self.draw.choice(["", '<?xml version="1.0" encoding="UTF-8"?>\n']))
        sheet.add(f"<{root} {' '.join(spaces)}>")
        sheet.add("<!-- <sheetData> -->" if self.is_odd() else "")
        prefix = self.draw.choice(self.prefixes)
        sheet.add(f"<{prefix}sheetData>")
        numbers = [1, 2, 3, 5, 8] if self.places else [1, 2, 3, 4, 5]
        if self.places and self.draw.random() < 0.05:
            self.draw.shuffle(numbers)
            sheet.in_order = numbers == sorted(numbers)
        for number in numbers:
            self.row(sheet, number)
        sheet.add(f"{self.gap()}</{prefix}sheetData>")
        if self.is_odd():
            sheet.add(f"<{prefix}extLst>{self.draw.choice(STRANGE)}</{prefix}extLst>")
        sheet.add(f"</{root}>")
        return sheet

    def row(self, sheet: Sheet, number: int) -> None:
        prefix = self.draw.choice(self.prefixes)
        place = self.attribute(("r", str(number))) if self.places else ""
        spans = self.attribute(("spans", "1:4")) if self.is_odd() else ""
        sheet.add(f"{self.gap()}<{prefix}row{self.draw.choice([place + spans, spans + place])}>")
        for column in "ABCD":
            name = f"{column}{number}"
            known = {"r": name} if self.places else {}
            sheet.add(self.gap())
            if name in NUMBERS:
                value = self.tag("v", {}, self.number(NUMBERS[name]))
                sheet.add(self.tag("c", known, value + self.kept()))
            elif column in "AC" or number > 5 or self.draw.random() < 0.5:
                sheet.add(self.constant(known))
            else:
                self.formula(sheet, known)
        sheet.add(f"{self.gap()}</{prefix}row>")

    def number(self, number: int) -> str:
        return self.draw.choice([str(number), f"{number}.0", f"&#{48 + number};"])

    def constant(self, known: dict[str, str]) -> str:
        texts = [self.tag("t", {"xml:space": "preserve"}, self.text(" a < & > b"))]
        texts.append(self.tag("r", {}, self.tag("t", {}, "_x000D_")))
        texts.append(self.tag("t", {}, ""))
        kinds = [
            ({"s": "0"}, ""),
            ({"t": "b"}, self.tag("v", {}, "1")),
            ({"t": "str"}, self.tag("v", {}, self.text("x > y"))),
            ({"t": "inlineStr"}, self.tag("is", {}, self.draw.choice(texts))),
        ]
        attributes, inside = self.draw.choice(kinds)
        return self.tag("c", known | attributes, inside + self.kept())

    def formula(self, sheet: Sheet, known: dict[str, str]) -> None:
        text, value = self.draw.choice(FORMULAS)
        cell = self.draw.choice(list(NUMBERS))
        formula = self.tag("f", {}, self.text(text.format(cell)))
        old, kind = self.draw.choice([("", {}), ("777", {}), ("wrong", {"t": "str"})])
        held = self.tag("v", {}, old) if old or self.is_odd() else ""
        order = [held, formula] if self.is_odd() else [formula, held]
        kept = self.kept()
        attributes = known | {"s": "0"} | kind
        sheet.add_formula(
            self.tag("c", attributes, f"{order[0]}{order[1]}{kept}"), value(NUMBERS[cell]), kept
        )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


@cache
def _parts() -> dict[str, bytes]:
    """The parts of a workbook with one sheet."""
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    with zipfile.ZipFile(stream) as made:
        return {name: made.read(name) for name in made.namelist()}


def verdict(sheet: Sheet, folder: Path) -> str:
    """Return what became of a sheet: "ok", "refused" where it is out of order, or what is wrong."""
    path = folder / "book.xlsx"
    with zipfile.ZipFile(path, "w") as made:
        for name, part in {**_parts(), SHEET: sheet.content}.items():
            made.writestr(name, part)
    before = path.read_bytes()
    try:
        recalculate(path)
    except FileError:
        unchanged = path.read_bytes() == before
        return "refused" if unchanged and not sheet.in_order else "refused without need"
    if not sheet.in_order:
        written = path.read_bytes() != before
        return "written out of order" if written else "ok"
    with zipfile.ZipFile(path) as opened:
        new = opened.read(SHEET)
    return _difference(sheet, new) or ("ok" if recalculate(path).changed == 0 else "not settled")


def _difference(sheet: Sheet, new: bytes) -> str:
    """Return what is wrong with the new part of a sheet, empty if nothing is."""
    try:
        etree.fromstring(new)
    except etree.XMLSyntaxError:
        return "not well-formed"
    computed = iter(range(len(sheet.values)))
    pattern = "".join(
        re.escape(piece) if place % 2 == 0 else f"(?P<c{next(computed)}><.*?)"
        for place, piece in enumerate(sheet.pieces)
    )
    found = re.fullmatch(pattern, new.decode(), re.DOTALL)
    if found is None:
        return "other bytes changed"
    if any(kept not in found[number + 1] for number, kept in enumerate(sheet.kept)):
        return "an extension list was lost"
    cells = etree.fromstring(new).iterfind(f"{{{MAIN}}}sheetData/{{{MAIN}}}row/{{{MAIN}}}c")
    shown = [_value(cell) for cell in cells if cell.find(f"{{{MAIN}}}f") is not None]
    return "" if shown == sheet.values else "wrong values"


def _value(cell: etree._Element) -> float | str:
    text = "".join(cell.find(f"{{{MAIN}}}v").itertext())
    return text if cell.get("t") == "str" else float(text)


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--count", type=int, default=1000)
    reader.add_argument("--seed", type=int, default=1)
    given = reader.parse_args()
    figures: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given.count):
            sheet = odd_sheet(random.Random(given.seed * 1_000_000 + number))
            try:
                found = verdict(sheet, Path(folder))
            except Exception as fault:  # noqa: BLE001 - whatever is raised is a finding
                found = f"raised {type(fault).__name__}"
            figures[found] += 1
            if found not in {"ok", "refused"}:
                sys.stderr.write(f"{number}: {found}\n")
    told = ", ".join(f"{count} {one}" for one, count in figures.items())
    sys.stdout.write(f"sheets: {given.count}; {told}\n")
    return int(bool(figures.keys() - {"ok", "refused"}))


if __name__ == "__main__":
    sys.exit(main())
