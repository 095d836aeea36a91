"""For all tests: no network, an empty list of faults, no defect of clv_xl behind an error value."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import no_network
import own_user
import pytest
from hypothesis import settings
from once import once, run_folder

from clv_xl import session
from clv_xl.call import UNEXPECTED

if TYPE_CHECKING:
    from businesses.filled import Filled

# How long a draw takes depends on the machine, not on the code.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


def pytest_configure(config: pytest.Config) -> None:
    """Take the network and the user's settings away before the first test."""
    no_network.ban()
    settings_folder = Path(tempfile.mkdtemp(prefix="clv_xl_settings_"))
    config.add_cleanup(lambda: shutil.rmtree(settings_folder, ignore_errors=True))
    own_user.protect(settings_folder)


@pytest.fixture(autouse=True)
def no_use_of_the_network() -> Iterator[None]:
    """No test passes although something asked for the network and took the refusal."""
    no_network.ATTEMPTS.clear()
    yield
    assert no_network.ATTEMPTS == []


@pytest.fixture(autouse=True)
def no_unexpected_fault() -> Iterator[None]:
    """`call` turns a defect into #VALUE!; no test may pass because of that."""
    session.forget_faults()
    yield
    assert UNEXPECTED not in {fault.sentence for fault in session.recent_faults(1000)}


@pytest.fixture(scope="session")
def filled_business(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Filled]:
    """The computed workbook of a business, by the name of its generator; each is made once."""
    folder = run_folder(tmp_path_factory)
    from businesses.filled import fill
    from businesses.generators import BUSINESSES

    return cache(
        lambda name: once(folder, f"{name}_filled", lambda to: fill(BUSINESSES[name](), to))
    )
