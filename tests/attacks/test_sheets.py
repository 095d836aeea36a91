"""Sheets of any writer: a small run of `sheets.py`, and the same by hypothesis, which shrinks."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from attacks.sheets import odd_sheet, verdict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SCRIPT = Path(__file__).with_name("sheets.py")


def test_a_small_run_finds_nothing() -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, "--count", "15", "--seed", "7"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()[-1][:11]) == (0, "sheets: 15;")


@settings(max_examples=20, suppress_health_check=[HealthCheck.large_base_example])
@given(st.randoms(use_true_random=False))
def test_values_are_right_and_every_other_byte_stays(
    tmp_path_factory: pytest.TempPathFactory, draw: random.Random
) -> None:
    assert verdict(odd_sheet(draw), tmp_path_factory.mktemp("sheet")) in {"ok", "refused"}
