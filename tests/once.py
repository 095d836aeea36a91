"""What several tests share is made once, also where several processes run the tests."""

from __future__ import annotations

import os
import pickle
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")
_PATIENCE = 900.0
_PAUSE = 0.1


def run_folder(factory: pytest.TempPathFactory) -> Path:
    """The folder of this run of the tests, the same for all its processes."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def once(folder: Path, name: str, make: Callable[[Path], T]) -> T:
    """Return what `make` returned for a new folder of this name, in whichever process it ran.

    The first process makes it, the others wait; if it fails, the next one tries.
    """
    place, made = folder / name, folder / f"{name}.made"
    deadline = time.monotonic() + _PATIENCE
    while not made.exists():
        try:
            place.mkdir()
        except FileExistsError:
            assert time.monotonic() < deadline, f"{name} is not made"
            time.sleep(_PAUSE)
        else:
            _keep(make, place, made)
    return pickle.loads(made.read_bytes())


def _keep(make: Callable[[Path], object], place: Path, made: Path) -> None:
    try:
        written = made.with_suffix(".writing")
        written.write_bytes(pickle.dumps(make(place)))
        written.replace(made)
    except BaseException:
        shutil.rmtree(place)
        raise
