"""Quick looks at formula text, for the many formulas that need not be read into a tree.

Every pattern over the text of whole formulas is here, and so is what is no part of a formula's own
words: quoted texts, names of sheets, and names in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_QUOTED: Final = re.compile(r'"(?:[^"]|"")*"')
_SHEET_NAME: Final = re.compile(r"'(?:[^']|'')*'")
_BRACKETS: Final = re.compile(r"\[(?:[^\[\]']|'.)*\]")
_CALLED: Final = re.compile(r"(?<![\w.])([^\W\d][\w.]*+)\(")
_EXPLICIT_AT: Final = re.compile(r"(?i)\bSINGLE\(|(?<![\[\w])@")
_THIS_ROW: Final = re.compile(r"(?i)\[@|#This Row")
_SPILL: Final = re.compile(r"(?i)[\w.)]#|\bANCHORARRAY\b")
_LEFT_OUT: Final = re.compile(r",\s*[,)]|\(\s*,")
_OTHER_WORKBOOK: Final = re.compile(r"\[\d+\][^\[\]]*!|^[^!]*'\[[^\]]+\][^']*'!")
_INTERSECTION: Final = re.compile(r"[\w)\]]\s+[\w$\[]")
_OPEN_RANGE: Final = re.compile(r"\)\s*:|:\s*[A-Za-z_.]+\(")
_UNION: Final = re.compile(r"(?<![\w.)])\(\s*\$?[A-Za-z]{1,3}\$?\d+(?::[^(),]*)?,[^()]*\)")


def any_call(functions: Iterable[str], names: Iterable[str] = ()) -> re.Pattern[str]:
    """Return a pattern that finds a call of one of some functions, or one of some defined names."""
    wanted = [re.escape(name) + r"\s*\(" for name in sorted(functions, key=len, reverse=True)]
    wanted += [re.escape(name) + r"(?![\w.(])" for name in names]
    return re.compile(r"(?i)(?<![\w.])(?:_xl\w+\.)*(?:" + ("|".join(wanted) or r"(?!)") + ")")


_VOLATILE: Final = any_call(("INDIRECT", "OFFSET"))


@lru_cache(maxsize=4096)
def is_volatile(text: str) -> bool:
    """Whether a formula has a function that reads what its text does not name."""
    return _VOLATILE.search(text) is not None


def has_explicit_at(text: str) -> bool:
    """Whether the user wrote the sign @, which asks for implicit intersection."""
    return _EXPLICIT_AT.search(without_quoted(text)) is not None


def has_this_row(text: str) -> bool:
    """Whether a formula refers to its own row of a table."""
    return _THIS_ROW.search(text) is not None


def has_spill(text: str) -> bool:
    """Whether a formula refers to a whole spill, as A1# does."""
    return _SPILL.search(text) is not None


def has_left_out(text: str) -> bool:
    """Whether an argument is left out."""
    return _LEFT_OUT.search(text) is not None


def has_other_workbook(text: str) -> bool:
    """Whether a formula without quoted texts refers to another workbook."""
    return "[" in text and _OTHER_WORKBOOK.search(text) is not None


def has_intersection(words: str) -> bool:
    """Whether two ranges have a space between them."""
    return _INTERSECTION.search(words) is not None


def has_open_range(words: str) -> bool:
    """Whether a range begins or ends in a function, such as A1:INDEX(...)."""
    return _OPEN_RANGE.search(words) is not None


def has_union(words: str) -> bool:
    """Whether there are several ranges in parentheses."""
    return _UNION.search(words) is not None


def without_quoted(text: str) -> str:
    """Return a formula with empty texts for its own."""
    return _QUOTED.sub('""', text)


def own_words(text: str) -> str:
    """Return a formula without quoted texts, text in brackets, and quoted names of sheets."""
    text = without_quoted(text)
    if "[" in text:
        text = _BRACKETS.sub("", _BRACKETS.sub("", text))
    return _SHEET_NAME.sub("x", text) if "'" in text else text


def called_names(words: str) -> set[str]:
    """Return the names before an opening parenthesis, prefixes included."""
    return set(_CALLED.findall(words))


def binds(words: str, name: str) -> bool:
    """Whether a LET or LAMBDA binds a name."""
    return re.search(rf"(?i)\b(?:LET|LAMBDA)\(.*\b{re.escape(name)}\s*,", words) is not None


def with_table(text: str, table: str) -> str:
    """Return a formula with [@column] as the file format has it: with the table's name."""
    text = re.sub(r"(?<![\w\]])\[@", f"{table}[@", text)
    text = re.sub(r"(\w)\[@\[([^\[\]]+)\]\]", r"\1[[#This Row],[\2]]", text)
    return re.sub(r"(\w)\[@([^\[\]]+)\]", r"\1[[#This Row],[\2]]", text)
