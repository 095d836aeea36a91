"""The formula that is to be named when the native ones take longer, or more, than they may.

The engine computes all of them at once and does not say where it stands. Known is the formula
where a book has but one, copies included, of which no text says how much it reads or makes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from clv_xl.hosts.recalc.formula.text_search import any_call
from clv_xl.hosts.recalc.xlsx.book import FormulaCell, Place

_BOUNDLESS: Final = any_call(
    ("INDIRECT", "OFFSET", "SEQUENCE", "MAKEARRAY", "RANDARRAY", "EXPAND", "REDUCE", "SCAN")
)


def likely_place(cells: Iterable[FormulaCell]) -> Place | None:
    """Return where the only such formula stands, the first of its copies; None of several."""
    first: dict[str, Place] = {}
    for cell in cells:
        first.setdefault(cell.pattern, cell.place)
    found = [place for text, place in first.items() if _BOUNDLESS.search(text)]
    return found[0] if len(found) == 1 else None
