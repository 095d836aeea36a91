"""The sheets that the user fills: orders, customers, channels."""

from __future__ import annotations

from typing import Final

from clv_xl.functions.spec import Unit
from clv_xl.workbook.meanings import headings, meaning, own
from clv_xl.workbook.sample import Sample
from clv_xl.workbook.sheets import Column, Records, Role, Rule, Sheet, Spill

LEGEND: Final = (
    "Columns with a yellow head are yours to fill; columns with a blue head compute themselves."
)


def orders(sample: Sample) -> Sheet:
    """Return the sheet of orders, with what was found wrong beside it."""
    rows = sample.orders
    table = Records(
        "Orders",
        (
            Column(
                "order",
                Unit.TEXT,
                tuple(row.order for row in rows),
                meaning=own("The number of the order, for your own use.", Unit.TEXT),
            ),
            Column(
                "date",
                Unit.DATE,
                tuple(row.date for row in rows),
                meaning=meaning("date"),
                width=13,
            ),
            Column(
                "customer",
                Unit.TEXT,
                tuple(row.customer for row in rows),
                meaning=meaning("customer"),
            ),
            Column(
                "product",
                Unit.TEXT,
                tuple(row.product for row in rows),
                meaning=own("What was ordered, for your own use.", Unit.TEXT),
            ),
            Column(
                "amount",
                Unit.MONEY,
                tuple(row.amount for row in rows),
                meaning=meaning("amount"),
                width=13,
                fine=True,
            ),
        ),
        len(rows),
    )
    check = Spill(
        "orders_check",
        "",
        "=ORDERS_CHECK(Orders[customer],Orders[date],Orders[amount])",
        headings("ORDERS_CHECK", finding=78, rows=9, first=9),
        20,
        rules=(Rule.LINE,),
    )
    return Sheet(
        "Orders",
        Role.INPUT,
        "Orders",
        "Paste your orders over the sample: one row an order, returns as negative amounts. On the "
        "right you see at once "
        "what was found in them: merged, ignored, or worth a look.",
        ((table, check),),
        freeze="Orders",
    )


def customers(sample: Sample) -> Sheet:
    """Return the sheet of customers, with what each has brought so far."""
    rows = sample.customers

    # A table cannot hold a formula that spills, so each row takes its part of one beside it.
    row = "ROW(§totals.2.1§)-1+ROW()-ROW(Customers[[#Headers],[customer]])"
    # Where the orders cannot be added up, nobody's revenue is 0.
    revenue = f"=IF(ISERROR(§totals.1.1§),NA(),INDEX(§totals.2.0§,{row}))"

    def known(name: str, sentence: str, values: tuple[str, ...]) -> Column:
        return Column(name, Unit.TEXT, values, meaning=own(sentence, Unit.TEXT))

    table = Records(
        "Customers",
        (
            Column(
                "customer",
                Unit.TEXT,
                tuple(row.customer for row in rows),
                meaning=meaning("customer"),
            ),
            Column(
                "segment",
                Unit.TEXT,
                tuple(row.segment for row in rows),
                meaning=meaning("segment"),
            ),
            Column(
                "channel",
                Unit.TEXT,
                tuple(row.channel for row in rows),
                meaning=meaning("channel"),
            ),
            known("town", "Where the customer is.", tuple(row.town for row in rows)),
            known(
                "in_business",
                "How long the customer has been in business.",
                tuple(row.in_business for row in rows),
            ),
            known(
                "machine",
                "Whether the customer rents a machine or has their own.",
                tuple(row.machine for row in rows),
            ),
            Column(
                "satisfaction",
                Unit.SCORE,
                tuple(row.satisfaction for row in rows),
                meaning=meaning("value_to_customer"),
            ),
            Column(
                "acquisition_cost",
                Unit.MONEY,
                tuple(row.acquisition_cost for row in rows),
                meaning=meaning("acquisition_cost"),
                fine=True,
            ),
            Column("revenue", Unit.MONEY, formula=revenue, fine=True),
            Column(
                "clv",
                Unit.MONEY,
                formula="=Customers[[#This Row],[revenue]]*Gross_margin",
                fine=True,
            ),
            Column(
                "net_value",
                Unit.MONEY,
                formula="=Customers[[#This Row],[clv]]-Customers[[#This Row],[acquisition_cost]]",
                fine=True,
            ),
        ),
        len(rows),
    )
    return Sheet(
        "Customers",
        Role.INPUT,
        "Customers",
        f"One row a customer. {LEGEND} clv is the margin that the customer has brought so far: "
        f"revenue x gross margin "
        "(sheet Settings). net_value is clv less what winning them cost. It counts what has "
        "happened, not the future, so "
        "customers won lately look small. Rename or replace town, in_business and machine by what "
        "you know of yours.",
        ((table,),),
        freeze="Customers",
    )


def channels(sample: Sample) -> Sheet:
    """Return the sheet of channels and what was spent on them."""
    names = tuple(sample.spend)
    this = "Channels[[#This Row],[channel]]"
    table = Records(
        "Channels",
        (
            Column("channel", Unit.TEXT, names, meaning=meaning("channel"), width=22),
            Column(
                "spend",
                Unit.MONEY,
                tuple(sample.spend.values()),
                meaning=meaning("spend"),
                width=16,
            ),
            Column(
                "new_customers",
                Unit.COUNT,
                formula=f"=COUNTIFS(Customers[channel],{this})",
            ),
            Column(
                "clv",
                Unit.MONEY,
                formula=f"=IFERROR(AVERAGEIFS(Customers[clv],Customers[channel],{this}),0)",
                width=16,
            ),
        ),
        len(names),
    )
    return Sheet(
        "Channels",
        Role.INPUT,
        "Channels",
        f"What you spent to win the customers of sheet Customers, by channel. {LEGEND} "
        f"new_customers counts them, clv is "
        "their average margin so far. The names must be those of the channel column in Customers.",
        ((table,),),
        freeze="Channels",
    )
