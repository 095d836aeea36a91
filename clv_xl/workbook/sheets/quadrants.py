"""The report on quadrants: value to the customer against value to the company."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.functions.verdicts import QUADRANTS
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
from clv_xl.workbook.sheets.customers import CUSTOMERS
from clv_xl.workbook.sheets.lists import LONG

_LIST: Final = Ref("quadrant_list")
_MAP: Final = Ref("quadrant_map")


def quadrants() -> Sheet:
    """Return the report on quadrants."""
    listed = _LIST.whole_column(4)
    rows = tuple(
        (
            Item(name, Style.LABEL),
            Item(Formula(f'=COUNTIF({listed},"{name}")'), Style.RESULT, Unit.COUNT),
            Item(
                Formula(f'=COUNTIF({listed},"{name}")/ROWS(Customers[customer])'),
                Style.RESULT,
                Unit.SHARE,
            ),
            Item(
                Formula(f'=IFERROR(AVERAGEIF({listed},"{name}",{_LIST.whole_column(3)}),0)'),
                Style.RESULT,
                Unit.MONEY,
            ),
            Item(Formula(f'=QUADRANT_ACTION("{name}")'), Style.NOTE),
        )
        for name in QUADRANTS
    )
    satisfaction, value = CUSTOMERS.column(7), CUSTOMERS.column(11)
    return Sheet(
        "Quadrants",
        Role.REPORT,
        "Customer value matrix",
        "Value to the customer (satisfaction, sheet Customers) against value to you (net value: "
        "gross profit to date less acquisition cost). A value at or above the median counts as "
        "high.",
        (
            (
                Spill(
                    _LIST.key,
                    "Every customer",
                    "",
                    (
                        Heading("customer", Unit.TEXT, 14, "=Customers[customer]"),
                        Heading("satisfaction", Unit.SCORE, 13, "=Customers[satisfaction]"),
                        Heading("net value", Unit.MONEY, 12, "=Customers[net_value]"),
                        Heading(
                            "quadrant",
                            Unit.TEXT,
                            13,
                            "=CUSTOMER_QUADRANT(Customers[satisfaction],Customers[net_value])",
                        ),
                    ),
                    LONG,
                    headed=False,
                    rules=(Rule.LINE,),
                ),
                Stack(
                    (
                        Listing(
                            "quadrant_counts",
                            rows,
                            ("quadrant", "customers", "share", "average value", "what to do"),
                            heading="The four groups",
                            widths=(14, 12, 10, 16, 78),
                        ),
                        Chart(
                            _MAP.key,
                            ChartKind.SCATTER,
                            "Each point is a customer; the lines show the medians",
                            "value to the customer (satisfaction)",
                            "value to you (net value)",
                            (
                                Series("Customers", value, satisfaction),
                                Series(
                                    "Median value to you",
                                    _MAP.data.column(2, 2),
                                    _MAP.data.column(1, 2),
                                    guide=True,
                                ),
                                Series(
                                    "Median value to the customer",
                                    _MAP.data.column(4, 2),
                                    _MAP.data.column(3, 2),
                                    guide=True,
                                ),
                                *(
                                    Series(
                                        name,
                                        _MAP.data.cell(2, row),
                                        _MAP.data.cell(1, row),
                                        label=True,
                                    )
                                    for row, name in enumerate(QUADRANTS, start=3)
                                ),
                            ),
                            5,
                            26,
                            data=_median_lines(),
                            x_unit=Unit.SCORE,
                        ),
                    )
                ),
            ),
        ),
    )


def _median_lines() -> tuple[tuple[Item, ...], ...]:
    """The ends of the two median lines (x, y, x, y), and where the quadrants' names go."""
    gains, gives = "Customers[satisfaction]", "Customers[net_value]"
    ends = tuple(
        (
            Item(Formula(f"={one}({gains})")),
            Item(Formula(f"=MEDIAN({gives})")),
            Item(Formula(f"=MEDIAN({gains})")),
            Item(Formula(f"={one}({gives})")),
        )
        for one in ("MIN", "MAX")
    )
    corners = tuple(
        (
            Item(Formula(f"=(MEDIAN({gains})+{across}({gains}))/2")),
            Item(Formula(f"={up}({gives})*{part}")),
        )
        for across, up, part in (
            ("MAX", "MAX", 0.95),
            ("MAX", "MIN", 0.95),
            ("MIN", "MAX", 0.95),
            ("MIN", "MIN", 0.95),
        )
    )
    return (*ends, *corners)
