"""Transactions: from orders to customers."""

from __future__ import annotations

import numpy as np

from clv_xl.errors import ArgumentError
from clv_xl.functions import vocabulary as v
from clv_xl.functions.spec import Table, Unit, spreadsheet_function
from clv_xl.maths import order_check, transactions


@spreadsheet_function(
    category="Transactions",
    result=Table(
        (
            ("customer", Unit.TEXT),
            ("frequency", Unit.COUNT),
            ("recency", Unit.PERIODS),
            ("age", Unit.PERIODS),
            ("monetary_value", Unit.MONEY),
        )
    ),
    columns=["customer", "date", "amount"],
    examples={
        '=INDEX(RFM_SUMMARY({"Ann";"Bob";"Ann"}, {45292;45295;45306}, {20;30;40}), 2, 2)': 1,
        '=INDEX(RFM_SUMMARY({"Ann";"Bob";"Ann"}, {45292;45295;45306}, {20;30;40}), 2, 3)': 2,
        '=INDEX(RFM_SUMMARY({"Ann";"Bob";"Ann"}, {45292;45295;45306}, {20;30;40}), 2, 5)': 40,
    },
    see_also=["ORDERS_CHECK", "RFM_SCORE", "CLV_COHORT"],
    source="Definitions of Fader, Hardie & Lee (2005)",
)
def RFM_SUMMARY(
    customer: v.Customer,
    date: v.OrderDate,
    amount: v.Amount | None = None,
    period: v.Period = "week",
    end_date: v.EndDate | None = None,
) -> list[object]:
    """One row per customer: frequency, recency, age and mean value of repeat purchases.

    Orders of one day are one purchase. frequency is purchase days less one; recency runs from first
    to last purchase, age from the first to end_date, in periods. A day whose amounts sum below 0
    (returns) is no purchase. ORDERS_CHECK lists such rows.
    """
    found = transactions.summarise(customer.codes, date, amount, period, end_date)
    money = found.monetary_value
    return [
        [customer.names[code] for code in found.codes.tolist()],
        found.frequency,
        found.recency,
        found.age,
        [None] * found.codes.size if money is None else money,
    ]


@spreadsheet_function(
    category="Transactions",
    result=Table((("orders", Unit.COUNT), ("amount", Unit.MONEY)), beside_input=True),
    columns=["customer_list", "customer", "amount", "date"],
    independent_columns=["customer_list"],
    examples={
        '=INDEX(CUSTOMER_TOTALS({"Bob";"Ann"}, {"Ann";"Bob";"ann"}, {20;30;40}), 2, 1)': 2,
        '=INDEX(CUSTOMER_TOTALS({"Bob";"Ann"}, {"Ann";"Bob";"ann"}, {20;30;40}), 2, 2)': 60,
    },
    see_also=["RFM_SUMMARY", "CLV_SEGMENT"],
)
def CUSTOMER_TOTALS(
    customer_list: v.CustomerList,
    customer: v.Customer,
    amount: v.Amount,
    date: v.OrderDate | None = None,
    end_date: v.EndDate | None = None,
) -> list[object]:
    """Number of orders and total amount, beside each row of your list of customers.

    Names are matched regardless of capitals and blanks. Customers without orders get 0. With date
    and end_date, later orders are left out.
    """
    counted = np.full(amount.shape, fill_value=True)
    if end_date is not None:
        if date is None:
            raise ArgumentError("date is needed where end_date is given", argument="date")
        counted = date <= end_date
    orders, total = transactions.totals(customer.codes, amount, counted, len(customer.names))
    code_of = {key: code for code, key in enumerate(customer.keys)}
    found = np.array([code_of.get(key, -1) for key in customer_list.keys])[customer_list.codes]
    return [np.where(found < 0, 0, part[found]) for part in (orders, total)]


@spreadsheet_function(
    category="Transactions",
    result=Table((("finding", Unit.TEXT), ("rows", Unit.COUNT), ("first", Unit.COUNT))),
    columns=["customer", "date", "amount"],
    reports_faults=True,
    examples={
        '=INDEX(ORDERS_CHECK({"Ann";"ann ";"Bob"}, {45292;45292;45300}), 2, 2)': 3,
        '=INDEX(ORDERS_CHECK({"Ann";"ann ";"Bob"}, {45292;45292;45300}), 4, 3)': 2,
    },
    see_also=["RFM_SUMMARY"],
)
def ORDERS_CHECK(
    customer: v.CheckedCustomer, date: v.CheckedDate, amount: v.CheckedAmount | None = None
) -> list[list[object]]:
    """Check of your orders: what was refused, merged or ignored, in how many rows, and the first.

    Use it before you trust a report. "Refused" findings make the other functions return an error
    until the rows are corrected.
    """
    found = order_check.findings(customer, date, amount)
    return [
        [item.finding for item in found],
        [item.rows for item in found],
        [item.first for item in found],
    ]
