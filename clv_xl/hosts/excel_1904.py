"""The functions for workbooks that count days from 1904, as those from old Macs do.

The VBA of such a workbook names this module instead of `clv_xl.hosts.excel`; nothing else differs.
"""

from __future__ import annotations

from clv_xl.functions import CATALOGUE
from clv_xl.hosts.excel import xlwings_functions

globals().update(xlwings_functions(date1904=True))
__all__ = sorted(CATALOGUE)  # noqa: PLE0605
