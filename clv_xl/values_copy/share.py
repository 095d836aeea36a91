"""Write a copy of a workbook with values only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final, NamedTuple

from lxml import etree

from clv_xl.errors import FileError
from clv_xl.package import Package, lock, open_package
from clv_xl.package.content_types import forget_parts, set_content_type
from clv_xl.package.relations import (
    Parts,
    main_part,
    reachable,
    typed_relations,
    unrelate,
)
from clv_xl.package.xml_parts import parse, serialize
from clv_xl.values_copy import book, charts
from clv_xl.values_copy.buttons import remove_buttons
from clv_xl.values_copy.formulas import Surviving, formulas_of, words
from clv_xl.values_copy.sheets import table_without_formulas, values_only

_PLAIN: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_HELP_SHEET: Final = "_IntelliSense_"
_MACROS: Final = frozenset({"xlMacrosheet", "xlIntlMacrosheet", "dialogsheet"})
_OF_PROGRAMS: Final = frozenset({"extensibility", "userCustomization"})
_OF_FORMULAS: Final = frozenset(
    {"vbaProject", "attachedToolbars", "calcChain", "volatileDependencies", "externalLink"}
)


class Shared(NamedTuple):
    """What was written.

    Parameters
    ----------
    path : Path
        The copy.
    formulas : int, count
        Formula cells that hold their values now.
    without_value : int, count
        Formula cells for which the workbook held no value; they are empty in the copy.
    """

    path: Path
    formulas: int
    without_value: int


def share(
    path: str | os.PathLike[str], out: str | os.PathLike[str], *, on_screen: str = ""
) -> Shared:
    """Write a copy of a workbook with values only, for people without the functions of clv_xl.

    Formula cells hold the values that the workbook shows; macros, buttons, ActiveX controls, the
    ribbon, links to other workbooks and the hidden sheet of the function help are gone, and so are
    conditional formats and validations that use what is gone. A chart of what is gone keeps the
    values that it shows. Everything else, such as charts, pictures, formats, tables and comments,
    stays byte for byte.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm file; it stays as it is.
    out : path
        The .xlsx file to write. A file of this name is replaced in one step.
    on_screen : str, optional
        A text for those who have the functions: cells that hold it are empty in the copy.

    Returns
    -------
    Shared

    Raises
    ------
    FileError
        The file is no workbook, damaged or protected; `out` is the workbook itself, is no .xlsx
        file, is open elsewhere, or cannot be written.

    Examples
    --------
    >>> from clv_xl.values_copy import share
    >>> share("orders.xlsm", "for_colleagues.xlsx").without_value  # doctest: +SKIP
    0
    """
    target = Path(out)
    if target.suffix.lower() != ".xlsx":
        raise FileError(f"The copy is a plain workbook: let the name '{target.name}' end in .xlsx.")
    package = open_package(path)
    if target.exists() and target.samefile(package.path):
        raise FileError(f"'{target.name}' is the workbook itself. Give the copy another name.")
    parts, main, formulas, without_value = valued(package)
    empty_text(parts, main, on_screen)
    changes = {name: part for name, part in parts.items() if part != package.read(name)}
    with lock(target):
        package.save(changes, target, without=set(package.names) - parts.keys())
    return Shared(target, formulas, without_value)


class Valued(NamedTuple):
    """The parts of a workbook with values only, the name of the main one, and what was counted."""

    parts: Parts
    main: str
    formulas: int
    without_value: int


def valued(package: Package) -> Valued:
    """Return the parts of a copy with values only.

    Raises
    ------
    FileError
        It is no workbook.
    """
    parts = {name: package.read(name) for name in package.names}
    main = main_part(package)
    if etree.QName(parse(package.read(main))).localname != "workbook":
        raise FileError(f"'{package.path.name}' is not an Excel workbook (.xlsx or .xlsm).")
    return Valued(parts, main, *_leave_values(parts, main))


def empty_text(parts: Parts, main: str, text: str) -> None:
    """Empty the cells that hold a text, be it in the sheets or in the list that they share.

    Parameters
    ----------
    parts : dict
        Changed in place.
    main : str
        The name of the main part.
    text : str
        Where it is empty, nothing is changed.
    """
    for relation in typed_relations(parts, main) if text else ():
        if relation.kind in {"sharedStrings", "worksheet"} and relation.target in parts:
            root = parse(parts[relation.target])
            cells = [found for found in root.iter("{*}t") if found.text == text]
            for found in cells:
                found.text = ""
            if cells:
                parts[relation.target] = serialize(root)


def _leave_values(parts: Parts, main: str) -> tuple[int, int]:
    """Change the parts of a workbook, and count its formula cells and those without a value.

    Parameters
    ----------
    parts : dict
        Changed in place.
    main : str
        The name of the main part.
    """
    before = reachable(parts)
    root = parse(parts[main])
    surviving = Surviving(book.names(root), _remove_sheets(parts, main, root))
    _unrelate(parts, "", _OF_PROGRAMS)
    _unrelate(parts, main, _OF_FORMULAS)
    formulas = without_value = 0
    for kind, sheet in sheet_parts(parts, main):
        if kind == "worksheet":
            values = values_only(parts[sheet], surviving)
            parts[sheet] = values.content
            formulas += values.formulas
            without_value += values.without_value
        _clean_related(parts, sheet, surviving)
    _remove_parts(parts, before - reachable(parts))
    book.remove_links(root)
    book.remove_names(root, surviving, lambda: _mentioned(parts))
    if etree.tostring(root) != etree.tostring(parse(parts[main])):
        parts[main] = serialize(root)
    set_content_type(parts, main, _PLAIN)
    return formulas, without_value


def sheet_parts(parts: Parts, main: str) -> list[tuple[str, str]]:
    """Return kind and part of each sheet that can hold something."""
    return [
        (relation.kind, relation.target)
        for relation in typed_relations(parts, main)
        if relation.kind in {"worksheet", "chartsheet"} and relation.target in parts
    ]


def _remove_sheets(parts: Parts, main: str, root: Any) -> set[str]:
    """Remove the sheet of the function help and those of macros, and return their titles."""
    ids = {relation.id for relation in typed_relations(parts, main) if relation.kind in _MACROS}
    ids |= {
        book.relation_id(sheet)
        for sheet in root.iterfind("{*}sheets/{*}sheet")
        if sheet.get("name") == _HELP_SHEET
    }
    unrelate(parts, main, ids)
    return book.remove_sheets(root, ids)


def _clean_related(parts: Parts, sheet: str, surviving: Surviving) -> None:
    """Remove the formulas of a sheet's tables, the links of its charts, and what runs macros."""
    remove_buttons(parts, sheet, surviving)
    for relation in typed_relations(parts, sheet):
        if relation.target in parts and relation.kind == "table":
            parts[relation.target] = table_without_formulas(parts[relation.target])
        elif relation.kind == "drawing":
            for drawn in typed_relations(parts, relation.target):
                if drawn.kind == "chart" and drawn.target in parts:
                    charts.keep_values(parts, drawn.target, surviving)


def _unrelate(parts: Parts, part: str, kinds: frozenset[str]) -> None:
    ids = {relation.id for relation in typed_relations(parts, part) if relation.kind in kinds}
    unrelate(parts, part, ids)


def _remove_parts(parts: Parts, doomed: set[str]) -> None:
    for name in doomed & parts.keys():
        del parts[name]
    forget_parts(parts, doomed)


def _mentioned(parts: Parts) -> set[str]:
    """Return the words of all formulas outside cells and names, lower case."""
    return {
        word
        for name, content in parts.items()
        if name.lower().endswith(".xml")
        for formula in formulas_of(parse(content))
        for word in words(formula)
    }
