"""Every example computed and compared with its expected result, at the end of sheet Functions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from clv_xl.functions import CATALOGUE
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.declarations import Formula, Item, Listing, Rule, Style
from clv_xl.workbook.references import Ref

_CHECKS: Final = Ref("checks")

_EQUAL_TO: Final = 1e-8
"""Examples are declared to ten digits."""


def checks(functions: Collection[str]) -> tuple[Listing, Listing]:
    """Return the sentence on all examples, and each with what it gives and what it must give."""
    examples = [
        (function.name, formula, expected)
        for function in map(CATALOGUE.__getitem__, functions)
        for formula, expected in function.examples.items()
    ]
    agreeing, count = f'COUNTIF({_CHECKS.column(5)},"{Verdict.YES}")', len(examples)
    total = (
        (
            Item(
                Formula(
                    f'=IF({agreeing}={count},"{Verdict.ALL} {count} examples agree",'
                    f'"{Verdict.FIX}: "&({count}-{agreeing})&" examples do not agree")'
                ),
                Style.HEADING,
            ),
        ),
    )
    rows = tuple(
        (
            Item(name),
            Item(formula, Style.FORMULA),
            Item(Formula(formula)),
            Item(expected),
            Item(Formula(_agreement(row, expected))),
        )
        for row, (name, formula, expected) in enumerate(examples, start=1)
    )
    return (
        Listing(
            "all_checks",
            total,
            heading="Checks",
            note="Every example of every function, computed now and compared with its expected "
            "result. If one does not agree, do not rely on this installation.",
            widths=(28,),
            rules=((Rule.STATUS, 1),),
        ),
        Listing(
            _CHECKS.key,
            rows,
            ("function", "formula", "gives", "expected", "agrees"),
            widths=(28, 60, 20, 42, 12),
            rules=((Rule.STATUS, 5),),
        ),
    )


def _agreement(row: int, expected: float | str) -> str:
    given, wanted = _CHECKS.cell(3, row), _CHECKS.cell(4, row)
    if isinstance(expected, str):
        return f'=IF(IFERROR(EXACT({given},{wanted}),FALSE),"{Verdict.YES}","{Verdict.NO}")'
    close = f"ABS({given}-{wanted})<={_EQUAL_TO}*MAX(1,ABS({wanted}))"
    return f'=IF(IFERROR({close},FALSE),"{Verdict.YES}","{Verdict.NO}")'
