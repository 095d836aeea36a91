"""The columns of the input tables, found by their headings: which one each defined name means.

The blocks on sheet Settings say which heading was found. A heading of the user's own goes before
the template's, and that before what the column is called elsewhere (`headings`).

Some columns of Customers and Channels are calculated from others of the same table, which a
reference to all its columns would make circular. So the columns of Customers are looked for in its
input columns only, from the first to the last that the template has: columns that are inserted
between them are among them, one right of the calculated columns is not, and is said to be there.
Only cells refer to these two by heading, never a name: LibreOffice renames a column in the formulas
of cells when its heading changes, in names it does not.
"""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.headings import SIGNS, key, words
from clv_xl.input_columns import (
    INPUT_COLUMNS,
    INPUT_TABLES,
    InputColumn,
    columns_of,
    own_headings,
)
from clv_xl.workbook.declarations import Formula, Item, Listing, Name, Rule, Style
from clv_xl.workbook.references import Ref

_SPANS: Final = {"Customers": "[customer]:[acquisition_cost]"}
"""The input columns of a table of which others are calculated, where only these are looked at."""
TOTALS: Final = Ref("totals")
"""Orders and revenue beside each row of Customers, on sheet Backtest."""
_CALCULATED: Final = {"Customers": "revenue, clv and net_value", "Channels": "new_customers, clv"}
"""The columns that formulas fill."""
_OWN, _NUMBER, _CODE, _BESIDE, _SENTENCE, _INPUT, _FILLED = 2, 4, 5, 6, 7, 8, 9
_ONE: Final = 1_000_000
"""What one fitting heading adds to the code of a column, besides its number."""
_TYPE_IT: Final = "type your heading into sheet Settings"


def _block(table: str) -> Ref:
    return Ref(f"{table.casefold()}_columns")


def _headers(table: str) -> str:
    """Return the headings of the columns that are looked at."""
    return f"{table}[[#Headers],{_SPANS[table]}]" if table in _SPANS else f"{table}[#Headers]"


def _row(table: str) -> str:
    """Return the whole row of the headings, also beside the columns that are looked at."""
    return f"INDEX({table}!$A$1:$BZ$99,MIN(ROW({table}[#Headers])),0)"


def _cell(column: InputColumn, place: int) -> str:
    row = columns_of(column.table).index(column) + 1
    return _block(column.table).cell(place, row)


def number(table: str, heading: str) -> str:
    """Return the cell that says which column of a table was found; empty if none was."""
    return _cell(_column(table, heading), _NUMBER)


def whole(table: str, heading: str) -> str:
    """Return a column with its heading: not every program counts in a range of one cell.

    Without it counts are those of an error, of no number and of one cell.
    """
    try:
        column = _column(table, heading)
    except StopIteration:
        return f"{table}[[#All],[{heading}]]"
    return f"INDEX({table}[#All],0,{_cell(column, _NUMBER)})"


def input_number(table: str, heading: str) -> str:
    """Return the cell that says which of a table's input columns was found; empty if none was."""
    return _cell(_column(table, heading), _INPUT)


def customer_list() -> str:
    """Return the customers of sheet Customers, for what its calculated columns are made of."""
    return f"INDEX(Customers[{_SPANS['Customers']}],0,{input_number('Customers', 'customer')})"


def others(table: str) -> str:
    """Return the input columns of a table that are none of those found, with their headings."""
    every = _headers(table).replace("#Headers", "#All")
    return f'FILTER(IF({every}="","",{every}),{_not_found(table)})'


def count_others(table: str) -> str:
    """Return how many input columns of a table are none of those found."""
    return f"SUMPRODUCT(1*{_not_found(table)})"


def _not_found(table: str) -> str:
    headers = _headers(table)
    return f"ISNA(MATCH({_places(table, headers)},{_block(table).column(_NUMBER)},0))"


def _column(table: str, heading: str) -> InputColumn:
    return next(one for one in INPUT_COLUMNS if (one.table, one.heading) == (table, heading))


def filled(table: str, heading: str) -> str:
    """Return the cell that says how many cells of an input column are filled.

    It is counted once for all reports: an order table may have a million rows.
    """
    return _cell(_column(table, heading), _FILLED)


ROWS_FILLED: Final = filled("Orders", "customer")
"""How many rows of Orders name a customer."""


def columns_used(table: str) -> Listing:
    """Return the block that says which columns of a table are read."""
    return Listing(
        _block(table).key,
        tuple(map(_line, columns_of(table))),
        header=("What is read", "Your heading", "Heading found", "Column"),
        heading=f"Columns of sheet {table}",
        note="They may stand in any order, beside others. Where the heading found is blank or "
        "wrong, type the heading of your own column into the yellow cell.",
        rules=((Rule.STATUS, _SENTENCE),),
    )


