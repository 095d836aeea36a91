"""Customer base: cohorts as they age, repeat purchases, what changed, recurring revenue."""

from __future__ import annotations

from clv_xl.errors import ArgumentError, Caveat
from clv_xl.functions import vocabulary as v
from clv_xl.functions.spec import Matrix, Table, Unit, WithCaveats, spreadsheet_function
from clv_xl.maths import (
    cohort_value,
    customer_base,
    recency_frequency_map,
    recurring_revenue,
    repeat_purchases,
)
from clv_xl.maths.groups import none_where_nan

_ORDERS = '{"Ann";"Bob";"Ann"}, {45292;45293;45330}, {20;30;40}'
"""Ann buys on 1 January and 8 February 2024, Bob on 2 January."""


@spreadsheet_function(
    category="Customer base",
    result=Matrix(Unit.DECIMAL),
    columns=["customer", "date", "amount", "spend_date", "spend"],
    independent_columns=["spend_date", "spend"],
    order=v.OrderNumber,
    examples={
        f"=INDEX(COHORT_VALUE({_ORDERS}), 2, 5)": 25,
        f"=INDEX(COHORT_VALUE({_ORDERS}), 2, 6)": 45,
        f'=INDEX(COHORT_VALUE({_ORDERS}, 0.5, "month", {{45292}}, {{40}}), 2, 3)': 20,
        f'=INDEX(COHORT_VALUE({_ORDERS}, 0.5, "month", {{45292}}, {{40}}), 2, 4)': 1,
    },
    see_also=["VALUE_AT_AGE", "CLV_COHORT", "CAC_PAYBACK"],
    source="gross_margin x sum of amount to the age / customers of the cohort; CAC = spend / "
    "customers, both of the cohort's period",
)
def COHORT_VALUE(
    customer: v.Customer,
    date: v.OrderDate,
    amount: v.Amount,
    gross_margin: v.GrossMargin = 1.0,
    period: v.Period = "month",
    spend_date: v.SpendDate | None = None,
    spend: v.PeriodSpend | None = None,
) -> WithCaveats[list[list[object]]]:
    """Value per customer of each cohort as it ages, beside its CAC and when that is paid back.

    A cohort is the customers whose first order was in the same period. Age 0 is that period; the
    value is the gross margin per customer from then on, returns deducted. paid_back is the first
    age at which it reaches the CAC, blank if it has not yet. Give spend_date and spend together, in
    as many rows as you like; spend in one period is added up. The last row, All, has at each age
    the cohorts old enough for it.
    """
    if (spend_date is None) != (spend is None):
        missing = "spend_date" if spend_date is None else "spend"
        raise ArgumentError(
            f"{missing} is missing; give spend_date and spend together", argument=missing
        )
    pair = None if spend_date is None or spend is None else (spend_date, spend)
    found = cohort_value.cohort_value(
        customer.codes, date, amount, float(gross_margin), period, pair
    )
    header: list[object] = ["cohort", "customers", "CAC", "paid_back", *range(found.value.shape[1])]
    rows = zip(
        found.names,
        found.customers.tolist(),
        none_where_nan(found.cac),
        none_where_nan(found.paid_back),
        map(none_where_nan, found.value),
        strict=True,
    )
    table: list[list[object]] = [header, *([*row, *ages] for *row, ages in rows)]
    if not found.spend_outside:
        return WithCaveats(table, ())
    outside = Caveat(
        f"{found.spend_outside:,} rows of spend are before the first cohort or after the last and "
        "are left out; check spend_date",
        argument="spend_date",
    )
    return WithCaveats(table, (outside,))


@spreadsheet_function(
    category="Customer base",
    result=Matrix(Unit.DECIMAL),
    columns=["customer", "date", "amount", "ages", "group"],
    independent_columns=["ages"],
    order=v.OrderNumber,
    examples={
        f"=INDEX(VALUE_AT_AGE({_ORDERS}, 1, {{30}}), 2, 3)": 25,
        f"=INDEX(VALUE_AT_AGE({_ORDERS}, 1, {{30;38}}), 2, 4)": 60,
        f'=INDEX(VALUE_AT_AGE({_ORDERS}, 1, {{30}}, {{"web";"shop";"web"}}), 2, 1)': "web",
    },
    see_also=["COHORT_VALUE", "FIRST_ORDER"],
    source="gross_margin x sum of amount to the age / customers, of the customers who are as old "
    "or older",
)
def VALUE_AT_AGE(
    customer: v.Customer,
    date: v.OrderDate,
    amount: v.Amount,
    gross_margin: v.GrossMargin = 1.0,
    ages: v.Ages | None = None,
    group: v.OrderGroup | None = None,
) -> list[list[object]]:
    """Value per customer at equal ages in days, so that old and new groups compare fairly.

    One row per group. Ages count from the first order. At each age it is the gross margin per
    customer to that day, of the customers who are old enough; blank if nobody is. The last column
    says how many are old enough for the last age.
    """
    limits = cohort_value.ages_of(ages)
    found = cohort_value.value_at_age(
        customer.codes, date, amount, float(gross_margin), limits, group
    )
    shown = [f"{limit:g} days" for limit in limits]
    last = f"customers {limits[-1]:g} days old or more"
    header: list[object] = ["group", "customers", *shown, last]
    rows = zip(found.groups, found.customers.tolist(), found.value, found.old_enough, strict=True)
    return [
        header,
        *(
            [name, customers, *none_where_nan(value), int(old)]
            for name, customers, value, old in rows
        ),
    ]


