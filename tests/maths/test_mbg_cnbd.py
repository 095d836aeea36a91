"""The MBG/CNBD-k model against mpmath, simulated customers and its neighbour, the MBG/NBD model."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from maths import simulated_customers as simulated
from maths.conftest import cdnow_orders
from scipy import special, stats

from clv_xl.errors import ArgumentError, ClvError
from clv_xl.maths import mbg_cnbd, mbg_nbd
from clv_xl.maths.fitted_models import MBG_CNBD, MbgCnbd, MbgNbd
from clv_xl.maths.mbg_cnbd import MODEL
from clv_xl.maths.mbg_cnbd_likelihood import log_likelihood, regular_histories

GROCERY = MBG_CNBD.published
REGULAR = MbgCnbd(1.3, 2.5, 0.8, 4.0, 3)
PAST = np.array([[0, 0, 0], [0, 0, 12], [2, 30.43, 38.86], [9, 27.4, 32], [3, 5, 60], [1, 7, 7]]).T


def log_gaps_of(customer, days, end, unit):
    """The column by a plain loop over customers."""
    result = []
    for code in np.unique(customer[days <= end]):
        own = np.unique(days[(customer == code) & (days <= end)])
        result.append(np.log(np.diff(own) / unit).sum())
    return np.array(result)


@pytest.fixture(scope="module")
def cdnow_gaps():
    customer, days, _ = cdnow_orders()
    return log_gaps_of(customer, days, int(np.datetime64("1997-09-30").astype(int)), 7)


@pytest.fixture(scope="module", params=[2, 3, 4])
def regular(request):
    """Regular customers of a known model: the model, ages, and what they bought."""
    model = REGULAR._replace(k=request.param)
    rng = np.random.default_rng(request.param)
    age = rng.uniform(30, 52, 3000)
    return model, age, simulated.mbg_cnbd(rng, model, age, 40)


# --- published ----------------------------------------------------------------------------------


def exact_log_likelihood(model, x, t_x, age, log_gaps):
    """The formula of Reutterer, Platzer & Schroeder, in many digits."""
    r, alpha, a, b = map(mpmath.mpf, model[:4])
    k, x, t_x, age = int(model[4]), int(x), mpmath.mpf(t_x), mpmath.mpf(age)
    s = age - t_x
    active = mpmath.fsum(
        s**j / mpmath.factorial(j) * mpmath.gamma(r + k * x + j) / (alpha + age) ** (r + k * x + j)
        for j in range(k)
    )
    left = mpmath.gamma(r + k * x) / (alpha + t_x) ** (r + k * x)
    both = mpmath.beta(a, b + x + 1) * active + mpmath.beta(a + 1, b + x) * left
    return (
        r * mpmath.log(alpha)
        - mpmath.loggamma(r)
        - x * mpmath.loggamma(k)
        + (k - 1) * mpmath.mpf(log_gaps)
        + mpmath.log(both / mpmath.beta(a, b))
    )


@pytest.mark.parametrize("k", [1, 2, 3, 7, 12])
def test_log_likelihood_is_the_published_formula_customer_by_customer(k):
    model = GROCERY._replace(k=k)
    for x, t_x, age in [(0, 0, 12), (2, 30.43, 38.86), (9, 27.4, 32), (300, 38.5, 39), (1, 7, 7)]:
        gaps = x * np.log(t_x / x) - 0.5 * (x > 1) if x else 0.0
        # A customer alone cannot be fitted, so each has the same companion.
        pair = regular_histories([x, 3], [t_x, 20], [age, 39], [gaps, 3.0])
        exact = exact_log_likelihood(model, x, t_x, age, gaps)
        exact += exact_log_likelihood(model, 3, 20, 39, 3.0)
        assert log_likelihood(pair, np.array(model)) == pytest.approx(float(exact), rel=1e-12)


def test_cdnow_is_not_regular_and_gives_the_published_mbg_nbd_fit(cdnow, cdnow_gaps):
    history = cdnow.frequency, cdnow.recency, cdnow.age
    found = mbg_cnbd.fit(*history, cdnow_gaps)
    assert found.parameters.k == 1
    assert found.parameters[:4] == pytest.approx((0.525, 6.183, 0.891, 1.614), abs=5e-4)
    assert found.log_likelihood == pytest.approx(-9582.1357, abs=5e-5)
    plain = mbg_nbd.fit(*history)
    assert found.parameters[:4] == pytest.approx(plain.parameters, rel=1e-9)
    assert found.standard_errors[:4] == pytest.approx(plain.standard_errors, rel=1e-7)
    assert np.isnan(found.standard_errors.k)
    assert mbg_cnbd.fit(*history, cdnow_gaps, k=2).log_likelihood < found.log_likelihood - 10


# --- k = 1 is the MBG/NBD model -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("probability_alive", PAST),
        *(("expected_purchases", (horizon, *PAST)) for horizon in (1e-6, 1, 39, 1e4)),
        ("expected_purchases_new", ([0, 1, 52, 1e4],)),
        *(("probability_of_buying", (horizon, *PAST)) for horizon in (0, 0.01, 39)),
        ("median_time_to_purchase", PAST),
        ("purchase_probability", ([0, 1, 2, 40], 39)),
        *(("discounted_residual_transactions", (d, *PAST)) for d in (1e-4, 0.002, 0.1, 10)),
    ],
)
def test_with_one_stage_it_is_the_mbg_nbd_model(function, arguments):
    model = MbgNbd(0.525, 6.183, 0.891, 1.614)
    plain = getattr(mbg_nbd.MODEL, function)(model, *arguments)
    found = getattr(MODEL, function)(MbgCnbd(*model, k=1), *arguments)
    assert found == pytest.approx(plain, rel=1e-9, abs=0)


def test_with_one_stage_periods_and_intervals_are_those_of_the_mbg_nbd_model():
    model = MbgNbd(0.525, 6.183, 0.891, 1.614)
    one = MbgCnbd(*model, k=1)
    by_period = mbg_nbd.MODEL.expected_purchases_by_period(model, 52, *PAST)
    found = MODEL.expected_purchases_by_period(one, 52, *PAST)
    assert found == pytest.approx(by_period, rel=1e-8, abs=1e-10)
    ahead, plain = (m.future_purchases(p, 39, *PAST) for m, p in [(MODEL, one), (mbg_nbd, model)])
    assert [part.tolist() for part in ahead.interval(0.9)] == [
        part.tolist() for part in plain.interval(0.9)
    ]


# --- identities ---------------------------------------------------------------------------------


def exact_prediction(model, x, t_x, age, horizon):
    """P(alive), expected purchases and P(buys) by negative binomial tails, purchase by purchase."""
    r, alpha, a, b, k = model
    j = np.arange(int(k))
    log = special.gammaln(r + k * x + j) - special.gammaln(j + 1)
    log = log + special.xlogy(j, age - t_x) - (r + k * x + j) * np.log(alpha + age)
    active = np.exp(special.betaln(a, b + x + 1) + special.logsumexp(log))
    left = np.exp(
        special.betaln(a + 1, b + x)
        + special.gammaln(r + k * x)
        - (r + k * x) * np.log(alpha + t_x)
    )
    alive, weights = active / (active + left), special.softmax(log)
    n = np.arange(1, 25_000)[:, None]
    share = (alpha + age) / (alpha + age + horizon)
    reached = stats.nbinom.sf(n * k - j - 1, r + k * x + j, share) @ weights
    stays = np.exp(special.betaln(a, b + x + n[:, 0]) - special.betaln(a, b + x + 1))
    return alive, alive * (stays @ reached), alive * reached[0]


@pytest.mark.parametrize("k", [2, 3, 12])
@pytest.mark.parametrize("horizon", [0.5, 39, 3000])
def test_predictions_are_the_sums_over_all_purchases(k, horizon):
    model = GROCERY._replace(k=k)
    for past in PAST.T:
        alive, purchases, buys = exact_prediction(model, *past, horizon)
        assert MODEL.probability_alive(model, *past).item() == pytest.approx(alive, rel=1e-10)
        found = MODEL.expected_purchases(model, horizon, *past).item()
        assert found == pytest.approx(purchases, rel=1e-8)
        found = MODEL.probability_of_buying(model, horizon, *past).item()
        assert found == pytest.approx(buys, rel=1e-10)


def exact_residual(model, discount_rate, x, t_x, age):
    """The mean discount of each purchase to come, by Tricomi's function, purchase by purchase."""
    r, alpha, a, b = map(mpmath.mpf, model[:4])
    k, shape, rate = int(model[4]), r + int(model[4]) * x, alpha + age
    weights = [
        mpmath.rf(shape, j) / mpmath.factorial(j) * ((age - t_x) / rate) ** j for j in range(k)
    ]
    total, n = mpmath.mpf(0), 0
    while True:
        n += 1
        stays = mpmath.rf(b + x + 1, n - 1) / mpmath.rf(a + b + x + 1, n - 1)
        term = mpmath.fsum(
            weight * mpmath.rf(shape + j, n * k - j)
            * mpmath.hyperu(n * k + shape, shape + j + 1, rate * discount_rate)
            * (rate * discount_rate) ** (shape + j)
            for j, weight in enumerate(weights)
        )  # fmt: skip
        total += stays * term / mpmath.fsum(weights)
        if term < total * mpmath.mpf(10) ** -13:
            return float(total)


