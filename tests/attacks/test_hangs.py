"""A few of the small files that made the command hang or crash; `hangs.py` runs all of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from attacks.hangs import run


@pytest.mark.parametrize(
    "name",
    [
        "parentheses 3,000",
        "elements 200,000 after",
        "merged whole sheet",
        "names 10,000",
        "INDIRECT of the sheet",
        "OFFSET of the sheet",
    ],
)
def test_a_small_file_is_computed_or_refused_in_time(name: str, tmp_path: Path) -> None:
    ending = run(name, tmp_path)
    assert not ending.fault(bar=30, room=600), ending
