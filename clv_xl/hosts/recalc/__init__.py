"""The host without a spreadsheet program: recalculates workbooks and evaluates formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clv_xl.hosts.recalc.evaluator import Evaluator
    from clv_xl.hosts.recalc.report import CellFault, Report
    from clv_xl.hosts.recalc.workbook import recalculate

__all__ = ["CellFault", "Evaluator", "Report", "recalculate"]

_MODULES = {
    "Evaluator": "evaluator",
    "CellFault": "report",
    "Report": "report",
    "recalculate": "workbook",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for, and only that: evaluating a formula needs no XML."""
    if name not in _MODULES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
