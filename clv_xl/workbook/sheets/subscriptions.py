"""Subscriptions: how monthly recurring revenue grows and shrinks, from the orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from clv_xl.functions.spec import Kind, Meaning, Unit
from clv_xl.functions.verdicts import Verdict
from clv_xl.workbook.declarations import (
    Chart,
    ChartKind,
    Field,
    Fields,
    Formula,
    Heading,
    Item,
    Listing,
    Rule,
    Series,
    SheetBlock,
    Spill,
    Stack,
    Style,
)
from clv_xl.workbook.meanings import headings
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.columns import ROWS_FILLED
from clv_xl.workbook.sheets.filled import ORDERS, first_true, sentence

_MOVEMENTS: Final = Ref("mrr_movements")
_SIGNS: Final = Ref("mrr_signs")
_CHART: Final = Ref("mrr_chart")
_START, _NEW, _EXPANSION, _CONTRACTION, _CHURNED, _END, _NET, _GROSS, _, _LOST = range(2, 12)
"""Columns of the movements, after the month."""
_LINES: Final = (
    ("MRR then", _START, Unit.MONEY),
    ("New", _NEW, Unit.MONEY),
    ("Expansion", _EXPANSION, Unit.MONEY),
    ("Contraction", _CONTRACTION, Unit.MONEY),
    ("Churned", _CHURNED, Unit.MONEY),
    ("MRR now", _END, Unit.MONEY),
    ("Net revenue retention", _NET, Unit.SHARE),
    ("Gross revenue retention", _GROSS, Unit.SHARE),
    ("Customers lost", _LOST, Unit.SHARE),
)
_KEPT: Final = tuple(column for _, column, _ in _LINES)
_DATA: Final = _CHART.data
"""The months that are drawn, and below them the figures of the last against a year before."""
_SHOWN: Final = 12
_ROOM: Final = 120
_PAY_AGAIN, _MOST_ORDERS = 0.7, 1.2
"""What tells subscriptions: the least share of customers who pay again in the next month, and the
most orders per customer and month."""
_ANSWER: Final = "Orders_are_subscriptions"
_SUBSCRIPTIONS: Final = (
    f'IF({_ANSWER}="",AND(N({_SIGNS.cell(2, 1)})>={_PAY_AGAIN},'
    f'N({_SIGNS.cell(2, 2)})<={_MOST_ORDERS}),{_ANSWER}="Yes")'
)
_MONTHS: Final = f"COUNT({_MOVEMENTS.column(2, _ROOM)})"


def subscriptions() -> tuple[tuple[SheetBlock, ...], ...]:
    """Return the bands on monthly recurring revenue."""
    return (
        (_headline(),),
        (Stack((_figures(), _signs(), _override())), _chart()),
        (_movements(),),
    )


def _month(column: int) -> str:
    """Return a figure of the last month against the month before."""
    return f"INDEX({_MOVEMENTS.column(column, _ROOM)},{_MONTHS})"


def _year(column: int) -> str:
    """Return a figure of the last month against the same month a year before."""
    return _DATA.cell(_KEPT.index(column) + 1, _SHOWN + 1)


def _headline() -> Listing:
    """Return the sentence that says whether there is an answer, and what it is."""
    needs = "one row per customer and month in sheet Orders"

    def found(of: Callable[[int], str], when: str) -> str:
        net, gross = of(_NET), of(_GROSS)
        return (
            f'IF({net}>=1,"{Verdict.YES}","{Verdict.NO}")&": of 100 of monthly revenue {when}, "&'
            f'TEXT(100*{net},"0")&" are left from the same customers (net revenue retention "&'
            f'TEXT({net},"0%")&"; gross, without expansion, "&TEXT({gross},"0%")&")"'
            '&IF(N(Rows_repeated)>0,". Repeated rows of sheet Orders count here","")'
        )

    said = first_true(
        (f"{ROWS_FILLED}=0", sentence(f"{Verdict.FIX}: this needs {needs}")),
        (
            f"NOT({_SUBSCRIPTIONS})",
            sentence(
                f"{Verdict.READ} as single orders, not as monthly subscriptions, which need {needs}"
            ),
        ),
        (
            f"NOT(ISNUMBER({_month(_NET)}))",
            sentence(f"{Verdict.FIX}: this needs the orders of two whole months"),
        ),
        (f"ISNUMBER({_year(_NET)})", found(_year, "a year before")),
        otherwise=found(_month, "a month before"),
    )
    return Listing(
        "mrr_headline",
        ((Item(Formula(said), Style.LABEL),),),
        heading="Does monthly recurring revenue (MRR) from today's customers grow?",
        note="For subscriptions billed by month. Read net revenue retention first: what is left of "
        "the revenue without new customers; at 100 % and more you grow without acquiring anyone. "
        "If most is lost to churn, find out why customers cancel; if to contraction, why they "
        "move to smaller plans.",
        widths=(30, *(0,) * 9),
        rules=((Rule.STATUS, 1),),
        tall=True,
    )


def _figures() -> Listing:
    """Return what changed within the last month, and within the last year."""

    def line(label: str, column: int, unit: Unit) -> tuple[Item, ...]:
        return (
            Item(label, Style.LABEL),
            *(
                Item(
                    Formula(f'=IF(ISNUMBER({of(_NET)}),{of(column)},"")'),
                    Style.RESULT,
                    unit,
                )
                for of in (_month, _year)
            ),
        )

    return Listing(
        "mrr_figures",
        tuple(line(*one) for one in _LINES),
        ("Last month against", "a month before", "a year before"),
        widths=(30, 15, 15),
    )


def _signs() -> Listing:
    """Return the two figures that tell subscriptions from other orders."""
    table = f'NEW_RETURNING({ORDERS},"month",Order_numbers)'

    def line(label: str, call: str, unit: Unit, note: str) -> tuple[Item, ...]:
        return (
            Item(label, Style.LABEL),
            Item(Formula(f'=IFERROR(LET(months,{table},{call}),"")'), Style.RESULT, unit),
            Item(note, Style.NOTE),
        )

    orders = "SUM(INDEX(months,0,5))+SUM(INDEX(months,0,6))"
    return Listing(
        _SIGNS.key,
        (
            line(
                "Pay again the next month",
                "AVERAGE(INDEX(months,0,9))",
                Unit.SHARE,
                f"at least {_PAY_AGAIN:.0%}",
            ),
            line(
                "Orders per customer and month",
                f"({orders})/SUM(INDEX(months,0,2))",
                Unit.DECIMAL,
                f"at most {_MOST_ORDERS:g}",
            ),
        ),
        ("Are they subscriptions?", "your orders", "subscriptions"),
        widths=(30, 15, 15),
    )


def _override() -> Fields:
    return Fields(
        "mrr_override",
        "",
        (
            Field(
                "Orders are subscriptions",
                None,
                Unit.TEXT,
                "",
                _ANSWER,
                Meaning(
                    "Whether each order is a month of a subscription; if blank, the two figures "
                    "above decide.",
                    Unit.TEXT,
                    Kind.CHOICE,
                    choices=("Yes", "No"),
                ),
                optional=True,
            ),
        ),
        note_columns=0,
    )


def _chart() -> Chart:
    def line(number: int) -> tuple[Item, ...]:
        row = f"{_MONTHS}-{_SHOWN - number}"

        def one(call: str, unit: Unit) -> Item:
            return Item(Formula(f'=IF(OR({_MONTHS}<2,{row}<1),"",{call})'), unit=unit)

        def cell(column: int) -> str:
            return f"INDEX({_MOVEMENTS.column(column, _ROOM)},{row})"

        return (
            one(cell(1), Unit.TEXT),
            one(f"{cell(_NEW)}+{cell(_EXPANSION)}", Unit.MONEY),
            one(f"-{cell(_CONTRACTION)}-{cell(_CHURNED)}", Unit.MONEY),
        )

    return Chart(
        _CHART.key,
        ChartKind.COLUMNS,
        f"MRR gained and lost, last {_SHOWN} months",
        "",
        "per month",
        (
            Series("Gained: new and expansion", _DATA.column(2, _SHOWN), _DATA.column(1, _SHOWN)),
            Series(
                "Lost: contraction and churned", _DATA.column(3, _SHOWN), _DATA.column(1, _SHOWN)
            ),
        ),
        10,
        16,
        data=(
            *map(line, range(1, _SHOWN + 1)),
            (Item(Formula(_against_a_year_before(), spills=True), unit=Unit.DECIMAL),),
        ),
    )


def _against_a_year_before() -> str:
    """Return the movements from the last month's counterpart a year before.

    The orders of these two months alone, dated into two years, which are compared by their last
    month. Not where dates are text: those of these months could not be told from others.
    """
    last = _month(1)
    months = (
        f"last,LEFT({last},4)*12+RIGHT({last},2),"
        "month,IFERROR(YEAR(Order_dates)*12+MONTH(Order_dates),0),"
        f"these,(month=last)+(month=last-{_SHOWN})"
    )
    columns = (
        "FILTER(Order_customers,these),FILTER(IF(month=last,DATE(2001,12,1),DATE(2000,12,1)),"
        "these),FILTER(Order_amounts,these)"
    )
    kept = ",".join("1" if column in _KEPT else "0" for column in range(1, _LOST + 1))
    whole = f'FILTER(INDEX(MRR_MOVEMENTS({columns},"year"),3,0),{{{kept}}})'
    return (
        f'=IF(OR({_MONTHS}<={_SHOWN},COUNT(Order_dates)<{ROWS_FILLED}),"",'
        f'IFERROR(LET({months},{whole}),""))'
    )


def _movements() -> Spill:
    """Return the movements of every whole month.

    The last month counts if no more than three days of it are missing.
    """
    day = "IF(N(End_date)>0,End_date,Last_order)+4"
    # One LET: LibreOffice does not know the names of one within another.
    whole = (
        f'LET(day,{day}-DAY({day}),until,YEAR(day)&"-"&RIGHT("0"&MONTH(day),2),'
        f"movements,MRR_MOVEMENTS(Order_customers,Order_dates,"
        f'IF({_SUBSCRIPTIONS},Order_amounts,"")),FILTER(movements,INDEX(movements,0,1)<=until))'
    )
    return Spill(
        _MOVEMENTS.key,
        "MRR by month",
        f'=IF({_SUBSCRIPTIONS},IFERROR({whole},""),"")',
        (Heading("month", Unit.TEXT, 0), *headings("MRR_MOVEMENTS")[1:]),
        _ROOM,
        note="A customer without a row in a month has left, and is new when they come back. A "
        "month that is not over yet is left out. Quick ratio: gained / lost.",
        headed=False,
        rules=(Rule.LINE,),
    )
