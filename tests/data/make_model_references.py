"""Writes reference_<model>.csv: random arguments of the models' functions, values by mpmath.

    python tests/data/make_model_references.py [model ...]

Arguments are drawn over 1e-2 to 1e2 for parameters, 1 to 1e4 for counts, 1 to 3,000 for times. The
formulas are those of the literature, in as many digits as their cancellations need, not the
rearrangements under test. Half an hour in all.
"""

from __future__ import annotations

import csv
import itertools
import sys
from pathlib import Path

import numpy as np
from mpmath import mp, mpf

DRAWS = 10_000
FEWER_DRAWS = 3_000
HERE = Path(__file__).parent


def rounded(values: np.ndarray, digits: int = 4) -> list[str]:
    return [f"{value:.{digits}g}" for value in values]


class Draws:
    """Columns of random arguments, as text that is exactly what the reference is computed from."""

    def __init__(self, seed: int, size: int = DRAWS) -> None:
        self.rng = np.random.default_rng(seed)
        self.size = size
        self.columns: dict[str, list[str]] = {}

    def spread(self, name: str, low: float, high: float) -> None:
        self.columns[name] = rounded(np.exp(self.rng.uniform(np.log(low), np.log(high), self.size)))

    def whole(self, name: str, low: float, high: float) -> None:
        values = np.exp(self.rng.uniform(np.log(low), np.log(high), self.size)).round()
        self.columns[name] = [str(int(value)) for value in values]

    def history(self) -> None:
        """Recency anywhere up to age, often so near to it that the customer may be active."""
        self.whole("frequency", 1, 1e4)
        self.spread("age", 1, 3000)
        age = np.array([float(value) for value in self.columns["age"]])
        gap = 10 ** self.rng.uniform(-6, 0, self.size)
        self.columns["recency"] = rounded(age * (1 - gap), 8)
        self.spread("horizon", 1, 3000)

    def rows(self) -> list[dict[str, str]]:
        return [
            dict(zip(self.columns, row, strict=True))
            for row in zip(*self.columns.values(), strict=True)
        ]


def text(value: mpf) -> str:
    return mp.nstr(value, 15, strip_zeros=True, min_fixed=-3, max_fixed=5)


# --- the beta-geometric models --------------------------------------------------------------------


def beta(a: mpf, b: mpf) -> mpf:
    return mp.beta(a, b)


def expectation(r: mpf, alpha: mpf, a: mpf, b: mpf, t: mpf) -> mpf:
    """Purchases up to t of a customer who is active, by the published closed form."""
    z = t / (alpha + t)
    f = mp.hyp2f1(r, b, a + b - 1, z, maxterms=10**6)
    return (a + b - 1) / (a - 1) * (1 - (alpha / (alpha + t)) ** r * f)


def scaled_expint(k: mpf, z: mpf) -> mpf:
    """exp(z) E_k(z): by its series where that converges, else by its continued fraction."""
    if k < 12 and z < 1:
        return mp.exp(z) * mp.expint(k, z)
    b, c = z + k, mpf(10) ** 30
    d = 1 / b
    total, i = d, 0
    while True:
        i += 1
        step, b = -i * (k + i - 1), b + 2
        d, c = 1 / (step * d + b), b + step / c
        total *= c * d
        if abs(c * d - 1) < mpf(10) ** -17:
            return total


def residual(r: mpf, alpha: mpf, a: mpf, b: mpf, d: mpf) -> mpf:
    """The mean of lambda/(lambda p + d), over p by the trapezoidal rule in its log-odds."""
    k = r + 1

    def given(p: mpf) -> mpf:
        z = alpha * d / p
        return r / p * scaled_expint(k, z)

    step = min(mpf("0.35"), mp.sqrt(1 / a + 1 / b) / 2)
    middle = mp.log(a / b)
    near = mpf(10) ** -17 / (
        1 + a + b + k / (alpha * d)
    )  # so near to an end nothing but the density varies
    total, size = mpf(0), mpf(0)
    for direction, power in ((1, b), (-1, a)):
        i = 0 if direction == 1 else 1
        while True:
            y = middle + direction * i * step
            p = 1 / (1 + mp.exp(-y))
            density = mp.exp(-a * mp.log1p(mp.exp(-y)) - b * mp.log1p(mp.exp(y)))
            term = density * given(p)
            total += term
            size = max(size, term)
            if term < size * mpf(10) ** -15 and i > 8:
                break
            if 1 / (1 + mp.exp(abs(y))) < near and y * direction > 0:
                total += term / mp.expm1(power * step)
                break
            i += 1
    return total * step / beta(a, b)


