"""Data frames and columns as sources."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from clv_xl.errors import ArgumentError
from clv_xl.refresh.frame import read_frame

FRAME: dict[str, Any] = {
    "Kunde": ["Ann", None],
    "date": np.array(["2024-12-31", "NaT"], "datetime64[D]"),
    "amount": np.array([1.5, np.nan]),
}


def test_cells_of_numpy_become_those_of_a_sheet() -> None:
    found = read_frame(
        FRAME, ["customer", "date", "amount", "product"], required=["customer"],
        mapping={"customer": "Kunde"},
    )  # fmt: skip
    assert found.columns == {
        "customer": ["Ann", None],
        "date": [dt.date(2024, 12, 31), None],
        "amount": [1.5, None],
    }
    assert found.rows == [1, 2]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ArgumentError, match="no column customer"):
        read_frame(FRAME, ["customer"], required=["customer"])


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ArgumentError, match="unequal length"):
        read_frame({"a": [1], "b": []}, ["a", "b"], required=["a"])
