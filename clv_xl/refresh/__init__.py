"""Data in: orders, customers and channels from files and data frames into a workbook.

The module is also the function: ``clv_xl.refresh("shop.xlsm", orders="orders.csv")``.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clv_xl.refresh.report import Report


class _Callable(ModuleType):
    """A module that is called as the function of its name."""

    def __call__(self, *arguments: Any, **options: Any) -> Report:
        """Put new data into a workbook; see `clv_xl.refresh.workbook.refresh`."""
        from clv_xl.refresh.workbook import refresh

        return refresh(*arguments, **options)


sys.modules[__name__].__class__ = _Callable
