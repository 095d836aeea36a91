"""One sheet, or one table, with the values of its formulas in their place."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from clv_xl.package.xml_parts import parse, serialize
from clv_xl.values_copy.formulas import Surviving, formulas_of

_RULES: Final = ("cfRule", "dataValidation")
"""Elements whose formulas decide about cells; a list of them is removed when it is empty."""
_OF_TABLES: Final = ("calculatedColumnFormula", "totalsRowFormula")


class Values(NamedTuple):
    """A sheet with values only.

    `formulas` counts the cells that held a formula, `without_value` those of them for which the
    file holds no value.
    """

    content: bytes
    formulas: int
    without_value: int


def values_only(content: bytes, surviving: Surviving) -> Values:
    """Return a sheet whose formula cells hold their stored values, with the rules that work.

    Parameters
    ----------
    content : bytes
        The part of a sheet.
    surviving : Surviving
    """
    root = parse(content)
    cells = [cell for cell in root.iterfind("{*}sheetData/{*}row/{*}c") if _holds_formula(cell)]
    without_value = sum(not _keep_value(cell) for cell in cells)
    removed = [_remove_failing(root, rule, surviving) for rule in _RULES]
    if not cells and not any(removed):
        return Values(content, 0, 0)
    return Values(serialize(root), len(cells), without_value)


def table_without_formulas(content: bytes) -> bytes:
    """Return a table whose columns and totals name no formulas."""
    root = parse(content)
    formulas = [formula for tag in _OF_TABLES for formula in root.iter(f"{{*}}{tag}")]
    totals = [column for column in root.iter("{*}tableColumn") if column.get("totalsRowFunction")]
    if not formulas and not totals:
        return content
    for formula in formulas:
        formula.getparent().remove(formula)
    for column in totals:
        del column.attrib["totalsRowFunction"]
    return serialize(root)


def _holds_formula(cell: Any) -> bool:
    return cell.find("{*}f") is not None


def _keep_value(cell: Any) -> bool:
    """Remove the formula of a cell, and return whether the file holds its value."""
    cell.remove(cell.find("{*}f"))
    cell.attrib.pop("cm", None)  # says that the formula spills
    value = cell.find("{*}v")
    if cell.get("t") == "inlineStr":
        return cell.find("{*}is") is not None
    if value is not None and (value.text or cell.get("t") == "str"):
        return True
    if value is not None:
        cell.remove(value)
    cell.attrib.pop("t", None)
    return False


def _remove_failing(root: Any, tag: str, surviving: Surviving) -> bool:
    """Remove the rules of a sheet that no longer work, and return whether there were any."""
    failing = [
        rule
        for rule in root.iter(f"{{*}}{tag}")
        if not all(map(surviving.works, formulas_of(rule)))
    ]
    for rule in failing:
        group = rule.getparent()
        group.remove(rule)
        left = len(group.findall(f"{{*}}{tag}"))
        if not left:
            _remove_with_empty_parents(group)
        elif "count" in group.attrib:
            group.set("count", str(left))
    return bool(failing)


def _remove_with_empty_parents(element: Any) -> None:
    """Remove an element, and what would be empty without it: its list, its extension."""
    parent = element.getparent()
    parent.remove(element)
    if not len(parent) and parent.getparent() is not None:
        _remove_with_empty_parents(parent)
