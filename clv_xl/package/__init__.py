"""Office packages (.xlsx, .xlsm): read with care, changed only in the parts that are ours.

`open_package` looks at a file before anything is loaded from it and refuses what is not an honest
workbook; `Package.save` writes the parts that changed and copies every other part as it lies in the
file; `lock` keeps two runs from losing each other's changes.
"""

from __future__ import annotations

from clv_xl.package.lock import lock
from clv_xl.package.replacing import replace_file
from clv_xl.package.workbook_file import Package, open_package

__all__ = ["Package", "lock", "open_package", "replace_file"]
