"""The columns of the Orders table, found by their headings: which one each defined name means.

The block on sheet Settings says which heading was found. A heading of the user's own goes before
the template's, and that before what the column is called elsewhere (`headings`).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.headings import SIGNS, key, words
from clv_xl.workbook.declarations import Formula, Item, Listing, Name, Style
from clv_xl.workbook.references import Ref

BLOCK: Final = Ref("columns_used")
PLACED: Final = Ref("columns_in_place")
PLACED_COLUMNS: Final = (
    *(
        ("Customers", heading)
        for heading in (
            "customer",
            "segment",
            "channel",
            "satisfaction",
            "acquisition_cost",
            "revenue",
            "clv",
            "net_value",
        )
    ),
    *(("Channels", heading) for heading in ("channel", "spend", "new_customers", "clv")),
)
_OWN, _NUMBER, _CODE, _BESIDE = 2, 4, 5, 6
_ONE: Final = 1_000_000
"""What one fitting heading adds to the code of a column, besides its number."""
_HEADERS: Final = "Orders[#Headers]"
_ROW: Final = f"INDEX(Orders!$A$1:$BZ$99,MIN(ROW({_HEADERS})),0)"
"""The whole row of the headings, also right of the table."""


ROWS_FILLED: Final = f"(COUNTA(INDEX(Orders[#All],0,{BLOCK.cell(_NUMBER, 3)}))-1)"
"""How many rows of Orders name a customer, which is the third column of the block."""


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


def columns_in_place() -> Listing:
    """Return the block that says how the other input columns are headed now.

    Some columns of these tables are calculated from others of the same table, which a name for any
    of its columns would make circular. So they are read by their place.
    """
    return Listing(
        PLACED.key,
        tuple(_placed(row, *column) for row, column in enumerate(PLACED_COLUMNS, start=1)),
        header=("What is read", "Heading now"),
        heading="Columns of sheets Customers and Channels",
        note="These are read by their place, whatever their heading; keep each where it is.",
    )


def _placed(row: int, table: str, heading: str) -> tuple[Item, ...]:
    known = _known(heading, PLACED.cell(2, row))
    return (
        Item(f"{table}: {heading}", Style.LABEL),
        Item(Formula(f"={table}[[#Headers],[{heading}]]"), Style.LABEL),
        Item(Formula(f"=IFERROR(IF({known},0,1),1)"), Style.UNSEEN, Unit.COUNT),
    )


def column_names() -> tuple[Name, ...]:
    """Return the defined name of each column."""
    return tuple(
        Name(column.name, _meaning(row, column), f"Orders[{column.heading}]")
        for row, column in enumerate(ORDER_COLUMNS, start=1)
    )


def number(heading: str) -> str:
    """Return the cell that says which column of Orders was found."""
    row = next(row for row, one in enumerate(ORDER_COLUMNS, start=1) if one.heading == heading)
    return BLOCK.cell(_NUMBER, row)


def columns_found() -> str:
    """Return the formula of the sentence on the columns of Orders: missing, in doubt, not read."""
    cases = [
        *(_missing(row, column) for row, column in enumerate(ORDER_COLUMNS, start=1)),
        *(_beside(row, column) for row, column in enumerate(ORDER_COLUMNS, start=1)),
    ]
    unknown = f"SUM({PLACED.column(3)})"
    moved = (
        f'"{Verdict.CHECK}: "&{unknown}&" columns of sheets Customers and Channels have other '
        'headings than usual and are read by their place; sheet Settings lists them"'
    )
    cases.append((f"{unknown}>0", moved))
    sentence = f'"{Verdict.ALL} columns that the reports need were found"'
    for condition, text in reversed(cases):
        sentence = f"IF({condition},{text},{sentence})"
    return f'=IFERROR({sentence},"{Verdict.FIX}: the Orders table is missing")'


def _missing(row: int, column: OrderColumn) -> tuple[str, str]:
    """Return when a column is not found, and the sentence on it."""
    fitting = f"INT({BLOCK.cell(_CODE, row)}/{_ONE})"
    what = column.label.casefold()
    type_it = "type your heading into sheet Settings"
    two = f'"{Verdict.FIX}: more than one column of sheet Orders could be the {what}; {type_it}"'
    if column.optional:
        return f"{fitting}>1", two
    none = (
        f'"{Verdict.FIX}: no column of the Orders table is headed {column.heading} or the like; '
        f'give the {what} that heading, or {type_it}"&{_beyond()}'
    )
    return f"{fitting}<>1", f"IF({fitting}>1,{two},{none})"


def _beside(row: int, column: OrderColumn) -> tuple[str, str]:
    """Return when a heading that is needed stands right of the table, and the sentence on it."""
    text = (
        f'"{Verdict.FIX}: a column headed like {column.heading} stands right of the Orders '
        f'table"&{_beyond()}'
    )
    return f"{BLOCK.cell(_BESIDE, row)}>0", text


def _beyond() -> str:
    """Return the end of a sentence on columns right of the table that are not read."""
    count = _sum(f'({_ROW}<>"")')
    return (
        f'IF({count}=0,"","; "&{count}&" columns right of the table are not read: in Excel drag '
        "the table's corner over them, in LibreOffice run clv-xl recalc on this file" + '")'
    )


def _meaning(row: int, column: OrderColumn) -> str:
    at = BLOCK.cell(_NUMBER, row)
    picked = f"INDEX(Orders[],0,{at})"
    return f'=IF({at}="",{at},{picked})' if column.optional else f"={picked}"


def _line(row: int, column: OrderColumn) -> tuple[Item, ...]:
    code, at = BLOCK.cell(_CODE, row), BLOCK.cell(_NUMBER, row)
    beside = _sum(_known(column.heading, _ROW))
    found = f'=IF(INT({code}/{_ONE})=1,MOD({code},{_ONE}),"")'
    return (
        Item(column.label, Style.LABEL),
        Item(None, Style.INPUT),
        Item(Formula(f'=IF({at}="","",INDEX({_HEADERS},1,{at}))'), Style.LABEL),
        Item(Formula(found), Style.LABEL, Unit.COUNT),
        Item(Formula(_code(row, column.heading)), Style.UNSEEN, Unit.COUNT),
        Item(Formula(f"=IFERROR({beside},0)"), Style.UNSEEN, Unit.COUNT),
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


def _known(heading: str, headings: str) -> str:
    """Return which of some headings are those of a column, its own or one of the usual."""
    names = _array((key(heading), *words(heading)))
    return f"ISNUMBER(MATCH({_plain(headings)},{names},0))"


def _sum(fits: str) -> str:
    """Return how many cells of the row of headings fit, right of the table."""
    return f"SUMPRODUCT({fits}*(COLUMN(Orders!$A$1:$BZ$1)>MAX(COLUMN({_HEADERS}))))"


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
