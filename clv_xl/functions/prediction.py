"""Predictions from orders: purchases and CLV of each customer, backtest, tracking."""

from __future__ import annotations

import datetime as dt

from clv_xl.errors import Caveat, ClvError
from clv_xl.functions import vocabulary as v
from clv_xl.functions.spec import Measures, Table, Unit, WithCaveats, spreadsheet_function
from clv_xl.maths import backtest, forecast, prediction, tracking
from clv_xl.maths.arrays import Floats

_LAST_DAY = (dt.date.max - dt.date(1970, 1, 1)).days

_ORDERS = (
    '{"B";"C";"E";"G";"D";"A";"C";"D";"B";"H";"B";"C";"F";"F";"H";"C";"A";"C";"C";"C";"C"}, '
    "{45292;45293;45296;45305;45316;45332;45336;45336;45337;45337;45340;45340;45342;45347;45355;"
    "45357;45406;45408;45421;45428;45486}"
)
_WIDENED = "Typical error of backtests"
_AMOUNTS = "{15;40;50;15;45;35;35;30;50;35;45;20;50;45;40;55;45;40;50;20;35}"


@spreadsheet_function(
    category="Models",
    result=Table(
        (
            ("customer", Unit.TEXT),
            ("purchases", Unit.COUNT),
            ("last purchase", Unit.DATE),
            ("frequency", Unit.COUNT),
            ("recency", Unit.PERIODS),
            ("age", Unit.PERIODS),
            ("p_alive", Unit.SHARE),
            ("expected_purchases", Unit.DECIMAL),
            ("expected_spend", Unit.MONEY),
            ("clv", Unit.MONEY),
            ("p_buys", Unit.SHARE),
            ("next_purchase", Unit.DATE),
            ("purchases_low", Unit.COUNT),
            ("purchases_high", Unit.COUNT),
        )
    ),
    columns=["customer", "date", "amount"],
    order=v.OrderNumber,
    examples={
        f"=INDEX(CLV_PREDICT({_ORDERS}, {_AMOUNTS}), 2, 1)": "B",
        f"=ROUND(INDEX(CLV_PREDICT({_ORDERS}, {_AMOUNTS}), 2, 7), 4)": 0.1604,
        f"=ROUND(INDEX(CLV_PREDICT({_ORDERS}, {_AMOUNTS}), 2, 10), 2)": 24.42,
    },
    see_also=["CLV_MODELS", "CLV_BACKTEST", "CLV_TRACKING", "BGNBD_BUYS", "GG_FIT"],
    source="Fader, Hardie & Lee (2005), Marketing Science 24(2) and JMR 42(4)",
)
def CLV_PREDICT(
    customer: v.Customer,
    date: v.OrderDate,
    amount: v.Amount,
    horizon: v.HorizonPeriods = 52,
    period: v.Period = "week",
    gross_margin: v.GrossMargin = 1.0,
    discount_rate: v.AnnualRate = 0.0,
    end_date: v.EndDate | None = None,
    model: v.Model = "BG/NBD",
    interval: v.Interval = 0.9,
) -> WithCaveats[list[object]]:
    """For each customer: probability of being active, expected purchases, spend and CLV.

    One row per customer. p_alive is the probability that they are still active; clv adds up the
    expected purchases of each period x expected spend x margin, discounted by the yearly rate.
    p_buys is the probability that they buy within the horizon at all; next_purchase the day by
    which half of such customers have bought again, if they stay active. Their purchases will lie
    within purchases_low to purchases_high with the probability that interval gives.
    CLV_MODELS says which model Automatic takes, and why.
    """
    found = prediction.predict(
        prediction.Orders(customer.codes, date, amount),
        horizon=horizon,
        period=period,
        gross_margin=float(gross_margin),
        discount_rate=float(discount_rate),
        end=end_date,
        model=model,
        interval=float(interval),
    )
    summary = found.summary
    size = summary.codes.size
    next_purchase, caveats = _dates(found.next_purchase)
    columns: list[object] = [
        [customer.names[code] for code in summary.codes.tolist()],
        summary.frequency + 1,
        summary.last,
        summary.frequency,
        summary.recency,
        summary.age,
        found.alive,
        found.purchases,
        *(
            [part] * size if isinstance(part, ClvError) else part
            for part in (found.spend, found.clv)
        ),
        found.buys,
        next_purchase,
        found.purchases_low,
        found.purchases_high,
    ]
    return WithCaveats(columns, (*map(Caveat, found.caveats), *caveats))


