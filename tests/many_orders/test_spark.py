"""Spark in local mode gives what DuckDB gives. Starting it takes seconds, so it is started once.

Its Python and its Java talk over the network of this machine, which the suite has not. To run it:
python -m pytest --noconftest tests/many_orders/test_spark.py
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from simulated_orders import ORDERS

import clv_xl
from clv_xl.many_orders import printed, scoring, to_file
from clv_xl.many_orders.to_file import Orders

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
        reason="PySpark or Java is not installed here",
    ),
    pytest.mark.skipif(
        "no_network" in sys.modules,
        reason="Spark talks to itself over the network, which tests have not; see its first lines",
    ),
]
ODD = pd.DataFrame(
    {
        "customer": ["Stra\u00dfe", "STRASSE", "\uff21nn", " ann", "Ann\n", "", None, "Bob", "Bob"],
        "date": pd.to_datetime(["2024-01-01 23:30", *["2024-02-01 00:30"] * 8]),
        "amount": [5.0, 7.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, -9.0],
        "order": ["1", " 1", "2", "2", None, None, "3", "4", "5"],
    }
)


@pytest.fixture(scope="module")
def session() -> Any:
    from pyspark.sql import SparkSession

    options = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.pyspark.python": sys.executable,
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in options.items():
        builder = builder.config(name, value)
    found = builder.getOrCreate()
    found.sparkContext.setLogLevel("ERROR")
    yield found
    found.stop()


def rows(found: list[Any]) -> dict[Any, tuple[float, ...]]:
    return {row[0]: tuple(row[1:]) for row in found}


def assert_equal(one: dict[Any, Any], other: dict[Any, Any]) -> None:
    assert one.keys() == other.keys()
    for name, figures in other.items():
        assert one[name] == pytest.approx(figures, rel=1e-12, abs=1e-12)


def test_random_orders_and_odd_names_as_in_duckdb(session: Any) -> None:
    odd = ODD.assign(date=ODD["date"].dt.tz_localize("UTC"))
    orders = ORDERS.assign(
        date=pd.to_datetime(ORDERS["date"].astype(str)).dt.tz_localize("UTC"),
        order=[str(number // 3) for number in range(len(ORDERS))],
    )
    frame = pd.concat([odd, orders])
    spark = session.createDataFrame(frame.astype({"customer": object, "order": object}))
    for options in ({}, {"period": "day", "time_zone": "Asia/Tokyo"}):
        found = clv_xl.summarise(spark, **options).collect()
        assert_equal(rows(found), rows(clv_xl.summarise(frame, **options).fetchall()))


def test_the_printed_statement_runs_as_it_is(session: Any) -> None:
    session.createDataFrame(ORDERS).createOrReplaceTempView("shop")
    text = printed.statement(
        "summarise", "spark", table="shop", mapping={}, period="week", end_date=None
    )
    found = session.sql(text.rstrip(";")).collect()
    assert_equal(rows(found), rows(clv_xl.summarise(ORDERS).fetchall()))


def test_scores_are_those_of_duckdb(session: Any, tmp_path: Path) -> None:
    ORDERS.to_csv(tmp_path / "orders.csv", index=False)
    found = []
    for engine in to_file.ENGINES:
        target = tmp_path / f"{engine}.parquet"
        settings = scoring.Settings(model="BG/NBD", gross_margin=0.5)
        to_file.score(Orders(str(tmp_path / "orders.csv")), target, settings, engine=engine)
        found.append(pd.read_parquet(target).sort_values("customer").reset_index(drop=True))
    pd.testing.assert_frame_equal(*found, rtol=1e-9, check_dtype=False)
