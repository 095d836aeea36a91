"""Acquisition cost: payback periods, and cost and value of each channel."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from clv_xl.errors import Caveat, ClvError, ZeroDenominatorError
from clv_xl.maths.arrays import ArrayLike, Floats, Integers, Labels
from clv_xl.maths.groups import each_and_all, fault_where_zero, none_where_nan, ordered_names
from clv_xl.maths.value import quotient
from clv_xl.maths.verdicts import Verdict


def payback_periods(
    cac: ArrayLike,
    margin: ArrayLike,
    retention_rate: ArrayLike = 1.0,
    discount_rate: ArrayLike = 0.0,
) -> Floats:
    """Return the periods until the expected discounted margin has paid the acquisition cost back.

    Parameters
    ----------
    cac : array_like, money >= 0
    margin : array_like, money per period
    retention_rate : array_like, share per period in [0, 1]
    discount_rate : array_like, share per period

    Returns
    -------
    float array of the broadcast shape, periods: the margin of period t is margin (r / (1 + d))^t,
    earned evenly within the period; inf where it never pays the cost back.

    Notes
    -----
    With q = r / (1 + d) the number of whole periods N is the largest that satisfies ::

        margin (q + q^2 + ... + q^N) = margin q (1 - q^N) / (1 - q) <= cac

    and the rest of the cost is earned at the even rate of period N + 1.

    Examples
    --------
    >>> payback_periods([300, 300, 300], [100, 100, 0], [1, 0.8, 1]).round(4).tolist()
    [3.0, 6.2316, inf]
    """
    cost, m, r, d = np.broadcast_arrays(
        *(np.asarray(part, float) for part in (cac, margin, retention_rate, discount_rate))
    )
    q, one_less = r / (1.0 + d), (1.0 + d - r) / (1.0 + d)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        # Full periods N from margin q (1 - q^N) / (1 - q) = cost; the rest of the cost falls into
        # the period after.
        exponent = np.log1p(-cost * one_less / (m * q)) / np.log1p(-one_less)
        whole = np.floor(np.where(np.isnan(exponent) | (one_less == 0), 0.0, exponent))
        earned = np.where(
            one_less == 0, 0.0, -m * q * np.expm1(whole * np.log1p(-one_less)) / one_less
        )
        earned = np.where(whole == 0, 0.0, earned)
        periods = whole + (cost - earned) / (
            m * q * np.exp(whole * np.log1p(-np.minimum(one_less, 1.0)))
        )
        # A cost of all that ever comes in is reached only in the limit, whichever way the last
        # digit was rounded.
        never = (m * q <= 0) | (cost * one_less >= m * q * (1 - 1e-12)) | ~np.isfinite(periods)
    unknown = np.isnan(cost) | np.isnan(m) | np.isnan(q)
    return np.where(unknown, np.nan, np.where(cost <= 0, 0.0, np.where(never, np.inf, periods)))


class Channels(NamedTuple):
    """Cost and value of each channel; arrays of one element per channel."""

    customers: Floats
    customers_with_spend: Floats
    """Those of rows whose spend is known, which alone count in what follows but for value."""
    spend: Floats
    cac: Floats
    clv: Floats
    ratio: Floats
    value_left: Floats
    roi: Floats
    most_to_spend: Floats


def channel_values(
    codes: Integers,
    groups: int,
    spend: Floats,
    new_customers: Floats,
    clv: Floats,
    target_ratio: Floats,
) -> Channels:
    """Return cost and value of each channel; rows of the same channel are added up.

    Parameters
    ----------
    codes : integer array (rows,), the channel of each row, 0 to groups - 1
    groups : int
    spend : float array (rows,), money, NaN where it is not known
    new_customers : float array (rows,), count
    clv : float array (rows,), money per customer
    target_ratio : float array (rows,), how many times its cost a customer should be worth

    Returns
    -------
    Channels
        The lifetime value of a channel is the average over its customers; ratios over nothing are
        NaN or infinite. Rows without a known spend are left out of all figures of cost, which are
        NaN where no row of a channel has one.
    """
    known = ~np.isnan(spend)

    def total(amounts: Floats) -> Floats:
        return np.bincount(codes, weights=amounts, minlength=groups).astype(np.float64)

    won, rows = total(new_customers), total(np.ones_like(spend))
    spent = np.where(total(known.astype(float)) > 0, total(np.where(known, spend, 0.0)), np.nan)
    # A channel without new customers takes the mean of its rows' values and budgets.
    value = np.where(won > 0, quotient(total(clv * new_customers), won), total(clv) / rows)
    most = np.where(
        won > 0,
        quotient(total(quotient(clv, target_ratio) * new_customers), won),
        total(quotient(clv, target_ratio)) / rows,
    )
    paid = total(np.where(known, new_customers, 0.0))
    brought = total(np.where(known, clv * new_customers, 0.0))
    left = brought - spent
    return Channels(
        won,
        paid,
        spent,
        quotient(spent, paid),
        value,
        quotient(brought, spent),
        left,
        quotient(left, spent),
        most,
    )


_NOTHING_SPENT = ZeroDenominatorError(
    "Nothing was spent on this channel, so there is no ratio to its cost", argument="spend"
)
_NOBODY_WON = ZeroDenominatorError(
    "This channel acquired nobody, so there is no cost per customer", argument="new_customers"
)


class ChannelReport(NamedTuple):
    """Cost and value of each channel, best first; the last element is of all channels."""

    channel: list[object]
    customers: Floats
    spend: list[float | None]
    cac: list[float | ClvError | None]
    clv: Floats
    clv_to_cac: list[float | ClvError | None]
    value_left_after_spend: list[float | None]
    roi: list[float | ClvError | None]
    most_to_spend_per_customer: Floats
    verdict: list[str]


def channel_report(
    channel: Labels,
    spend: ArrayLike,
    new_customers: ArrayLike,
    clv: ArrayLike,
    target_ratio: ArrayLike,
) -> ChannelReport:
    """Return cost, value and a verdict for each channel, best first, and for all of them.

    Parameters
    ----------
    channel : Labels (rows,)
    spend : array_like (rows,), money, NaN where it is not known
    new_customers : array_like (rows,), count
    clv : array_like (rows,), money per customer
    target_ratio : array_like (rows,) or one number, how many times its cost a customer should be
        worth

    Returns
    -------
    ChannelReport
        Ordered by value to cost, channels that cost nothing first and those of unknown spend last;
        None in the place of ratios to no cost, and of what is not known. Ratios over nobody, and of
        channels without spend or customers, are the error that says so.

    Examples
    --------
    >>> report = channel_report(Labels(np.array([0, 1]), ["Ads", "Mail"]), [50, 10], 1, [80, 40], 3)
    >>> report.channel, report.verdict[1]
    (['Mail', 'Ads', 'All'], 'Improve: below the target')
    """
    shape = channel.codes.shape
    columns = [
        np.broadcast_to(np.asarray(part, float), shape)
        for part in (spend, new_customers, clv, target_ratio)
    ]
    found = each_and_all(channel, lambda codes, count: channel_values(codes, count, *columns))
    every = len(channel.names)
    ranking = np.where(found.spend == 0, np.inf, found.ratio)[:every]
    ranking = np.where(np.isnan(found.spend[:every]), -np.inf, ranking)
    order = [*np.lexsort((-found.value_left[:every], -ranking)).tolist(), every]
    rows = Channels._make(part[order] for part in found)
    return ChannelReport(
        channel=ordered_names(channel, order),
        customers=rows.customers,
        spend=none_where_nan(rows.spend),
        cac=_where_spend_is_known(
            rows, fault_where_zero(rows.cac, rows.customers_with_spend, _NOBODY_WON)
        ),
        clv=rows.clv,
        clv_to_cac=_none_where_free(rows, rows.ratio),
        value_left_after_spend=none_where_nan(rows.value_left),
        roi=_none_where_free(rows, rows.roi),
        most_to_spend_per_customer=rows.most_to_spend,
        verdict=[_verdict(Channels(*row)) for row in zip(*rows, strict=True)],
    )


def _none_where_free(rows: Channels, ratios: Floats) -> list[float | ClvError | None]:
    """Return ratios to cost, None where customers came for nothing."""
    free = (rows.spend == 0) & (rows.customers_with_spend > 0)
    found = _where_spend_is_known(rows, fault_where_zero(ratios, rows.spend, _NOTHING_SPENT))
    return [None if nothing else ratio for nothing, ratio in zip(free, found, strict=True)]


def _where_spend_is_known(
    rows: Channels, ratios: list[float | ClvError]
) -> list[float | ClvError | None]:
    """Return ratios, None where the spend is not known."""
    unknown = np.isnan(rows.spend)
    return [None if missing else ratio for missing, ratio in zip(unknown, ratios, strict=True)]


def spend_caveats(spend: ArrayLike) -> tuple[Caveat, ...]:
    """Return the caveat that says for how many rows the spend is not known.

    Parameters
    ----------
    spend : array_like (rows,), money, NaN where it is not known

    Examples
    --------
    >>> spend_caveats([100.0, 0.0])
    ()
    """
    unknown = np.isnan(np.asarray(spend, float))
    count = int(np.count_nonzero(unknown))
    if not count:
        return ()
    return (
        Caveat(
            f"spend is empty in {count:,} of {unknown.size:,} rows; CAC, CLV to CAC, value left "
            "after spend and ROI leave them out, so fill in the spend, or 0 for a channel that "
            "costs nothing",
            argument="spend",
        ),
    )


def _verdict(row: Channels) -> str:
    """Return what to do with a channel, in one sentence."""
    if np.isnan(row.spend):
        return f"{Verdict.CHECK}: no spend given"
    if not row.customers:
        return (
            f"{Verdict.STOP}: spent without acquiring anybody"
            if row.spend
            else f"{Verdict.INACTIVE}: nothing spent, nobody acquired"
        )
    if row.cac <= row.most_to_spend:
        return f"{Verdict.GROW}: {'worth more spending' if row.spend else 'costs nothing'}"
    if row.cac <= row.clv:
        return f"{Verdict.IMPROVE}: below the target"
    return f"{Verdict.STOP}: costs more than it brings"
