"""Formulas as text: without layout, each name written as the file format or a keyboard asks."""

from __future__ import annotations

import re
from typing import Final

LONGEST_FORMULA: Final = 8192
LONGEST_COMMENT: Final = 255
LONGEST_TEXT: Final = 255
"""Of a text inside a formula."""
FUNCTION_PREFIX: Final = "_xlfn."
VARIABLE_PREFIX: Final = "_xlpm."
OPTIONAL_PREFIX: Final = "_xlop."

_OLD: Final = (
    "ABS", "AND", "CHOOSE", "COLUMNS", "EXP", "GAMMALN", "IF", "IFERROR", "INDEX", "INT",
    "ISERROR", "ISNUMBER", "ISTEXT", "LEFT", "LN", "MAX", "MDETERM", "MEDIAN", "MIN", "MINVERSE",
    "MMULT", "OR", "PERCENTILE", "ROUND", "ROWS", "SUM", "TRANSPOSE", "TRIM", "TYPE",
)  # fmt: skip
_NEW: Final = (
    "BETA.DIST", "BYROW", "CHOOSECOLS", "DROP", "HSTACK", "ISOMITTED", "LAMBDA", "LET",
    "MAKEARRAY", "MAP", "REDUCE", "SCAN", "SEQUENCE", "SORTBY", "TAKE", "TOCOL", "UNIQUE",
    "VSTACK", "XMATCH",
)  # fmt: skip
_WORKSHEET_ONLY: Final = ("FILTER", "SORT")
PREFIXES: Final = (
    dict.fromkeys(_OLD, "")
    | dict.fromkeys(_NEW, FUNCTION_PREFIX)
    | dict.fromkeys(_WORKSHEET_ONLY, f"{FUNCTION_PREFIX}_xlws.")
)
"""Excel's functions that the formulas call, each with what a file writes before its name."""

_VALUES: Final = ("TRUE", "FALSE")
_TOKEN: Final = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    r"|(?P<error>#(?:NUM!|VALUE!|N/A|DIV/0!))"
    r"|(?P<number>\d+(?:\.\d+)?(?:E[+-]?\d+)?)"
    r"|(?P<optional>\[[a-z][a-z0-9_]*\])"
    r"|(?P<variable>[a-z][a-z0-9_]*)"
    r"|(?P<function>[A-Z][A-Z0-9_.]*)"
    r"|(?P<space>\s+)"
    r"|(?P<sign><=|>=|<>|[-+*/^=<>&(),;{}])"
)


def tokens(text: str) -> list[tuple[str, str]]:
    """Return the kind and the text of every token of a formula, without layout.

    Raises
    ------
    ValueError
        A character has no place in a formula.
    """
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"'{text[at : at + 20]}' has no place in a formula")
        at = match.end()
        if match.lastgroup is not None and match.lastgroup != "space":
            found.append((match.lastgroup, match.group()))
    return found


def renamed(text: str, names: dict[str, str]) -> str:
    """Return a formula in which some variables and functions have other names."""
    return "".join(
        names.get(token, token) if kind in {"variable", "function"} else token
        for kind, token in tokens(text)
    )


def as_filed(text: str) -> str:
    """Return a formula as a workbook file holds it.

    Raises
    ------
    ValueError
        It calls a function that `PREFIXES` does not list, or is too long.
    """
    written = "".join(_filed(kind, token) for kind, token in tokens(text))
    if len(written) > LONGEST_FORMULA:
        raise ValueError(f"a formula of {len(written):,} characters is too long")
    return written


def _filed(kind: str, token: str) -> str:
    if kind == "variable":
        return VARIABLE_PREFIX + token
    if kind == "optional":
        return OPTIONAL_PREFIX + token[1:-1]
    if kind == "function" and not token.startswith("CLV_") and token not in _VALUES:
        if token not in PREFIXES:
            raise ValueError(f"{token} is no function of the list")
        return PREFIXES[token] + token
    return token


def as_typed(text: str) -> str:
    """Return a formula as somebody types it, each variable with an underscore behind its name.

    So no variable is named like a function: IronCalc takes the one for the other.
    """
    return "=" + "".join(_typed(kind, token) for kind, token in tokens(text))


def _typed(kind: str, token: str) -> str:
    if kind == "optional":
        return f"[{token[1:-1]}_]"
    return f"{token}_" if kind == "variable" else token


def quoted(text: str) -> str:
    """Return a text as a formula holds it."""
    return '"' + text.replace('"', '""') + '"'