@spreadsheet_function(
    category="Customer base",
    result=Table.of(
        attribute=("attribute", Unit.TEXT),
        customers=Unit.COUNT,
        share_who_bought_again=Unit.SHARE,
        median_days_to_second_order=Unit.DAYS,
        most_frequent_in_second_order=Unit.TEXT,
        value_per_customer=Unit.MONEY,
    ),
    columns=["customer", "date", "amount", "attribute"],
    order=v.OrderNumber,
    examples={
        f'=INDEX(FIRST_ORDER({_ORDERS}, {{"tea";"cake";"cake"}}, 1, 30), 2, 1)': "tea",
        f'=INDEX(FIRST_ORDER({_ORDERS}, {{"tea";"cake";"cake"}}, 1, 30), 2, 4)': 38,
        f'=INDEX(FIRST_ORDER({_ORDERS}, {{"tea";"cake";"cake"}}, 1, 30), 2, 5)': "cake",
        f'=INDEX(FIRST_ORDER({_ORDERS}, {{"tea";"cake";"cake"}}, 1, 30), 2, 6)': 20,
    },
    see_also=["PURCHASE_GAPS", "VALUE_AT_AGE", "CLV_CHANNEL"],
    source="Share and median days of the second order; gross_margin x sum of amount / customers, "
    "of those whose first order was that long ago",
)
def FIRST_ORDER(
    customer: v.Customer,
    date: v.OrderDate,
    amount: v.Amount,
    attribute: v.OrderAttribute,
    gross_margin: v.GrossMargin = 1.0,
    days: v.ValueDays = 365.0,
) -> repeat_purchases.FirstOrders:
    """What follows a first order: which product, channel or discount brings customers who last.

    One row per attribute of the first order, most customers first. Orders of one day are one; of
    several rows the first counts. The value is the gross margin per customer in the days after the
    first order, of the customers who ordered first that long ago; blank if none did.
    """
    return repeat_purchases.first_orders(
        customer.codes, date, amount, attribute, float(gross_margin), days
    )


@spreadsheet_function(
    category="Customer base",
    result=Table.of(
        order=Unit.COUNT,
        customers=Unit.COUNT,
        share_who_made_the_next=Unit.SHARE,
        days_to_next_of_25_percent=("25 % within days", Unit.DAYS),
        median_days_to_next=("median days to the next", Unit.DAYS),
        days_to_next_of_75_percent=("75 % within days", Unit.DAYS),
        days_to_next_of_80_percent=("80 % within days", Unit.DAYS),
        days_to_next_of_90_percent=("90 % within days", Unit.DAYS),
    ),
    columns=["customer", "date", "amount"],
    order=v.OrderNumber,
    examples={
        '=INDEX(PURCHASE_GAPS({"Ann";"Bob";"Ann"}, {45292;45293;45330}), 2, 3)': 0.5,
        '=INDEX(PURCHASE_GAPS({"Ann";"Bob";"Ann"}, {45292;45293;45330}), 2, 5)': 38,
    },
    see_also=["FIRST_ORDER", "NEW_RETURNING"],
    source="Quantiles of the days from one order of a customer to the next; interpolated, as "
    "PERCENTILE does",
)
def PURCHASE_GAPS(
    customer: v.Customer,
    date: v.OrderDate,
    most: v.MostOrders = 10,
    amount: v.Amount | None = None,
) -> repeat_purchases.PurchaseGaps:
    """How many customers make a second, third, fourth order, and how long they take.

    One row per order number; orders of one day are one, and with amount a day of returns is none.
    Send the reminder when most of those who
    buy again have done so: after the days in which 80 % made the next order.
    """
    return repeat_purchases.purchase_gaps(customer.codes, date, most, amount)


