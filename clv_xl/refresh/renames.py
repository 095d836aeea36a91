"""Customers who may be the same under another name: asked, never decided."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from typing import Final, NamedTuple

SIMILAR: Final = 0.82
"""From this ratio of difflib on, two names are probably one."""
_MOST_PAIRS: Final = 200_000
"""Comparing more takes minutes; then only names of the same letters are found."""


class Rename(NamedTuple):
    """A new customer and one without orders in the new data; both with their row of Customers."""

    new: str
    known: str
    new_row: int
    known_row: int


def probable_renames(new: Mapping[str, int], absent: Mapping[str, int]) -> list[Rename]:
    """Return each new name with the one that it most resembles, if any.

    Names whose digits differ are never alike: C-0401 follows C-0400, it does not rename it.

    Parameters
    ----------
    new, absent : mapping of name to row
        Customers who appear, and those without orders in the new data.
    """
    by_digits: dict[str, list[str]] = defaultdict(list)
    for name in absent:
        by_digits[re.sub(r"\D", "", name)].append(name)
    groups = {name: by_digits.get(re.sub(r"\D", "", name), []) for name in new}
    compare = sum(map(len, groups.values())) <= _MOST_PAIRS
    letters = {name: _letters(name) for name in (*new, *absent)}
    by_letters = {letters[name]: name for name in absent}
    found: list[Rename] = []
    for name, row in new.items():
        known = by_letters.get(letters[name])
        if known is None and compare:
            known = _closest(letters[name], {letters[one]: one for one in groups[name]})
        if known is not None:
            found.append(Rename(name, known, row, absent[known]))
    return found


def _closest(name: str, others: Mapping[str, str]) -> str | None:
    closest = difflib.get_close_matches(name, others, 1, SIMILAR)
    return others[closest[0]] if closest else None


def _letters(name: str) -> str:
    """Return the letters and digits of a name without accents, case, spaces and signs."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(sign for sign in plain if sign.isalnum())
