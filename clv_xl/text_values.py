"""Amounts and dates that are written as text.

A text alone can often be read in two ways: "1,234" or "03/04/2024". The column decides: a way of
reading counts only if every text of the column can be read in it. What then still has two readings
that differ is not guessed.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from typing import Final, NamedTuple

# Amounts.

COMMA_OR_POINT: Final = ",."
"""The decimal marks that an amount may have."""

NO_AMOUNT: Final = "must be a number; got text that is none"
TWO_MARKS: Final = (
    "is written as text with a decimal comma in some rows and a decimal point in others"
)
EITHER_MARK: Final = (
    "can be read in two ways: its comma or point before three digits may be the decimal mark, or "
    "may separate thousands"
)
TWO_CURRENCIES: Final = "is written in more than one currency; convert all to one"

_SYMBOLS: Final = {"€": "EUR", "$": "USD", "£": "GBP", "zł": "PLN", "¥": "JPY", "Kč": "CZK"}
_CODES: Final = (
    "EUR|USD|GBP|CHF|PLN|CZK|HUF|RON|BGN|SEK|NOK|DKK|ISK|TRY|CAD|AUD|NZD|JPY|CNY|HKD|SGD|INR|KRW|"
    "BRL|MXN|ARS|CLP|COP|PEN|ZAR|ILS|AED|SAR|UAH|RSD|MAD|kr|Ft|lei"
)
_CURRENCY: Final = "|".join([*map(re.escape, _SYMBOLS), _CODES])
_PARTS: Final = re.compile(
    rf"(?P<open>\()?(?P<before>[-+\u2212])? ?(?P<left>{_CURRENCY})? ?(?P<inner>[-+\u2212])? ?"
    rf"(?P<digits>[0-9.,' \u2019]*[0-9])"
    rf" ?(?P<after>[-\u2212])? ?(?P<right>{_CURRENCY})?(?P<close>\))?"
)
_DIGITS: Final = {
    mark: re.compile(
        rf"(?:[1-9][0-9]{{0,2}}(?:(?P<group>[{other}' \u2019])[0-9]{{3}})"
        rf"(?:(?P=group)[0-9]{{3}})*|[0-9]*)(?:{re.escape(mark)}[0-9]+)?"
    )
    for mark, other in ((",", "."), (".", ","))
}


class Amount(NamedTuple):
    """What an amount written as text is with a decimal comma and point; None where it is none."""

    comma: float | None
    point: float | None
    currency: str

    def value(self, mark: str) -> float | None:
        """Return the amount with this decimal mark."""
        return self.comma if mark == "," else self.point

    @property
    def same(self) -> bool:
        """Whether the decimal mark makes no difference."""
        return self.comma == self.point


def parse_amount(text: str) -> Amount | None:
    """Return the readings of a text as an amount, or None if it is no amount.

    Examples
    --------
    >>> parse_amount("€ 1.234,50")
    Amount(comma=1234.5, point=None, currency='EUR')
    >>> parse_amount("(1,234)")
    Amount(comma=-1.234, point=-1234.0, currency='')
    """
    parts = _PARTS.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if parts is None or (parts["open"] is None) != (parts["close"] is None):
        return None
    signs = [sign for sign in parts.group("open", "before", "inner", "after") if sign]
    if len(signs) > 1 or (parts["left"] and parts["right"]):
        return None
    factor = -1.0 if signs and signs != ["+"] else 1.0
    currency = parts["left"] or parts["right"] or ""
    comma, point = (_number(parts["digits"], mark, factor) for mark in COMMA_OR_POINT)
    if comma is None and point is None:
        return None
    return Amount(comma, point, _SYMBOLS.get(currency, currency))


def _number(digits: str, mark: str, factor: float) -> float | None:
    """Return digits as a number with this decimal mark; None if they are not written so."""
    if not _DIGITS[mark].fullmatch(digits):
        return None
    separators = " '\u2019" + COMMA_OR_POINT.replace(mark, "")
    plain = digits.translate(str.maketrans(mark, ".", separators))
    return factor * float(plain)


class AmountColumn:
    """How the amounts of a column are written: by the decimal marks that all of them allow."""

    def __init__(self, texts: Iterable[str], mark: str = "") -> None:
        amounts = [amount for text in texts if (amount := parse_amount(text)) is not None]
        self.one_currency = len({amount.currency for amount in amounts} - {""}) < 2
        self.marks = mark or "".join(
            mark
            for mark in COMMA_OR_POINT
            if all(amount.value(mark) is not None for amount in amounts)
        )
        """The decimal marks in which the whole column can be read; empty if they contradict."""

    def read(self, text: str) -> float | str:
        """Return the amount, or the rest of a sentence on why it cannot be read."""
        amount = parse_amount(text)
        if amount is None:
            return NO_AMOUNT
        if not self.one_currency:
            return TWO_CURRENCIES
        if amount.same and amount.comma is not None:
            return amount.comma
        if not self.marks:
            return TWO_MARKS
        if len(self.marks) > 1:
            return EITHER_MARK
        value = amount.value(self.marks)
        return NO_AMOUNT if value is None else value


# Dates.

DAY_FIRST: Final = "dmy"
MONTH_FIRST: Final = "mdy"
YEAR_FIRST: Final = "ymd"

NO_DATE: Final = "must be a date; got text that is none (write dates as 2024-03-31)"
NO_DAY: Final = "is a day that does not exist"
EITHER_ORDER: Final = "could be day/month or month/day; write dates as 2024-03-31"

_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", re.ASCII)
_YEAR_FIRST: Final = re.compile(r"(\d{4})([/.])(\d{1,2})\2(\d{1,2})(?: .*)?", re.ASCII)
_NUMERIC: Final = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?: .*)?", re.ASCII)


def may_be_swapped(day: dt.date) -> bool:
    """Return whether a date would be another one with its day and month swapped."""
    return day.day <= 12 and day.day != day.month


class DateColumn:
    """How the dates of a column are written: by the orders of day and month that all allow."""

    def __init__(self, texts: Iterable[str], order: str = "") -> None:
        found = [match for text in texts if (match := _NUMERIC.fullmatch(text.strip()))]
        first = any(int(match[1]) > 12 for match in found)
        second = any(int(match[3]) > 12 for match in found)
        shown = "" if first == second else DAY_FIRST if first else MONTH_FIRST
        self.order = order or shown
        """The order of day and month; empty if no date of the column shows it, or they differ."""
        self.by_number = bool(found)
        """Whether some date is written with day and month as numbers. Real dates beside such were
        read by a program that took them for another order: it left as text what is no date so."""

    def read(self, text: str) -> dt.date | str:
        """Return the date, or the rest of a sentence on why it cannot be read."""
        text = unicodedata.normalize("NFKC", text).strip()
        try:
            if match := _ISO.fullmatch(text):
                return dt.date(int(match[1]), int(match[2]), int(match[3]))
            if match := _YEAR_FIRST.fullmatch(text):
                return dt.date(int(match[1]), int(match[3]), int(match[4]))
            if (match := _NUMERIC.fullmatch(text)) and self.order != YEAR_FIRST:
                if not self.order:
                    return EITHER_ORDER
                first, second, year = int(match[1]), int(match[3]), int(match[4])
                day, month = (first, second) if self.order == DAY_FIRST else (second, first)
                return dt.date(year, month, day)
        except ValueError:
            return NO_DAY
        return NO_DATE
