"""Which model of purchases the orders support best, and why, in one sentence for each model.

The models are compared by their log-likelihood, which is that of the same purchase times for all,
and by a backtest. That of customers who buy at regular intervals stands among them only where it is
clearly more likely. Where no customer is seen to leave, the NBD model answers, and where customers
are few or no model can be fitted, the average pace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from clv_xl.errors import ClvError
from clv_xl.maths import fits
from clv_xl.maths.fit_diagnostics import shows_no_dropout
from clv_xl.maths.fitted_models import (
    AVERAGE_PACE,
    FORECAST_MODELS,
    MBG_CNBD,
    NBD,
    PURCHASE_MODELS,
)
from clv_xl.maths.histories import ENOUGH_REPEATERS
from clv_xl.maths.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clv_xl.maths.arrays import Flags, Floats, Integers
    from clv_xl.maths.fitted_models import FittedModel
    from clv_xl.maths.likelihood import Fit

AS_GOOD: Final = 2.0
"""A log-likelihood this close to the best is as good; dropout's two parameters must gain more."""
HARDLY_ACTIVE: Final = 0.5
"""Customers less likely to be active than this are counted in the sentence on the average pace."""
CLEARLY_BETTER: Final = 0.05
"""A backtest whose total is closer to the actual one by more than this share is clearly better."""


_WITH_DROPOUT: Final = (*PURCHASE_MODELS, MBG_CNBD.title)
_ROUGH: Final = "customers go on as they did, or count as gone after a long silence"


class History(NamedTuple):
    """Each customer's repeat purchases, time to the last purchase and time of observation."""

    frequency: Integers
    recency: Floats
    age: Floats


class HeldOut(NamedTuple):
    """The history of customers up to a day, and what they bought after it."""

    history: History
    horizon: float
    """Periods after the day."""
    purchases: Floats
    log_gaps: Floats | None = None
    """Sum of the logarithms of the times between each customer's purchases."""
    customers: Floats | None = None
    """How many customers each row stands for; one if left out."""


class Comparison(NamedTuple):
    """What is said of one model; None where there is no such number."""

    model: FittedModel[Any]
    log_likelihood: float | None
    backtest_error: float | None
    """Share by which the total of a backtest was off."""
    verdict: str

    @property
    def caveats(self) -> tuple[str, ...]:
        """What to say of a forecast by this model where it was not the ordinary choice."""
        if self.model.title in _WITH_DROPOUT and self.verdict.startswith(str(Verdict.RELIABLE)):
            return ()
        reason = self.verdict.partition(": ")[2]
        return (f"Model {self.model.title} was taken: {reason}",)


