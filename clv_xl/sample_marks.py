"""What tells rows of the template's sample from the user's own."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

ORDER_PREFIX: Final = "SAMPLE-"
CUSTOMER_PATTERN: Final = "C-0???*"
"""Customers of the sample, also with a blank too many; with order number or town it marks a row."""
TOWNS: Final = ("Alderfield", "Brackmouth", "Crowley Bay", "Dunmere", "Easthollow")


def is_sample_order(order: object, customer: object) -> bool:
    """Return whether a row of Orders is one of the sample."""
    return str(order).upper().startswith(ORDER_PREFIX) and _is_sample_name(customer)


def is_sample_customer(customer: object, town: object) -> bool:
    """Return whether a row of Customers is one of the sample."""
    return town in TOWNS and _is_sample_name(customer)


def _is_sample_name(customer: object) -> bool:
    return fnmatchcase(str(customer).upper(), CUSTOMER_PATTERN)