def dropout(seed: int, occasions: int) -> tuple[Draws, list]:
    draws = Draws(seed)
    for name in ("r", "alpha", "a", "b"):
        draws.spread(name, 1e-2, 1e2)
    draws.history()
    draws.whole("purchases", 1, 1e4)

    def values(v: dict[str, mpf]) -> list[mpf]:
        r, alpha, a, b = v["r"], v["alpha"], v["a"], v["b"]
        x, t_x, age, t, k = v["frequency"], v["recency"], v["age"], v["horizon"], v["purchases"]
        e = occasions
        odds = a / (b + x + e - 1) * ((alpha + age) / (alpha + t_x)) ** (r + x)
        alive = 1 / (1 + odds)
        purchases = alive * expectation(r + x, alpha + age, a, b + x + e, t)
        new = beta(a, b + e) / beta(a, b) * expectation(r, alpha, a, b + e, t)
        z = t / (alpha + t)
        nbd = mp.rf(r, k) / mp.factorial(k) * (1 - z) ** r * z**k
        reached = mp.betainc(k, r, 0, z, regularized=True)
        pmf = (
            beta(a, b + k + e) / beta(a, b) * nbd
            + beta(a + 1, b + k + e - 1) / beta(a, b) * reached
        )
        return [alive, purchases, new, pmf]

    return draws, [("alive", "expected", "expected_new", "pmf"), values]


def dropout_residual(seed: int) -> tuple[Draws, list]:
    draws = Draws(seed)
    for name in ("shape", "rate", "a", "b"):
        draws.spread(name, 1e-2, 1e2)
    shape = np.array([float(v) for v in draws.columns["shape"]])
    repeats = np.exp(draws.rng.uniform(0, np.log(1e4), DRAWS)).round() * (
        draws.rng.random(DRAWS) < 0.8
    )
    draws.columns["shape"] = rounded(shape + repeats, 6)
    b = np.array([float(v) for v in draws.columns["b"]])
    draws.columns["b"] = rounded(b + repeats, 6)
    rate = np.array([float(v) for v in draws.columns["rate"]])
    draws.columns["rate"] = rounded(rate + np.exp(draws.rng.uniform(0, np.log(3000), DRAWS)), 6)
    draws.spread("discount_rate", 1e-4, 1e-1)

    def values(v: dict[str, mpf]) -> list[mpf]:
        return [residual(v["shape"], v["rate"], v["a"], v["b"], v["discount_rate"])]

    return draws, [("residual",), values]


# --- Pareto/NBD -----------------------------------------------------------------------------------


def dropout_part(r: mpf, alpha: mpf, s: mpf, b: mpf, x: mpf, t_x: mpf, age: mpf) -> mpf:
    """The published A0: a difference of hypergeometric functions."""
    top, power = max(alpha, b), r + s + x
    second = s + 1 if alpha >= b else r + x

    def at(t: mpf) -> mpf:
        f = mp.hyp2f1(power, second, power + 1, abs(alpha - b) / (top + t), maxterms=10**6)
        return f / (top + t) ** power

    return at(t_x) - at(age)


def active_time(s: mpf, b: mpf, t: mpf) -> mpf:
    """Expected active time up to t of a customer who is active now."""
    if s == 1:
        return b * mp.log(1 + t / b)
    return b / (s - 1) * (1 - (b / (b + t)) ** (s - 1))


