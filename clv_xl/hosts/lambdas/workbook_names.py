"""The names of the edition put into a workbook, and taken out; all else stays as it is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from clv_xl.errors import FileError
from clv_xl.hosts.lambdas.edition import FORMULAS, Name, names
from clv_xl.hosts.lambdas.syntax import FUNCTION_PREFIX
from clv_xl.package import open_package
from clv_xl.package.namespaces import MAIN
from clv_xl.package.relations import main_part
from clv_xl.package.xml_parts import parse, serialize

if TYPE_CHECKING:
    from pathlib import Path

    from clv_xl.package import Package

_MACROS: Final = "vbaproject.bin"
_LITE: Final = b"WA200008175"
"""The number of the add-in xlwings Lite in Microsoft's store."""
_BEFORE: Final = ("sheets", "functionGroups", "externalReferences")
"""What stands before the names in the main part of a workbook, in this order."""
_LAMBDA: Final = f"{FUNCTION_PREFIX}lambda("
"""How a formula of these begins; LibreOffice writes it in lower case."""


class Done(NamedTuple):
    """What was done to a workbook."""

    path: Path
    functions: int


def add(path: str | os.PathLike[str], out: str | os.PathLike[str] | None = None) -> Done:
    """Put the functions into a workbook; those that it has already stay.

    Parameters
    ----------
    path : path
        An .xlsx or .xltx file.
    out : path, optional
        Where to write; by default the file itself.

    Returns
    -------
    Done
        With the number of functions that were added.

    Raises
    ------
    FileError
        The workbook has macros, is made for xlwings Lite, or has a name of a function for something
        else; or see `open_package` and `Package.save`.
    """
    package = open_package(path)
    _refuse_other_functions(package)
    part = main_part(package)
    root = parse(package.read(part))
    present = {
        element.get("name", "").casefold(): element.text
        for element in _defined(root)
        if element.get("localSheetId") is None
    }
    missing = []
    for name in names():
        found = present.get(name.name.casefold())
        if found is None:
            missing.append(name)
        elif found != name.formula:
            raise FileError(
                f"'{package.path.name}' has the name {name.name} for something else. Rename that "
                "in Excel's Name Manager; or, if an older clv_xl added it or LibreOffice saved "
                "it, run clv-xl add-functions --remove first."
            )
    _append(root, missing)
    package.save({part: serialize(root)} if missing else {}, out)
    return Done(package.path, sum(name.name in FORMULAS for name in missing))


def remove(path: str | os.PathLike[str], out: str | os.PathLike[str] | None = None) -> Done:
    """Take the functions out of a workbook, also those of an older version of clv_xl.

    Parameters
    ----------
    path : path
    out : path, optional
        Where to write; by default the file itself.

    Returns
    -------
    Done
        With the number of functions that were removed.
    """
    package = open_package(path)
    part = main_part(package)
    root = parse(package.read(part))
    known = {name.name.casefold(): name.name in FORMULAS for name in names()}
    functions = doomed = 0
    for element in _defined(root):
        key = element.get("name", "").casefold()
        if key in known and (element.text or "").lower().startswith(_LAMBDA):
            parent = element.getparent()
            parent.remove(element)
            doomed += 1
            functions += known[key]
            if not len(parent):
                root.remove(parent)
    package.save({part: serialize(root)} if doomed else {}, out)
    return Done(package.path, functions)


def _defined(root: Any) -> list[Any]:
    return list(root.iterfind("{*}definedNames/{*}definedName"))


def _refuse_other_functions(package: Package) -> None:
    """Raise if the workbook has functions of these names by another way."""
    shown = package.path.name
    if any(name.lower().endswith(_MACROS) for name in package.names):
        raise FileError(
            f"'{shown}' has macros, whose functions may have the same names, and Excel confuses "
            "the two. Save it as .xlsx in Excel and retry."
        )
    parts = (name for name in package.names if name.startswith("xl/webextensions/"))
    if any(_LITE in package.read(name) for name in parts):
        raise FileError(
            f"'{shown}' is made for xlwings Lite, whose functions may have the same names, and "
            "Excel confuses the two. Use another workbook."
        )


def _append(root: Any, missing: list[Name]) -> None:
    """Add the names at the end of the list, which is made where there is none."""
    if not missing:
        return
    space = root.tag[1:].partition("}")[0] if root.tag.startswith("{") else MAIN
    listed = root.find(f"{{{space}}}definedNames")
    if listed is None:
        listed = root.makeelement(f"{{{space}}}definedNames")
        before = [element for kind in _BEFORE for element in root.iterfind(f"{{{space}}}{kind}")]
        before[-1].addnext(listed)
    for name in missing:
        attributes = {"name": name.name, "comment": name.comment}
        element = listed.makeelement(f"{{{space}}}definedName", attributes)
        element.text = name.formula
        listed.append(element)
