"""Benchmarks run on their own, with `pytest --benchmark-only`; the tests do not collect them."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the benchmarks out of an ordinary run of the tests."""
    asked = config.getoption("benchmark_only", default=False)
    return True if collection_path.suffix == ".py" and not asked else None