def column_names() -> tuple[Name, ...]:
    """Return the defined name of each column, and of the cells with the user's own headings."""
    return (
        *(
            Name(column.name, _meaning(column), f"{column.table}[{column.heading}]")
            for column in INPUT_COLUMNS
            if column.name
        ),
        *(Name(own_headings(table), f"={_block(table).column(_OWN)}") for table in INPUT_TABLES),
    )


def columns_found() -> str:
    """Return the formula of the sentence on the columns: missing, in doubt, not read."""
    said = [_cell(column, _SENTENCE) for column in INPUT_COLUMNS]
    left_out = "".join(
        f'&IF({_cell(column, _NUMBER)}="",", {column.label.casefold()}","")'
        for column in INPUT_COLUMNS
        if column.optional and column.table == "Customers"
    )
    without = f'MID(""{left_out},3,99)'
    sentence = (
        f'"{Verdict.ALL} columns that the reports need were found"&IF({without}="","",'
        f'"; sheet Customers has none for "&{without})'
    )
    cases = [(_begins(cell, Verdict.FIX), cell) for cell in said]
    cases += [(_is_overwritten(table), _overwritten(table)) for table in _CALCULATED]
    cases += [(_begins(cell, Verdict.CHECK), cell) for cell in said]
    for condition, text in reversed(cases):
        sentence = f"IF({condition},{text},{sentence})"
    return f'=IFERROR({sentence},"{Verdict.FIX}: an input table or its column is missing")'


def _begins(cell: str, verdict: Verdict) -> str:
    return f'LEFT({cell},{len(verdict.word)})="{verdict.word}"'


def _is_overwritten(table: str) -> str:
    """Return whether calculated columns hold something else than their formulas give.

    That stands in cells which nobody pastes over, or follows from others; without an answer there,
    as where the functions are missing, nothing is claimed.
    """
    if table == "Customers":
        revenue, clv = (f"SUM({table}[{heading}])" for heading in ("revenue", "clv"))
        pairs = [
            (revenue, f"IF(ISNUMBER({TOTALS.first}),SUM({TOTALS.whole_column(2)}),NA())"),
            (clv, f"{revenue}*Gross_margin"),
        ]
    else:
        first = f"INDEX(Channels[#All],2,{number('Channels', 'channel')})"
        average = f"AVERAGEIFS(Customers[[#All],[clv]],{whole('Customers', 'channel')},{first})"
        pairs = [("INDEX(Channels[[#All],[clv]],2)", f'IF({first}="",0,IFERROR({average},0))')]
    differ = (
        f"IF(ISNUMBER({shown}),ABS({shown}-{right})>0.01+ABS({right})/1000000000,ISNUMBER({right}))"
        for shown, right in pairs
    )
    return f"IFERROR(OR({','.join(differ)}),FALSE)"


def _overwritten(table: str) -> str:
    return (
        f'"{Verdict.FIX}: what was pasted into sheet {table} covers its calculated columns '
        f"({_CALCULATED[table]}); undo that, insert as many columns left of them as yours have "
        'more, and paste again"'
    )


def _meaning(column: InputColumn) -> str:
    at = _cell(column, _NUMBER)
    picked = f"INDEX({column.table}[],0,{at})"
    return f'=IF({at}="",{at},{picked})' if column.optional else f"={picked}"


def _line(column: InputColumn) -> tuple[Item, ...]:
    code, at = _cell(column, _CODE), _cell(column, _NUMBER)
    every = f"{column.table}[#Headers]"
    beside = _beside(column.table, _known(column.heading, _row(column.table)))
    found = f'=IF(INT({code}/{_ONE})=1,MOD({code},{_ONE}),"")'
    missing = f'"{Verdict.FIX}: the {column.table} table is missing"'
    before = f"MIN(COLUMN({_headers(column.table)}))-MIN(COLUMN({every}))"
    return (
        Item(column.label, Style.LABEL),
        Item(None, Style.INPUT),
        Item(Formula(f'=IF({at}="","",INDEX({every},1,{at}))'), Style.LABEL),
        Item(Formula(found), Style.LABEL, Unit.COUNT),
        Item(Formula(_code(column)), Style.UNSEEN, Unit.COUNT),
        Item(Formula(f"=IFERROR({beside},0)"), Style.UNSEEN, Unit.COUNT),
        Item(Formula(f"=IFERROR({_sentence(column)},{missing})"), Style.LABEL),
        Item(Formula(f'=IF({at}="","",{at}-({before}))'), Style.UNSEEN, Unit.COUNT),
        Item(
            Formula(f'=IF({at}="",0,COUNTA({whole(column.table, column.heading)})-1)'),
            Style.UNSEEN,
            Unit.COUNT,
        ),
    )