@pytest.mark.parametrize(("k", "past", "discount_rate"), [(2, 3, 4.0), (5, 1, 2.0)])
def test_residual_is_the_sum_of_the_discounts_of_all_purchases(k, past, discount_rate):
    model, history = GROCERY._replace(k=k), PAST.T[past]
    alive = MODEL.probability_alive(model, *history).item()
    expected = alive * exact_residual(model, discount_rate, *history)
    found = MODEL.discounted_residual_transactions(model, discount_rate, *history).item()
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("k", [2, 5])
def test_residual_agrees_with_the_sum_over_short_periods(k):
    model, times = GROCERY._replace(k=k), np.linspace(0, 400, 4001)
    bought = MODEL.expected_purchases(model, times, 9, 27.4, 32)
    middle = (times[1:] + times[:-1]) / 2
    found = MODEL.discounted_residual_transactions(model, 0.05, 9, 27.4, 32).item()
    # Within a step of 0.1 a purchase is discounted as in its middle.
    assert found == pytest.approx(np.diff(bought) @ np.exp(-0.05 * middle), rel=1e-4)


def test_many_customers_together_get_what_each_gets_alone():
    rng = np.random.default_rng(4)
    x, age = rng.choice([0.0, 3.0, 40.0], 3000), rng.uniform(5, 60, 3000)
    t_x = np.where(x > 0, rng.uniform(0.5, 1, 3000) * age, 0)
    for model in (GROCERY, REGULAR._replace(k=12)):
        for horizon in (0.01, 26, 5000):
            together = MODEL.expected_purchases(model, horizon, x, t_x, age)
            some = slice(0, 100)  # too few for a series
            alone = MODEL.expected_purchases(model, horizon, x[some], t_x[some], age[some])
            assert together[some] == pytest.approx(alone, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("k", [2, 5])
def test_counts_sum_to_one_and_their_mean_is_the_expectation(k):
    model, counts = GROCERY._replace(k=k), np.arange(400)
    shares = MODEL.purchase_probability(model, counts, 20)
    assert shares.sum() == pytest.approx(1, rel=1e-9)
    assert shares @ counts == pytest.approx(MODEL.expected_purchases_new(model, 20), rel=1e-7)


def test_half_of_the_customers_who_stay_have_bought_by_the_median_time():
    for k in (1, 2, 6, 12):
        model = REGULAR._replace(k=k)
        median = MODEL.median_time_to_purchase(model, *PAST)
        buys = MODEL.probability_of_buying(model, median, *PAST)
        assert buys == pytest.approx(MODEL.probability_alive(model, *PAST) / 2, rel=1e-9)


def test_buying_is_the_probability_that_the_gap_is_not_longer():
    # P(no purchase for s) is an incomplete beta function of the time since the last purchase.
    r, alpha, _, _, k = REGULAR
    x, t_x, age = PAST
    at = [(alpha + t_x) / (alpha + until) for until in (age, age + 9)]
    now, then = (special.betainc(r + k * x, k, share) for share in at)
    alive = MODEL.probability_alive(REGULAR, *PAST)
    found = MODEL.probability_of_buying(REGULAR, 9, *PAST)
    assert found == pytest.approx(alive * (1 - then / now), rel=1e-8)


# --- simulated customers ------------------------------------------------------------------------


def test_the_fit_finds_the_model_of_regular_customers(regular):
    model, age, (x, t_x, _, gaps, _) = regular
    found = mbg_cnbd.fit(x, t_x, age, gaps)
    assert found.parameters.k == model.k
    errors = (np.array(found.parameters) - model)[:4] / np.array(found.standard_errors)[:4]
    assert np.abs(errors).max() < 3
    assert not found.caveats


def test_forecasts_of_regular_customers_are_better_than_those_of_the_mbg_nbd(regular):
    _, age, (x, t_x, later, gaps, active) = regular
    past = x, t_x, age
    one, other = mbg_cnbd.fit(*past, gaps).parameters, mbg_nbd.fit(*past).parameters
    predicted = [
        maths.expected_purchases(model, 40, *past) - later
        for maths, model in ((MODEL, one), (mbg_nbd, other))
    ]
    alive = [
        maths.probability_alive(model, *past) - active
        for maths, model in ((MODEL, one), (mbg_nbd, other))
    ]
    for errors, gain in ((predicted, 0.95), (alive, 0.9)):
        assert np.abs(errors[0]).mean() < gain * np.abs(errors[1]).mean()
        assert (errors[0] ** 2).mean() < (errors[1] ** 2).mean()


def test_predictions_are_what_simulated_customers_do():
    rng = np.random.default_rng(5)
    age = rng.uniform(5, 52, 100_000)
    x, t_x, later, _, active = simulated.mbg_cnbd(rng, REGULAR, age, 13)
    # Customers who differ in what is predicted, and in how long they have been silent.
    groups = np.minimum(x, 12) * 4 + np.digitize((age - t_x) / age, [0.05, 0.2, 0.5])
    for predicted, actual in (
        (MODEL.probability_alive(REGULAR, x, t_x, age), active),
        (MODEL.expected_purchases(REGULAR, 13, x, t_x, age), later),
        (MODEL.probability_of_buying(REGULAR, 13, x, t_x, age), later > 0),
    ):
        error = predicted - actual
        for group in np.unique(groups):
            own = error[groups == group]
            if predicted[groups == group].sum() > 20:  # as often as that, chance is nearly normal
                assert abs(own.mean()) < 4.5 * own.std() / np.sqrt(own.size)


def test_residual_is_the_discounted_number_of_purchases_of_simulated_customers():
    rng, size = np.random.default_rng(7), 200_000
    rate = rng.gamma(REGULAR.r, 1 / REGULAR.alpha, size)
    stays = 1 - rng.beta(REGULAR.a, REGULAR.b + 1, size)
    time, total = np.zeros(size), np.zeros(size)
    going = np.arange(size)
    while going.size:
        time[going] += rng.gamma(REGULAR.k, 1 / rate[going])
        total[going] += np.exp(-0.1 * time[going])
        going = going[(time[going] < 300) & (rng.random(going.size) < stays[going])]
    found = MODEL.discounted_residual_transactions(REGULAR, 0.1, 0, 0, 0).item()
    found /= MODEL.probability_alive(REGULAR, 0, 0, 0).item()
    assert total.mean() == pytest.approx(found, abs=4 * total.std() / np.sqrt(size))


def test_intervals_hold_the_purchases_of_simulated_customers():
    rng = np.random.default_rng(6)
    age = rng.uniform(5, 52, 5_000)
    x, t_x, later, _, _ = simulated.mbg_cnbd(rng, REGULAR, age, 26)
    low, high = MODEL.future_purchases(REGULAR, 26, x, t_x, age).interval(0.9)
    assert 0.88 < ((low <= later) & (later <= high)).mean() < 0.99


# --- changes that must not matter ---------------------------------------------------------------


@pytest.fixture(scope="module")
def customers():
    rng = np.random.default_rng(9)
    age = rng.integers(150, 364, 400).astype(float)
    x, t_x, _, gaps, _ = simulated.mbg_cnbd(rng, REGULAR._replace(alpha=17.5), age)
    return x, t_x, age, gaps


def test_the_order_of_the_rows_does_not_matter(customers):
    order = np.random.default_rng(0).permutation(customers[0].size)
    found, again = mbg_cnbd.fit(*customers), mbg_cnbd.fit(*(part[order] for part in customers))
    assert again.parameters == pytest.approx(found.parameters, rel=1e-9)
    assert again.log_likelihood == pytest.approx(found.log_likelihood, rel=1e-12)


def test_days_and_weeks_fit_alike(customers):
    x, t_x, age, gaps = customers
    days = mbg_cnbd.fit(*customers)
    weeks = mbg_cnbd.fit(x, t_x / 7, age / 7, gaps - x * np.log(7))
    r, alpha, a, b, k = days.parameters
    assert weeks.parameters == pytest.approx((r, alpha / 7, a, b, k), rel=1e-6)
    shift = x.sum() * np.log(7)
    assert weeks.log_likelihood == pytest.approx(days.log_likelihood + shift, rel=1e-10)
    assert MODEL.expected_purchases(days.parameters, 70, x, t_x, age) == pytest.approx(
        MODEL.expected_purchases(weeks.parameters, 10, x, t_x / 7, age / 7), rel=1e-5
    )


def test_rows_that_stand_for_several_customers_fit_like_the_customers(customers):
    number = np.random.default_rng(1).integers(0, 5, customers[0].size)
    counted = mbg_cnbd.fit(*customers, customers=number)
    listed = mbg_cnbd.fit(*(np.repeat(part, number) for part in customers))
    assert counted.customers == listed.customers == number.sum()
    assert counted.parameters == pytest.approx(listed.parameters, rel=1e-9)
    assert counted.log_likelihood == pytest.approx(listed.log_likelihood, rel=1e-12)
    assert counted.standard_errors[:4] == pytest.approx(listed.standard_errors[:4], rel=1e-6)


# --- limits and domain --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (([1, 2], [3, 8], [9, 9], [1.0, 2.9]), "log_gaps is larger than recency allows.*row 2"),
        (([1, 0], [3, 0], [9, 9], [1.0, 0.5]), "log_gaps must be 0 where frequency is 0.*row 2"),
        (([1, 2], [3, 8], [9, 9], [np.inf, 1]), "log_gaps must be a number; see row 1"),
        (([1, 2], [3, 8], [9, 9], [1.0, np.nan]), "log_gaps has no number in row 2"),
        (([1, 2], [3, 8], [9, 9], [1.0]), "same number of rows"),
        (([0, 0], [0, 0], [9, 8], [0, 0]), "No customer has bought twice"),
        (([2, 2], [4, 4], [9, 9], [1, 1]), "All customers have the same history"),
        (([1, 2], [9, 9], [9, 9], [1, 1]), "Nobody is seen to leave"),
        (([1, 2], [0, 0], [0, 0], [0, 0]), "No time has passed"),
    ],
)
def test_data_without_an_answer_get_a_sentence(columns, sentence):
    with pytest.raises(ClvError, match=sentence):
        mbg_cnbd.fit(*columns)


