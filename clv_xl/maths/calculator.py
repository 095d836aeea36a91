"""The monthly calculator of a small firm."""

from __future__ import annotations

from clv_xl.errors import ClvError, NoAnswerError, ZeroDenominatorError

Answer = float | ClvError


def measures(
    churn_rate: float,
    lifespan_months: float,
    median_invoice: float,
    new_customers_per_month: float,
    marketing_spend: float,
    invoices_per_month: float = 1.0,
    gross_margin: float = 1.0,
    overhead: float = 0.0,
) -> list[object]:
    """Return what a month's figures say of customer value and of the cost of winning customers.

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
    list of float or ClvError
        Value by lifespan; value by churn; lifespan implied by churn, months; acquisition cost;
        value to cost; payback, months; largest acquisition cost at 3:1; net value per customer;
        value added per month. A row without an answer holds the error that says why.
    """
    margin = median_invoice * invoices_per_month * gross_margin
    clv = margin * lifespan_months
    nobody_leaves = ZeroDenominatorError(
        "churn_rate is 0: customers who never leave have no average lifespan", argument="churn_rate"
    )
    nobody_won = ZeroDenominatorError(
        "new_customers_per_month is 0: there is no cost per customer where none is won",
        argument="new_customers_per_month",
    )
    lifespan: Answer = 1.0 / churn_rate if churn_rate else nobody_leaves
    clv_by_churn: Answer = margin / churn_rate if churn_rate else nobody_leaves
    if not new_customers_per_month:
        value_added = -marketing_spend - overhead
        return [
            clv,
            clv_by_churn,
            lifespan,
            nobody_won,
            nobody_won,
            nobody_won,
            clv / 3,
            nobody_won,
            value_added,
        ]
    cac = marketing_spend / new_customers_per_month
    ratio: Answer = (
        clv / cac
        if cac
        else ZeroDenominatorError(
            "marketing_spend is 0, so customers cost nothing", argument="marketing_spend"
        )
    )
    payback: Answer = 0.0
    if cac:
        payback = (
            cac / margin
            if margin
            else NoAnswerError(
                "A customer leaves no margin, so the cost is never paid back",
                argument="median_invoice",
            )
        )
    net = clv - cac
    return [
        clv,
        clv_by_churn,
        lifespan,
        cac,
        ratio,
        payback,
        clv / 3,
        net,
        new_customers_per_month * net - overhead,
    ]
