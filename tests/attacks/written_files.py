"""What a command has written, compared with the file that it read."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import openpyxl
from attacks.forked import attempt
from attacks.outcome import Kind
from lxml import etree
from openpyxl.utils.cell import get_column_letter, range_boundaries

_COMPUTED = re.compile(
    r"xl/(worksheets/|tables/|metadata\.xml|_rels/)|\[Content_Types\]|.*sheet\d*\.xml$|.*table\d*\.xml$",
    re.IGNORECASE,
)
"""Parts that hold values, the ranges of tables, and what says that a cell spills."""


def faults(before: Path, after: Path, command: str) -> Iterator[str]:
    """Yield what is wrong with a workbook that a command wrote.

    Parameters
    ----------
    before, after : Path
    command : str
        After recalc only the values of formulas may have changed, after share they are constants.
    """
    try:
        old, new = parts(before), parts(after)
    except (OSError, zipfile.BadZipFile, zlib.error):
        yield "the file is damaged"
        return
    changed = [name for name in old.keys() | new.keys() if old.get(name) != new.get(name)]
    broken = [name for name in changed if name in new and not _is_well_formed(name, new[name])]
    yield from (f"{name} is not well-formed" for name in broken)
    if _opens(before, command) and not _opens(after, command):
        yield "openpyxl opens it no more"
    if command == "recalc":
        yield from (f"{name} changed" for name in changed if not _COMPUTED.match(name))
        for name in changed:
            if name not in broken and b"sheetData" in new.get(name, b"") and name in old:
                yield from (f"{name}: {what}" for what in _differences(old[name], new[name]))


def _is_well_formed(name: str, part: bytes) -> bool:
    if not name.lower().endswith((".xml", ".rels")):
        return True
    try:
        etree.fromstring(part, etree.XMLParser(resolve_entities=False, huge_tree=True))
    except etree.XMLSyntaxError:
        return False
    return True


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _opens(path: Path, command: str) -> bool:
    def load() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            openpyxl.load_workbook(path, data_only=command == "share")

    return attempt(load).kind is Kind.OK


def _differences(old: bytes, new: bytes) -> Iterator[str]:
    """Yield what differs between two sheets besides the values of formulas."""
    before, after = (etree.fromstring(one, etree.XMLParser(huge_tree=True)) for one in (old, new))
    areas = [*_filled(before), *_filled(after)]
    if sorted(_formulas(before)) != sorted(_formulas(after)):
        yield "formulas changed"
    constants, others = (Counter(_constants(one, areas)) for one in (before, after))
    if constants != others:
        apart = sorted({cell[0] for cell in (constants - others) + (others - constants)})
        yield f"constants changed: {' '.join(apart[:9])}"
    for root in (before, after):
        for data in list(root.iter("{*}sheetData")):
            data.clear()
        etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
        for element in root.iter():
            element.tail = None
            element.text = element.text if (element.text or "").strip() else None
    if _plain(before) != _plain(after):
        yield "what stands around the cells changed"


def _plain(root: etree._Element) -> list[tuple[object, ...]]:
    return [
        (str(one.tag), sorted(map(tuple, one.attrib.items())), one.text or "")
        for one in root.iter()
    ]


def _named(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    number = 0
    namespace = etree.QName(root).namespace
    for row in root.iterfind("{*}sheetData/{*}row"):
        number = int(row.get("r") or number + 1)
        for column, cell in enumerate(row.iterchildren(f"{{{namespace}}}c"), 1):
            yield cell.get("r") or f"{get_column_letter(column)}{number}", cell


def _formulas(root: etree._Element) -> list[tuple[str, str]]:
    return [
        (name, "".join(cell.find("{*}f").itertext(etree.Element)))
        for name, cell in _named(root)
        if cell.find("{*}f") is not None
    ]


def _filled(root: etree._Element) -> Iterator[tuple[int, int, int, int]]:
    """Yield the areas that array formulas fill: left, top, right, bottom."""
    for formula in root.iter("{*}f"):
        reference = formula.get("ref") or ""
        if re.fullmatch(r"[A-Za-z$]+[\d$]+(:[A-Za-z$]+[\d$]+)?", reference):
            left, top, right, bottom = range_boundaries(reference)
            yield min(left, right), min(top, bottom), max(left, right), max(top, bottom)


def _constants(
    root: etree._Element, areas: list[tuple[int, int, int, int]]
) -> Iterator[tuple[str, ...]]:
    """Yield the cells that hold a value and no formula, outside of what formulas fill."""
    for name, cell in _named(root):
        if cell.find("{*}f") is not None or not len(cell):
            continue
        if re.fullmatch(r"[A-Za-z]+\d+", name):
            column, row = range_boundaries(name)[:2]
            if any(a <= column <= c and b <= row <= d for a, b, c, d in areas):
                continue
        yield (name, cell.get("t", "n"), cell.get("s", "0"), *map(str, cell.itertext()))
