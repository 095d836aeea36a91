"""How long and how deep a formula may be.

Every reader of formulas, this one and the engine, goes one call deeper for each level, and one that
goes too deep ends the whole process without a word. So a formula is looked at, in one pass without
any depth of its own, before anything else reads it.
"""

from __future__ import annotations

import re
from typing import Final

from clv_xl.errors import ClvError

MOST_CHARACTERS: Final = 8_192
"""As in Excel."""
MOST_LEVELS: Final = 200
"""Excel allows 64 functions inside each other."""
MOST_PIECES: Final = 20_000
"""Of a formula that is written otherwise for the engine, where one piece can be needed often."""
MOST_WRITTEN: Final = 200_000
"""Characters of such a formula, with what its defined names mean in their place."""
_PIECE: Final = re.compile(
    r'"[^"]*"|\'[^\'\[\]]{1,31}\'!|\[(?:[^\[\]\']|\'.|\[(?:[^\[\]\']|\'.)*\])*\]|[\s\w.$!:#%]+|.',
    re.DOTALL,
)
"""Texts, sheets and columns of tables in one piece: signs in them are no levels."""
_DEEPER: Final = "([{"
_BACK: Final = ")]}"
_SIGNS: Final = "-+@^"
"""Before an operand they stack; powers do between operands too, as the engine reads them."""


class UnsupportedError(ClvError):
    """A formula asks for what this host cannot do; the sentence says what."""


class TooLargeError(UnsupportedError):
    """A formula is too large once it is written as the engine needs it."""

    def __init__(self, sentence: str = "", *, argument: str = "") -> None:
        super().__init__(sentence or _TOO_LARGE, argument=argument)


_TOO_LARGE: Final = (
    "With what its names and its functions of arrays stand for, the formula is too large; "
    "split it over several cells."
)


def excess(text: str) -> str:
    """Return what a formula has too much of, as the end of a sentence, or nothing.

    Parameters
    ----------
    text : str
        The formula, with or without its equals sign.
    """
    if len(text) > MOST_CHARACTERS + 1:
        return f"is longer than {MOST_CHARACTERS:,} characters; split it over several cells."
    if sum(map(text.count, _DEEPER + _SIGNS)) > MOST_LEVELS and _levels(text) > MOST_LEVELS:
        return f"has more than {MOST_LEVELS} levels; split it over several cells."
    return ""


def _levels(text: str) -> int:
    """Return how deep brackets and signs before operands stand inside each other."""
    most = level = 0
    outer: list[int] = []
    here = 0
    """Signs that wait for their operand, or powers, on this level."""
    operand = False
    for piece in _PIECE.findall(text):
        if piece in _DEEPER:
            outer.append(here)
            level += here + 1
            here, operand = 0, False
        elif piece in _BACK:
            here = outer.pop() if outer else 0
            level = max(level - here - 1, 0)
            operand = True
        elif piece in _SIGNS:
            here = here + 1 if piece == "^" or not operand else 0
            operand = False
        elif len(piece) == 1 and piece in ",;*/&=<>":
            here, operand = 0, False
        elif not piece.isspace():
            operand = True
        most = max(most, level + here)
    return most
