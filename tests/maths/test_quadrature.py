"""Integrals of log-concave functions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from clv_xl.maths.quadrature import log_integral, support


def gamma_density(k):
    """exp(k y - exp y), whose integral is the gamma function: steep on the right."""
    k = k[:, None]
    return lambda y: (k * y - np.exp(y), k - np.exp(y))


def test_gamma_functions_of_any_size():
    k = np.array([0.9, 1.0, 30.0, 1e3, 1e6])
    found = log_integral(gamma_density(k), np.log(k) - 60, np.log(k) + 30, points=160)
    assert found == pytest.approx(special.gammaln(k), rel=1e-10, abs=1e-10)


def test_narrow_peaks_far_from_the_ends_are_found():
    middle, width = np.array([[-900.0], [0.0], [700.0]]), 1e-4

    def bell(y):
        z = (y - middle) / width
        return -(z**2) / 2, -z / width

    ends = np.full(3, -1000.0), np.full(3, 1000.0)
    expected = np.log(width * np.sqrt(2 * np.pi))
    assert log_integral(bell, *ends, points=64) == pytest.approx(np.full(3, expected), rel=1e-10)


def test_a_decay_cut_off_by_the_end():
    rate = np.array([[1e-3], [1.0], [1e3], [1e6]])
    found = log_integral(
        lambda y: (-rate * y, -rate + 0 * y), np.zeros(4), np.full(4, 9.0), points=64
    )
    exact = -np.expm1(-9 * rate[:, 0]) / rate[:, 0]
    assert found == pytest.approx(np.log(exact), rel=1e-12, abs=1e-12)


def test_no_stretch_is_no_area():
    found = log_integral(lambda y: (0 * y, 0 * y), np.zeros(2), np.array([0.0, 1.0]), points=8)
    assert found[0] == -np.inf
    assert found[1] == pytest.approx(0, abs=1e-14)


def test_the_support_never_cuts_what_matters():
    rng = np.random.default_rng(0)
    k = np.exp(rng.uniform(np.log(0.5), np.log(1e5), 400))
    low, high, top = support(
        gamma_density(k), (np.log(k) - 80)[:, None], (np.log(k) + 30)[:, None], depth=30.0
    )
    for end in (low, high):
        assert (gamma_density(k)(end)[0] <= top - 30 + 1e-6).all()
    assert ((high - low)[:, 0] < 75 / np.minimum(k, np.sqrt(k)) + 6).all()
