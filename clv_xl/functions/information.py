"""Information: versions, and recent errors."""

from __future__ import annotations

import platform
from importlib.metadata import version

from clv_xl import session
from clv_xl.functions import vocabulary as v
from clv_xl.functions.spec import TEXT, Table, Unit, spreadsheet_function


@spreadsheet_function(
    category="Information",
    result=TEXT,
    columns=[],
    volatile=True,
    examples={"=LEFT(CLV_VERSION(), 6)": "clv_xl"},
    see_also=["CLV_ERRORS"],
)
def CLV_VERSION() -> str:
    """Version of clv_xl, of Python, and the program whose cells are computed."""
    return f"clv_xl {version('clv_xl')}, Python {platform.python_version()}, {session.host}"


@spreadsheet_function(
    category="Information",
    result=Table(
        (
            ("when", Unit.TEXT),
            ("function", Unit.TEXT),
            ("argument", Unit.TEXT),
            ("what was wrong", Unit.TEXT),
        )
    ),
    columns=[],
    volatile=True,
    examples={"=INDEX(CLV_ERRORS(), 1, 2)": "function"},
    see_also=["CLV_VERSION", "ORDERS_CHECK"],
)
def CLV_ERRORS(count: v.ListLength = 10) -> list[list[object]]:
    """Recent errors, newest first: the sentence behind each error value.

    Recalculate the cell to see the latest (in Excel Ctrl+Alt+F9, in LibreOffice Ctrl+Shift+F9).
    =INDEX(CLV_ERRORS(), 2, 4) is the newest sentence alone, for a single cell; in LibreOffice
    =CLV_ERRORS() in a single cell is that too, as its first heading is the newest sentence.
    """
    faults = session.recent_faults(count)
    return [
        [fault.when.strftime("%Y-%m-%d %H:%M:%S") for fault in faults],
        [fault.function for fault in faults],
        [fault.argument for fault in faults],
        [fault.sentence for fault in faults],
    ]
