"""The columns of the Orders table, found by their headings: which one each defined name means.

The block on sheet Settings says which heading was found. A heading of the user's own goes before
the template's, and that before what the column is called elsewhere (`headings`).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from clv_xl.functions.spec import Unit
from clv_xl.headings import SIGNS, words
from clv_xl.workbook.declarations import ColumnName, Formula, Item, Listing, Style
from clv_xl.workbook.references import Ref

BLOCK: Final = Ref("columns_used")
_OWN, _FOUND, _NUMBER, _CODE = 2, 3, 4, 5
_ONE: Final = 1_000_000
"""What one fitting heading adds to the code of a column, besides its number."""
_HEADERS: Final = "Orders[#Headers]"


class OrderColumn(NamedTuple):
    """A column of Orders that formulas read."""

    heading: str
    name: str
    label: str
    optional: bool = False


ORDER_COLUMNS: Final = (
    OrderColumn("order", "Order_numbers", "Order number", optional=True),
    OrderColumn("date", "Order_dates", "Date of the order"),
    OrderColumn("customer", "Order_customers", "Customer"),
    OrderColumn("amount", "Order_amounts", "Amount"),
)


def columns_used() -> Listing:
    """Return the block that says which columns of Orders are read."""
    return Listing(
        BLOCK.key,
        tuple(_line(row, column) for row, column in enumerate(ORDER_COLUMNS, start=1)),
        header=("What is read", "Your heading", "Heading found", "Column"),
        heading="Columns of sheet Orders",
        note="They may stand in any order, beside others. Where the heading found is blank or "
        "wrong, type the heading of your own column into the yellow cell.",
    )


def column_names() -> tuple[ColumnName, ...]:
    """Return the defined name of each column."""
    return tuple(
        ColumnName(column.name, f"Orders[{column.heading}]", _meaning(row, column))
        for row, column in enumerate(ORDER_COLUMNS, start=1)
    )


def number(heading: str) -> str:
    """Return the cell that says which column of Orders was found."""
    row = next(row for row, one in enumerate(ORDER_COLUMNS, start=1) if one.heading == heading)
    return BLOCK.cell(_NUMBER, row)


def known_among(headers: str, heading: str) -> str:
    """Return the formula of whether each of some headings is known as that of a column."""
    return f"ISNUMBER(MATCH({_plain(headers)},{_array((*words(heading), heading))},0))"


def _meaning(row: int, column: OrderColumn) -> str:
    at = BLOCK.cell(_NUMBER, row)
    picked = f"INDEX(Orders[],0,{at})"
    return f'=IF({at}="",{at},{picked})' if column.optional else f"={picked}"


def _line(row: int, column: OrderColumn) -> tuple[Item, ...]:
    code, at = BLOCK.cell(_CODE, row), BLOCK.cell(_NUMBER, row)
    found = f'=IF(INT({code}/{_ONE})=1,MOD({code},{_ONE}),"")'
    return (
        Item(column.label, Style.LABEL),
        Item(None, Style.INPUT),
        Item(Formula(f'=IF({at}="","",INDEX({_HEADERS},1,{at}))'), Style.LABEL),
        Item(Formula(found), Style.LABEL, Unit.COUNT),
        Item(Formula(_code(row, column.heading)), Style.HIDDEN, Unit.COUNT),
    )


def _code(row: int, heading: str) -> str:
    """Return the formula that counts the headings that fit, and names the only one by its number.

    Each kind of heading is looked for only where none of the kind before fits: two that fit
    equally well are a question for the user, never a choice.
    """
    own = BLOCK.cell(_OWN, row)
    exact = _count(f'({_plain(_HEADERS)}={_plain(f"""IF({own}="","{heading}",{own})""")})')
    usual, later = (
        _count(f"ISNUMBER(MATCH({_plain(_HEADERS)},{_array(known)},0))") if known else "0"
        for known in (words(heading), words(heading, later=True))
    )
    return f'=IFERROR(IF({exact}>0,{exact},IF({own}<>"",0,IF({usual}>0,{usual},{later}))),0)'


def _count(fits: str) -> str:
    place = f"COLUMN({_HEADERS})-MIN(COLUMN({_HEADERS}))+1"
    return f"SUMPRODUCT({fits}*({_ONE}+{place}))"


def _plain(text: str) -> str:
    """Return the formula of a heading in small letters, without the signs that do not count."""
    text = f"LOWER({text})"
    for sign in SIGNS:
        text = f'SUBSTITUTE({text},"{sign}","")'
    return text


def _array(known: tuple[str, ...]) -> str:
    return "{" + ",".join(f'"{word}"' for word in known) + "}"
