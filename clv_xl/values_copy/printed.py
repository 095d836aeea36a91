"""A copy of a workbook of which only the reports are printed: values only, one page wide."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Any, Final, NamedTuple

from lxml import etree

from clv_xl.errors import FileError
from clv_xl.package import archive, open_package
from clv_xl.package.namespaces import MAIN
from clv_xl.package.relations import typed_relations
from clv_xl.package.xml_parts import parse, serialize
from clv_xl.values_copy import book
from clv_xl.values_copy.share import empty_text, valued

_NO_REPORTS: Final = (
    "'{name}' has no report sheets to print: they are the visible ones whose tab has the colour "
    "of the reports. Show a hidden report, or take a workbook made from the template."
)
_AFTER_SETUP: Final = frozenset(
    {"headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors",
     "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture",
     "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"}
)  # fmt: skip
"""What a sheet has after its page setup, in the order of the file format."""
_BEFORE_FIT: Final = frozenset({"tabColor", "outlinePr"})


class Printed(NamedTuple):
    """A workbook file of which only the reports are visible, and the titles of these."""

    content: bytes
    sheets: tuple[str, ...]
    without_value: int
    """Formulas of the whole workbook for which the file holds no value."""


def reports_only(
    path: str | os.PathLike[str], colours: Collection[str], on_screen: str = ""
) -> Printed:
    """Return a copy with values only in which all sheets but the reports are hidden.

    A report is known by the colour of its tab, so it may have any name, and a sheet of the user's
    own is one too once its tab has this colour. Each is printed one page wide.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm file; it stays as it is.
    colours : collection of str
        The colours of the tabs of reports, six hexadecimal digits in upper case.
    on_screen : str, optional
        A text that is for the screen alone: cells that hold it are empty in the copy.

    Raises
    ------
    FileError
        The file is no workbook, damaged or protected, or has no visible reports.
    """
    package = open_package(path)
    parts, main, _, without_value = valued(package)
    root = parse(parts[main])
    part_of = {one.id: one.target for one in typed_relations(parts, main)}
    titles: list[str] = []
    first = None
    for number, sheet in enumerate(root.iterfind("{*}sheets/{*}sheet")):
        name = part_of.get(book.relation_id(sheet), "")
        content = parse(parts[name]) if name in parts else None
        shown = sheet.get("state", "visible") == "visible"
        if content is not None and shown and _tab_colour(content) in colours:
            first = number if first is None else first
            titles.append(sheet.get("name", ""))
            _fit_to_width(content)
            parts[name] = serialize(content)
        else:
            sheet.set("state", "hidden")
    if first is None:
        raise FileError(_NO_REPORTS.format(name=package.path.name))
    for view in root.iterfind("{*}bookViews/{*}workbookView"):
        view.set("activeTab", str(first))
        view.set("firstSheet", str(first))
    parts[main] = serialize(root)
    empty_text(parts, main, on_screen)
    return Printed(archive.write(parts), tuple(titles), without_value)


def _tab_colour(sheet: Any) -> str:
    """Return the colour of a sheet's tab as six hexadecimal digits; empty if it has none."""
    colour = sheet.find("{*}sheetPr/{*}tabColor")
    return "" if colour is None else str(colour.get("rgb", ""))[-6:].upper()


def _fit_to_width(sheet: Any) -> None:
    """Let a sheet be printed one page wide, and as high as needed if it was not fitted yet."""
    space = etree.QName(sheet).namespace or MAIN
    properties = sheet.find("{*}sheetPr")
    fit = properties.find("{*}pageSetUpPr")
    if fit is None:
        fit = etree.Element(f"{{{space}}}pageSetUpPr")
        properties.insert(_place_after(properties, _BEFORE_FIT), fit)
    setup = sheet.find("{*}pageSetup")
    if setup is None:
        setup = etree.Element(f"{{{space}}}pageSetup")
        sheet.insert(_place_before(sheet, _AFTER_SETUP), setup)
    if fit.get("fitToPage") not in {"1", "true"}:
        setup.set("fitToHeight", "0")
    fit.set("fitToPage", "1")
    setup.set("fitToWidth", "1")


def _place_after(parent: Any, tags: frozenset[str]) -> int:
    return sum(etree.QName(child).localname in tags for child in parent)


def _place_before(parent: Any, tags: frozenset[str]) -> int:
    children = [etree.QName(child).localname for child in parent]
    return next((at for at, tag in enumerate(children) if tag in tags), len(children))
