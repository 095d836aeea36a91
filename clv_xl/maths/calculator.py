"""The monthly calculator: lifetime value, acquisition cost and payback from a month's figures."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from clv_xl.errors import ClvError, NoAnswerError, ZeroDenominatorError

Answer: TypeAlias = float | ClvError
"""A number, or the error that says why there is none."""


class Measures(NamedTuple):
    """The calculator's results: money per customer, but for value_added, money per month."""

    clv_by_lifespan: Answer
    clv_by_churn: Answer
    lifespan_by_churn: Answer
    """Months."""
    cac: Answer
    clv_to_cac: Answer
    payback: Answer
    """Months."""
    largest_cac: Answer
    """At which a customer is worth three times the cost."""
    net_value: Answer
    value_added: Answer


def measures(
    churn_rate: float,
    lifespan_months: float,
    median_invoice: float,
    new_customers_per_month: float,
    marketing_spend: float,
    invoices_per_month: float = 1.0,
    gross_margin: float = 1.0,
    overhead: float = 0.0,
) -> Measures:
    """Return lifetime value, acquisition cost and payback by a month's figures.

    Parameters
    ----------
    churn_rate : float, share per month
    lifespan_months : float, months
    median_invoice : float, money
    new_customers_per_month : float, count
    marketing_spend, overhead : float, money per month
    invoices_per_month : float, count per customer and month
    gross_margin : float, share

    Returns
    -------
    Measures
    """
    margin = median_invoice * invoices_per_month * gross_margin
    clv = margin * lifespan_months
    nobody_leaves = ZeroDenominatorError(
        "churn_rate is 0: customers who never leave have no average lifespan", argument="churn_rate"
    )
    nobody_won = ZeroDenominatorError(
        "new_customers_per_month is 0: there is no cost per customer where none is acquired",
        argument="new_customers_per_month",
    )
    cac: Answer = nobody_won
    clv_to_cac: Answer = nobody_won
    payback: Answer = nobody_won
    net_value: Answer = nobody_won
    value_added = -marketing_spend - overhead
    if new_customers_per_month:
        cac = marketing_spend / new_customers_per_month
        net_value = clv - cac
        value_added = new_customers_per_month * net_value - overhead
        if cac:
            clv_to_cac = clv / cac
            payback = (
                cac / margin
                if margin
                else NoAnswerError(
                    "A customer leaves no margin, so the cost is never paid back",
                    argument="median_invoice",
                )
            )
        else:
            payback = 0.0
            clv_to_cac = ZeroDenominatorError(
                "marketing_spend is 0, so customers cost nothing", argument="marketing_spend"
            )
    return Measures(
        clv_by_lifespan=clv,
        clv_by_churn=margin / churn_rate if churn_rate else nobody_leaves,
        lifespan_by_churn=1.0 / churn_rate if churn_rate else nobody_leaves,
        cac=cac,
        clv_to_cac=clv_to_cac,
        payback=payback,
        largest_cac=clv / 3,
        net_value=net_value,
        value_added=value_added,
    )
