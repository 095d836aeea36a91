"""The columns of orders: found by their headings, and what each holds."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from typing import Final

from clv_xl import headings
from clv_xl.errors import ArgumentError

WANTED: Final = ("order", "date", "customer", "amount")
REQUIRED: Final = ("customer", "date", "amount")


class Kind(enum.Enum):
    """What a column holds, whatever the engine calls its type."""

    TEXT = "text"
    WHOLE = "whole numbers"
    NUMBER = "numbers"
    DATE = "dates"
    MOMENT = "dates with times"
    INSTANT = "dates with times and a time zone"
    OTHER = "something else"


def find(found: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the source's own heading of each of `WANTED`; order may be missing.

    Raises
    ------
    ArgumentError
        A column is missing, or could be several.
    """
    places = headings.match(found, WANTED, mapping)
    if missing := [heading for heading in REQUIRED if heading not in places]:
        raise ArgumentError(
            f"No column is {' or '.join(missing)}; the headings are {headings.listed(found)}. "
            f"Map one, as in {missing[0]}=its heading",
            argument="mapping",
        )
    return {heading: found[at] for heading, at in places.items()}
