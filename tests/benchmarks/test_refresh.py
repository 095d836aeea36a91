"""100,000 new orders in a workbook, against openpyxl's write-only mode writing them alone."""

from __future__ import annotations

import csv
import datetime as dt
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from ratios import measure

from clv_xl.refresh.workbook import refresh

PEAK = """
from clv_xl.cli import main
main()
print(int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) * 1024)
"""
ROWS, CUSTOMERS = 100_000, 400
TEMPLATE = Path(__file__).parents[2] / "workbook_template.xlsm"


MOST_MEMORY = 600 * 1024**2


def many_orders() -> dict[str, list[Any]]:
    draw = random.Random(1)
    return {
        "order": [f"N-{i}" for i in range(ROWS)],
        "date": [dt.date(2023, 1, 1) + dt.timedelta(draw.randrange(730)) for _ in range(ROWS)],
        "customer": [f"C-{draw.randrange(1, CUSTOMERS + 1):04}" for _ in range(ROWS)],
        "product": ["Espresso beans"] * ROWS,
        "amount": [round(draw.uniform(1, 100), 2) for _ in range(ROWS)],
    }


def test_refresh_with_many_orders(benchmark: Any, tmp_path: Path) -> None:
    orders = many_orders()

    def subject() -> None:
        refresh(shutil.copy(TEMPLATE, tmp_path / "shop.xlsm"), orders=orders)

    def peer() -> None:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Orders")
        sheet.append(list(orders))
        for row in zip(*orders.values(), strict=True):
            sheet.append(row)
        book.save(tmp_path / "peer.xlsx")

    measure(benchmark, subject, peer, bound=3.0, rounds=3)


def test_refresh_with_many_orders_needs_little_memory(benchmark: Any, tmp_path: Path) -> None:
    source = tmp_path / "orders.csv"
    with source.open("w", newline="") as file:
        orders = many_orders()
        csv.writer(file).writerows([list(orders), *zip(*orders.values(), strict=True)])
    shop = shutil.copy(TEMPLATE, tmp_path / "shop.xlsm")
    command = [sys.executable, "-c", PEAK, "refresh", str(shop), "--orders", str(source)]

    def subject() -> int:
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return int(done.stdout.split()[-1])

    peak = benchmark.pedantic(subject, rounds=1)
    benchmark.extra_info.update(megabytes=round(peak / 1024**2), bound=MOST_MEMORY)
    assert peak < MOST_MEMORY
