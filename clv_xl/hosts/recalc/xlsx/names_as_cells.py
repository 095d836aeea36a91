"""Defined names of cells, written as these cells in the formulas that read them.

The engine goes through all its names for each one that a formula reads. Where formulas read very
many, its copy of a sheet says the cells themselves, and it need not know the names.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from typing import Final

from clv_xl.hosts.recalc.xlsx.book import Book, NameText
from clv_xl.hosts.recalc.xlsx.formula_scanner import with_formulas

_CELLS: Final = re.compile(r"(?:'(?:[^'\[\]]|'')+'|[\w.]+)!\$[A-Z]+\$[0-9]+(?::\$[A-Z]+\$[0-9]+)?")
"""Cells that are the same wherever the formula stands."""
_WORD: Final = re.compile(
    r"""("[^"]*+"|'[^']*+')|(?<![\w.\\?$!:])[^\W\d][\w.\\?]*+(?!\s*+[(!:\#])"""
)
"""Texts and names of sheets; words that are no function, no sheet and no end of a range."""
_NOT_PLAIN: Final = re.compile(r"(?i)\[|\bLET\(|\bLAMBDA\(")
"""In brackets a word is a heading, and a formula can give words a meaning of its own."""


class NamesOfCells:
    """Knows the defined names that mean cells of a certain place.

    Parameters
    ----------
    names : iterable of NameText
        All that the book has.
    """

    def __init__(self, names: Iterable[NameText]) -> None:
        self._texts: dict[tuple[str, int | None], str] = {}
        for name, scope, text in names:
            self._texts.setdefault((name.casefold(), scope), text)

    def written(self, text: str, sheet: int) -> str:
        """Return a formula of that sheet with cells in the place of their names."""
        if _NOT_PLAIN.search(text):
            return text

        def cells(match: re.Match[str]) -> str:
            word = match[0].casefold()
            meaning = self._texts.get((word, sheet)) or self._texts.get((word, None), "")
            known = not match[1] and _CELLS.fullmatch(meaning)
            return meaning if known else match[0]

        return _WORD.sub(cells, text)

    def in_sheet(self, content: bytes, sheet: int) -> bytes:
        """Return a sheet, its rows in their plain form, with all its formulas written so."""
        return with_formulas(content, lambda text: self.written(text, sheet))

    def formulas(self, book: Book, parts: Container[str]) -> Iterator[str]:
        """Yield all formulas of a book, those of some parts written so."""
        for part in book.parts:
            for cell in part.cells:
                inside = part.part in parts
                yield self.written(cell.text, part.number) if inside else cell.text
