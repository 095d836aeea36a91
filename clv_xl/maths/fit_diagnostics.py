"""Caveats of a fit, and the errors for data whose dropout cannot be estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.errors import ClvError, DomainError, NoAnswerError
from clv_xl.maths.histories import ENOUGH_REPEATERS, Histories
from clv_xl.maths.likelihood import Maximum, uncertain_parameters

if TYPE_CHECKING:
    from clv_xl.maths.arrays import Flags


def fit_caveats(repeaters: int, maximum: Maximum, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the reasons to treat the estimates of a purchase model with care.

    Parameters
    ----------
    repeaters : int
        Customers with repeat purchases.
    maximum : Maximum
    names : tuple of str
        The parameters' names.

    Returns
    -------
    tuple of str, sentences.

    Examples
    --------
    >>> import numpy as np
    >>> fit_caveats(5, Maximum(np.zeros(1), 0.0, np.eye(1)), ("r",))
    ('Only 5 customers have bought again; below 30 the estimates are rough.',)
    """
    few: tuple[str, ...] = ()
    if repeaters < ENOUGH_REPEATERS:
        sentence = (
            f"Only {repeaters} customers have bought again; "
            f"below {ENOUGH_REPEATERS} the estimates are rough."
        )
        few = (sentence,)
    return few + uncertain_parameters(maximum, names)


def refuse_all_active(data: Histories, exposed: Flags) -> None:
    """Raise an error if all customers who could drop out bought on the last day observed.

    Parameters
    ----------
    data : Histories
    exposed : flag array (n,)
        Which customers could have dropped out.

    Raises
    ------
    NoAnswerError
        No customer can have dropped out.

    Examples
    --------
    >>> import numpy as np
    >>> refuse_all_active(Histories(*np.array([[1.0], [3.0], [9.0], [5.0]])), np.array([True]))
    """
    if (data.recency[exposed] == data.age[exposed]).all():
        raise no_dropout_error()


def no_dropout_error() -> NoAnswerError:
    """Return the error for data without dropout.

    Returns
    -------
    ClvError

    Examples
    --------
    >>> type(no_dropout_error()).__name__
    'NoAnswerError'
    """
    return NoAnswerError(
        "Nobody is seen to leave: the customers were still buying when the data end, so a lifetime "
        "cannot be estimated; use a longer time, or CLV_RETENTION with an assumed rate."
    )


def shows_no_dropout(fault: ClvError) -> bool:
    """Return whether a fit failed because no customer is seen to leave.

    Parameters
    ----------
    fault : ClvError

    Returns
    -------
    bool

    Examples
    --------
    >>> shows_no_dropout(no_dropout_error()), shows_no_dropout(early_dropout_error())
    (True, False)
    """
    return fault.sentence == no_dropout_error().sentence


def early_dropout_error() -> NoAnswerError:
    """Return the error for data in which all customers drop out after the first purchases.

    Returns
    -------
    ClvError

    Examples
    --------
    >>> type(early_dropout_error()).__name__
    'NoAnswerError'
    """
    return NoAnswerError(
        "Everybody seems to have left after the first purchases, so there is no lifetime to "
        "estimate; check the end of the data, or use CLV with the average number of purchases."
    )


def equal_dropout_error() -> DomainError:
    """Return the error for data in which customers do not differ in their dropout.

    Returns
    -------
    ClvError

    Examples
    --------
    >>> type(equal_dropout_error()).__name__
    'DomainError'
    """
    return DomainError(
        "The customers do not differ in how readily they leave, so the model's spread has no best "
        "value; try another model, use CLV_CHURN or CLV_RETENTION with one rate for all, or "
        "more customers."
    )
