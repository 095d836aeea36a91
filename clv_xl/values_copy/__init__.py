"""A copy of a workbook with values only, for people without the functions of clv_xl.

`share` writes it, `printed` the one that is printed as a PDF. `sheets` turns formula cells into
their values, `charts` does so for what charts draw, `buttons` removes what runs macros, `book`
changes the main part, and `formulas` tells which of the formulas that remain, in defined names and
conditional formats, still work there.
"""

from __future__ import annotations

from clv_xl.values_copy.share import Shared, share

__all__ = ["Shared", "share"]
