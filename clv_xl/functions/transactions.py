"""Transactions: from orders to customers."""

from __future__ import annotations

import numpy as np

from clv_xl.errors import ArgumentError
from clv_xl.functions import vocabulary as v
from clv_xl.functions.spec import Measures, Table, Unit, spreadsheet_function
from clv_xl.maths import order_check, transactions
from clv_xl.maths.arrays import Flags, Integers
from clv_xl.maths.counted_rows import RowsLeftOut


@spreadsheet_function(
    category="Transactions",
    result=Table(
        (
            ("customer", Unit.TEXT),
            ("frequency", Unit.COUNT),
            ("recency", Unit.PERIODS),
            ("age", Unit.PERIODS),
            ("monetary_value", Unit.MONEY),
            ("log_gaps", Unit.DECIMAL),
        )
    ),
    columns=["customer", "date", "amount"],
    order=v.OrderNumber,
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
    (returns) is no purchase. ORDERS_CHECK lists such rows. log_gaps is the sum of the natural
    logarithms of the periods between purchases: it tells how regular they are (MBGCNBD_FIT).
    """
    found = transactions.summarise(customer.codes, date, amount, period, end_date)
    money = found.monetary_value
    return [
        [customer.names[code] for code in found.codes.tolist()],
        found.frequency,
        found.recency,
        found.age,
        [None] * found.codes.size if money is None else money,
        found.log_gaps,
    ]


@spreadsheet_function(
    category="Transactions",
    result=Table((("orders", Unit.COUNT), ("amount", Unit.MONEY)), beside_input=True),
    columns=["customer_list", "customer", "amount", "date"],
    independent_columns=["customer_list"],
    order=v.OrderNumber,
    examples={
        '=INDEX(CUSTOMER_TOTALS({"Bob";"Ann"}, {"Ann";"Bob";"ann"}, {20;30;40}), 2, 1)': 2,
        '=INDEX(CUSTOMER_TOTALS({"Bob";"Ann"}, {"Ann";"Bob";"ann"}, {20;30;40}), 2, 2)': 60,
    },
    see_also=["RFM_SUMMARY", "CLV_SEGMENT"],
    source="Count and sum of the rows of each customer",
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
    counted = _counted(amount.size, date, end_date)
    orders, total = transactions.totals(customer.codes, amount, counted, len(customer.names))
    code_of = {key: code for code, key in enumerate(customer.keys)}
    codes = np.array([code_of.get(key, -1) for key in customer_list.keys], dtype=np.int64)
    found = codes[customer_list.codes]
    return [np.where(found < 0, 0, part[found]) for part in (orders, total)]


def _counted(size: int, date: Integers | None, end_date: int | None) -> Flags:
    """Return which orders are not later than end_date."""
    if end_date is None:
        return np.full(size, fill_value=True)
    if date is None:
        raise ArgumentError("date is needed where end_date is given", argument="date")
    return date <= end_date


@spreadsheet_function(
    category="Transactions",
    result=Table((("customer", Unit.TEXT), ("orders", Unit.COUNT), ("revenue", Unit.MONEY))),
    columns=["customer_list", "customer", "amount", "date"],
    independent_columns=["customer_list"],
    order=v.OrderNumber,
    examples={
        '=INDEX(CUSTOMERS_MISSING({"Bob";"Cid"}, {"Ann";"Bob";"ann"}, {20;30;40}), 2, 1)': "Ann",
        '=INDEX(CUSTOMERS_MISSING({"Bob";"Cid"}, {"Ann";"Bob";"ann"}, {20;30;40}), 2, 3)': 60,
    },
    see_also=["CUSTOMER_TOTALS", "ORDERS_SUMMARY"],
    source="Count and sum of the rows of each customer who is not in customer_list",
)
def CUSTOMERS_MISSING(
    customer_list: v.CustomerList,
    customer: v.Customer,
    amount: v.Amount | None = None,
    date: v.OrderDate | None = None,
    end_date: v.EndDate | None = None,
) -> list[object]:
    """Customers who ordered but are missing in your list of customers, largest revenue first.

    Names are matched regardless of capitals and blanks. Without amount, most orders come first.
    With date and end_date, later orders are left out. If nobody is missing, only the headings show.
    """
    counted = _counted(customer.codes.size, date, end_date)
    money = np.zeros(counted.size) if amount is None else amount
    orders, revenue = transactions.totals(customer.codes, money, counted, len(customer.names))
    listed = np.isin(customer.keys, customer_list.keys)
    order = np.lexsort([-orders, -revenue])
    missing = order[(orders > 0)[order] & ~listed[order]]
    return [
        [customer.names[code] for code in missing.tolist()],
        orders[missing],
        [None] * missing.size if amount is None else revenue[missing],
    ]


@spreadsheet_function(
    category="Transactions",
    result=Measures.of(
        orders_counted=("Orders counted", Unit.COUNT),
        customers=("Customers", Unit.COUNT),
        revenue=("Revenue", Unit.MONEY),
        first_order=("First order", Unit.DATE),
        last_order=("Last order", Unit.DATE),
        rows_left_out=("Rows left out", Unit.COUNT),
        repeated_rows=("Repeated rows counted once", Unit.COUNT),
    ),
    columns=["customer", "date", "amount"],
    order=v.OrderNumber,
    examples={
        '=INDEX(ORDERS_SUMMARY({"Ann";"Bob";"Ann"}, {45292;45295;45306}, {20;30;40}), 2, 2)': 3,
        '=INDEX(ORDERS_SUMMARY({"Ann";"Bob";"Ann"}, {45292;45295;45306}, {20;30;40}), 4, 2)': 90,
        '=INDEX(ORDERS_SUMMARY({"Ann";"Bob";"Ann"}, {45292;45295;45306}, {20;"?";40}), 7, 2)': 1,
    },
    see_also=["ORDERS_CHECK", "CUSTOMERS_MISSING"],
    source="Count, different customers, sum of amount, first and last date, of the rows that count",
)
def ORDERS_SUMMARY(
    customer: v.Customer,
    date: v.OrderDate,
    amount: v.Amount | None = None,
    end_date: v.EndDate | None = None,
    *,
    rows_left_out: RowsLeftOut,
) -> transactions.OrdersSummary:
    """Summary of your orders: how many count, from whom, worth how much, and which rows do not.

    Rows left out lack a customer, date or amount, or it cannot be read. A repeated row has the same
    order number, customer and amount as an earlier one. Orders after end_date are in no row.
    """
    counted = _counted(date.size, date, end_date)
    return transactions.orders_summary(customer.codes, date, amount, counted, rows_left_out)


@spreadsheet_function(
    category="Transactions",
    result=Table((("finding", Unit.TEXT), ("rows", Unit.COUNT), ("first", Unit.COUNT))),
    columns=["customer", "date", "amount", "order"],
    reports_faults=True,
    examples={
        '=INDEX(ORDERS_CHECK({"Ann";"ann ";"Bob"}, {45292;45292;45300}), 2, 2)': 3,
        '=INDEX(ORDERS_CHECK({"Ann";"ann ";"Bob"}, {45292;45292;45300}), 4, 3)': 2,
    },
    see_also=["ORDERS_SUMMARY", "RFM_SUMMARY"],
    source="Number of rows of each finding, and the first of them",
)
def ORDERS_CHECK(
    customer: v.CheckedCustomer,
    date: v.CheckedDate,
    amount: v.CheckedAmount | None = None,
    order: v.CheckedOrderNumber | None = None,
) -> list[list[object]]:
    """Check of your orders: what was left out, merged or ignored, in how many rows, and the first.

    Use it before you trust a report. Rows that are left out count in no other function until they
    are corrected.
    """
    found = order_check.findings(customer, date, amount, order)
    return [
        [item.finding for item in found],
        [item.rows for item in found],
        [item.first for item in found],
    ]
