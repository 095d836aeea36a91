"""Two functions timed in turns in one run; the figure is the ratio of their median times."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any


def seconds(work: Callable[[], object]) -> float:
    """Return how long one run takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(
    benchmark: Any,
    subject: Callable[[], object],
    peer: Callable[[], object],
    *,
    bound: float,
    rounds: int = 7,
) -> None:
    """Time both in turns, report the ratio, and fail where it is above the bound."""
    subject()
    peer()
    pairs = [(seconds(subject), seconds(peer)) for _ in range(rounds)]
    mine, theirs = (statistics.median(part) for part in zip(*pairs, strict=True))
    ratio = mine / theirs
    benchmark.extra_info.update(ratio=round(ratio, 3), bound=bound, peer_seconds=theirs)
    benchmark.pedantic(subject, rounds=1)
    print(  # noqa: T201 - the figure that one runs a benchmark for
        f"\n{benchmark.name}: {mine:.4f} s against {theirs:.4f} s, "
        f"ratio {ratio:.2f} (at most {bound})"
    )
    assert ratio <= bound
