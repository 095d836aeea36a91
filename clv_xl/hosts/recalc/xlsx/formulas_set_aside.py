"""Formulas that the engine need not read, because it could not compute them anyway.

Long columns of them are left out of its copy of a sheet, where their cells hold the values that the
file says; reading them would take the engine longer than all the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from clv_xl.hosts.recalc.xlsx.book import SheetPart

_FORMULA: Final = re.compile(rb"<f>([^<&]*)</f>")
_FEWEST: Final = 1000
"""As many as make it worth going through the sheet."""


def without_formulas(
    content: bytes, part: SheetPart, is_set_aside: Callable[[str], bool]
) -> bytes | None:
    """Return a sheet without some formulas, or None where there are but a few of them.

    Parameters
    ----------
    content : bytes
    part : SheetPart
        The same sheet, with its formula cells.
    is_set_aside : callable
        Whether a formula and its copies in other rows are left out.
    """
    known: dict[str, bool] = {}
    texts: set[bytes] = set()
    for cell in part.cells:
        if cell.pattern not in known:
            known[cell.pattern] = is_set_aside(cell.pattern)
        if known[cell.pattern] and cell.kind == "plain":
            texts.add(cell.text.encode())
    if len(texts) < _FEWEST:
        return None
    return _FORMULA.sub(lambda found: b"" if found[1] in texts else found[0], content)
