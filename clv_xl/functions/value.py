"""Value: what a customer is worth."""

from __future__ import annotations

import math

from clv_xl.errors import DomainError
from clv_xl.functions import vocabulary as v
from clv_xl.functions.spec import MONEY, PERIODS, SHARE, Measures, Unit, spreadsheet_function
from clv_xl.maths import calculator, value
from clv_xl.maths.arrays import Floats, Numbers

_FOR_EVER = DomainError(
    "Customers who all stay, with no discounting, give a sum without end; give a horizon, "
    "a discount_rate above 0 or a retention_rate below 1",
    argument="retention_rate",
)


@spreadsheet_function(
    category="Value",
    result=MONEY,
    examples={"=CLV(1000, 6, 5)": 30000, "=CLV(80, 4, 3, 0.4, 50, 10, 0.1)": 243.4485349},
    see_also=["CLV_RETENTION", "CLV_CHURN", "CLV_CALCULATOR"],
    source="Value x frequency x lifespan; with a discount rate, the annuity of the yearly margin",
)
def CLV(
    purchase_value: v.PurchaseValue,
    purchase_frequency: v.PurchaseFrequency,
    lifespan: v.Lifespan,
    gross_margin: v.GrossMargin = 1.0,
    acquisition_cost: v.AcquisitionCost = 0.0,
    service_cost: v.ServiceCost = 0.0,
    discount_rate: v.DiscountRate = 0.0,
) -> Floats:
    """Lifetime value of a customer: margin over the lifespan, less acquisition and service cost.

    The simplest form is purchase value x frequency x lifespan. Frequency, service cost and discount
    rate are per period of the lifespan: all per year if the lifespan is in years.
    """
    return value.lifetime_value(
        purchase_value=purchase_value,
        purchase_frequency=purchase_frequency,
        lifespan=lifespan,
        gross_margin=gross_margin,
        acquisition_cost=acquisition_cost,
        service_cost=service_cost,
        discount_rate=discount_rate,
    )


@spreadsheet_function(
    category="Value",
    result=MONEY,
    examples={"=CLV_NET(200000, 100000)": 100000},
    see_also=["CLV"],
    source="revenue - cost",
)
def CLV_NET(revenue: v.Revenue, cost: v.Cost = 0.0) -> Numbers:
    """Net value of a customer: revenue less cost of the whole relationship."""
    return revenue - cost


@spreadsheet_function(
    category="Value",
    result=MONEY,
    examples={
        "=CLV_RETENTION(100, 0.8, 0.1)": 266.6666667,
        "=CLV_RETENTION(100, 0.8, 0.1, 0, , 1)": 366.6666667,
        "=CLV_RETENTION(100, 0.8, 0.1, 50, 5)": 162.4097336,
    },
    see_also=["RETENTION_GAIN", "SBG_CLV", "CLV_CASHFLOWS"],
    source="Geometric series: m r/(1+d-r) with timing 0, m (1+d)/(1+d-r) with timing 1",
    infinite=_FOR_EVER,
)
def CLV_RETENTION(
    margin: v.Margin,
    retention_rate: v.RetentionRate,
    discount_rate: v.DiscountRate = 0.0,
    acquisition_cost: v.AcquisitionCost = 0.0,
    horizon: v.HorizonTerms | None = None,
    timing: v.Timing = 0,
) -> Floats:
    """Lifetime value of a customer at a constant retention rate.

    Adds up the expected margins of all periods, each discounted to today.
    """
    return value.retention_value(
        margin=margin,
        retention_rate=retention_rate,
        discount_rate=discount_rate,
        acquisition_cost=acquisition_cost,
        horizon=math.inf if horizon is None else horizon,
        timing=timing,
    )


@spreadsheet_function(
    category="Value",
    result=MONEY,
    examples={"=CLV_CHURN(50, 0.8, 0.05)": 800, "=CLV_CHURN(50, 0.8, 0.05, 200)": 600},
    see_also=["CUSTOMER_LIFESPAN", "CLV_RETENTION"],
    source="revenue x gross_margin / churn_rate - acquisition_cost",
    denominators=["churn_rate"],
)
def CLV_CHURN(
    revenue: v.Revenue,
    gross_margin: v.GrossMargin,
    churn_rate: v.ChurnRate,
    acquisition_cost: v.AcquisitionCost = 0.0,
) -> Floats:
    """Lifetime value from churn: revenue per period x gross margin / churn rate, less cost."""
    return value.quotient(revenue * gross_margin, churn_rate) - acquisition_cost


