"""The scores of every customer: models fitted to counts, each distinct history forecast once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from clv_xl.errors import NoAnswerError
from clv_xl.many_orders.histories import Prepared
from clv_xl.many_orders.statements import expression, statement
from clv_xl.maths.counted_histories import Counts, SpendModel, fit_counts, fit_spend
from clv_xl.maths.fitted_models import AUTOMATIC
from clv_xl.maths.model_choice import HeldOut, History
from clv_xl.maths.purchases_ahead import Outlook, look_ahead
from clv_xl.maths.transactions import DAYS_IN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clv_xl.many_orders.engine import Columns, Engine
    from clv_xl.maths.arrays import Floats, Integers

STEPS: Final = ("Fitting the models", "Forecasting", "Writing")
_AT_ONCE: Final = 50_000
"""Histories that are forecast at once."""
_LAST_DAY: Final = np.datetime64("9999-12-31", "D").astype(int)


@dataclass(frozen=True)
class Settings:
    """What CLV_PREDICT takes beside the orders."""

    horizon: int = 52
    gross_margin: float = 1.0
    discount_rate: float = 0.0
    model: str = AUTOMATIC
    interval: float = 0.9


@dataclass(frozen=True)
class Scores:
    """The query of the scores, and what is to be said of them."""

    query: Any
    customers: int
    histories: int
    caveats: tuple[str, ...]


def score(
    engine: Engine,
    prepared: Prepared,
    settings: Settings,
    progress: Callable[[str], None] = lambda _: None,
) -> Scores:
    """Return the query that gives all columns of CLV_PREDICT for every customer.

    Parameters
    ----------
    engine : Engine
        With the tables `histories` and `names`; it gets a table `forecasts`.
    prepared : Prepared
    settings : Settings
    progress : callable
        Told the first two of `STEPS` as they begin.

    Raises
    ------
    ClvError
        The purchases cannot be modelled; the sentence says why.
    """
    progress(STEPS[0])
    filling = prepared.filling
    period = filling.period
    rows = engine.fetch(statement("counts", filling))
    counts = _counts(rows, period)
    model = fit_counts(settings.model, counts, _held_out(engine, prepared))
    spenders = engine.fetch(statement("spend", filling))
    spend = fit_spend(
        settings.model,
        *(_floats(spenders[name]) for name in ("frequency", "monetary_value", "customers")),
    )
    progress(STEPS[1])
    outlook = Outlook(
        settings.horizon,
        period,
        settings.discount_rate,
        int(np.datetime64(prepared.end_date, "D").astype(int)),
        settings.interval,
    )
    weights = _spend_weights(engine, spend, counts.history.frequency)
    for part in _parts(counts.customers.size):
        frequency, recency, age = counts.history
        history = History(frequency[part], recency[part], age[part])
        ahead = look_ahead(model.maths, model.parameters, history, outlook)
        engine.append(
            "forecasts",
            {
                **{name: rows[name][part] for name in ("frequency", "recency_days", "age_days")},
                "p_alive": ahead.alive,
                "expected_purchases": ahead.purchases,
                "discounted_margins": ahead.discounted * settings.gross_margin,
                "p_buys": ahead.buys,
                "next_purchase": _days(ahead.next_purchase),
                "purchases_low": ahead.purchases_low,
                "purchases_high": ahead.purchases_high,
                **{name: weight[part] for name, weight in weights.items()},
            },
        )
    customers = round(float(counts.customers.sum()))
    fault = () if spend.fault is None else (spend.fault.sentence,)
    caveats = (*model.caveats, *spend.caveats, *fault)
    return Scores(statement("scores", filling), customers, counts.customers.size, caveats)


def _days(days: Floats) -> NDArray[np.datetime64]:
    """Return days since 1970 as dates; none beyond the calendar."""
    within = days <= _LAST_DAY
    found = np.full(days.size, np.datetime64("NaT"), dtype="datetime64[D]")
    found[within] = days[within].astype(np.int64).astype("datetime64[D]")
    return found


def _floats(column: Any) -> Floats:
    return np.asarray(column, dtype=np.float64)


def _counts(rows: Columns, period: str) -> Counts:
    days, customers = DAYS_IN[period], _floats(rows["customers"])
    if not customers.size:
        raise NoAnswerError("Nobody bought anything by the end date", argument="end_date")
    history = History(
        np.asarray(rows["frequency"], dtype=np.int64),
        _floats(rows["recency_days"]) / days,
        _floats(rows["age_days"]) / days,
    )
    return Counts(history, customers, _floats(rows["log_gaps"]) / customers)


def _held_out(engine: Engine, prepared: Prepared) -> HeldOut | None:
    """Return what the models are tested by, if it was asked for and there is some."""
    if prepared.filling.split_date is None:
        return None
    found = engine.fetch(statement("held_out", prepared.filling))
    beginning = "history_"
    rows = {name.removeprefix(beginning): column for name, column in found.items()}
    if not _floats(rows["customers"]).size:  # all of the orders before were returned
        return None
    counts = _counts(rows, prepared.filling.period)
    return HeldOut(
        counts.history,
        prepared.held_out_periods,
        _floats(rows["purchases"]),
        counts.log_gaps,
        counts.customers,
    )


def _parts(size: int) -> Iterator[slice]:
    for start in range(0, size, _AT_ONCE):
        yield slice(start, start + _AT_ONCE)


def _spend_weights(engine: Engine, spend: SpendModel, frequency: Integers) -> dict[str, Floats]:
    """Return of what the expected spend of each history is made up.

    A base, a share of the customer's mean repeat purchase, and one of their average order.
    """
    weight = average = np.zeros(frequency.size)
    if spend.fault is not None:
        base = np.full(frequency.size, np.nan)
    elif spend.parameters is None:
        query = "SELECT SUM(total_value) / SUM(frequency + 1) AS average FROM histories"
        of_all = float(engine.fetch(expression(query))["average"][0])
        base = np.where(frequency > 0, 0.0, of_all)
        average = np.where(frequency > 0, 1.0, 0.0)
    else:
        p, q, v = spend.parameters
        below = p * frequency + q - 1
        base, weight = p * v / below, p * frequency / below
    return {"spend_base": base, "spend_weight": weight, "order_weight": average}
