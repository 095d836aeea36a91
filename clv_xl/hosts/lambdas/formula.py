"""What the edition holds of one function beside its declaration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Formula:
    """A function's formula for one element, and what concerns all elements at once.

    Parameters
    ----------
    body : str
        The result of one element.
    refused : str, optional
        A condition under which the whole call is `#VALUE!`; `no_x` is whether x was left out.
    left_out : mapping, optional
        Of arguments: the formula that stands for one that was left out; `all_x` is all of x.
    """

    body: str
    refused: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Helper:
    """A formula that others call by its name, and what it gives."""

    text: str
    meaning: str
