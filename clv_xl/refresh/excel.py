"""The button Refresh of Excel: orders of a file into the workbook that is open."""

from __future__ import annotations

import importlib
from typing import Any, Final

from clv_xl.errors import ArgumentError, ClvError
from clv_xl.refresh.open_book import OpenBook
from clv_xl.refresh.update import update
from clv_xl.sample_marks import is_sample_order

LONGEST: Final = 900
"""Excel's message box shows some 1,000 characters."""
REFUSED: Final = (
    "Excel did not take the new rows. Unprotect the sheets Orders and Customers, close other "
    "dialogs, and try again. If some rows have changed, close the workbook without saving."
)


def refresh_open(workbook: Any, path: str) -> str:
    """Put the orders of a file into an open workbook, and return what to tell the user.

    Orders of the template's sample are replaced; to others those are added that are not yet there.

    Parameters
    ----------
    workbook : Excel's Workbook object
    path : str
        A file of orders.
    """
    com_error: Any = importlib.import_module("pywintypes").com_error
    try:
        book = OpenBook(workbook)
        done = update(book, {"Orders": path}, add=not _holds_sample(book))
        book.finish()
    except ArgumentError as fault:
        return (
            f"{_ended(fault.sentence)} Nothing was changed. In a terminal, clv-xl refresh has "
            "options for this."
        )
    except ClvError as fault:
        return f"{_ended(fault.sentence)} Nothing was changed."
    except com_error:
        return REFUSED
    text = "\n".join(done.sentences())
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST].rpartition(chr(10))[0]}\nSheet Orders check says the rest."


def _holds_sample(book: OpenBook) -> bool:
    """Return whether all orders of a workbook are the template's."""
    _, orders = book.columns(book.find("Orders"))
    numbers, customers = orders.get("order", ()), orders.get("customer", ())
    return len(numbers) == len(customers) and all(map(is_sample_order, numbers, customers))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(".") else f"{sentence}."
