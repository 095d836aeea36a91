"""The fits against the package `lifetimes`, in one run on the same customers.

Measured are the functions that a user calls, with all checks. The rows are shuffled anew before
each call, so that no fit is remembered.

`lifetimes` wants old neighbours, so it lives in an environment of its own, whose interpreter the
variable CLV_XL_LIFETIMES_PYTHON names. Without it these benchmarks are skipped.
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
from maths import simulated_customers as simulated
from maths.conftest import cdnow_customers

from clv_xl import BGNBD_FIT, GG_FIT, PNBD_FIT
from clv_xl.maths import bg_nbd

PEER = os.environ.get("CLV_XL_LIFETIMES_PYTHON", "")
GIGABYTE = 2**30

PEER_SCRIPT = """
import sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np
import lifetimes
data = np.load(sys.argv[1])
columns = [data[name] for name in data.files]
fitter = getattr(lifetimes, sys.argv[2])
times = []
for _ in range(int(sys.argv[3])):
    start = time.perf_counter()
    fitter().fit(*columns)
    times.append(time.perf_counter() - start)
print(min(times))
"""

MEMORY_SCRIPT = """
import resource, sys
import numpy as np
from clv_xl.maths import bg_nbd
data = np.load(sys.argv[1])
columns = [data[name] for name in data.files]
model = bg_nbd.fit(*columns).parameters
bg_nbd.probability_alive(model, *columns)
bg_nbd.expected_purchases(model, 52, *columns)
bg_nbd.discounted_purchases(model, 52, *columns, discount_rate=0.002)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def on_days(recency, age):
    """Times in weeks that are whole days, as in a list of orders."""
    age = np.round(age * 7) / 7
    return np.where(recency > 0, np.clip(np.round(recency * 7), 1, age * 7) / 7, 0), age


def bg_nbd_customers(number):
    rng = np.random.default_rng(number)
    age = rng.uniform(27, 39, number)
    x, t_x, _ = simulated.bg_nbd(rng, (0.2426, 4.4136, 0.7929, 2.4259), age)
    return x, *on_days(t_x, age)


def pareto_nbd_customers(number):
    rng = np.random.default_rng(number)
    age = rng.uniform(27, 39, number)
    x, t_x, _ = simulated.pareto_nbd(rng, (0.5533, 10.5777, 0.6062, 11.6687), age)
    return x, *on_days(t_x, age)


def spenders(number):
    rng = np.random.default_rng(number)
    frequency = rng.geometric(0.35, number).astype(float)
    return frequency, simulated.gamma_gamma(rng, (6.25, 3.74, 15.44), frequency)


def cdnow(_):
    return tuple(cdnow_customers()[:3])


def cdnow_spenders(_):
    customers = cdnow_customers()
    again = customers.frequency > 0
    return customers.frequency[again], customers.monetary_value[again]


CASES = {
    "bg_nbd-cdnow": (BGNBD_FIT, "BetaGeoFitter", cdnow, 2357, 15),
    "bg_nbd-100000": (BGNBD_FIT, "BetaGeoFitter", bg_nbd_customers, 100_000, 20),
    "bg_nbd-1000000": (BGNBD_FIT, "BetaGeoFitter", bg_nbd_customers, 1_000_000, 15),
    "pareto_nbd-cdnow": (PNBD_FIT, "ParetoNBDFitter", cdnow, 2357, 15),
    "pareto_nbd-100000": (PNBD_FIT, "ParetoNBDFitter", pareto_nbd_customers, 100_000, 60),
    "gamma_gamma-cdnow": (GG_FIT, "GammaGammaFitter", cdnow_spenders, 946, 15),
    "gamma_gamma-100000": (GG_FIT, "GammaGammaFitter", spenders, 100_000, 20),
    "gamma_gamma-1000000": (GG_FIT, "GammaGammaFitter", spenders, 1_000_000, 20),
}


def peer_seconds(path, fitter, repeats):
    command = [PEER, "-c", PEER_SCRIPT, str(path), fitter, str(repeats)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(textwrap.shorten(done.stderr[-400:], 400))
    return float(done.stdout)


def saved(tmp_path, data):
    path = tmp_path / "customers.npz"
    np.savez(path, *data)
    return path


@pytest.mark.skipif(
    not PEER, reason="CLV_XL_LIFETIMES_PYTHON names no interpreter that has lifetimes"
)
@pytest.mark.parametrize("name", CASES)
def test_fit_is_many_times_faster_than_lifetimes(name, benchmark, tmp_path):
    fit, fitter, customers, number, times = CASES[name]
    data = customers(number)
    small = number < 10_000
    peer_time = peer_seconds(saved(tmp_path, data), fitter, 5 if small else 3)
    rng = np.random.default_rng(1)

    def shuffled():
        order = rng.permutation(data[0].size)
        return tuple(column[order] for column in data), {}

    rounds = 200 if small else 10
    benchmark.pedantic(fit, setup=shuffled, rounds=rounds, warmup_rounds=5)
    own_time = benchmark.stats.stats.min  # of both the best: other work disturbs the others
    benchmark.extra_info["lifetimes_seconds"] = peer_time
    benchmark.extra_info["times_faster"] = peer_time / own_time
    assert peer_time / own_time >= times


def test_a_million_customers_need_less_than_a_gigabyte(benchmark, tmp_path):
    path = saved(tmp_path, bg_nbd_customers(1_000_000))
    command = [sys.executable, "-c", MEMORY_SCRIPT, str(path)]
    run = {"capture_output": True, "text": True, "check": True, "cwd": Path(__file__).parents[2]}
    done = benchmark.pedantic(subprocess.run, (command,), run, rounds=1)
    peak = int(done.stdout) * 1024
    benchmark.extra_info["peak_bytes"] = peak
    assert peak < GIGABYTE


def test_a_prediction_of_ten_years_by_week_is_a_matter_of_moments(benchmark):
    data = cdnow(0)
    model = bg_nbd.fit(*data).parameters
    bare = np.ones((data[0].size, 520))

    def pass_over_the_table():
        return np.log1p(np.exp(bare)).sum(axis=1)

    start = [time.perf_counter()]
    for _ in range(5):
        pass_over_the_table()
        start.append(time.perf_counter())
    floor = min(np.diff(start))
    benchmark.pedantic(
        bg_nbd.expected_purchases_by_period, (model, 520, *data), rounds=5, warmup_rounds=1
    )
    ratio = benchmark.stats.stats.min / floor
    benchmark.extra_info["times_a_bare_pass"] = ratio
    assert ratio < 40
