"""The report on quadrants: value to the customer against value to the company.

Where sheet Customers has no satisfaction scores, the number of orders stands in for value to the
customer; where it has no acquisition costs, gross profit stands in for net value. Customers who
lack one of the two are left out and counted.
"""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import QUADRANTS, Verdict
from clv_xl.workbook.declarations import (
    Chart,
    ChartKind,
    Formula,
    Heading,
    Item,
    Listing,
    Role,
    Rule,
    Series,
    Sheet,
    Spill,
    Stack,
    Style,
)
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sheets.columns import customer_list
from clv_xl.workbook.sheets.filled import (
    COSTS_FILLED,
    CUSTOMERS_FILLED,
    NEEDS_CUSTOMERS,
    VALUES_FILLED,
    first_true,
    numbers,
    sentence,
    where,
)
from clv_xl.workbook.sheets.lists import LONG, MOST
from clv_xl.workbook.sheets.purchases import TOTALS_CALL

_BASIS: Final = Ref("quadrant_basis")
_LIST: Final = Ref("quadrant_list")
_MAP: Final = Ref("quadrant_map")

_SCORED: Final = f"{numbers('Customers', 'satisfaction')}>0"
_COSTED: Final = f"{COSTS_FILLED}>0"
_GAINS: Final = _LIST.column(2, MOST)
_GIVES: Final = _LIST.column(3, MOST)
_PLACED: Final = _MAP.data.cell(5, 1)
"""How many customers are in the list."""


def quadrants() -> Sheet:
    """Return the report on quadrants."""
    return Sheet(
        "Quadrants",
        Role.REPORT,
        "Customer value matrix",
        "What a customer gains from you against what you gain from them. A value at or above the "
        "median counts as high.",
        (
            (Stack((_basis(), _check())),),
            (_list(), Stack((_groups(), _map()))),
        ),
    )


def _basis() -> Listing:
    """Return what the two values are."""
    gains = first_true(
        (_SCORED, sentence("satisfaction (sheet Customers)")),
        otherwise=sentence(
            "how often they buy: orders to date (stand-in: no satisfaction scores in sheet "
            "Customers); where most have the fewest, more than the fewest is high"
        ),
    )
    gives = first_true(
        (_COSTED, sentence("net value: gross profit to date less acquisition cost")),
        otherwise=sentence(
            "gross profit to date (stand-in: no acquisition costs in sheet Customers)"
        ),
    )
    lines = (("Value to the customer", gains), ("Value to you", gives))
    return Listing(
        _BASIS.key,
        tuple(
            (Item(label, Style.LABEL), Item(Formula(formula), Style.LABEL))
            for label, formula in lines
        ),
        widths=(22, 13),
    )


def _check() -> Listing:
    """Return whether all customers have both values."""
    counted = (Item("Customers", Style.LABEL), Item(Formula(_counted()), Style.LABEL))
    return Listing("quadrant_check", (counted,), widths=(22, 13), rules=((Rule.STATUS, 2),))


def _counted() -> str:
    """Return the formula of the sentence on which customers are placed."""
    left_out = f"({CUSTOMERS_FILLED}-{_PLACED})"
    return first_true(
        (f"{VALUES_FILLED}=0", NEEDS_CUSTOMERS),
        (
            f"{CUSTOMERS_FILLED}=1",
            sentence(
                f"{Verdict.CHECK}: one customer has no median to be compared with; it takes two"
            ),
        ),
        (
            f"{_PLACED}=0",
            sentence(
                f"{Verdict.FIX}: fewer than two customers have both a satisfaction score and an "
                "acquisition cost; fill them in, or empty the column, in sheet Customers"
            ),
        ),
        (
            f"{left_out}>0",
            sentence(
                f"{Verdict.CHECK}: {{few}} of {{everyone}} customers are left out, as their "
                "satisfaction or acquisition cost is blank in sheet Customers",
                few=left_out,
                everyone=CUSTOMERS_FILLED,
            ),
        ),
        otherwise=sentence(
            f"{Verdict.ALL} {{everyone}} customers are placed", everyone=CUSTOMERS_FILLED
        ),
    )


def _placed(column: str) -> str:
    """Return the formula of a column of the list: of the customers of whom both values are known.

    In `column`, gains and gives are the two values, placed marks the customers who have both.
    """
    return where(
        f"{VALUES_FILLED}>0",
        f"LET(gains,IF({_SCORED},Customers[satisfaction],INDEX({TOTALS_CALL},0,1)),"
        f"gives,IF({_COSTED},Customers[net_value],Customers[clv]),"
        f'placed,ISNUMBER(gains)*ISNUMBER(gives),IF(SUM(placed)<2,"",{column}))',
    )


