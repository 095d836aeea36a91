"""100,000 new orders in a workbook, against openpyxl's write-only mode writing them alone."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from ratios import measure

from clv_xl.refresh.workbook import refresh

ROWS, CUSTOMERS = 100_000, 400
TEMPLATE = Path(__file__).parents[2] / "workbook_template.xlsm"


def test_refresh_with_many_orders(benchmark: Any, tmp_path: Path) -> None:
    draw = random.Random(1)
    orders = {
        "order": [f"N-{i}" for i in range(ROWS)],
        "date": [dt.date(2023, 1, 1) + dt.timedelta(draw.randrange(730)) for _ in range(ROWS)],
        "customer": [f"C-{draw.randrange(1, CUSTOMERS + 1):04}" for _ in range(ROWS)],
        "product": ["Espresso beans"] * ROWS,
        "amount": [round(draw.uniform(1, 100), 2) for _ in range(ROWS)],
    }

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
