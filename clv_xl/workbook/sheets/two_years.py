"""What changed between two years: on sheet Customer base.

The years are the last twelve whole months with orders and the twelve before them; with less than
two years of orders, two equal spans as long as these allow. The user can choose others.
"""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.declarations import (
    Chart,
    ChartKind,
    Formula,
    Heading,
    Item,
    Listing,
    Rule,
    Series,
    Spill,
    Style,
)
from clv_xl.workbook.meanings import headings
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.columns import ROWS_FILLED
from clv_xl.workbook.sheets.filled import (
    FAILED,
    NEEDS_ORDERS,
    ORDERS,
    first_true,
    from_orders,
    sentence,
)

_YEARS: Final = Ref("base_years")
_BRIDGE: Final = Ref("base_bridge")
_CHANGES: Final = Ref("base_changes")
_MONTHS, _SECOND, _FIRST = (_YEARS.cell(3, row) for row in (1, 2, 3))
_SPARE: Final = 7
"""Days that may be missing at either end of a month that counts as whole."""
_BEGIN: Final = f"EOMONTH(First_order-{_SPARE + 1},0)+1"
_END: Final = f"EOMONTH(Last_order+{_SPARE},-1)+1"
_CUSTOMERS, _ORDERS, _PER_ORDER = 11, 12, 13
"""The rows of the parts that the change of revenue is due to, below the heading's."""


def years() -> Listing:
    """Return the two years that are compared, each of which the user can choose."""
    whole = f"(YEAR({_END})-YEAR({_BEGIN}))*12+MONTH({_END})-MONTH({_BEGIN})"

    def line(row: int, label: str, default: str, unit: Unit) -> tuple[Item, ...]:
        own = _YEARS.cell(2, row)
        used = f'=IF(ISNUMBER({own}),{own},IFERROR({default},""))'
        return (
            Item(label, Style.LABEL),
            Item(None, Style.INPUT, unit),
            Item(Formula(used), Style.RESULT, unit),
        )

    return Listing(
        _YEARS.key,
        (
            line(1, "Months of each", f"MAX(0,MIN(12,INT(({whole})/2)))", Unit.COUNT),
            line(2, "Second year begins", f"EDATE({_END},-{_MONTHS})", Unit.DATE),
            line(3, "First year begins", f"EDATE({_SECOND},-{_MONTHS})", Unit.DATE),
        ),
        header=("Two years", "Your choice", "Compared"),
        heading="What changed between two years?",
        note="Left blank, the last 12 whole months and the 12 before them; less where the orders "
        "do not reach that far.",
        widths=(30, 11, 11),
    )


def bridge() -> Spill:
    """Return the table of both years, by who bought in which."""
    call = f"BASE_BRIDGE({ORDERS},{_FIRST},{_SECOND},{_MONTHS},Order_numbers)"
    measures = headings("BASE_BRIDGE")[1:]
    return Spill(
        _BRIDGE.key,
        "",
        from_orders(f"TRANSPOSE({call})"),
        (
            Heading("who bought in", Unit.TEXT, 30),
            *(
                Heading(title, Unit.MONEY, 9)
                for title in ("first year only", "both years", "second year only", "all")
            ),
        ),
        len(measures),
        note="First and second span are the two years above. Value is revenue, returns deducted; "
        "the parts that its change is due to add up to it. What to do next: where lost customers "
        "cost more than new ones bring, win back (sheet Call list); where orders per customer "
        "fall, remind earlier (sheet Repeat purchases).",
        check=Formula(_what_changed()),
        row_units=tuple(measure.unit for measure in measures),
        rules=(Rule.LINE,),
    )


def _what_changed() -> str:
    due = {
        "change": _BRIDGE.cell(5, 9),
        "gone": _BRIDGE.cell(2, 9),
        "come": _BRIDGE.cell(4, 9),
        "orders": _BRIDGE.cell(5, _ORDERS - 1),
        "value": _BRIDGE.cell(5, _PER_ORDER - 1),
    }
    return first_true(
        (f"{ROWS_FILLED}=0", NEEDS_ORDERS),
        (
            f"N({_MONTHS})<1",
            sentence(
                f"{Verdict.CHECK}: nothing can be compared yet; this needs orders of at least two "
                "whole months"
            ),
        ),
        (
            f"IFERROR({_SECOND}<EDATE({_FIRST},{_MONTHS}),TRUE)",
            sentence(
                f"{Verdict.FIX}: the second year begins before the first has ended; change the "
                "yellow cells above"
            ),
        ),
        (
            f'AND({_BRIDGE.first}="",COUNT({_YEARS.column(2)})>0)',
            sentence(
                f"{Verdict.CHECK}: nobody bought anything in these years; change the yellow cells "
                "above"
            ),
        ),
        (f'{_BRIDGE.first}=""', FAILED),
        otherwise=sentence(
            f"{Verdict.IN_SHORT}: revenue changed by {{change}}: customers lost {{gone}}, gained "
            "{come}; orders per customer {orders}, value per order {value}",
            **due,
        ),
    )


def bridge_chart() -> Chart:
    """Return the chart of what the change of revenue is due to."""
    parts = (
        ("First year only", _BRIDGE.cell(2, 9)),
        ("Second year only", _BRIDGE.cell(4, 9)),
        ("Orders per customer", _BRIDGE.cell(5, _ORDERS - 1)),
        ("Value per order", _BRIDGE.cell(5, _PER_ORDER - 1)),
    )
    return Chart(
        _CHANGES.key,
        ChartKind.COLUMNS,
        "What the change of revenue is due to",
        "",
        "change of revenue",
        (Series("Change", _CHANGES.data.column(2), _CHANGES.data.column(1)),),
        6,
        18,
        data=tuple(
            (Item(name), Item(Formula(f"=N({cell})"), unit=Unit.MONEY)) for name, cell in parts
        ),
    )