def _sentence(column: InputColumn) -> str:
    """Return the formula of the sentence on a column, empty where it is found."""
    table, what = column.table, column.label.casefold()
    fitting = f"INT({_cell(column, _CODE)}/{_ONE})"
    beside = f"{_cell(column, _BESIDE)}>0"
    of_orders = table == "Orders"
    counts_rows = not column.optional or column.name == "Order_numbers"
    verdict = Verdict.FIX if counts_rows else Verdict.CHECK
    left_out = ", so it is left out" if verdict is Verdict.CHECK else ""
    two = (
        f'"{verdict}: more than one column of sheet {table} could be the {what}{left_out}; '
        f'{_TYPE_IT}"'
    )
    if table in _SPANS:
        moved = (
            f'"{verdict}: a column headed like {column.heading} stands right of the calculated '
            f'columns of sheet {table}; move it left of them"'
        )
    else:
        moved = (
            f'"{verdict}: a column headed like {column.heading} stands right of the {table} '
            f'table"&{_beyond(table)}'
        )
    if column.optional:
        empty = f'"{Verdict.READ} as empty: no heading fits"'
        none = '""' if of_orders else f"IF({beside},{moved},{empty})"
    else:
        none = (
            f'"{verdict}: no column of the {table} table is headed {column.heading} or the like; '
            f'give the {what} that heading, or {_TYPE_IT}"&{_beyond(table)}'
        )
        none = f"IF({beside},{moved},{none})" if table in _SPANS else none
    found = f'IF({beside},{moved},"")' if of_orders else '""'
    if of_orders and column.optional:
        return f"IF({fitting}>1,{two},{found})"
    return f"IF({fitting}>1,{two},IF({fitting}=1,{found},{none}))"


def _beyond(table: str) -> str:
    """Return the end of a sentence on columns right of the table that are not read."""
    row = _row(table)
    count = f'SUMPRODUCT(({row}<>"")*(COLUMN({table}!$A$1:$BZ$1)>MAX(COLUMN({table}[#Headers]))))'
    return (
        f'IF({count}=0,"","; "&{count}&" columns right of the table are not read: in Excel drag '
        "the table's corner over them, in LibreOffice run clv-xl recalc on this file" + '")'
    )


def _code(column: InputColumn) -> str:
    """Return the formula that counts the headings that fit, and names the only one by its number.

    Each kind of heading is looked for only where none of the kind before fits: two that fit
    equally well are a question for the user, never a choice.
    """
    own, headers = _cell(column, _OWN), _headers(column.table)
    plain = _plain(headers)
    typed = _plain(f'IF({own}="","{column.heading}",{own})')
    exact = _count(column.table, f"({plain}={typed})")
    usual, later = (
        _count(column.table, f"ISNUMBER(MATCH({plain},{_array(known)},0))") if known else "0"
        for known in (words(column.heading), words(column.heading, later=True))
    )
    return f'=IFERROR(IF({exact}>0,{exact},IF({own}<>"",0,IF({usual}>0,{usual},{later}))),0)'


def _known(heading: str, headings: str) -> str:
    """Return which of some headings are those of a column, its own or one of the usual."""
    names = _array((key(heading), *words(heading)))
    return f"ISNUMBER(MATCH({_plain(headings)},{names},0))"


def _beside(table: str, fits: str) -> str:
    """Return how many cells of the row of headings fit, right of the columns looked at."""
    right = f"COLUMN({table}!$A$1:$BZ$1)>MAX(COLUMN({_headers(table)}))"
    return f"SUMPRODUCT({fits}*({right}))"


def _count(table: str, fits: str) -> str:
    return f"SUMPRODUCT({fits}*({_ONE}+{_places(table, _headers(table))}))"


def _places(table: str, headers: str) -> str:
    """Return the numbers of columns in their table."""
    return f"COLUMN({headers})-MIN(COLUMN({table}[#Headers]))+1"


def _plain(text: str) -> str:
    """Return the formula of a heading in small letters, without the signs that do not count."""
    text = f"LOWER({text})"
    for sign in SIGNS:
        text = f'SUBSTITUTE({text},"{sign}","")'
    return text


def _array(known: tuple[str, ...]) -> str:
    return "{" + ",".join(f'"{word}"' for word in known) + "}"