class _Candidate(NamedTuple):
    """A model with its fit, or why there is none, and how well it predicted."""

    model: FittedModel[Any]
    fit: Fit[Any] | None
    failure: ClvError | None
    backtest_error: float
    mean_error: float

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood; minus infinity without a fit."""
        return -np.inf if self.fit is None else self.fit.log_likelihood

    @property
    def vague(self) -> str:
        """What the orders say little about; "" where every standard error is sensible."""
        if self.fit is None:
            return ""
        pairs = zip(
            self.fit.parameters, self.fit.standard_errors, self.model.describes, strict=True
        )
        return next((what for estimate, error, what in pairs if error > estimate), "")


def compare(
    history: History,
    held_out: HeldOut | None,
    log_gaps: Floats | None = None,
    customers: Floats | None = None,
) -> list[Comparison]:
    """Return all models, the chosen one first, the others by their likelihood.

    Parameters
    ----------
    history : History
    held_out : HeldOut, optional
        For the backtest of each model.
    log_gaps : float array (n,), optional
        Sum of the logarithms of the times between each customer's purchases; without it the model
        of regular customers is not compared.
    customers : float array (n,), optional
        How many customers each row stands for; one if left out.

    Returns
    -------
    list of Comparison
        The first has no log-likelihood only if no model answers at all.

    Examples
    --------
    >>> few = History(np.array([3, 1]), np.array([9.0, 4.0]), np.array([10.0, 10.0]))
    >>> compare(few, None)[0].model.title
    'Average pace'
    """
    candidates = {
        title: _candidate(model, (*history, customers), held_out)
        for title, model in FORECAST_MODELS.items()
        if model is not MBG_CNBD
    }
    if log_gaps is not None:
        regular = _candidate(MBG_CNBD, (*history, log_gaps, None, customers), held_out)
        best = max(candidate.log_likelihood for candidate in candidates.values())
        if _is_regular(regular) and regular.log_likelihood - best >= AS_GOOD:
            candidates[MBG_CNBD.title] = regular
    repeaters = _count(history.frequency > 0, customers)
    chosen, reason = _choose(candidates, history, customers, repeaters)
    others = [candidate for candidate in candidates.values() if candidate is not chosen]
    others.sort(key=lambda candidate: -candidate.log_likelihood)
    return [
        _comparison(chosen, reason),
        *(_comparison(other, _verdict(other, chosen, repeaters)) for other in others),
    ]


def _is_regular(candidate: _Candidate) -> bool:
    """Return whether the model of regular customers is another than MBG/NBD, which is k = 1."""
    return candidate.fit is not None and candidate.fit.parameters.k > 1


def _candidate(
    model: FittedModel[Any],
    columns: Sequence[Floats | Integers | None],
    held_out: HeldOut | None,
) -> _Candidate:
    """Return a model fitted and tested."""
    try:
        found = fits.fit(model, *columns)
    except ClvError as failure:
        return _Candidate(model, None, failure, np.nan, np.nan)
    return _Candidate(model, found, None, *_errors(model, held_out))


def _errors(model: FittedModel[Any], held_out: HeldOut | None) -> tuple[float, float]:
    """Return how far off a backtest was: its total as a share, and its mean absolute error."""
    if held_out is None or not held_out.purchases.sum() > 0:
        return np.nan, np.nan
    number = held_out.customers
    gaps = (held_out.log_gaps, None) if model is MBG_CNBD else ()
    try:
        parameters = fits.fit(model, *held_out.history, *gaps, number).parameters
    except ClvError:
        return np.nan, np.nan
    maths = fits.purchase_model(model)
    predicted = maths.expected_purchases(parameters, held_out.horizon, *held_out.history)
    actual = np.average(held_out.purchases, weights=number)
    total = float(np.average(predicted, weights=number) / actual - 1)
    return abs(total), float(np.average(np.abs(predicted - held_out.purchases), weights=number))


def _choose(
    candidates: dict[str, _Candidate], history: History, customers: Floats | None, repeaters: int
) -> tuple[_Candidate, str]:
    """Return the model to take, and the reason."""
    nbd, pace = candidates[NBD.title], candidates[AVERAGE_PACE.title]
    dropout = [candidates[title] for title in _WITH_DROPOUT if title in candidates]
    fitted = [candidate for candidate in dropout if candidate.fit is not None]
    if pace.failure is not None:
        return pace, _refusal(pace.failure)
    goes_on = _at_the_pace(pace, history, customers)
    if repeaters < ENOUGH_REPEATERS:
        return pace, (
            f"{Verdict.CAUTION}: {_few(repeaters)}, and a model needs {ENOUGH_REPEATERS}; {goes_on}"
        )
    best = max((candidate.log_likelihood for candidate in fitted), default=-np.inf)
    nobody_leaves = any(one.failure and shows_no_dropout(one.failure) for one in dropout)
    if nbd.fit is not None and best - nbd.log_likelihood < AS_GOOD:
        if fitted or nobody_leaves:
            return nbd, (
                f"{Verdict.RELIABLE}: nobody is seen to leave, so every customer counts as active."
            )
        return nbd, (
            f"{Verdict.CAUTION}: no model in which customers leave can be fitted; every customer "
            "counts as active, so the forecast is rather too high."
        )
    if not fitted:
        why = "nobody is seen to leave" if nobody_leaves else "no model fits your orders"
        return pace, (f"{Verdict.CAUTION}: {why}; {goes_on}")
    return _choose_by_backtest(fitted)


def _count(which: Flags, customers: Floats | None) -> int:
    """Return the number of customers in these rows."""
    return int(np.count_nonzero(which) if customers is None else round(customers[which].sum()))


def _at_the_pace(pace: _Candidate, history: History, customers: Floats | None) -> str:
    """Return how customers go on by the average pace, and how many are silent for too long."""
    pace_of_orders = "customers go on at the average pace of their orders"
    if pace.fit is None:
        return f"{pace_of_orders}."
    alive = fits.purchase_model(pace.model).probability_alive(pace.fit.parameters, *history)
    silent = _count(alive < HARDLY_ACTIVE, customers)
    if not silent:
        return f"{pace_of_orders}, and all count as active."
    count = f"{silent} customer{' counts' if silent == 1 else 's count'}"
    return f"{pace_of_orders}. {count} as hardly active, silent for far longer than that pace."


def _choose_by_backtest(fitted: Sequence[_Candidate]) -> tuple[_Candidate, str]:
    """Return the most likely model, or one as likely whose backtest is clearly better."""
    sound = [candidate for candidate in fitted if not candidate.vague] or list(fitted)
    best = max(sound, key=lambda one: one.log_likelihood)
    better = [
        one
        for one in sound
        if best.log_likelihood - one.log_likelihood < AS_GOOD
        and best.backtest_error - one.backtest_error > CLEARLY_BETTER
        and one.mean_error <= best.mean_error
    ]
    if better:
        return min(better, key=lambda one: one.backtest_error), (
            f"{Verdict.RELIABLE}: describes your orders about as well as {best.model.title}, and "
            "predicted the last third of them better."
        )
    if best.vague:
        return best, (
            f"{Verdict.CAUTION}: no other model describes your orders better, but "
            f"{_uncertainty(best)}."
        )
    regular = "your customers buy at regular intervals, and " if best.model is MBG_CNBD else ""
    return best, f"{Verdict.RELIABLE}: {regular}no other model describes your orders better."


def _verdict(candidate: _Candidate, chosen: _Candidate, repeaters: int) -> str:
    """Return the sentence on a model that was not chosen."""
    best = chosen.model.title
    if candidate.failure is not None:
        return _refusal(candidate.failure)
    if repeaters < ENOUGH_REPEATERS:
        return (
            f"{Verdict.CAUTION}: {_few(repeaters)}; with {ENOUGH_REPEATERS} or more the estimates "
            "become stable."
        )
    if candidate.model in {NBD, AVERAGE_PACE}:
        active = "every customer counts as active" if candidate.model is NBD else _ROUGH
        return f"{Verdict.CAUTION}: {active}; {best} describes your orders better."
    if candidate.vague:
        return f"{Verdict.CAUTION}: {_uncertainty(candidate)}."
    return _rank(chosen.log_likelihood - candidate.log_likelihood, chosen)


def _rank(gap: float, chosen: _Candidate) -> str:
    """Return how a sound model compares with the chosen one, by what it lacks in likelihood."""
    best = chosen.model.title
    if gap >= AS_GOOD:
        return f"{Verdict.RELIABLE}, but {best} describes your orders better."
    if gap < 0 and chosen.model is not NBD:
        return f"{Verdict.RELIABLE}, but {best} predicted the last third of your orders better."
    return f"{Verdict.RELIABLE}: describes your orders about as well as the best, {best}."


def _refusal(failure: ClvError) -> str:
    """Return why a model is not to be used."""
    sentence = failure.sentence.rstrip(".")
    return f"{Verdict.DO_NOT_USE}: {sentence[:1].lower()}{sentence[1:]}."


def _few(repeaters: int) -> str:
    """Return how few customers have bought again."""
    if repeaters == 0:
        return "no customer has bought twice yet"
    return f"only {repeaters} customer{'s have' if repeaters > 1 else ' has'} bought again"


def _uncertainty(candidate: _Candidate) -> str:
    """Return what the orders say little about."""
    return (
        f"your orders say little about how customers differ in {candidate.vague} (a standard error "
        "is larger than its estimate)"
    )


def _comparison(candidate: _Candidate, verdict: str) -> Comparison:
    """Return what is said of a model."""
    return Comparison(
        candidate.model,
        None if candidate.fit is None else candidate.log_likelihood,
        None if np.isnan(candidate.backtest_error) else candidate.backtest_error,
        verdict,
    )
