"""For all tests: an empty list of faults, and no defect of clv_xl behind an error value."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from clv_xl import session
from clv_xl.call import UNEXPECTED

# How long a draw takes depends on the machine, not on the code.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.fixture(autouse=True)
def no_unexpected_fault() -> Iterator[None]:
    """`call` turns a defect into #VALUE!; no test may pass because of that."""
    session.forget_faults()
    yield
    assert UNEXPECTED not in {fault.sentence for fault in session.recent_faults(1000)}
