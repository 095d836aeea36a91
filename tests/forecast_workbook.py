"""The sheets of forecasts in a workbook without the other reports, which is computed faster."""

from __future__ import annotations

from clv_xl.workbook.declarations import Role, Sheet
from clv_xl.workbook.sample import Sample
from clv_xl.workbook.sheets.start import findings
from clv_xl.workbook.template import sheets

FORECASTS = ("Models", "Predictions", "Segments", "Call list", "Backtest")
READ = ("Orders", "Customers", "Channels", "Settings", "Orders check")


def sheets_of(sample: Sample) -> tuple[Sheet, ...]:
    """The sheets of forecasts, and those that they read."""
    chosen = (sheet for sheet in sheets(sample) if sheet.title in {*FORECASTS, *READ})
    return (Sheet("Start", Role.START, "", "", ((findings(),),)), *chosen)
