"""What Excel's function wizard says of a function, however the function got into Excel."""

from __future__ import annotations

from itertools import chain
from typing import Final

from clv_xl.functions import CATALOGUE, Function

LONGEST: Final = 255
"""More of a description makes Excel refuse it."""


def category(function: Function) -> str:
    """Return the category that a function is listed under."""
    return f"Customer value: {function.category}"


def description(function: Function) -> str:
    """Return a function's description: the summary, and of the notes what sentences fit."""
    text = function.summary
    for sentence in function.notes.split(". "):
        longer = f"{text} {sentence.removesuffix('.')}." if sentence else text
        if len(longer) > LONGEST:
            break
        text = longer
    return cut(text)


def cut(text: str) -> str:
    """Return a text no longer than Excel takes, ended at a word."""
    return text if len(text) <= LONGEST else text[: LONGEST - 3].rpartition(" ")[0] + "..."


def intellisense() -> list[list[str | int]]:
    """Return the rows of the hidden sheet ``_IntelliSense_``.

    Users of the free add-in Excel-DNA IntelliSense then read about each argument while they type.
    """
    rows: list[list[str | int]] = [["FunctionInfo", 1]]
    for function in CATALOGUE.values():
        arguments = ((p.name, cut(p.meaning.sentence)) for p in function.parameters)
        rows.append([function.name, description(function), "", *chain.from_iterable(arguments)])
    return rows
