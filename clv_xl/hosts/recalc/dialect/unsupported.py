"""What the engine cannot compute, recognised from a formula's text."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from clv_xl.hosts.recalc.dialect.cells_read import CellsRead
from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.formula import text_search
from clv_xl.hosts.recalc.formula.defined_names import Names
from clv_xl.hosts.recalc.formula.grammar import plain_name

_UNKNOWN: Final = (
    "is not known to the built-in engine; "
    "open and save the workbook in Excel, or use --engine libreoffice."
)
_OPERATORS: Final = ("ANCHORARRAY", "SINGLE")  # what files write for # and @


class Natives:
    """Knows which functions the engine knows.

    Parameters
    ----------
    engine : Engine
    functions : set of str
        The names of clv_xl's functions, upper case.
    names : Names
    """

    def __init__(self, engine: Engine, functions: frozenset[str], names: Names) -> None:
        self._engine = engine
        self._names = names
        self._cells = CellsRead(functions, names, engine.clip)
        self._known = dict.fromkeys([*functions, *_OPERATORS], True)

    def obstacle(self, text: str) -> str:
        """Return what in a formula the engine cannot compute, as a sentence, or nothing."""
        if text_search.has_other_workbook(text_search.without_quoted(text)):
            return "It refers to another workbook, which the built-in engine does not open."
        words = text_search.own_words(text)
        for name in text_search.called_names(words):
            if name.lower().startswith("_xlpm."):
                continue
            if not self._is_known(plain_name(name), words):
                return f"The function {plain_name(name)} {_UNKNOWN}"
        if self._cells.count(text) > self._engine.budget.limits.cells:
            return self._engine.budget.too_many_cells()
        return _unusual(words) or self._names.obstacle(words)

    def _is_known(self, name: str, words: str) -> bool:
        if name not in self._known:
            self._known[name] = name + "(" in self._engine.as_read(f"={name}()")
        # a LAMBDA: a defined name, or bound in the formula
        return self._known[name] or self._names.has(name) or text_search.binds(words, name)


@lru_cache(maxsize=4096)
def _unusual(words: str) -> str:
    if "_xleta." in words:
        return f"A function handed over without LAMBDA {_UNKNOWN}"
    if text_search.has_open_range(words):
        return f"A range that ends in a function, such as A1:INDEX(...), {_UNKNOWN}"
    if text_search.has_intersection(words):
        return f"The intersection of two ranges (a space between them) {_UNKNOWN}"
    if text_search.has_union(words):
        return f"A union of ranges (several in parentheses) {_UNKNOWN}"
    return ""
