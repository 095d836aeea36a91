"""The defined names of a book, and those of them that the engine has to know.

The engine goes through all its names for each one, and old workbooks of large companies carry tens
of thousands that no formula reads. Where there are many, it is given those whose words stand in
some formula, also by way of other names, and LAMBDAs, which are called like functions; where these
are many still, those that are cells are written as such (`names_as_cells`).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Final

from clv_xl.errors import FileError
from clv_xl.hosts.recalc.formula.limits import excess
from clv_xl.hosts.recalc.xlsx.book import Book, NameText
from clv_xl.package.xml_parts import parse, serialize

MANY: Final = 500
_WORD: Final = re.compile(r"[^\W\d][\w.\\?]*")


def defined_names(content: bytes, book: Book) -> list[NameText]:
    """Return the defined names that the main part has.

    Raises
    ------
    FileError
        The formula of one is too long or too deep.
    """
    if b"definedName" not in content:
        return []
    root = parse(content)
    numbers = {name.casefold(): number for number, name in enumerate(book.sheets)}
    sheets = [numbers.get(one.get("name", "").casefold()) for one in root.iterfind("{*}sheets/*")]
    found: list[NameText] = []
    for element in root.iterfind("{*}definedNames/{*}definedName"):
        text, limited = element.text or "", element.get("localSheetId")
        too_much = excess(text)
        if too_much:
            raise FileError(f"The formula of one of the workbook's defined names {too_much}")
        if limited is None:
            found.append((element.get("name", ""), None, text))
        elif limited.isdecimal() and int(limited) < len(sheets):
            sheet = sheets[int(limited)]
            if sheet is not None:
                found.append((element.get("name", ""), sheet, text))
    return found


def needed_names(names: Iterable[NameText], formulas: Iterable[str]) -> set[str]:
    """Return the names, case-folded, that the engine has to know: all where they are not many.

    Parameters
    ----------
    names : iterable of NameText
        All that the book has.
    formulas : iterable of str
    """
    meanings: dict[str, list[str]] = {}
    for name, _, text in names:
        meanings.setdefault(name.casefold(), []).append(text)
    if len(meanings) <= MANY:
        return set(meanings)
    needed: set[str] = set()
    waiting = [name for name, said in meanings.items() if any("LAMBDA" in one for one in said)]
    for formula in dict.fromkeys(formulas):
        waiting += _words(formula)
    while waiting:
        name = waiting.pop()
        if name in meanings and name not in needed:
            needed.add(name)
            waiting += (word for said in meanings[name] for word in _words(said))
    return needed


def with_names(content: bytes, names: Iterable[NameText], needed: Container[str]) -> bytes:
    """Return the main part with those of its names that the engine has to know."""
    if all(name.casefold() in needed for name, _, _ in names):
        return content
    root = parse(content)
    for element in root.findall("{*}definedNames/{*}definedName"):
        if element.get("name", "").casefold() not in needed:
            element.getparent().remove(element)
    return serialize(root)


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}
