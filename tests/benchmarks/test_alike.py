"""Many alike things at once: formulas filled down, and a label of its own in each row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cell_calls import call
from ratios import measure
from test_spine import process

ROWS = 100_000


@pytest.fixture(scope="module")
def filled_down(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """=CLV(A2,B2,C2) filled down, without values."""
    path = tmp_path_factory.mktemp("alike") / "filled.xlsx"
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet")
    sheet.append(["value", "frequency", "lifespan", "CLV"])
    for row in range(2, ROWS + 2):
        cells = [100.5 + row % 977, row % 13 + 1, row % 7 + 1]
        sheet.append([*cells, f"=CLV(A{row},B{row},C{row})"])
    book.save(path)
    return path


def recalculation(path: Path, out: Path) -> Callable[[], None]:
    return lambda: process(
        "import sys; from clv_xl.cli import main; "
        f"sys.argv = ['clv-xl', 'recalc', {str(path)!r}, '--out', {str(out)!r}]; main()"
    )


def test_a_formula_in_each_of_many_rows(benchmark: Any, filled_down: Path) -> None:
    measure(
        benchmark,
        recalculation(filled_down, filled_down.with_name("out.xlsx")),
        lambda: process(f"import openpyxl; openpyxl.load_workbook({str(filled_down)!r})"),
        bound=1.0,
        rounds=3,
    )


def test_the_same_when_nothing_has_changed(benchmark: Any, filled_down: Path) -> None:
    computed = filled_down.with_name("computed.xlsx")
    recalculation(filled_down, computed)()
    measure(
        benchmark,
        recalculation(computed, filled_down.with_name("again.xlsx")),
        lambda: process(f"import openpyxl; openpyxl.load_workbook({str(filled_down)!r})"),
        bound=0.75,
        rounds=3,
    )


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("CLV_SEGMENT", "label number number"),
        ("CLV_CHANNEL", "label number number number"),
        ("CLV_PROFILE", "label number"),
        ("CLV_COHORT", "label date number"),
        ("CUSTOMERS_MISSING", "other label number date"),
        ("ORDERS_CHECK", "label date number order"),
        ("CUSTOMER_TOTALS", "label label number date"),
        ("RFM_SUMMARY", "label date number"),
    ],
)
def test_ten_times_as_many_labels_take_ten_times_as_long(
    benchmark: Any, name: str, arguments: str
) -> None:
    def columns(count: int) -> list[list[list[Any]]]:
        made: dict[str, Callable[[int], Any]] = {
            "label": lambda row: f"C-{row}",
            "other": lambda row: f"D-{row}",
            "order": lambda row: f"R-{row}",
            "date": lambda row: 45_000.0 + row % 700,
            "number": lambda row: 1.0 + row * 7919 % 10_007,
        }
        return [[[made[kind](row)] for row in range(count)] for kind in arguments.split()]

    many, few = columns(ROWS), columns(ROWS // 10)
    measure(benchmark, lambda: call(name, many), lambda: call(name, few), bound=25, rounds=3)