@spreadsheet_function(
    category="Customer base",
    result=Table.of(
        period=Unit.TEXT,
        customers=Unit.COUNT,
        new_customers=Unit.COUNT,
        returning_customers=Unit.COUNT,
        orders_of_new=("orders of new customers", Unit.COUNT),
        orders_of_returning=("orders of returning customers", Unit.COUNT),
        revenue_from_new=("revenue from new customers", Unit.MONEY),
        revenue_from_returning=("revenue from returning customers", Unit.MONEY),
        repeat_buying_rate=("repeat_buying_rate", Unit.SHARE),
    ),
    columns=["customer", "date", "amount"],
    order=v.OrderNumber,
    examples={
        f"=INDEX(NEW_RETURNING({_ORDERS}), 2, 3)": 2,
        f"=INDEX(NEW_RETURNING({_ORDERS}), 3, 4)": 1,
        f"=INDEX(NEW_RETURNING({_ORDERS}), 3, 9)": 0.5,
    },
    see_also=["PURCHASE_GAPS", "COHORT_STACK"],
    source="repeat_buying_rate: customers who bought in both periods / customers of the period "
    "before",
)
def NEW_RETURNING(
    customer: v.Customer,
    date: v.OrderDate,
    amount: v.Amount | None = None,
    period: v.Period = "month",
) -> repeat_purchases.NewAndReturning:
    """New and returning customers by period of the calendar: number, orders and revenue of each.

    A customer is new in the period of the first order. repeat_buying_rate is the share of the
    period before's customers who bought in this one. Returns lower the revenue of their period.
    """
    return repeat_purchases.new_and_returning(customer.codes, date, amount, period)


@spreadsheet_function(
    category="Customer base",
    result=Table.of(
        group=Unit.COUNT,
        customers=Unit.COUNT,
        orders_per_customer=Unit.DECIMAL,
        value_per_order=Unit.MONEY,
        value_per_customer=Unit.MONEY,
        share_of_orders=Unit.SHARE,
        share_of_value=Unit.SHARE,
    ),
    columns=["customer", "amount"],
    order=v.OrderNumber,
    examples={
        '=INDEX(CUSTOMER_DECILES({"Ann";"Bob";"Ann"}, {20;30;40}, 2), 2, 5)': 60,
        '=INDEX(CUSTOMER_DECILES({"Ann";"Bob";"Ann"}, {20;30;40}, 2), 3, 3)': 1,
    },
    see_also=["CLV_CONCENTRATION", "BASE_BRIDGE"],
    source="Fader, Hardie & Ross (2022), The Customer-Base Audit",
)
def CUSTOMER_DECILES(
    customer: v.Customer, amount: v.Amount, bins: v.Bins = 10
) -> customer_base.Deciles:
    """Customers in tenths, the most valuable first: how often they order, and what they are worth.

    Returns lower a customer's value and are no orders. Groups differ by one customer at most.
    """
    return customer_base.deciles(customer.codes, amount, bins)


@spreadsheet_function(
    category="Customer base",
    result=Table.of(
        group=Unit.TEXT,
        customers_first=("customers, first span", Unit.COUNT),
        orders_per_customer_first=("orders per customer, first span", Unit.DECIMAL),
        value_per_order_first=("value per order, first span", Unit.MONEY),
        value_first=("value, first span", Unit.MONEY),
        customers_second=("customers, second span", Unit.COUNT),
        orders_per_customer_second=("orders per customer, second span", Unit.DECIMAL),
        value_per_order_second=("value per order, second span", Unit.MONEY),
        value_second=("value, second span", Unit.MONEY),
        change_of_value=Unit.MONEY,
        due_to_customers=("due to customers", Unit.MONEY),
        due_to_frequency=("due to orders per customer", Unit.MONEY),
        due_to_order_value=("due to value per order", Unit.MONEY),
    ),
    columns=["customer", "date", "amount"],
    order=v.OrderNumber,
    examples={
        f"=INDEX(BASE_BRIDGE({_ORDERS}, 45292, 45323, 1), 5, 10)": -10,
        f"=INDEX(BASE_BRIDGE({_ORDERS}, 45292, 45323, 1), 2, 11)": -30,
        f"=INDEX(BASE_BRIDGE({_ORDERS}, 45292, 45323, 1), 3, 13)": 20,
    },
    see_also=["CUSTOMER_DECILES", "NEW_RETURNING"],
    source="Fader, Hardie & Ross (2022), The Customer-Base Audit",
)
def BASE_BRIDGE(
    customer: v.Customer,
    date: v.OrderDate,
    amount: v.Amount,
    first_start: v.FirstStart,
    second_start: v.SecondStart,
    months: v.SpanMonths = 12,
) -> WithCaveats[customer_base.Bridge]:
    """What changed between two spans of time, such as two years: who left, stayed and came.

    The change of value is split into customers who came or left, and, of those who stayed, orders
    per customer and value per order. The parts add up to the change in each row, and the rows to
    All. Orders of one day are one; returns lower the value.
    """
    found, caveats = customer_base.bridge(
        customer.codes, date, amount, (first_start, second_start), months
    )
    return WithCaveats(found, caveats)


