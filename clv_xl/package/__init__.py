"""The Office file format (.xlsx, .xlsm): zip files of parts, mostly XML.

`open_package` checks a file before anything is loaded from it and refuses what is damaged or not a
workbook. `Package.save` writes the parts that changed and copies every other part byte for byte.
`lock` keeps two runs from overwriting each other's changes. The modules `content_types`,
`relations`, `sheet_list` and `xml_parts` know what the parts contain; they load lxml, so import
them where a file is read or made, not where a formula is computed.
"""

from __future__ import annotations

from clv_xl.package.lock import lock
from clv_xl.package.replacement import replace_file
from clv_xl.package.workbook_file import Package, open_package

__all__ = ["Package", "lock", "open_package", "replace_file"]