@spreadsheet_function(
    category="Value",
    result=MONEY,
    columns=["margins", "survival"],
    examples={"=CLV_CASHFLOWS({100,100,100}, 0.1, {0.9,0.7,0.5}, 50)": 127.2351615},
    see_also=["CLV_RETENTION"],
    source="Sum of margin x survival / (1 + discount_rate)^t, less acquisition_cost; t is 1, 2, "
    "... with timing 0, and 0, 1, ... with timing 1",
)
def CLV_CASHFLOWS(
    margins: v.Margins,
    discount_rate: v.DiscountRate = 0.0,
    survival: v.Survival | None = None,
    acquisition_cost: v.AcquisitionCost = 0.0,
    timing: v.Timing = 0,
) -> float:
    """Present value of a series of margins, each earned from the customers who are still active.

    Without survival, all customers stay.
    """
    return value.cash_flow_value(
        margins,
        discount_rate=float(discount_rate),
        survival=survival,
        acquisition_cost=float(acquisition_cost),
        timing=float(timing),
    )


@spreadsheet_function(
    category="Value",
    result=MONEY,
    examples={"=CLV_REFERRAL(300, 2, 200, 50)": 800, "=CLV_REFERRAL(300, 0.5)": 450},
    see_also=["CLV"],
    source="clv + referrals x (referred_clv + acquisition_cost_saved)",
)
def CLV_REFERRAL(
    clv: v.Clv,
    referrals: v.Referrals,
    referred_clv: v.ReferredClv | None = None,
    acquisition_cost_saved: v.AcquisitionCostSaved = 0.0,
) -> Floats:
    """Value of a customer, including the customers they refer and the acquisition cost saved."""
    return value.referral_value(
        clv, referrals, clv if referred_clv is None else referred_clv, acquisition_cost_saved
    )


@spreadsheet_function(
    category="Value",
    result=PERIODS,
    examples={"=CUSTOMER_LIFESPAN(0.05)": 20},
    see_also=["CLV_CHURN", "CHURN_RATE"],
    source="1 / churn_rate",
    denominators=["churn_rate"],
)
def CUSTOMER_LIFESPAN(churn_rate: v.ChurnRate) -> Floats:
    """Average number of periods that a customer stays: 1 / churn rate."""
    return value.quotient(1.0, churn_rate)


@spreadsheet_function(
    category="Value",
    result=SHARE,
    examples={"=CHURN_RATE(400, 30)": 0.075},
    see_also=["RETENTION_RATE", "CUSTOMER_LIFESPAN", "CHURN_PER_PERIOD"],
    source="customers_lost / customers_at_start",
    denominators=["customers_at_start"],
    undefined=DomainError(
        "More customers were lost than there were at the start; count only those of the start",
        argument="customers_lost",
    ),
)
def CHURN_RATE(customers_at_start: v.CustomersAtStart, customers_lost: v.CustomersLost) -> Floats:
    """Share of customers lost during a period: lost / customers at its start."""
    return value.share_lost(customers_at_start, customers_lost)


@spreadsheet_function(
    category="Value",
    result=SHARE,
    examples={"=RETENTION_RATE(400, 420, 50)": 0.925},
    see_also=["CHURN_RATE", "CLV_RETENTION"],
    source="(customers_at_end - customers_won) / customers_at_start",
    denominators=["customers_at_start"],
    undefined=DomainError(
        "Customers at the end less those acquired must be between 0 and those at the start; "
        "check customers_won",
        argument="customers_won",
    ),
)
def RETENTION_RATE(
    customers_at_start: v.CustomersAtStart,
    customers_at_end: v.CustomersAtEnd,
    customers_won: v.CustomersWon = 0.0,
) -> Floats:
    """Share of customers kept through a period: (at end - acquired) / at start."""
    return value.share_kept(customers_at_start, customers_at_end, customers_won)


@spreadsheet_function(
    category="Value",
    result=SHARE,
    examples={"=DISCOUNT_PER_PERIOD(0.1, 12)": 0.007974140429},
    see_also=["CHURN_PER_PERIOD"],
    source="Compounding: (1 + a)^(1/k) - 1",
    denominators=["periods_per_year"],
)
def DISCOUNT_PER_PERIOD(annual_rate: v.AnnualRate, periods_per_year: v.PeriodsPerYear) -> Floats:
    """Discount rate per period that is equivalent to a yearly rate."""
    return value.rate_per_period(annual_rate, periods_per_year)