@spreadsheet_function(
    category="Customer base",
    result=Matrix(Unit.MONEY),
    columns=["customer", "date", "amount"],
    order=v.OrderNumber,
    examples={
        f'=INDEX(COHORT_STACK({_ORDERS}, "month"), 2, 2)': 50,
        f'=INDEX(COHORT_STACK({_ORDERS}, "month"), 3, 1)': "2024-02",
    },
    see_also=["NEW_RETURNING", "COHORT_VALUE"],
    source="Fader, Hardie & Ross (2022), The Customer-Base Audit (C3 chart)",
)
def COHORT_STACK(
    customer: v.Customer,
    date: v.OrderDate,
    amount: v.Amount,
    period: v.Period = "quarter",
    cohort: v.CohortPeriod = "year",
) -> WithCaveats[list[list[object]]]:
    """Revenue of each period of the calendar, split by when its customers ordered first.

    One row per period, one column per cohort; blank before a cohort's first order. Draw it as
    stacked columns to see how much of the revenue comes from customers of earlier years.
    """
    found = cohort_value.cohort_stack(customer.codes, date, amount, period, cohort)
    rows = zip(found.periods, map(none_where_nan, found.revenue), strict=True)
    table: list[list[object]] = [["period", *found.cohorts]]
    table += [[name, *row] for name, row in rows]
    if not found.without_purchase:
        return WithCaveats(table, ())
    left_out = Caveat(
        f"{found.without_purchase:,} rows are returns of customers who bought nothing in your "
        "data; they belong to no cohort and are left out",
        argument="amount",
    )
    return WithCaveats(table, (left_out,))


@spreadsheet_function(
    category="Customer base",
    result=Matrix(Unit.DECIMAL),
    columns=["frequency", "recency", "value"],
    examples={
        "=INDEX(RF_MAP({0;0;1;3}, {0;0;4;9}, {10;20;30;50}, 2), 2, 2)": 15,
        "=INDEX(RF_MAP({0;0;1;3}, {0;0;4;9}, {10;20;30;50}, 2), 3, 3)": 40,
        "=INDEX(RF_MAP({0;0;1;3}, {0;0;4;9}, , 2), 2, 2)": 2,
    },
    see_also=["RFM_SUMMARY", "RFM_SCORE"],
    source="Groups by quantiles of recency and of frequency; sum of value / customers in each",
)
def RF_MAP(
    frequency: v.FrequencyColumn,
    recency: v.RecencyColumn,
    value: v.CustomerValue | None = None,
    bins: v.Bins = 5,
) -> list[list[object]]:
    """Map of your customers by recency and frequency: mean value, or number of customers.

    Rows are groups of recency, columns groups of frequency, both from small to large, as equal in
    size as the data allow. Without value, customers are counted.
    """
    found = recency_frequency_map.recency_frequency_map(recency, frequency, value, bins)
    rows = zip(found.recency, map(none_where_nan, found.cells), strict=True)
    table: list[list[object]] = [["recency / frequency", *found.frequency]]
    return table + [[name, *row] for name, row in rows]


@spreadsheet_function(
    category="Customer base",
    result=Table.of(
        period=Unit.TEXT,
        start=Unit.MONEY,
        new=Unit.MONEY,
        expansion=Unit.MONEY,
        contraction=Unit.MONEY,
        churned=Unit.MONEY,
        end=Unit.MONEY,
        net_revenue_retention=Unit.SHARE,
        gross_revenue_retention=Unit.SHARE,
        quick_ratio=Unit.RATIO,
        customers_lost=Unit.SHARE,
    ),
    columns=["customer", "date", "mrr"],
    examples={
        '=INDEX(MRR_MOVEMENTS({"Ann";"Bob";"Ann"}, {45292;45293;45330}, {20;30;25}), 3, 4)': 5,
        '=INDEX(MRR_MOVEMENTS({"Ann";"Bob";"Ann"}, {45292;45293;45330}, {20;30;25}), 3, 8)': 0.5,
    },
    see_also=["SBG_FIT", "CHURN_RATE", "RETENTION_RATE"],
    source="NRR = (start + expansion - contraction - churned) / start; GRR leaves expansion out; "
    "quick ratio = (new + expansion) / (contraction + churned)",
)
def MRR_MOVEMENTS(
    customer: v.Customer, date: v.OrderDate, mrr: v.Mrr, period: v.BillingPeriod = "month"
) -> recurring_revenue.Movements:
    """How monthly recurring revenue (MRR) grew and shrank: new, expansion, contraction, churned.

    Net revenue retention is what is left of the revenue at the start after expansion, contraction
    and churn; gross revenue retention is the same without expansion. The quick ratio is what was
    gained over what was lost. A customer without a row in a month has left; one who comes back is
    new. A quarter or year is compared by its last month.
    """
    return recurring_revenue.movements(customer.codes, date, mrr, period)
