"""The main part of a copy with values only: its sheets and defined names."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

from clv_xl.package.namespaces import OFFICE, STRICT_OFFICE
from clv_xl.values_copy.formulas import Surviving, is_range, words

_MACRO: Final = ("function", "xlm", "vbProcedure")
_OF_FORMULAS: Final = ("externalReferences", "functionGroups")


def remove_sheets(root: Any, ids: Collection[str]) -> set[str]:
    """Remove sheets by the ids of their relations, and return their titles.

    Parameters
    ----------
    root : element
        The main part.
    ids : collection of str
    """
    sheets = root.findall("{*}sheets/{*}sheet")
    doomed = [number for number, sheet in enumerate(sheets) if relation_id(sheet) in ids]
    for name in list(root.iterfind("{*}definedNames/{*}definedName[@localSheetId]")):
        own = int(name.get("localSheetId"))
        if own in doomed:
            _remove(name)
        else:
            _renumber(name, "localSheetId", doomed)
    for view in root.iterfind("{*}bookViews/{*}workbookView"):
        for attribute in ("activeTab", "firstSheet"):
            if attribute in view.attrib:
                _renumber(view, attribute, doomed)
    for number in doomed:
        sheets[number].getparent().remove(sheets[number])
    return {sheets[number].get("name", "") for number in doomed}


def names(root: Any) -> dict[str, str]:
    """Return the defined names, lower case, with their formulas."""
    return {_name(name): name.text or "" for name in _defined(root)}


def remove_names(root: Any, surviving: Surviving, mentioned: Callable[[], set[str]]) -> None:
    """Remove the names that no longer work, and formulas that nothing mentions.

    Parameters
    ----------
    root : element
        The main part.
    surviving : Surviving
    mentioned : callable
        Returns the words of all formulas that remain outside cells and names, lower case.
    """
    formulas = []
    for name in _defined(root):
        if _is_macro(name) or not surviving.works(name.text or ""):
            _remove(name)
        elif not is_range(name.text or ""):
            formulas.append(name)
    if not formulas:
        return
    needed, known = mentioned(), -1
    while known != len(needed):
        known = len(needed)
        for name in formulas:
            if _name(name) in needed:
                needed |= words(name.text or "")
    for name in formulas:
        if _name(name) not in needed:
            _remove(name)


def remove_links(root: Any) -> None:
    """Remove what the main part says of other workbooks and of its macros' functions."""
    for tag in _OF_FORMULAS:
        for element in root.findall(f"{{*}}{tag}"):
            root.remove(element)


def relation_id(element: Any) -> str:
    """Return the id of the relation that an element names, empty if it names none."""
    return element.get(f"{{{OFFICE}}}id") or element.get(f"{{{STRICT_OFFICE}}}id") or ""


def _defined(root: Any) -> list[Any]:
    return list(root.iterfind("{*}definedNames/{*}definedName"))


def _name(element: Any) -> str:
    return str(element.get("name", "")).lower()


def _is_macro(name: Any) -> bool:
    return any(name.get(mark) in {"1", "true"} for mark in _MACRO)


def _remove(name: Any) -> None:
    group = name.getparent()
    group.remove(name)
    if not len(group):
        group.getparent().remove(group)


def _renumber(element: Any, attribute: str, doomed: Collection[int]) -> None:
    """Count a sheet's number without the sheets that are removed."""
    number = int(element.get(attribute))
    before = sum(one < number for one in doomed)
    if number in doomed:
        element.set(attribute, "0")
    elif before:
        element.set(attribute, str(number - before))
