"""A few mutated text files of orders through a refresh."""

from __future__ import annotations

import os

import pytest
from attacks import csv_files
from attacks.outcome import Kind

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="runs copies of this process")
COUNT = 15


def test_mutated_text_files_are_put_in_or_refused_in_one_sentence() -> None:
    found = [csv_files.attack(csv_files.mutant(1, number), number) for number in range(COUNT)]
    assert [one for one in found if one.is_bad] == []
    assert {one.outcome.kind for one in found} == {Kind.OK, Kind.SENTENCE}
