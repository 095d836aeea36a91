"""Calls, the summary, the recalculation and the start, each against a peer in the same run."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cell_calls import call
from ratios import measure

from clv_xl import RFM_SUMMARY
from clv_xl.package import open_package
from clv_xl.workbook import template
from clv_xl.workbook.sample import Sample, generate

pl = pytest.importorskip("polars")


def test_a_call_of_an_elementwise_function(benchmark: Any) -> None:
    rng = np.random.default_rng(1)
    columns = [rng.uniform(1, 100, (100_000, 1)).tolist() for _ in range(3)]

    def bare() -> object:
        value, frequency, lifespan = (np.array(column) for column in columns)
        return (value * frequency * 1.0 - 0.0) * lifespan - 0.0, (
            value * frequency * lifespan
        ).tolist()

    measure(benchmark, lambda: call("CLV", columns), bare, bound=3)


@pytest.fixture(scope="module")
def orders() -> tuple[list[str], list[dt.date], list[float]]:
    """1,000,000 orders of 100,000 customers over two years."""
    rng = np.random.default_rng(2)
    customers = [f"C-{number:06d}" for number in rng.integers(0, 100_000, 1_000_000).tolist()]
    first = dt.date(2023, 1, 1)
    days = [first + dt.timedelta(days=day) for day in rng.integers(0, 730, 1_000_000).tolist()]
    return customers, days, rng.gamma(2, 20, 1_000_000).round(2).tolist()


def test_the_summary_of_a_million_orders(
    benchmark: Any, orders: tuple[list[str], list[dt.date], list[float]]
) -> None:
    customers, days, amounts = orders

    def peer() -> object:
        table = pl.DataFrame({"customer": customers, "day": days, "amount": amounts})
        end = table["day"].max()
        bought = (
            table.group_by("customer", "day")
            .agg(pl.col("amount").sum())
            .filter(pl.col("amount") >= 0)
            .sort("day")
        )
        summary = bought.group_by("customer").agg(
            (pl.len() - 1).alias("frequency"),
            ((pl.col("day").max() - pl.col("day").min()).dt.total_days() / 7).alias("recency"),
            ((end - pl.col("day").min()).dt.total_days() / 7).alias("age"),
            pl.col("amount").slice(1).mean().fill_null(0).alias("monetary_value"),
        )
        return summary.rows()

    assert len(RFM_SUMMARY(customers, days, amounts)) == len(peer()) + 1  # type: ignore[arg-type]
    measure(benchmark, lambda: RFM_SUMMARY(customers, days, amounts), peer, bound=2)


def enlarged(sample: Sample, number: int) -> Sample:
    """The sample with that many orders of the same customers, on other days and amounts."""
    rounds = range(number // len(sample.orders) + 1)
    orders = [
        order._replace(
            date=order.date.replace(day=1 + (order.date.day + again) % 28),
            amount=round(order.amount * (1 + again / 100), 2),
        )
        for again in rounds
        for order in sample.orders
    ]
    orders = sorted(orders[:number], key=lambda order: order.date)
    numbered = (order._replace(order=f"R-{place}") for place, order in enumerate(orders))
    return dataclasses.replace(sample, orders=tuple(numbered))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template with 100,000 orders, its values correct."""
    path = tmp_path_factory.mktemp("large") / "large.xlsm"
    template.build(path, enlarged(generate(), 100_000))
    return path


def other_orders(path: Path) -> Path:
    """The same workbook with other dates and amounts, so that no stored value is correct."""
    package = open_package(path)
    part = max(package.names, key=lambda name: len(package.read(name)))
    earlier = re.sub(
        rb'(<c r="C[^>]*><v>)(\d+)',
        lambda cell: b"%b%d" % (cell[1], int(cell[2]) - 9),
        package.read(part),
    )
    other = re.sub(
        rb'(<c r="F[^>]*><v>)([\d.]+)',
        lambda cell: b"%b%.2f" % (cell[1], 1 + float(cell[2]) * (cell.start() % 7)),
        earlier,
    )
    package.save({part: other}, path.with_name("other.xlsm"))
    return path.with_name("other.xlsm")


@pytest.mark.parametrize(
    "prepared", [pytest.param(lambda path: path, id="unchanged"), other_orders]
)
def test_the_recalculation_of_a_large_workbook(
    benchmark: Any, large: Path, prepared: Callable[[Path], Path]
) -> None:
    """Each in a process of its own, so that every recalculation is the first."""
    path = prepared(large)
    files = f"{str(path)!r}, {str(path.with_name('out.xlsm'))!r}"
    recalculate = f"from clv_xl.hosts.recalc import recalculate; recalculate({files})"
    measure(
        benchmark,
        lambda: process(recalculate),
        lambda: process(f"import openpyxl; openpyxl.load_workbook({str(path)!r})"),
        bound=0.5,
        rounds=3,
    )


def process(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_importing_the_package(benchmark: Any) -> None:
    pytest.importorskip("pandas")
    measure(
        benchmark, lambda: process("import clv_xl"), lambda: process("import pandas"), bound=0.5
    )


def test_the_first_formula_of_a_process(benchmark: Any) -> None:
    def subject() -> None:
        process(
            "import sys; from clv_xl.cli import main; "
            "sys.argv = ['clv-xl', 'eval', '=CLV(1000,6,5)']; main()"
        )

    measure(benchmark, subject, lambda: process("import numpy, openpyxl"), bound=2)
