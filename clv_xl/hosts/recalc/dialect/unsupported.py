"""What the engine cannot compute, recognised from a formula's text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.formula.grammar import plain_name

_UNKNOWN: Final = (
    "is not known to the built-in engine; "
    "open and save the workbook in Excel, or use --engine libreoffice."
)
_OPERATORS: Final = ("ANCHORARRAY", "SINGLE")  # what files write for # and @
_QUOTED: Final = re.compile(r'"(?:[^"]|"")*"')
_SHEET_NAME: Final = re.compile(r"'(?:[^']|'')*'")
_CALL: Final = re.compile(r"([^\W\d][\w.]*)\(")
_FOREIGN: Final = re.compile(r"\[\d+\][^\[\]]*!|^[^!]*'\[[^\]]+\][^']*'!")
_BRACKETS: Final = re.compile(r"\[(?:[^\[\]']|'.)*\]")
_INTERSECTION: Final = re.compile(r"[\w)\]]\s+[\w$\[]")
_OPEN_RANGE: Final = re.compile(r"\)\s*:|:\s*[A-Za-z_.]+\(")
_UNION: Final = re.compile(r"(?<![\w.)])\(\s*\$?[A-Za-z]{1,3}\$?\d+(?::[^(),]*)?,[^()]*\)")


class Natives:
    """Knows which functions the engine knows.

    Parameters
    ----------
    engine : Engine
    functions : set of str
        The names of clv_xl's functions, upper case.
    """

    def __init__(self, engine: Engine, functions: frozenset[str]) -> None:
        self._engine = engine
        self._known = dict.fromkeys([*functions, *_OPERATORS], True)

    def obstacle(self, text: str) -> str:
        """Return what in a formula the engine cannot compute, as a sentence, or nothing."""
        bare = _QUOTED.sub('""', text)
        if "[" in bare and _FOREIGN.search(bare):
            return "It refers to another workbook, which the built-in engine does not open."
        bare = _bare(bare)
        for name in set(_CALL.findall(bare)):
            if name.lower().startswith("_xlpm."):
                continue
            if not self._is_known(plain_name(name), bare):
                return f"The function {plain_name(name)} {_UNKNOWN}"
        return _unusual(bare)

    def _is_known(self, name: str, text: str) -> bool:
        if name not in self._known:
            self._known[name] = name + "(" in self._engine.as_read(f"={name}()")
        return self._known[name] or _is_bound(name, text, self._engine)


def _is_bound(name: str, text: str, engine: Engine) -> bool:
    """Whether a name that is called is a LAMBDA: bound in the formula, or a defined name."""
    if any(defined.upper() == name for defined, _, _ in engine.defined_names()):
        return True
    return re.search(rf"(?i)\b(?:LET|LAMBDA)\(.*\b{re.escape(name)}\s*,", text) is not None


def _bare(text: str) -> str:
    """Return a formula without the text in brackets and without quoted names of sheets."""
    if "[" in text:
        text = _BRACKETS.sub("", _BRACKETS.sub("", text))
    return _SHEET_NAME.sub("x", text) if "'" in text else text


@lru_cache(maxsize=4096)
def _unusual(bare: str) -> str:
    if "_xleta." in bare:
        return f"A function handed over without LAMBDA {_UNKNOWN}"
    if _OPEN_RANGE.search(bare):
        return f"A range that ends in a function, such as A1:INDEX(...), {_UNKNOWN}"
    if _INTERSECTION.search(bare):
        return f"The intersection of two ranges (a space between them) {_UNKNOWN}"
    if _UNION.search(bare):
        return f"A union of ranges (several in parentheses) {_UNKNOWN}"
    return ""
