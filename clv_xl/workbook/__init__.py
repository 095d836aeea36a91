"""The workbook: sheets declared as data, laid out by a pure function, written with their values.

How to add a sheet
------------------
1. Write `sheets/<name>.py`: one function that returns a `Sheet` of blocks (`declarations`). `Ref`
   (`references`) names cells of other blocks, formulas are written as a user types them, a
   sentence that judges begins with a `Verdict`. Where its data may be missing, the sheet shows
   blanks and one sentence (`sheets.filled`).
2. Name it in `template.sheets`, where its tab goes.

The line on sheet Start with its link, the layout, the banner, the Refresh button, its VBA module,
the print setup and the check of the template follow by themselves. Headings of tables are in the
words of `meanings.PLAIN`.

From a declaration to a file: `template` -> `layout` (with `blocks`, `banner`, `measure`) ->
`writer` (with `charts`, `design`, `formulas`) -> `finishing` (with `alternative_text`, `macros`,
`buttons`) -> recalculation.
"""

from __future__ import annotations

from clv_xl.workbook.template import build, check

__all__ = ["build", "check"]
