"""What is filled in: the conditions of formulas, and sentences on what is missing.

A report shows blanks, and one sentence on what to fill in, where its data are missing.
"""

from __future__ import annotations

from typing import Final

from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.sheets.columns import ROWS_FILLED, filled, whole


def numbers(table: str, column: str) -> str:
    """Return how many numbers a column of a table holds."""
    return f"COUNT({whole(table, column)})"


CUSTOMERS_FILLED: Final = filled("Customers", "customer")
VALUES_FILLED: Final = f"MIN({CUSTOMERS_FILLED},{numbers('Customers', 'clv')})"
COSTS_FILLED: Final = numbers("Customers", "acquisition_cost")
SPEND_FILLED: Final = numbers("Channels", "spend")
CHANNELS_FILLED: Final = filled("Channels", "channel")


def sentence(text: str, **numbers: str) -> str:
    """Return a text as formulas hold it, with whole numbers in the place of {names}.

    Examples
    --------
    >>> sentence("{few} are blank", few="A1")
    '""&TEXT(A1,"#,##0")&" are blank"'
    """
    shown = {name: f'"&TEXT({number},"#,##0")&"' for name, number in numbers.items()}
    return f'"{text.format(**shown)}"'


ORDERS: Final = "Order_customers,Order_dates,Order_amounts"
"""The columns of orders, as the functions take them."""
NEEDS_CUSTOMERS: Final = sentence(
    f"{Verdict.FIX}: this needs your customers (sheet Customers) and their orders (sheet Orders)"
)
NEEDS_ORDERS: Final = sentence(f"{Verdict.FIX}: this needs your orders (sheet Orders)")
FAILED: Final = sentence(
    f"{Verdict.FIX}: this could not be computed; run clv-xl recalc on this file to read why"
)


def where(condition: str, call: str) -> str:
    """Return the formula of a table that is blank where there are no data for it."""
    return f'=IF({condition},{call},"")'


def from_orders(call: str) -> str:
    """Return the formula of a table made of orders, blank where there is no answer."""
    return where(f"{ROWS_FILLED}>0", f'IFERROR({call},"")')


def latest(call: str, rows: int, *names: str) -> str:
    """Return a table with its heading and its last rows only, so that it ends where its room does.

    The heading is one of the rows; `names` are those that the call uses, each with its value.
    """
    place = "SEQUENCE(ROWS(found))"
    kept = f"FILTER(found,({place}=1)+({place}>ROWS(found)-{rows - 1})>0)"
    return f"LET({','.join((*names, f'found,{call}', kept))})"


def shown(cell: str) -> str:
    """Return the formula of a cell's content, blank where it is blank."""
    return f'=IF({cell}="","",{cell})'


def blank_for_errors(call: str) -> str:
    """Return a table with blanks for its cells that have no answer, or for all of it.

    An error of the call as a whole, but that there is no answer, remains: it says what is wrong.
    """
    return f'IFNA(LET(table,{call},IF(ROWS(table)>1,IFERROR(table,""),table)),"")'


def first_true(*cases: tuple[str, str], otherwise: str) -> str:
    """Return the formula of the sentence of the first condition that holds."""
    sentence = otherwise
    for condition, text in reversed(cases):
        sentence = f"IF({condition},{text},{sentence})"
    return f"={sentence}"