def _dates(next_purchase: Floats) -> tuple[list[int | None], tuple[Caveat, ...]]:
    """Return days of the calendar, None beyond its end, and the caveat that says so."""
    beyond = ~(next_purchase <= _LAST_DAY)
    if not beyond.any():
        return next_purchase.astype(int).tolist(), ()
    days = [None if late else int(day) for day, late in zip(next_purchase, beyond, strict=True)]
    others = int(beyond.sum()) - 1
    more = f" and {others} more" if others else ""
    row = int(beyond.argmax()) + 2
    return days, (
        Caveat(
            f"next_purchase is blank in row {row} of the result{more}: these customers buy so "
            f"seldom that it lies after the year {dt.MAXYEAR}; go by p_buys instead."
        ),
    )


@spreadsheet_function(
    category="Models",
    result=Table(
        (
            ("measure", Unit.TEXT),
            ("low", Unit.DECIMAL),
            ("expected", Unit.DECIMAL),
            ("high", Unit.DECIMAL),
        )
    ),
    columns=["customer", "date", "amount"],
    order=v.OrderNumber,
    examples={
        f"=INDEX(CLV_FORECAST({_ORDERS}, {_AMOUNTS}), 2, 1)": "Purchases",
        f"=ROUND(INDEX(CLV_FORECAST({_ORDERS}, {_AMOUNTS}), 2, 3), 4)": 12.8142,
    },
    see_also=["CLV_PREDICT", "CLV_BACKTEST"],
    source="Expected totals: Fader, Hardie & Lee (2005), Marketing Science 24(2); intervals: "
    "Student's t over the errors of backtests at a half, five eighths and three quarters of time",
)
def CLV_FORECAST(
    customer: v.Customer,
    date: v.OrderDate,
    amount: v.Amount,
    horizon: v.HorizonPeriods = 52,
    period: v.Period = "week",
    gross_margin: v.GrossMargin = 1.0,
    end_date: v.EndDate | None = None,
    model: v.Model = "BG/NBD",
    interval: v.Interval = 0.9,
) -> WithCaveats[list[object]]:
    """Forecast of all customers together: purchases, revenue and margin, each with an interval.

    Only customers who are in the orders count; new customers are not included. The interval is
    widened by how far off the same forecast was at earlier split days, which the last row says.
    Who is active cannot be seen in orders, so that row has no interval.
    """
    found = forecast.forecast(
        prediction.Orders(customer.codes, date, amount),
        horizon=horizon,
        period=period,
        gross_margin=float(gross_margin),
        end=end_date,
        model=model,
        interval=float(interval),
    )
    ranges = found.purchases, found.revenue, found.margin
    columns: list[object] = [
        ["Purchases", "Revenue", "Margin", "Active customers at the end", _WIDENED],
        [*(one.low for one in ranges), None, None],
        [*(one.expected for one in ranges), found.active, found.backtest_error],
        [*(one.high for one in ranges), None, None],
    ]
    return WithCaveats(columns, tuple(map(Caveat, found.caveats)))


@spreadsheet_function(
    category="Models",
    result=Measures.of(
        customers=("Customers", Unit.COUNT),
        actual_purchases=("Actual purchases", Unit.COUNT),
        predicted_purchases=("Predicted purchases", Unit.DECIMAL),
        bias=("Bias (predicted - actual, mean per customer)", Unit.DECIMAL),
        mean_absolute_error=("MAE (mean absolute error per customer)", Unit.DECIMAL),
        root_mean_squared_error=("RMSE (root mean squared error per customer)", Unit.DECIMAL),
        top_found=("Share of the true top 20 % found", Unit.SHARE),
        actual_revenue=("Actual revenue", Unit.MONEY),
        predicted_revenue=("Predicted revenue", Unit.MONEY),
        rule_error=("MAE of the simple rule (same rate as before)", Unit.DECIMAL),
        better_than_rule=("Better than the simple rule by (share of its MAE)", Unit.SHARE),
        rule_top_found=("Share of the true top 20 % that the simple rule finds", Unit.SHARE),
        auc=("Who buys again: AUC of the model", Unit.SHARE),
        recency_auc=("Who buys again: AUC of recency alone", Unit.SHARE),
        gini=("Normalised Gini of the predicted revenue", Unit.DECIMAL),
    ),
    columns=["customer", "date", "amount"],
    order=v.OrderNumber,
    examples={
        f"=INDEX(CLV_BACKTEST({_ORDERS}, {_AMOUNTS}, 45472), 2, 2)": 8,
        f"=INDEX(CLV_BACKTEST({_ORDERS}, {_AMOUNTS}, 45472), 3, 2)": 1,
        f"=ROUND(INDEX(CLV_BACKTEST({_ORDERS}, {_AMOUNTS}, 45472), 4, 2), 4)": 0.519,
        f"=ROUND(INDEX(CLV_BACKTEST({_ORDERS}, {_AMOUNTS}, 45472), 11, 2), 4)": 0.1369,
    },
    see_also=["CLV_PREDICT", "CLV_TRACKING"],
    source="Bias = mean of predicted - actual; MAE = mean of its size; RMSE = root of the mean "
    "of its square; normalised Gini: that of the actual revenue, best predicted customer "
    "first, over that with the best customer first",
)
def CLV_BACKTEST(
    customer: v.Customer,
    date: v.OrderDate,
    amount: v.Amount,
    split_date: v.SplitDate,
    period: v.Period = "week",
    model: v.Model = "BG/NBD",
    end_date: v.EndDate | None = None,
) -> backtest.Backtest:
    """Backtest: predictions from the orders before a day, compared with the actual orders after it.

    The best customers are those with the most revenue after the day. MAE and RMSE are in purchases.
    Automatic chooses a model by the orders before the day only. The simple rule lets every customer
    go on buying at the rate, and for the average order, that they had before the day. AUC is how
    often a customer who bought again got a higher score than one who did not: 50 % by chance. A
    normalised Gini of 1 ranks customers by revenue without a mistake, 0 is chance.
    """
    orders = prediction.Orders(customer.codes, date, amount)
    return backtest.backtest(orders, split_date, period, model, end_date)


