"""Data frames and columns as sources."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from clv_xl.errors import ArgumentError
from clv_xl.refresh.source import SourceTable, read_source

FRAME: dict[str, Any] = {
    "Kunde": ["Ann", "Ben"],
    "date": np.array(["2024-12-31", "NaT"], "datetime64[D]"),
    "amount": np.array([1.5, np.nan]),
}


def read(source: Any, *required: str, **options: Any) -> SourceTable:
    wanted = ["customer", "date", "amount", "product"]
    return read_source(source, wanted, required=required, **options)


def test_cells_of_numpy_become_those_of_a_sheet() -> None:
    found = read(FRAME, "customer")
    assert found.columns == {
        "customer": ["Ann", "Ben"],
        "date": [dt.date(2024, 12, 31), None],
        "amount": [1.5, None],
    }
    assert found.rows == [1, 2]


@pytest.mark.parametrize("unit", ["D", "s", "ns"])
def test_times_of_numpy_are_days(unit: str) -> None:
    times = np.array(["2024-12-31"], f"datetime64[{unit}]")
    found = read({"customer": ["Ann"], "date": times})
    assert found.columns["date"] == [dt.date(2024, 12, 31)]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ArgumentError, match="No column is customer"):
        read({"Name": ["Ann"], "amount": [1]}, "customer")
    assert read({"Name": ["Ann"]}, "customer", mapping={"customer": "Name"}).rows == [1]


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ArgumentError, match="unequal length"):
        read({"customer": [1], "amount": []}, "customer")


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(ArgumentError, match="a data frame or columns"):
        read(5, "customer")


def test_texts_of_a_frame_are_read_or_asked_about_as_those_of_a_file() -> None:
    frame = pd.DataFrame({"Kunde": ["A"], "Datum": ["03/04/2024"], "Betrag": ["1,234"]})
    with pytest.raises(ArgumentError, match="dmy or mdy"):
        read(frame)
    with pytest.raises(ArgumentError, match="amount can be read in two ways"):
        read(frame, date_order="dmy")
    found = read(frame, decimal=",", date_order="dmy")
    assert found.columns["amount"] == [1.234]
    assert found.columns["date"] == [dt.date(2024, 4, 3)]
