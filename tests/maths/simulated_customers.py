"""Customers simulated by each model's assumptions."""

from __future__ import annotations

import numpy as np


def purchase_times(rng, rate, ends, dropout_probability=None, initial_dropout=False):
    """Yield arrays: the time of each customer's next purchase, infinite if none before `ends`.

    Time starts at the first purchase. `dropout_probability` applies after every repeat purchase,
    and after the first purchase too if `initial_dropout`.
    """
    now = np.zeros(rate.size)
    active = np.ones(rate.size, dtype=bool)
    if initial_dropout:
        active = rng.random(rate.size) >= dropout_probability
    while active.any():
        rows = np.flatnonzero(active)
        now[rows] += rng.exponential(1 / rate[rows])
        bought = now[rows] <= ends[rows]
        active[rows[~bought]] = False
        times = np.full(rate.size, np.inf)
        times[rows[bought]] = now[rows[bought]]
        yield times
        if dropout_probability is not None:
            active &= rng.random(rate.size) >= dropout_probability


def count_purchases(times, age, horizon=0.0):
    """Frequency, recency, and purchases between age and age + horizon."""
    frequency, recency, later = np.zeros(age.size), np.zeros(age.size), np.zeros(age.size)
    for time in times:
        seen = time <= age
        frequency += seen
        recency = np.where(seen, time, recency)
        later += (time > age) & (time <= age + horizon)
    return frequency, recency, later


def gamma(rng, shape, rate, size):
    """Gamma-distributed values, never so small that a waiting time overflows."""
    return np.maximum(rng.gamma(shape, 1 / rate, size), 1e-200)


def bg_nbd(rng, model, age, horizon=0.0, *, initial_dropout=False):
    r, alpha, a, b = model
    rate = gamma(rng, r, alpha, age.size)
    dropout = rng.beta(a, b, age.size)
    return count_purchases(
        purchase_times(rng, rate, age + horizon, dropout, initial_dropout), age, horizon
    )


def mbg_nbd(rng, model, age, horizon=0.0):
    return bg_nbd(rng, model, age, horizon, initial_dropout=True)


def pareto_nbd(rng, model, age, horizon=0.0):
    r, alpha, s, beta = model
    rate = gamma(rng, r, alpha, age.size)
    life = rng.exponential(1 / gamma(rng, s, beta, age.size))
    return count_purchases(purchase_times(rng, rate, np.minimum(life, age + horizon)), age, horizon)


def gamma_gamma(rng, model, frequency):
    p, q, v = model
    rate = rng.gamma(q, 1 / v, frequency.size)
    return rng.gamma(p * frequency) / rate / frequency


def shifted_beta_geometric(rng, model, customers, periods):
    dropout = rng.beta(*model, customers)
    period = rng.geometric(np.maximum(dropout, 1e-12))
    return np.array([(period > t).sum() for t in range(periods + 1)], dtype=float)


def beta_geometric_bernoulli(rng, model, opportunities, horizon=0):
    alpha, beta, gamma_, delta = model
    purchase = rng.beta(alpha, beta, opportunities.size)
    dropout = rng.beta(gamma_, delta, opportunities.size)
    active = np.ones(opportunities.size, dtype=bool)
    frequency, recency, later = np.zeros((3, opportunities.size))
    for occasion in range(1, int(opportunities.max()) + horizon + 1):
        active &= rng.random(opportunities.size) >= dropout
        bought = active & (rng.random(opportunities.size) < purchase)
        seen = bought & (occasion <= opportunities)
        frequency += seen
        recency = np.where(seen, occasion, recency)
        later += bought & (occasion > opportunities) & (occasion <= opportunities + horizon)
    return frequency, recency, later


def mbg_cnbd(rng, model, age, horizon=0.0):
    """Frequency, recency, later purchases, the sum of log gaps, and whether still active at age."""
    r, alpha, a, b, k = model
    rate, dropout = gamma(rng, r, alpha, age.size), rng.beta(a, b, age.size)
    going = rng.random(age.size) >= dropout
    active = going.copy()
    now, recency, log_gaps = np.zeros(age.size), np.zeros(age.size), np.zeros(age.size)
    frequency, later = np.zeros(age.size), np.zeros(age.size)
    while going.any():
        rows = np.flatnonzero(going)
        gap = rng.gamma(k, 1 / rate[rows])
        now[rows] += gap
        seen = now[rows] <= age[rows]
        ahead = ~seen & (now[rows] <= age[rows] + horizon)
        frequency[rows] += seen
        later[rows] += ahead
        recency[rows] = np.where(seen, now[rows], recency[rows])
        log_gaps[rows] += np.where(seen, np.log(gap), 0.0)
        leaves = rng.random(rows.size) < dropout[rows]
        active[rows[seen & leaves]] = False
        going[rows] = (seen | ahead) & ~leaves
    return frequency, recency, later, log_gaps, active