@spreadsheet_function(
    category="Models",
    result=Table.of(
        period=Unit.COUNT,
        actual=Unit.COUNT,
        expected=Unit.DECIMAL,
        cumulative_actual=Unit.COUNT,
        cumulative_expected=Unit.DECIMAL,
    ),
    columns=["customer", "date", "amount"],
    order=v.OrderNumber,
    examples={
        f"=INDEX(CLV_TRACKING({_ORDERS}), 2, 2)": 0,
        f"=ROUND(INDEX(CLV_TRACKING({_ORDERS}), 28, 5), 4)": 13.1791,
    },
    see_also=["CLV_BACKTEST", "CLV_PREDICT"],
    source="Expected: the sum over customers of the expected purchases since their first; Fader, "
    "Hardie & Lee (2005), Marketing Science 24(2)",
)
def CLV_TRACKING(
    customer: v.Customer,
    date: v.OrderDate,
    split_date: v.SplitDate | None = None,
    period: v.Period = "week",
    model: v.Model = "BG/NBD",
    amount: v.Amount | None = None,
) -> tracking.Tracking:
    """Repeat purchases of all customers period by period: actual, and expected by the model.

    Lines that stay together after split_date are the best sign that predictions can be trusted.
    With amount, a day whose amounts sum below 0 (returns) is no purchase, as in CLV_BACKTEST.
    """
    orders = prediction.Orders(customer.codes, date, amount)
    return tracking.tracking(orders, split_date, period, model)


@spreadsheet_function(
    category="Models",
    result=Table(
        (
            ("model", Unit.TEXT),
            ("log-likelihood", Unit.RATIO),
            ("backtest error", Unit.SHARE),
            ("verdict", Unit.TEXT),
        )
    ),
    columns=["customer", "date", "amount"],
    order=v.OrderNumber,
    examples={
        f"=INDEX(CLV_MODELS({_ORDERS}, {_AMOUNTS}), 2, 1)": "Average pace",
        f"=ROUND(INDEX(CLV_MODELS({_ORDERS}, {_AMOUNTS}), 2, 2), 4)": -46.73,
    },
    see_also=["CLV_PREDICT", "CLV_BACKTEST", "BGNBD_FIT"],
    source="Log-likelihoods of the same purchase times; NBD: Ehrenberg (1959)",
)
def CLV_MODELS(
    customer: v.Customer,
    date: v.OrderDate,
    amount: v.Amount,
    period: v.Period = "week",
    end_date: v.EndDate | None = None,
) -> list[object]:
    """Which model your orders support best: the one that model Automatic takes first, and why.

    A higher log-likelihood describes the orders better. The backtest error is how far off the
    total of the purchases of the last third of the time was, predicted from the orders before.
    """
    orders = prediction.Orders(customer.codes, date, amount)
    found = prediction.models(orders, period, end_date)
    return [
        [one.model.title for one in found],
        [one.log_likelihood for one in found],
        [one.backtest_error for one in found],
        [one.verdict for one in found],
    ]