def _list() -> Spill:
    gains, gives = "FILTER(gains,placed)", "FILTER(gives,placed)"
    return Spill(
        _LIST.key,
        "Every customer",
        "",
        (
            Heading("customer", Unit.TEXT, 22, _placed(f"FILTER({customer_list()},placed)")),
            Heading(
                Formula(f'=IF({_SCORED},"satisfaction","orders")'),
                Unit.SCORE,
                13,
                _placed(gains),
            ),
            Heading(
                Formula(f'=IF({_COSTED},"net value","gross profit")'),
                Unit.MONEY,
                14,
                _placed(gives),
            ),
            Heading(
                "quadrant",
                Unit.TEXT,
                13,
                _placed(f"CUSTOMER_QUADRANT({gains},{gives},{_MAP.data.cell(3, 1)})"),
            ),
        ),
        LONG,
        headed=False,
        rules=(Rule.LINE,),
    )


def _groups() -> Listing:
    listed = _LIST.whole_column(4)

    def figure(name: str, call: str, unit: Unit) -> Item:
        return Item(
            Formula(where(f"{_PLACED}>0", call.format(f'{listed},"{name}"'))), Style.RESULT, unit
        )

    rows = tuple(
        (
            Item(name, Style.LABEL),
            figure(name, "COUNTIF({})", Unit.COUNT),
            figure(name, f"COUNTIF({{}})/{_PLACED}", Unit.SHARE),
            figure(
                name,
                f'IFERROR(AVERAGEIF({{}},{_LIST.whole_column(3)}),"")',
                Unit.MONEY,
            ),
            Item(Formula(f'=QUADRANT_ACTION("{name}")'), Style.NOTE),
        )
        for name in QUADRANTS
    )
    return Listing(
        "quadrant_counts",
        rows,
        ("quadrant", "customers", "share", "average value", "what to do"),
        heading="The four groups",
        widths=(14, 12, 10, 16, 78),
    )


def _map() -> Chart:
    ends, corners = _MAP.data, range(3, 3 + len(QUADRANTS))
    return Chart(
        _MAP.key,
        ChartKind.SCATTER,
        "Each point is a customer; the lines show the medians",
        "value to the customer",
        "value to you",
        (
            Series("Customers", _GIVES, _GAINS),
            Series("Median value to you", ends.column(2, 2), ends.column(1, 2), guide=True),
            Series(
                "Median value to the customer", ends.column(4, 2), ends.column(3, 2), guide=True
            ),
            *(
                Series(ends.cell(3, row), ends.cell(2, row), ends.cell(1, row), label=True)
                for row in corners
            ),
        ),
        5,
        26,
        data=(*_median_lines(), *_corners()),
        x_unit=Unit.SCORE,
        x_title_from=_BASIS.cell(2, 1),
        y_title_from=_BASIS.cell(2, 2),
    )


def _of_placed(text: str, otherwise: str = "0") -> Item:
    """Return a cell of the chart's own, of no extent where nobody is placed."""
    return Item(Formula(f"=IF({_PLACED}=0,{otherwise},{text})"))


def _median_lines() -> tuple[tuple[Item, ...], ...]:
    """Return the ends of the two median lines: x, y, x, y; and how many customers are placed."""
    low, high = (
        (
            _of_placed(f"{end}({_GAINS})"),
            _of_placed(f"MEDIAN({_GIVES})"),
            _of_placed(_middle()),
            _of_placed(f"{end}({_GIVES})"),
        )
        for end in ("MIN", "MAX")
    )
    return (*low, Item(Formula(f"=COUNT({_GIVES})"))), high


def _middle() -> str:
    """Return the formula of the value to the customer from which on it counts as high.

    The median; but where that is the fewest orders, as when most customers bought once, more than
    the fewest: else nobody would gain little.
    """
    most_have_fewest = f"AND(MEDIAN({_GAINS})=MIN({_GAINS}),MAX({_GAINS})>MIN({_GAINS}))"
    return f"IF(IF({_SCORED},FALSE,{most_have_fewest}),MIN({_GAINS})+0.5,MEDIAN({_GAINS}))"


def _corners() -> tuple[tuple[Item, ...], ...]:
    """Return where the quadrants' names go, and the names: x, y, name.

    Where nobody is below a median, as with equal values, there is no low side to name.
    """
    ends = _MAP.data
    middle_x, middle_y = ends.cell(3, 1), ends.cell(2, 1)
    found = []
    for name, (across, up) in zip(QUADRANTS, ((2, 2), (2, 1), (1, 2), (1, 1)), strict=True):
        x, y = ends.cell(1, across), ends.cell(4, up)
        there = "AND({})".format(
            ",".join(
                "TRUE" if row == 2 else f"{end}<{middle}"
                for row, end, middle in ((across, x, middle_x), (up, y, middle_y))
            )
        )
        found.append(
            (
                Item(Formula(f"=({middle_x}+{x})/2")),
                Item(Formula(f"={middle_y}+({y}-{middle_y})*0.95")),
                _of_placed(f'IF({there},"{name}"," ")', '" "'),
            )
        )
    return tuple(found)
