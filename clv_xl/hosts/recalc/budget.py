"""What a computation may cost, and where it stands.

The limits are looked at before each evaluation of the engine and each call of a function. What the
engine does in between cannot be interrupted from within; `child` ends it from without, where the
system allows it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from clv_xl.errors import ClvError


class BudgetError(ClvError):
    """A computation would cost more than it may; nothing has been changed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a computation may take.

    Parameters
    ----------
    cells : int, count
        Cells that one formula may read.
    evaluations : int, count
        Times that the native formulas may be computed.
    seconds : float
    memory : int, megabytes, optional
        By default `SMALL_MEMORY` and `MEMORY_PER_MEGABYTE` for each megabyte of the file.
    """

    cells: int = 20_000_000
    evaluations: int = 100_000
    seconds: float = 900
    memory: int | None = None


SMALL_MEMORY: Final = 1_000
MEMORY_PER_MEGABYTE: Final = 40
_STOPPED: Final = (
    "The computation stopped {}after {}; nothing was changed. Have the formula read less, or give "
    "{} a higher number."
)


@dataclass(slots=True)
class Budget:
    """What one computation has used of its limits.

    Parameters
    ----------
    limits : Limits
    tell : callable, optional
        Told of each formula that begins, such as "S!B7".
    """

    limits: Limits = field(default_factory=Limits)
    tell: Callable[[str], None] | None = None
    _place: str = ""
    _evaluations: int = 0
    _begun: float = field(default_factory=time.monotonic)

    def stand(self, place: str) -> None:
        """Take note that a formula begins."""
        self._place = place
        if self.tell is not None:
            self.tell(place)

    def spend_evaluation(self) -> None:
        """Count one evaluation of the native formulas.

        Raises
        ------
        BudgetError
            It is one too many, or the time is over.
        """
        self._evaluations += 1
        if self._evaluations > self.limits.evaluations:
            raise BudgetError(
                stopped(self._place, f"{self.limits.evaluations:,} evaluations", "evaluations")
            )
        self.look_at_clock()

    def look_at_clock(self) -> None:
        """Go on if there is time left.

        Raises
        ------
        BudgetError
            There is none.
        """
        if time.monotonic() - self._begun > self.limits.seconds:
            raise BudgetError(out_of_time(self._place, self.limits))

    def too_many_cells(self) -> str:
        """Return the sentence for a formula that reads more cells than it may."""
        return (
            f"The formula refers to more than {_count(self.limits.cells)} cells at once; refer to "
            "the columns that hold data, delete what stands far outside of them, or give "
            "--limit-cells a higher number."
        )


def stopped(place: str, cost: str, option: str) -> str:
    """Return the sentence for a computation that stopped at a formula, if that is known."""
    return _STOPPED.format(f"at {place} " if place else "", cost, f"--limit-{option}")


def out_of_time(place: str, limits: Limits) -> str:
    """Return the sentence for a computation that took too long."""
    return stopped(place, f"{limits.seconds:g} seconds", "seconds")


def _count(cells: int) -> str:
    return f"{cells // 10**6} million" if cells % 10**6 == 0 else f"{cells:,}"


_current: ContextVar[Budget | None] = ContextVar("_current", default=None)


def current() -> Budget:
    """Return the budget in force, or a new one with the usual limits."""
    return _current.get() or Budget()


@contextmanager
def spending(budget: Budget) -> Iterator[None]:
    """Let everything that is computed inside count for one budget."""
    token = _current.set(budget)
    try:
        yield
    finally:
        _current.reset(token)