@spreadsheet_function(
    category="Value",
    result=SHARE,
    examples={
        "=CHURN_PER_PERIOD(0.2, 1, 12)": 0.01842347013,
        "=CHURN_PER_PERIOD(0.05, 12, 1)": 0.4596399123,
    },
    see_also=["CHURN_RATE", "DISCOUNT_PER_PERIOD"],
    source="Compounding: 1 - (1 - c)^(periods_from / periods_to)",
    denominators=["periods_to"],
)
def CHURN_PER_PERIOD(
    churn_rate: v.ChurnRate, periods_from: v.PeriodsFrom, periods_to: v.PeriodsTo
) -> Floats:
    """Churn rate converted between periods, such as from per year to per month."""
    return value.churn_per_period(churn_rate, periods_from, periods_to)


@spreadsheet_function(
    category="Value",
    result=MONEY,
    examples={"=RETENTION_GAIN(100, 0.8, 0.9, 0.1)": 183.3333333},
    see_also=["CLV_RETENTION", "CAC_BUDGET"],
    source="CLV_RETENTION at new_retention_rate less CLV_RETENTION at retention_rate",
    infinite=_FOR_EVER,
    undefined=_FOR_EVER,
)
def RETENTION_GAIN(
    margin: v.Margin,
    retention_rate: v.RetentionRate,
    new_retention_rate: v.NewRetentionRate,
    discount_rate: v.DiscountRate = 0.0,
    timing: v.Timing = 0,
) -> Floats:
    """Increase in lifetime value if retention rises: the most to spend per customer to raise it."""
    return value.retention_gain(margin, retention_rate, new_retention_rate, discount_rate, timing)


@spreadsheet_function(
    category="Value",
    result=Measures.of(
        clv_by_lifespan=("CLV by lifespan", Unit.MONEY),
        clv_by_churn=("CLV by churn", Unit.MONEY),
        lifespan_by_churn=("Lifespan implied by churn (months)", Unit.MONTHS),
        cac=("CAC", Unit.MONEY),
        clv_to_cac=("CLV to CAC ratio", Unit.RATIO),
        payback=("Payback (months)", Unit.MONTHS),
        largest_cac=("Largest CAC at 3:1", Unit.MONEY),
        net_value=("Net value per customer", Unit.MONEY),
        value_added=("Value added per month", Unit.MONEY),
    ),
    columns=[],
    examples={
        "=INDEX(CLV_CALCULATOR(0.05, 24, 60, 40, 6000, 1, 0.5, 2000), 2, 2)": 720,
        "=INDEX(CLV_CALCULATOR(0.05, 24, 60, 40, 6000, 1, 0.5, 2000), 6, 2)": 4.8,
        "=INDEX(CLV_CALCULATOR(0.05, 24, 60, 40, 6000, 1, 0.5, 2000), 10, 2)": 20800,
    },
    see_also=["CLV", "CLV_CHURN", "CAC_RATIO", "CAC_PAYBACK"],
    source="margin = median_invoice x invoices_per_month x gross_margin; CLV = margin x "
    "lifespan_months, or margin / churn_rate; CAC = marketing_spend / new customers; "
    "payback = CAC / margin",
)
def CLV_CALCULATOR(
    churn_rate: v.ChurnRate,
    lifespan_months: v.LifespanMonths,
    median_invoice: v.MedianInvoice,
    new_customers_per_month: v.NewCustomersPerMonth,
    marketing_spend: v.MarketingSpend,
    invoices_per_month: v.InvoicesPerMonth = 1.0,
    gross_margin: v.GrossMargin = 1.0,
    overhead: v.Overhead = 0.0,
) -> calculator.Measures:
    """Monthly calculator: lifetime value by lifespan and by churn, CAC, payback, value added.

    All figures are per month, including churn. Later rows use the lifetime value by lifespan.
    """
    return calculator.measures(
        churn_rate=float(churn_rate),
        lifespan_months=lifespan_months,
        median_invoice=median_invoice,
        new_customers_per_month=new_customers_per_month,
        marketing_spend=marketing_spend,
        invoices_per_month=invoices_per_month,
        gross_margin=float(gross_margin),
        overhead=overhead,
    )