@pytest.mark.parametrize("k", [0, 2.5, 13, np.nan])
def test_a_k_that_cannot_be_gets_a_sentence(k, customers):
    with pytest.raises(ArgumentError, match="k must be a whole number, 1 to 12"):
        mbg_cnbd.fit(*customers, k=k)


def test_customers_who_buy_like_a_clock_get_the_largest_k_and_are_told():
    rng = np.random.default_rng(2)
    pace, age = rng.uniform(2, 9, 300), rng.uniform(30, 52, 300)
    stays = rng.geometric(rng.beta(0.8, 4, 300)) - 1
    x = np.minimum(np.floor(age / pace), stays)
    found = mbg_cnbd.fit(x, x * pace, age, x * np.log(pace))
    assert found.parameters.k == 12
    assert found.caveats[0].startswith("Purchases come at more even intervals than k = 12")


def test_an_impossible_element_is_nan_alone():
    x, t_x, age = [1, 1, 0, 2], [2, 5, 1, 3], [4, 4, 4, 4]
    for found in (
        MODEL.probability_alive(GROCERY, x, t_x, age),
        MODEL.expected_purchases(GROCERY, 5, x, t_x, age),
        MODEL.probability_of_buying(GROCERY, 5, x, t_x, age),
        MODEL.median_time_to_purchase(GROCERY, x, t_x, age),
        MODEL.discounted_residual_transactions(GROCERY, 0.1, x, t_x, age),
    ):
        assert np.isnan(found).tolist() == [False, True, True, False]
    rates = MODEL.discounted_residual_transactions(GROCERY, [0, -1, 0.1], 1, 2, 4)
    assert np.isnan(rates).tolist() == [True, True, False]
    assert np.isnan(MODEL.expected_purchases_new(GROCERY, [-1, 1])).tolist() == [True, False]
    assert np.isnan(MODEL.purchase_probability(GROCERY, [0.5, 1], 3)).tolist() == [True, False]
    for k in (0.5, 2.5, 13):
        assert np.isnan(MODEL.probability_alive(GROCERY._replace(k=k), 1, 2, 4))


