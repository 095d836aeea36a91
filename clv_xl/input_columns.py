"""The columns of the input tables that formulas read, and where a user names their headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple


class InputColumn(NamedTuple):
    """A column of an input table that is found by its heading.

    `name` is the defined name by which formulas read it, where it has one; `label` is what
    sentences call it.
    """

    table: str
    heading: str
    name: str
    label: str
    optional: bool = False


INPUT_COLUMNS: Final = (
    InputColumn("Orders", "order", "Order_numbers", "Order number", optional=True),
    InputColumn("Orders", "date", "Order_dates", "Date of the order"),
    InputColumn("Orders", "customer", "Order_customers", "Customer"),
    InputColumn("Orders", "amount", "Order_amounts", "Amount"),
    InputColumn("Orders", "product", "Order_products", "Product", optional=True),
    InputColumn("Customers", "customer", "", "Customer"),
    InputColumn("Customers", "segment", "Customer_segments", "Segment", optional=True),
    InputColumn("Customers", "channel", "Customer_channels", "Channel", optional=True),
    InputColumn(
        "Customers", "satisfaction", "Customer_satisfaction", "Satisfaction", optional=True
    ),
    InputColumn(
        "Customers",
        "acquisition_cost",
        "Customer_acquisition_costs",
        "Acquisition cost",
        optional=True,
    ),
    InputColumn("Channels", "channel", "Channel_names", "Channel"),
    InputColumn("Channels", "spend", "Channel_spend", "Spend"),
    InputColumn("Channels", "new_customers", "Channel_new_customers", "New customers"),
)
INPUT_TABLES: Final = tuple(dict.fromkeys(column.table for column in INPUT_COLUMNS))


def columns_of(table: str) -> tuple[InputColumn, ...]:
    """Return the columns of a table, in the order of their lines on sheet Settings."""
    return tuple(column for column in INPUT_COLUMNS if column.table == table)


def own_headings(table: str) -> str:
    """Return the defined name of the cells that hold the user's own headings of these columns."""
    return f"{table}_headings"


def by_heading(table: str, typed: Sequence[object]) -> dict[str, str]:
    """Return the user's own headings of a table's columns, from the cells that hold them."""
    return {
        column.heading: str(cell).strip()
        for column, cell in zip(columns_of(table), typed, strict=False)
        if cell is not None and str(cell).strip()
    }
