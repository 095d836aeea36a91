"""What the last refresh did: lines that `clv-xl refresh` and the button Refresh write."""

from __future__ import annotations

from typing import Final

from clv_xl.workbook.declarations import Item, Listing, Style

NAME: Final = "Last_refresh"
"""The defined name of the lines, by which a refresh finds them."""
LINES: Final = 30


def last_refresh() -> Listing:
    """Return the block of the lines, empty until the first refresh."""
    return Listing(
        "last_refresh",
        ((Item(None, Style.PLAIN),),) * LINES,
        heading="Last refresh",
        note="What clv-xl refresh or the button Refresh read, added, found again and skipped; and "
        "questions about customers who may have a new name. Empty until the first refresh.",
        widths=(30,),
        name=NAME,
    )