def test_heavy_buyers_and_endless_silence_have_finite_answers():
    past = [5_000, 5_000, 3], [999.9, 10, 1], [1_000, 1_000, 1e6]
    alive = MODEL.probability_alive(REGULAR, *past)
    assert alive[0] > 0.5
    assert (alive[1:] < 1e-6).all()
    purchases = MODEL.expected_purchases(REGULAR, [10, 10, 1e7], *past)
    assert np.isfinite(purchases).all()
    assert np.isfinite(MODEL.median_time_to_purchase(REGULAR, *past)).all()
    for discount_rate in (1e-9, 10):
        residual = MODEL.discounted_residual_transactions(REGULAR, discount_rate, *past)
        assert np.isfinite(residual).all()
        assert (residual >= 0).all()


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(*[st.floats(0.05, 20)] * 4),
    st.integers(1, 12),
    st.integers(0, 30),
    st.floats(0, 1),
    st.floats(0.1, 200),
    st.floats(0.01, 500),
)
def test_what_holds_for_every_model(numbers, k, x, share, age, horizon):
    model, t_x = MbgCnbd(*numbers, k=k), share * age if x else 0.0
    alive = MODEL.probability_alive(model, x, t_x, age).item()
    silent = MODEL.probability_alive(model, x, t_x, age + 5).item()
    assert 0 <= silent <= alive * (1 + 1e-12) <= 1 + 1e-9
    sooner, later = MODEL.expected_purchases(model, [horizon, 2 * horizon], x, t_x, age)
    buys = MODEL.probability_of_buying(model, horizon, x, t_x, age).item()
    assert 0 <= buys <= alive * (1 + 1e-9)
    assert buys * (1 - 1e-9) <= sooner <= later * (1 + 1e-9)
    low, high = MODEL.future_purchases(model, horizon, x, t_x, age).interval(0.8)
    assert 0 <= low <= high
    assert MODEL.median_time_to_purchase(model, x, t_x, age) > 0
    rates = np.array([2, 1]) / horizon
    less, more = MODEL.discounted_residual_transactions(model, rates, x, t_x, age)
    assert np.exp(-1) * sooner * (1 - 1e-9) <= more
    assert less <= more