def pareto(seed: int) -> tuple[Draws, list]:
    draws = Draws(seed)
    for name in ("r", "alpha", "s", "beta"):
        draws.spread(name, 1e-2, 1e2)
    draws.history()
    draws.whole("purchases", 1, 1e4)
    draws.spread("discount_rate", 1e-4, 1e-1)

    def values(v: dict[str, mpf]) -> list[mpf]:
        r, alpha, s, b = v["r"], v["alpha"], v["s"], v["beta"]
        x, t_x, age, t, k = v["frequency"], v["recency"], v["age"], v["horizon"], v["purchases"]
        odds = s / (r + s + x) * (alpha + age) ** (r + x) * (b + age) ** s
        alive = 1 / (1 + odds * dropout_part(r, alpha, s, b, x, t_x, age))
        now = alive * (r + x) / (alpha + age)
        z = v["discount_rate"] * (b + age)
        residual = now * (b + age) * mp.exp(z) * mp.expint(s, z)
        return [
            alive,
            now * active_time(s, b + age, t),
            r / alpha * active_time(s, b, t),
            pareto_pmf(r, alpha, s, b, k, t),
            residual,
        ]

    return draws, [("alive", "expected", "expected_new", "pmf", "residual"), values]


def pareto_pmf(r: mpf, alpha: mpf, s: mpf, b: mpf, k: mpf, t: mpf) -> mpf:
    """Active to the end, or dropout after exactly k purchases: the latter by quadrature."""
    log_count = mp.loggamma(r + k) - mp.loggamma(r) - mp.loggamma(k + 1)
    constant = log_count + r * mp.log(alpha) + mp.log(s) + s * mp.log(b)
    height, integral = integral_of_powers(k + 1, r + k, s + 1, alpha, b, t)
    dropout = mp.exp(constant + height) * integral
    active = mp.exp(
        log_count - r * mp.log(1 + t / alpha) - k * mp.log(1 + alpha / t) - s * mp.log(1 + t / b)
    )
    return dropout + active


def integral_of_powers(
    power: mpf, first: mpf, second: mpf, alpha: mpf, b: mpf, t: mpf
) -> tuple[mpf, mpf]:
    """Of u^(power - 1) (alpha + u)^-first (b + u)^-second from 0 to t: log of its top, the rest."""

    def log_pdf(y: mpf) -> mpf:
        u = mp.exp(y)
        return power * y - first * mp.log(alpha + u) - second * mp.log(b + u)

    # The peak solves a quadratic; on either side the integrand is followed until it is negligible.
    lead, middle = first + second - power, (power - second) * alpha + (power - first) * b
    root = mp.sqrt(middle**2 + 4 * lead * power * alpha * b)
    peak = (middle + root) / (2 * lead) if middle > 0 else 2 * power * alpha * b / (root - middle)
    end = mp.log(t)
    top = min(mp.log(peak), end)
    height = log_pdf(top)
    step = mpf(1)
    low = top
    while log_pdf(low) > height - 50:
        low -= step
    high = top
    while high < end and log_pdf(high) > height - 50:
        high = min(high + step, end)
    width = mpf(1) / mp.sqrt(power)
    cuts = sorted(
        {
            low,
            high,
            *(
                c
                for c in (top - 12 * width, top - 4 * width, top, top + 4 * width, top + 12 * width)
                if low < c < high
            ),
        }
    )
    integral = mpf(0)
    for start, stop in itertools.pairwise(cuts):
        middle, half = (start + stop) / 2, (stop - start) / 2
        # always from -1 to 1, as mpmath keeps the points of every interval it meets
        integral += half * mp.quad(lambda u: mp.exp(log_pdf(middle + half * u) - height), [-1, 1])  # noqa: B023
    return height, integral


def pareto_at_least(seed: int) -> tuple[Draws, list]:
    """Of an active customer: the n-th purchase comes by the horizon, before dropout."""
    draws = Draws(seed, FEWER_DRAWS)
    for name in ("r", "alpha", "s", "beta"):
        draws.spread(name, 1e-2, 1e2)
    repeats = np.exp(draws.rng.uniform(0, np.log(1e4), FEWER_DRAWS)).round() * (
        draws.rng.random(FEWER_DRAWS) < 0.8
    )
    age = np.exp(draws.rng.uniform(0, np.log(3000), FEWER_DRAWS))
    for name, more in (("r", repeats), ("alpha", age), ("beta", age)):
        draws.columns[name] = rounded(np.array([float(v) for v in draws.columns[name]]) + more, 6)
    draws.whole("purchases", 1, 1e4)
    one = draws.rng.random(FEWER_DRAWS) < 0.5
    draws.columns["purchases"] = [
        "1" if first else count
        for first, count in zip(one, draws.columns["purchases"], strict=True)
    ]
    draws.spread("horizon", 1, 3000)

    def values(v: dict[str, mpf]) -> list[mpf]:
        r, alpha, s, b = v["r"], v["alpha"], v["s"], v["beta"]
        n, t = v["purchases"], v["horizon"]
        height, integral = integral_of_powers(n, r + n, s, alpha, b, t)
        log = mp.loggamma(r + n) - mp.loggamma(r) - mp.loggamma(n)
        return [mp.exp(log + r * mp.log(alpha) + s * mp.log(b) + height) * integral]

    return draws, [("at_least",), values]


