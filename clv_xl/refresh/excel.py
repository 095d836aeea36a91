"""The button Refresh of Excel: orders of a file into the workbook that is open."""

from __future__ import annotations

import importlib
from typing import Any, Final

from clv_xl.errors import ArgumentError, ClvError
from clv_xl.refresh.open_book import OpenBook
from clv_xl.refresh.questions import QuestionError
from clv_xl.refresh.report import Update
from clv_xl.refresh.update import update
from clv_xl.sample_marks import is_sample_order

LONGEST: Final = 900
"""Excel's message box shows some 1,000 characters."""
PROMPT: Final = 250
"""Excel's input box takes a question of some 255 characters."""
TITLE: Final = "Customer value"
SHORTEST: Final = "The file can be read in several ways:"
TYPE_A_NUMBER: Final = "Type the number of the right one."
TRIES: Final = 3
REFUSED: Final = (
    "Excel did not take the new rows. Unprotect the sheets Orders and Customers, close other "
    "dialogs, and try again. If some rows have changed, close the workbook without saving."
)


def refresh_open(workbook: Any, path: str) -> str:
    """Put the orders of a file into an open workbook, and return what to tell the user.

    Orders of the template's sample are replaced; to others those are added that are not yet there.
    What can be read in several ways is asked for in Excel's input box, before anything is changed.

    Parameters
    ----------
    workbook : Excel's Workbook object
    path : str
        A file of orders.
    """
    com_error: Any = importlib.import_module("pywintypes").com_error
    answers: dict[str, str] = {}
    try:
        done = _update(workbook, path, answers)
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


def _update(workbook: Any, path: str, answers: dict[str, str]) -> Update:
    """Put the orders into the workbook; what is open is asked for, each thing once."""
    while True:
        book = OpenBook(workbook)  # what was gathered before a question is forgotten
        try:
            options: dict[str, Any] = {**answers}
            done = update(book, {"Orders": path}, add=not _holds_sample(book), **options)
        except QuestionError as question:
            answer = "" if question.option in answers else _ask(workbook, question)
            if not answer:
                raise
            answers[question.option] = answer
        else:
            book.finish()
            return done


def _ask(workbook: Any, question: QuestionError) -> str:
    """Return which of the answers the user chose in a dialog; empty for Cancel.

    Where the answers do not fit into the dialog there is none, and the sentence is the answer.
    """
    choices = list(question.choices)
    lines = [f"{number}  {question.choices[one]}" for number, one in enumerate(choices, start=1)]
    room = PROMPT - len("\n".join(lines)) - len(TYPE_A_NUMBER) - 2
    if not choices or room < len(SHORTEST):
        return ""
    what = question.sentence.partition(";")[0]
    prompt = "\n".join([what if len(what) <= room else SHORTEST, *lines, TYPE_A_NUMBER])
    for _ in range(TRIES):
        typed = workbook.Application.InputBox(prompt, TITLE)
        if typed is False:
            return ""
        number = str(typed).strip()
        if number in map(str, range(1, len(choices) + 1)):
            return choices[int(number) - 1]
    return ""


def _holds_sample(book: OpenBook) -> bool:
    """Return whether all orders of a workbook are the template's."""
    _, orders = book.columns(book.find("Orders"))
    numbers, customers = orders.get("order", ()), orders.get("customer", ())
    return len(numbers) == len(customers) and all(map(is_sample_order, numbers, customers))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(".") else f"{sentence}."
