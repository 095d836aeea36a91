"""The help on a function that Excel shows: in the function wizard, and while one types.

Used by all that bring functions into Excel: the xlwings host, the VBA project, and the workbook.
"""

from __future__ import annotations

from itertools import chain
from typing import Final

from clv_xl.functions import CATALOGUE, Function

LONGEST: Final = 255
"""Excel refuses longer descriptions."""


def category(function: Function) -> str:
    """Return the category that a function is listed under."""
    return f"Customer value: {function.category}"


def description(function: Function) -> str:
    """Return a function's description: the summary, and as many sentences of the notes as fit."""
    text = function.summary
    for sentence in function.notes.split(". "):
        longer = f"{text} {sentence.removesuffix('.')}." if sentence else text
        if len(longer) > LONGEST:
            break
        text = longer
    return cut(text)


def cut(text: str) -> str:
    """Return a text cut at a word to the length that Excel takes."""
    return text if len(text) <= LONGEST else text[: LONGEST - 3].rpartition(" ")[0] + "..."


def intellisense() -> list[list[str | int]]:
    """Return the rows of the hidden sheet ``_IntelliSense_``.

    The free add-in Excel-DNA IntelliSense reads it and explains each argument during typing.
    """
    rows: list[list[str | int]] = [["FunctionInfo", 1]]
    for function in CATALOGUE.values():
        arguments = ((p.name, cut(p.meaning.sentence)) for p in function.parameters)
        rows.append([function.name, description(function), "", *chain.from_iterable(arguments)])
    return rows
