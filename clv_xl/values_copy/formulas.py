"""Formulas outside cells: which of them still work in a copy with values only."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from lxml import etree

from clv_xl.functions import CATALOGUE

_TEXT: Final = re.compile(r'"[^"]*"')
_WORD: Final = re.compile(r"[^\W\d][\w.\\]*")
_CALL: Final = re.compile(r"([\w.]+)\s*\(")
_OTHER_BOOK: Final = re.compile(r"(?<![\w\[:,\]])\[(?:[1-9][0-9]*|[^\[\]]+\.(?:xl\w+|ods))\]")
_SPILL: Final = "ANCHORARRAY"
_SPILL_MARK: Final = re.compile(r"[\w.]#(?![\w/])")
_SHEET: Final = r"(?:'(?:[^'\[]|'')+'|[\w.]+)!"
_CELL: Final = r"\$?[A-Za-z]{1,3}\$?[0-9]+"
_CELLS: Final = (
    rf"(?:{_CELL}(?::{_CELL})?|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}|\$?[0-9]+:\$?[0-9]+)"
)
_RANGE: Final = re.compile(rf"{_SHEET}{_CELLS}(?:,{_SHEET}{_CELLS})*|[\w.]+\[[^()]*\]")
_ELEMENTS: Final = frozenset({"formula", "formula1", "formula2", "f"})


class Surviving:
    """Tells which formulas outside cells still work.

    A formula fails that calls a function of clv_xl, refers to another workbook, to a removed sheet
    or to what a formula spills, or mentions a name whose formula fails.

    Parameters
    ----------
    names : mapping of str to str
        The defined names, lower case, with their formulas.
    sheets : collection of str
        The titles of the sheets that are removed.
    """

    def __init__(self, names: Mapping[str, str], sheets: Collection[str] = ()) -> None:
        self._sheets = [mark for title in sheets for mark in _marks(title)]
        self._failing: set[str] = set()
        while True:
            found = {name for name, formula in names.items() if not self.works(formula)}
            if found == self._failing:
                break
            self._failing = found

    def works(self, formula: str) -> bool:
        """Whether a formula still works."""
        bare = _TEXT.sub('""', formula)
        if any(_is_custom(name) for name in _CALL.findall(bare)):
            return False
        if _OTHER_BOOK.search(bare) or _SPILL_MARK.search(bare):
            return False
        lower = bare.lower()
        return not (self._failing & words(bare)) and not any(m in lower for m in self._sheets)


def words(formula: str) -> set[str]:
    """Return the words of a formula, lower case: names, functions, sheets."""
    return {word.lower() for word in _WORD.findall(formula)}


def is_range(formula: str) -> bool:
    """Whether the formula of a defined name is just some cells, or columns of a table."""
    return _RANGE.fullmatch(formula.strip()) is not None


def formulas_of(element: Any) -> Iterator[str]:
    """Yield the formulas in an element: of rules, of charts, and those that shapes show."""
    for child in element.iter(etree.Element):
        if etree.QName(child).localname in _ELEMENTS and child.text:
            yield child.text
        elif child.get("type") == "formula" and child.get("val"):
            yield child.get("val")
        elif child.get("textlink"):
            yield child.get("textlink")


def _is_custom(name: str) -> bool:
    plain = name.rsplit(".", 1)[-1].upper()
    return plain in CATALOGUE or plain == _SPILL


def _marks(title: str) -> tuple[str, str]:
    lower = title.lower()
    return f"{lower}!", f"{lower.replace(chr(39), chr(39) * 2)}'!"
