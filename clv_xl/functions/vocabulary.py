"""The arguments of all functions, each once: meaning, unit, domain.

An argument of the same name means the same in every function that has it. Rates and margins are
shares: 0.1 is 10 %.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, TypeAlias

from clv_xl.functions.spec import Kind, Meaning, Unit
from clv_xl.maths import fitted_models as models
from clv_xl.maths.arrays import Checked, Floats, Integers, Labels, Numbers, Texts
from clv_xl.maths.covariates import WithCovariates
from clv_xl.maths.fitted_models import (
    BetaDiscreteWeibull,
    BetaGeometricBernoulli,
    BgNbd,
    FittedModel,
    GammaGamma,
    MbgCnbd,
    MbgNbd,
    ParetoNbd,
    ShiftedBetaGeometric,
)
from clv_xl.maths.quadrants import QUADRANTS

# Money

PurchaseValue: TypeAlias = Annotated[
    Numbers, Meaning("What a customer pays per purchase.", Unit.MONEY, low=0, typical=(5, 500))
]
Revenue: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Revenue from one customer, over the time that the function covers.",
        Unit.MONEY,
        typical=(10, 5_000),
    ),
]
Cost: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Cost of acquiring and serving a customer over the whole relationship.",
        Unit.MONEY,
        low=0,
        typical=(0, 2_000),
    ),
]
Margin: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Margin from one customer per period, after all costs of goods and service.",
        Unit.MONEY,
        typical=(1, 500),
    ),
]
Margins: TypeAlias = Annotated[
    Floats, Meaning("The margin of each period, first period first.", Unit.MONEY, typical=(1, 500))
]
AcquisitionCost: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Cost of acquiring one customer.",
        Unit.MONEY,
        low=0,
        typical=(0, 300),
        blank_is_unknown=True,
    ),
]
AcquisitionCostSaved: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Acquisition cost saved for each referred customer, who comes without advertising.",
        Unit.MONEY,
        low=0,
        typical=(0, 100),
    ),
]
ServiceCost: TypeAlias = Annotated[
    Numbers,
    Meaning("Cost of serving a customer per period.", Unit.MONEY, low=0, typical=(0, 50)),
]
Clv: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Customer lifetime value: what one customer is worth.", Unit.MONEY, typical=(10, 2_000)
    ),
]
CustomerValue: TypeAlias = Annotated[
    Floats,
    Meaning(
        "What each customer is worth; customers are counted if left out.",
        Unit.MONEY,
        typical=(10, 2_000),
    ),
]
ReferredClv: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Lifetime value of a referred customer; the same as clv if left out.",
        Unit.MONEY,
        typical=(10, 2_000),
    ),
]
Cac: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Customer acquisition cost: what it costs to acquire one customer.",
        Unit.MONEY,
        low=0,
        typical=(1, 300),
    ),
]
Spend: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Spend on acquiring customers.",
        Unit.MONEY,
        low=0,
        typical=(100, 50_000),
        blank_is_unknown=True,
    ),
]
PeriodSpend: TypeAlias = Annotated[
    Floats,
    Meaning(
        "Spend on acquiring customers, one row per period or more.",
        Unit.MONEY,
        low=0,
        typical=(100, 5_000),
        blank_is_unknown=True,
    ),
]
Mrr: TypeAlias = Annotated[
    Floats,
    Meaning(
        "Monthly recurring revenue, one row per customer and month.",
        Unit.MONEY,
        low=0,
        typical=(5, 200),
        row_left_out=True,
    ),
]
CampaignValue: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Value gained from the spend, such as customers acquired times their lifetime value.",
        Unit.MONEY,
        typical=(100, 90_000),
    ),
]
MedianInvoice: TypeAlias = Annotated[
    float,
    Meaning(
        "The median invoice: half of all invoices are larger, half smaller.",
        Unit.MONEY,
        low=0,
        typical=(10, 500),
    ),
]
MarketingSpend: TypeAlias = Annotated[
    float, Meaning("Spending on marketing per month.", Unit.MONEY, low=0, typical=(100, 9_000))
]
Overhead: TypeAlias = Annotated[
    float, Meaning("Fixed cost of the business per month.", Unit.MONEY, low=0, typical=(0, 5_000))
]
_AMOUNT = Meaning(
    "The amount of each order; returns are negative.",
    Unit.MONEY,
    typical=(5, 200),
    row_left_out=True,
)
Amount: TypeAlias = Annotated[Floats, _AMOUNT]
CheckedAmount: TypeAlias = Annotated[Checked, _AMOUNT]
ValueToCustomer: TypeAlias = Annotated[
    Numbers,
    Meaning("How much the customer gains from you, on any scale.", Unit.DECIMAL, typical=(0, 100)),
]
ValueToCompany: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "How much you gain from the customer, such as the lifetime value.",
        Unit.DECIMAL,
        typical=(0, 100),
    ),
]
CustomerCut: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "From this number on, the value to the customer is high; the median if left out.",
        Unit.DECIMAL,
        median_by_default=True,
        typical=(10, 90),
    ),
]
CompanyCut: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "From this number on, the value to you is high; the median if left out.",
        Unit.DECIMAL,
        median_by_default=True,
        typical=(10, 90),
    ),
]

# Shares and rates

GrossMargin: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Share of the revenue that is left after the cost of goods; 0.4 is 40 %.",
        Unit.SHARE,
        low=0,
        high=1,
        typical=(0.1, 0.9),
    ),
]
RetentionRate: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Share of customers who stay from one period to the next; 0.8 is 80 %.",
        Unit.SHARE,
        low=0,
        high=1,
        typical=(0.3, 0.95),
    ),
]
NewRetentionRate: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Retention rate that you hope to reach.", Unit.SHARE, low=0, high=1, typical=(0.3, 0.95)
    ),
]
ChurnRate: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Share of customers lost per period; 0.05 is 5 %.",
        Unit.SHARE,
        low=0,
        high=1,
        typical=(0.05, 0.5),
    ),
]
DiscountRate: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Discount rate per period: how much less a payment one period later is worth; 0.1 is 10 %.",
        Unit.SHARE,
        low=0,
        typical=(0.01, 0.2),
    ),
]
AnnualRate: TypeAlias = Annotated[
    Numbers, Meaning("Discount rate per year; 0.1 is 10 %.", Unit.SHARE, low=0, typical=(0.01, 0.2))
]
Survival: TypeAlias = Annotated[
    Floats,
    Meaning(
        "Share of customers still active in each period; one number for each of margins.",
        Unit.SHARE,
        low=0,
        high=1,
        typical=(0.1, 1),
    ),
]
TopShare: TypeAlias = Annotated[
    float,
    Meaning(
        "Share of customers that counts as the best; 0.2 is the best 20 %.",
        Unit.SHARE,
        low=0,
        high=1,
        above_low=True,
        below_high=True,
        typical=(0.1, 0.4),
    ),
]
Interval: TypeAlias = Annotated[
    float,
    Meaning(
        "How probable purchases from purchases_low to purchases_high are; 0.9 is 90 %.",
        Unit.SHARE,
        low=0,
        high=1,
        above_low=True,
        below_high=True,
        typical=(0.5, 0.99),
    ),
]

# Time

PurchaseFrequency: TypeAlias = Annotated[
    Numbers, Meaning("Purchases per period.", Unit.DECIMAL, low=0, typical=(0.5, 24))
]
Lifespan: TypeAlias = Annotated[
    Numbers, Meaning("How long a customer stays, in periods.", Unit.PERIODS, low=0, typical=(1, 10))
]
LifespanMonths: TypeAlias = Annotated[
    float, Meaning("How long a customer stays, in months.", Unit.MONTHS, low=0, typical=(3, 60))
]
Horizon: TypeAlias = Annotated[
    Numbers, Meaning("How many periods to look ahead.", Unit.PERIODS, low=0, typical=(1, 60))
]
HorizonTerms: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "How many periods to count; without limit if left out.",
        Unit.PERIODS,
        low=0,
        whole=True,
        typical=(1, 20),
    ),
]
Timing: TypeAlias = Annotated[
    Numbers,
    Meaning("When the first margin comes: 0 after one period, 1 now.", Unit.COUNT, choices=(0, 1)),
]
PeriodsPerYear: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Periods in a year: 12 for months, 52 for weeks.", Unit.DECIMAL, low=0, typical=(1, 52)
    ),
]
PeriodsFrom: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Periods in a year of the given rate: 1 for a yearly rate, 12 for a monthly one.",
        Unit.DECIMAL,
        low=0,
        typical=(1, 52),
    ),
]
PeriodsTo: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Periods in a year of the resulting rate: 12 for a monthly rate.",
        Unit.DECIMAL,
        low=0,
        typical=(1, 52),
    ),
]
DaysSinceLast: TypeAlias = Annotated[
    Numbers, Meaning("Days since the customer's last purchase.", Unit.DAYS, low=0, typical=(0, 365))
]
Ages: TypeAlias = Annotated[
    Floats,
    Meaning(
        "Days since the first order at which to compare; 30, 60, 90, 180 and 365 if left out.",
        Unit.DAYS,
        low=0,
        typical=(10, 400),
    ),
]
ValueDays: TypeAlias = Annotated[
    float,
    Meaning(
        "How many days from the first order the value covers.", Unit.DAYS, low=0, typical=(30, 400)
    ),
]
SpanMonths: TypeAlias = Annotated[
    int,
    Meaning(
        "The length of both spans, in months.",
        Unit.MONTHS,
        low=1,
        high=1200,
        whole=True,
        typical=(1, 12),
    ),
]

# Counts

CustomersAtStart: TypeAlias = Annotated[
    Numbers,
    Meaning("Customers at the start of the period.", Unit.COUNT, low=0, typical=(100, 1_000)),
]
CustomersLost: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Customers lost during the period, of those at its start.",
        Unit.COUNT,
        low=0,
        typical=(0, 100),
    ),
]
CustomersAtEnd: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Customers at the end of the period, new ones included.",
        Unit.COUNT,
        low=0,
        typical=(50, 100),
    ),
]
CustomersWon: TypeAlias = Annotated[
    Numbers, Meaning("Customers acquired during the period.", Unit.COUNT, low=0, typical=(0, 50))
]
NewCustomers: TypeAlias = Annotated[
    Numbers, Meaning("Customers acquired with the spend.", Unit.COUNT, low=0, typical=(1, 500))
]
NewCustomersPerMonth: TypeAlias = Annotated[
    float, Meaning("Customers acquired per month.", Unit.COUNT, low=0, typical=(1, 100))
]
InvoicesPerMonth: TypeAlias = Annotated[
    float, Meaning("Invoices per customer and month.", Unit.DECIMAL, low=0, typical=(0.2, 4))
]
Referrals: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Number of new customers whom one customer refers.", Unit.DECIMAL, low=0, typical=(0, 3)
    ),
]
TargetRatio: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Target for CLV to CAC: how many times the CAC a customer should be worth; often 3.",
        Unit.RATIO,
        low=0,
        typical=(1, 5),
    ),
]
Purchases: TypeAlias = Annotated[
    Numbers, Meaning("Number of purchases.", Unit.COUNT, low=0, whole=True, typical=(0, 20))
]
Bins: TypeAlias = Annotated[
    int,
    Meaning("Into how many equal groups.", Unit.COUNT, low=2, high=100, whole=True, typical=(2, 6)),
]
ListLength: TypeAlias = Annotated[
    int,
    Meaning("How many entries to list.", Unit.COUNT, low=1, high=1000, whole=True, typical=(1, 20)),
]
MostOrders: TypeAlias = Annotated[
    int,
    Meaning(
        "The last order number to show.", Unit.COUNT, low=1, high=1000, whole=True, typical=(1, 12)
    ),
]
RecencyScore: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Score 1 to 5 for how recent the last purchase is; 5 is best.",
        Unit.SCORE,
        low=1,
        high=5,
        whole=True,
        typical=(1, 5),
    ),
]
FrequencyScore: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Score 1 to 5 for how often the customer buys; 5 is best.",
        Unit.SCORE,
        low=1,
        high=5,
        whole=True,
        typical=(1, 5),
    ),
]
MonetaryScore: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Score 1 to 5 for how much the customer spends; 5 is best.",
        Unit.SCORE,
        low=1,
        high=5,
        whole=True,
        typical=(1, 5),
    ),
]

# Columns of customers, groups and dates

_CUSTOMER = Meaning(
    "The customer's name or number, one row per order.", Unit.TEXT, Kind.LABEL, row_left_out=True
)
Customer: TypeAlias = Annotated[Labels, _CUSTOMER]
CheckedCustomer: TypeAlias = Annotated[Checked, _CUSTOMER]
CustomerList: TypeAlias = Annotated[
    Labels,
    Meaning("Your list of customers, one row each.", Unit.TEXT, Kind.LABEL, may_be_empty=True),
]
Segment: TypeAlias = Annotated[
    Labels,
    Meaning(
        "The segment that each customer belongs to.", Unit.TEXT, Kind.LABEL, groups_blanks=True
    ),
]
Channel: TypeAlias = Annotated[
    Labels,
    Meaning(
        "The acquisition channel: how the customers were acquired.",
        Unit.TEXT,
        Kind.LABEL,
        groups_blanks=True,
    ),
]
_ORDER_NUMBER = Meaning(
    "The order number of each row; the same order number, customer and amount again counts once.",
    Unit.TEXT,
    Kind.LABEL,
    numbers_orders=True,
)
OrderNumber: TypeAlias = Annotated[Labels, _ORDER_NUMBER]
CheckedOrderNumber: TypeAlias = Annotated[Checked, _ORDER_NUMBER]
_ORDER_DATE = Meaning("The day of each order.", Unit.DATE, Kind.DATE, row_left_out=True)
OrderDate: TypeAlias = Annotated[Integers, _ORDER_DATE]
CheckedDate: TypeAlias = Annotated[Checked, _ORDER_DATE]
EndDate: TypeAlias = Annotated[
    int,
    Meaning(
        "The last day of observation, by default that of the last order; later ones are left out.",
        Unit.DATE,
        Kind.DATE,
    ),
]
SplitDate: TypeAlias = Annotated[
    int,
    Meaning(
        "The model is fitted to the orders before this day and compared with the others.",
        Unit.DATE,
        Kind.DATE,
    ),
]
OrderAttribute: TypeAlias = Annotated[
    Labels,
    Meaning(
        "What is to be compared of each order, such as product, channel or discount.",
        Unit.TEXT,
        Kind.LABEL,
        groups_blanks=True,
    ),
]
OrderGroup: TypeAlias = Annotated[
    Labels,
    Meaning(
        "The group of each order, that of a customer's first counts; its month if left out.",
        Unit.TEXT,
        Kind.LABEL,
        groups_blanks=True,
    ),
]
SpendDate: TypeAlias = Annotated[
    Integers, Meaning("A day in the period of each row of spend.", Unit.DATE, Kind.DATE)
]
FirstStart: TypeAlias = Annotated[
    int, Meaning("The first day of the earlier span of time.", Unit.DATE, Kind.DATE)
]
SecondStart: TypeAlias = Annotated[
    int, Meaning("The first day of the later span of time.", Unit.DATE, Kind.DATE)
]
Attributes: TypeAlias = Annotated[
    list[tuple[str, Labels]],
    Meaning(
        "Columns of customer attributes, such as town or trade, with a header row.",
        Unit.TEXT,
        Kind.ATTRIBUTES,
        groups_blanks=True,
    ),
]

# Choices

_PERIODS = ("day", "week", "month", "quarter", "year")
Period: TypeAlias = Annotated[
    str,
    Meaning(
        "The unit of time.",
        Unit.TEXT,
        Kind.CHOICE,
        choices=_PERIODS,
    ),
]
BillingPeriod: TypeAlias = Annotated[
    str,
    Meaning(
        "The periods to compare, by the last month of each.",
        Unit.TEXT,
        Kind.CHOICE,
        choices=("month", "quarter", "year"),
    ),
]
CohortPeriod: TypeAlias = Annotated[
    str,
    Meaning(
        "Customers whose first order was in the same one form a cohort.",
        Unit.TEXT,
        Kind.CHOICE,
        choices=_PERIODS,
    ),
]
Measure: TypeAlias = Annotated[
    str,
    Meaning(
        "What to show: share still buying, customers, revenue, or cumulative revenue.",
        Unit.TEXT,
        Kind.CHOICE,
        choices=("retention", "customers", "revenue", "cumulative"),
    ),
]
Quadrant: TypeAlias = Annotated[
    Texts,
    Meaning(
        "A quadrant, as CUSTOMER_QUADRANT gives it.",
        Unit.TEXT,
        Kind.CHOICE,
        choices=QUADRANTS,
    ),
]
Model: TypeAlias = Annotated[
    str,
    Meaning(
        "The model of purchases and dropout; Automatic takes what your orders support best.",
        Unit.TEXT,
        Kind.CHOICE,
        choices=(*models.FORECAST_MODELS, models.AUTOMATIC),
    ),
]

# Models

_FREQUENCY = Meaning(
    "Repeat purchases, as RFM_SUMMARY gives them.",
    Unit.COUNT,
    low=0,
    whole=True,
    typical=(0, 9),
)
Frequency: TypeAlias = Annotated[Numbers, _FREQUENCY]
_RECENCY = Meaning("Periods from first to last purchase.", Unit.PERIODS, low=0, typical=(1, 30))
Recency: TypeAlias = Annotated[Numbers, _RECENCY]
Age: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Periods from first purchase to the end of the data.", Unit.PERIODS, low=0, typical=(31, 60)
    ),
]
FrequencyColumn: TypeAlias = Annotated[Floats, _FREQUENCY]
RecencyColumn: TypeAlias = Annotated[Floats, _RECENCY]
LogGaps: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Sum of the natural logarithms of the times between purchases, as RFM_SUMMARY gives it.",
        Unit.DECIMAL,
        typical=(-2, 9),
    ),
]
Stages: TypeAlias = Annotated[
    int,
    Meaning(
        "How regularly customers buy: 1 is at random; the most likely number if left out.",
        Unit.COUNT,
        low=1,
        high=models.MOST_STAGES,
        whole=True,
        typical=(1, 4),
    ),
]
MonetaryValue: TypeAlias = Annotated[
    Numbers,
    Meaning("Mean value of a customer's repeat purchases.", Unit.MONEY, low=0, typical=(5, 200)),
]
PurchaseCount: TypeAlias = Annotated[
    Numbers,
    Meaning("The exact number of purchases.", Unit.COUNT, low=0, whole=True, typical=(0, 20)),
]
ContinuousRate: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Discount rate per period, continuously compounded: LN(1 + rate per period).",
        Unit.SHARE,
        low=0,
        above_low=True,
        typical=(0.001, 0.05),
    ),
]
HorizonPeriods: TypeAlias = Annotated[
    int,
    Meaning(
        "How many periods to look ahead.",
        Unit.PERIODS,
        low=1,
        high=5200,
        whole=True,
        typical=(1, 60),
    ),
]
HorizonOccasions: TypeAlias = Annotated[
    Numbers,
    Meaning("How many occasions to look ahead.", Unit.COUNT, low=0, whole=True, typical=(1, 20)),
]
Survivors: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Customers who remain after 0, 1, 2, ... periods; for several cohorts, a column for each.",
        Unit.COUNT,
        low=0,
        typical=(10, 1_000),
        a_column_each=True,
    ),
]
PeriodNumber: TypeAlias = Annotated[
    Numbers,
    Meaning("Number of the period; 1 is the first.", Unit.PERIODS, low=0, typical=(1, 20)),
]
PeriodsSurvived: TypeAlias = Annotated[
    Numbers,
    Meaning("Renewals that the customer has made already.", Unit.PERIODS, low=0, typical=(0, 10)),
]
OccasionsBought: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Occasions at which the customer bought, after the first purchase.",
        Unit.COUNT,
        low=0,
        whole=True,
        typical=(0, 3),
    ),
]
LastOccasion: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "Number of the last occasion at which the customer bought; 0 if none.",
        Unit.COUNT,
        low=0,
        whole=True,
        typical=(3, 6),
    ),
]
Opportunities: TypeAlias = Annotated[
    Numbers,
    Meaning("Number of occasions to buy.", Unit.COUNT, low=0, whole=True, typical=(6, 12)),
]
HowMany: TypeAlias = Annotated[
    Numbers,
    Meaning(
        "How many customers this row stands for; 1 if left out.",
        Unit.COUNT,
        low=0,
        high=1_000_000_000,
        typical=(1, 99),
    ),
]


_COVARIATES = Meaning(
    "What is known of each customer, such as 1 if referred, else 0: a column of numbers each.",
    Unit.DECIMAL,
    Kind.COVARIATES,
    typical=(0, 1),
)
CovariateColumns: TypeAlias = Annotated[list[tuple[str, Floats]], _COVARIATES]
Covariates: TypeAlias = Annotated[
    Floats,
    replace(
        _COVARIATES,
        sentence="The columns of covariates of each customer, if the fit has covariates.",
    ),
]


def _parameters_of(model: FittedModel[Any]) -> Meaning:
    return Meaning(
        f"The range that {model.prefix}_FIT gives, or its numbers: {', '.join(model.names)}.",
        Unit.DECIMAL,
        Kind.PARAMETERS,
        low=0,
        above_low=True,
        model=model,
    )


def _with_covariates(model: FittedModel[Any]) -> Meaning:
    return replace(
        _parameters_of(model),
        sentence=f"The range that {model.prefix}_FIT or {model.prefix}_FIT_COVARIATES gives, or "
        f"its numbers: {', '.join(model.names)}.",
        with_covariates=True,
    )


BgNbdParameters: TypeAlias = Annotated[BgNbd, _parameters_of(models.BG_NBD)]
BgNbdCustomers: TypeAlias = Annotated[BgNbd | WithCovariates, _with_covariates(models.BG_NBD)]
MbgNbdParameters: TypeAlias = Annotated[MbgNbd, _parameters_of(models.MBG_NBD)]
MbgCnbdParameters: TypeAlias = Annotated[MbgCnbd, _parameters_of(models.MBG_CNBD)]
ParetoNbdParameters: TypeAlias = Annotated[ParetoNbd, _parameters_of(models.PARETO_NBD)]
ParetoNbdCustomers: TypeAlias = Annotated[
    ParetoNbd | WithCovariates, _with_covariates(models.PARETO_NBD)
]
GammaGammaParameters: TypeAlias = Annotated[GammaGamma, _parameters_of(models.GAMMA_GAMMA)]
SbgParameters: TypeAlias = Annotated[
    ShiftedBetaGeometric, _parameters_of(models.SHIFTED_BETA_GEOMETRIC)
]
BdwParameters: TypeAlias = Annotated[
    BetaDiscreteWeibull, _parameters_of(models.BETA_DISCRETE_WEIBULL)
]
BgbbParameters: TypeAlias = Annotated[
    BetaGeometricBernoulli, _parameters_of(models.BETA_GEOMETRIC_BERNOULLI)
]
