"""How often intervals hold what simulated customers then buy, of each model by its own story.

    python tests/interval_coverage.py                          50 bases of each model
    python tests/interval_coverage.py --count 200 --model Pareto/NBD

Of each base two years are simulated, the first is fitted, and the second is compared: customer by
customer with the 90 % intervals of CLV_PREDICT where nothing changes, and in total with that of
CLV_FORECAST where every customer buys 10 % more, or 10 % less, often from the second year on. Bases
that the model cannot be fitted to are left out and others drawn. One line a model; `binomial` is
the Clopper-Pearson interval (95 %) of the share of totals, which is all that so few bases can tell.
Status 1 if a share is outside its bounds: of customers, or of totals by more than chance.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import count, islice
from typing import NamedTuple

import numpy as np
import pandas as pd
from maths.simulated_customers import gamma, purchase_times
from scipy import stats

from clv_xl.errors import ClvError
from clv_xl.maths.forecast import forecast
from clv_xl.maths.prediction import Orders, predict

MODELS = "BG/NBD", "MBG/NBD", "Pareto/NBD"
EACH = 0.88, 0.97
"""Between which the share of customers has to lie; counts are whole, so rather above 0.9."""
TOTAL = 0.8, 0.97
"""Between which the share of totals has to lie."""
YEAR = 364
DRIFT = 1.1
_SETTINGS = {
    "horizon": 52,
    "period": "week",
    "gross_margin": 0.5,
    "end": YEAR - 1,
    "interval": 0.9,
}


class Base(NamedTuple):
    """Two years of purchase days, the first of which is seen."""

    orders: Orders
    later: pd.Series
    """What each customer who was seen buys in the second year."""


def simulate(rng: np.random.Generator, model: str, customers: int, drift: float) -> Base:
    """Return a base whose customers behave by a model, at rates that change after a year."""
    first = rng.uniform(0, 200, customers)
    rate = gamma(rng, 0.8, 60, customers)
    until, dropout = np.full(customers, 2.0 * YEAR), None
    if model == "Pareto/NBD":
        until = np.minimum(until, first + rng.exponential(1 / gamma(rng, 0.6, 80, customers)))
    else:
        dropout = rng.beta(0.8, 2.5, customers)
    # By a clock that runs faster by the drift in the second year the rates stay as they are.
    since = np.where(until < YEAR, until, YEAR + (until - YEAR) * drift) - first
    days = [first]
    for times in purchase_times(rng, rate, since, dropout, model == "MBG/NBD"):
        clock = first + times
        days.append(np.where(clock < YEAR, clock, YEAR + (clock - YEAR) / drift))
    bought = pd.DataFrame({"customer": np.tile(np.arange(customers), len(days))})
    bought["day"] = np.concatenate(days)
    bought = bought[np.isfinite(bought["day"])].astype(int).drop_duplicates()
    later = bought[bought["day"] >= YEAR].groupby("customer").size()
    average = 75 / gamma(rng, 3.7, 1.0, customers)
    amounts = average[bought["customer"]] * rng.gamma(6, 1 / 6, len(bought))
    return Base(
        Orders(bought["customer"].to_numpy(), bought["day"].to_numpy(), amounts),
        later.reindex(range(customers), fill_value=0),
    )


def share_of_customers(seed: int, model: str, customers: int = 800) -> float:
    """Return the share whose purchases lie in their interval, where nothing changes.

    Raises
    ------
    ClvError
        The model cannot be fitted.
    """
    base = simulate(np.random.default_rng(seed), model, customers, 1.0)
    found = predict(base.orders, discount_rate=0.0, model=model, **_SETTINGS)
    actual = base.later[found.summary.codes]
    return ((found.purchases_low <= actual) & (actual <= found.purchases_high)).mean()


def holds_total(seed: int, model: str, customers: int = 800) -> bool:
    """Whether the interval of the total holds what customers buy whose rates drift by a tenth.

    Raises
    ------
    ClvError
        The model cannot be fitted, or not often enough on earlier days.
    """
    drift = DRIFT if seed % 2 else 1 / DRIFT
    base = simulate(np.random.default_rng(seed), model, customers, drift)
    low, _, high = forecast(base.orders, model=model, **_SETTINGS).purchases
    if isinstance(low, ClvError):
        raise low
    return bool(low <= base.later.sum() <= high)


def fitted(model: str, first_seed: int) -> Iterator[tuple[float, bool]]:
    """Yield both of bases that the model can be fitted to, without end."""
    for seed in count(first_seed):
        try:
            yield share_of_customers(seed, model), holds_total(seed, model)
        except ClvError:
            continue


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--count", type=int, default=50, help="Bases of each model.")
    asked.add_argument("--seed", type=int, default=0, help="The first one.")
    asked.add_argument("--model", choices=MODELS, action="append")
    given = asked.parse_args()
    outside = False
    for model in given.model or MODELS:
        found = list(islice(fitted(model, given.seed), given.count))
        each = np.array([share for share, _ in found])
        totals = sum(held for _, held in found)
        low, high = stats.binomtest(totals, len(found)).proportion_ci()
        sys.stdout.write(
            f"{model}: {each.mean():.1%} of customers (bases {each.min():.1%} to {each.max():.1%}),"
            f" {totals} of {len(found)} totals ({totals / len(found):.0%}, binomial {low:.0%} to"
            f" {high:.0%})\n"
        )
        sys.stdout.flush()
        outside |= not EACH[0] <= each.mean() <= EACH[1]
        outside |= high < TOTAL[0] or low > TOTAL[1]
    return int(outside)


if __name__ == "__main__":
    sys.exit(main())
