"""A few of the hostile files; each is made as it is named."""

from __future__ import annotations

import os

import pytest
from attacks import hostile
from attacks.hostile_files import FILES
from attacks.outcome import Kind

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="runs copies of this process")


def test_there_are_a_hundred_hostile_files() -> None:
    assert len(FILES) >= 100


@pytest.mark.parametrize("name", ["an external entity", "a name that leaves the folder", "empty"])
def test_a_hostile_file_is_refused_or_computed(name: str) -> None:
    (done,) = hostile.attack(name, FILES[name](), ["recalc"])
    assert not done.is_bad
    assert done.outcome.kind in {Kind.OK, Kind.SENTENCE}