# --- the others -----------------------------------------------------------------------------------


def shifted(seed: int) -> tuple[Draws, list]:
    draws = Draws(seed)
    draws.spread("alpha", 1e-2, 1e2)
    draws.spread("beta", 1e-2, 1e2)
    draws.whole("period", 1, 3000)
    draws.spread("discount_rate", 1e-4, 1)

    def values(v: dict[str, mpf]) -> list[mpf]:
        a, b, n, d = v["alpha"], v["beta"], v["period"], v["discount_rate"]
        survival = beta(a, b + n) / beta(a, b)
        retention = (b + n - 1) / (a + b + n - 1)
        z = 1 / (1 + d)
        later = (
            (b + n) / (a + b + n) * z * mp.hyp2f1(1, b + n + 1, a + b + n + 1, z, maxterms=10**7)
        )
        return [survival, retention, later]

    return draws, [("survival", "retention", "residual"), values]


def bernoulli(seed: int) -> tuple[Draws, list]:
    draws = Draws(seed)
    for name in ("alpha", "beta", "gamma", "delta"):
        draws.spread(name, 1e-2, 1e2)
    n = np.exp(draws.rng.uniform(0, np.log(300), DRAWS)).round()
    last = np.ceil(n * draws.rng.random(DRAWS))
    x = np.ceil(last * draws.rng.random(DRAWS))
    for name, column in (("frequency", x), ("recency", last), ("opportunities", n)):
        draws.columns[name] = [str(int(value)) for value in column]
    draws.whole("horizon", 1, 3000)

    def values(v: dict[str, mpf]) -> list[mpf]:
        a, b, g, d = v["alpha"], v["beta"], v["gamma"], v["delta"]
        x, last, n, h = v["frequency"], v["recency"], v["opportunities"], v["horizon"]
        active = beta(a + x, b + n - x) * beta(g, d + n)
        total = active + sum(
            beta(a + x, b + m - x) * beta(g + 1, d + m) for m in range(int(last), int(n))
        )
        here = active / total
        alive = here * (d + n) / (g + d + n)
        # the sum over k of B(g, d + n + k)/B(g, d + n), which telescopes unless g = 1
        ratio = mp.exp(
            mp.loggamma(d + n + h + 1)
            - mp.loggamma(g + d + n + h)
            - mp.loggamma(d + n + 1)
            + mp.loggamma(g + d + n)
        )
        sum_ = (
            (d + n) / (g - 1) * (1 - ratio)
            if g != 1
            else sum((d + n) / (d + n + i) for i in range(1, int(h) + 1))
        )
        return [alive, here * (a + x) / (a + b + n) * sum_]

    return draws, [("alive", "expected"), values]


MODELS = {
    "bg_nbd": lambda: dropout(1, 0),
    "mbg_nbd": lambda: dropout(2, 1),
    "pareto_nbd": lambda: pareto(3),
    "shifted_beta_geometric": lambda: shifted(4),
    "beta_geometric_bernoulli": lambda: bernoulli(5),
    "dropout_residual": lambda: dropout_residual(6),
    "pareto_at_least": lambda: pareto_at_least(7),
}
DIGITS = {"pareto_nbd": 50, "dropout_residual": 20, "pareto_at_least": 24}


def write(model: str) -> None:
    draws, (names, values) = MODELS[model]()
    mp.dps = DIGITS.get(model, 40)
    with (HERE / f"reference_{model}.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*draws.columns, *names])
        for row in draws.rows():
            results = values({name: mpf(value) for name, value in row.items()})
            writer.writerow([*row.values(), *map(text, results)])


if __name__ == "__main__":
    for name in sys.argv[1:] or MODELS:
        write(name)
